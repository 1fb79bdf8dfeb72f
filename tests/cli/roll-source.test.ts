import { expect, test } from 'vitest';
import { entriesOf, type RollSource } from '../../src/cli/roll-source.ts';
import type { RollInfo } from '../../src/log/port.ts';

const info = (timeline: string, base: RollInfo['base']): RollInfo => ({
  roll: { theatre: 't', timeline },
  title: '',
  basis: 'hypothetical',
  base,
});

test('an entry of a branch is at home where it was stored', async () => {
  const rolls = [
    info('record', null),
    info('first', { timeline: 'record', seq: 3 }),
    info('second', { timeline: 'first', seq: 5 }),
  ];
  const source: RollSource = {
    name: 'a test',
    rolls: async () => rolls,
    async *read(_, { from = 1, to = 9 } = {}) {
      for (let seq = from; seq <= Math.min(to, 6); seq++) {
        yield { seq, recordedTime: '2025-01-01T00:00:00.000Z', bytes: new Uint8Array() };
      }
    },
    close: async () => {},
  };
  const homes: string[] = [];
  for await (const { seq, home } of entriesOf(source, { theatre: 't', timeline: 'second' }, rolls)) {
    homes.push(`${seq} ${home.timeline}`);
  }
  expect(homes).toEqual(['1 record', '2 record', '3 record', '4 first', '5 first', '6 second']);
});
