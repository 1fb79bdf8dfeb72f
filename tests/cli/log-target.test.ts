import { expect, test } from 'vitest';
import { logTarget } from '../../src/cli/log-target.ts';
import type { EventLog } from '../../src/log/port.ts';
import { loadScenario } from '../../src/scenario/library.ts';
import { play } from '../../src/scenario/play.ts';
import { playlist } from '../../src/scenario/playlist.ts';
import { newLog, record } from '../service/workbench.ts';

/** A log that loses the acknowledgement of some appends, after it has stored so many of their events. */
function forgetful(log: EventLog, stored: ReadonlyMap<number, number>): EventLog {
  let appends = 0;
  return new Proxy(log, {
    get(target, name) {
      if (name !== 'append') {
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === 'function' ? value.bind(target) : value;
      }
      return async (...[roll, events, options]: Parameters<EventLog['append']>) => {
        const count = stored.get(appends++);
        if (count === undefined) return target.append(roll, events, options);
        await target.append(roll, events.slice(0, count), options);
        return { ok: false, error: { kind: 'outcome-unknown', message: 'no acknowledgement came' } };
      };
    },
  });
}

test('what an append left behind whose acknowledgement was lost is not appended again', async () => {
  const log = await newLog();
  const loading = await loadScenario('record');
  if (!loading.ok) throw new Error('the record does not load');
  const stored = new Map([
    [0, 0],
    [2, 4],
    [3, 6],
  ]);
  const report = await play(playlist([loading.scenario], 'max'), logTarget(forgetful(log, stored)), {
    batchSize: 10,
    retries: { most: 5, firstPauseMs: 1 },
  });
  expect(report).toMatchObject({ end: { kind: 'done' }, sent: 26 });
  const ids: unknown[] = [];
  for await (const { bytes } of log.read(record)) ids.push(JSON.parse(Buffer.from(bytes).toString()).id);
  expect(ids).toEqual(loading.scenario.events.map(({ id }) => id));
});
