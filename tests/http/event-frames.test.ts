import { expect, test } from 'vitest';
import { framesOf } from '../../src/http/event-frames.ts';
import { append, deployed, event, newLog, rollAt, serviceOver } from '../service/workbench.ts';

/** What a roll's readers are given of a deployment, a refusal and their distribution. */
async function someUpdates() {
  const log = await newLog();
  const service = await serviceOver(log);
  const roll = await rollAt(
    service,
    await append(log, [deployed('alpha', 100), event('contingent.committed', 'nobody', {})]),
  );
  const distribution = { kind: 'distribution', seq: 2, distribution: roll.distribution() } as const;
  const ended = AbortSignal.timeout(60_000);
  const told = [];
  for await (const updates of roll.updateBatches(0, ended)) {
    told.push(...updates.filter(({ kind }) => kind !== 'distribution'));
    if (told.length === 2) break;
  }
  const [transition, refusal] = told;
  if (transition === undefined || refusal === undefined) throw new Error('Too little was told');
  return { transition, refusal, distribution };
}

const textOf = ({ bytes }: { readonly bytes: Uint8Array }) => Buffer.from(bytes).toString();
const idsIn = (text: string) => [...text.matchAll(/^id: (\d+)$/gm)].map(([, id]) => Number(id));

test('a batch is made once for all who stand at the same place, whatever they were sent before', async () => {
  const { transition, refusal, distribution } = await someUpdates();
  const batch = [transition, distribution, refusal];

  const frames = framesOf(batch, 0);

  expect(framesOf(batch, null)).toBe(frames);
  expect(frames.last).toBe(2);
  expect(idsIn(textOf(frames))).toEqual([1, 1, 2]);
  expect(textOf(frames).match(/^event: \w+$/gm)).toEqual([
    'event: transition',
    'event: distribution',
    'event: refusal',
  ]);
});

test('a distribution that comes first has the id of what its reader was sent last', async () => {
  const { transition, distribution } = await someUpdates();
  const batch = [distribution, transition];

  const [fresh, one, other] = [framesOf(batch, null), framesOf(batch, 0), framesOf(batch, 0)];

  expect([fresh, one].map((frames) => idsIn(textOf(frames)))).toEqual([
    [2, 1],
    [0, 1],
  ]);
  expect(other).toBe(one);
  expect(framesOf([distribution], 1).last).toBe(1);
  expect(framesOf([distribution], null).last).toBe(2);
});
