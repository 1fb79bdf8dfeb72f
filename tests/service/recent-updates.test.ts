import { expect, test } from 'vitest';
import { RecentUpdates } from '../../src/service/recent-updates.ts';
import type { Update } from '../../src/service/service.ts';
import { append, deployed, newLog, rollAt, serviceOver } from './workbench.ts';

/** Updates of a roll of so many contingents: each deployment, and the distribution of the last. */
async function someUpdates(count: number) {
  const log = await newLog();
  const roll = await rollAt(
    await serviceOver(log),
    await append(
      log,
      Array.from({ length: count }, (_, index) => deployed(`unit-${index}`, 1)),
    ),
  );
  const transitions: Update[] = [];
  const ended = new AbortController();
  for await (const update of roll.updates(0, ended.signal)) {
    if (update.kind === 'distribution') break;
    transitions.push(update);
  }
  const distribution = (seq: number): Update => ({
    kind: 'distribution',
    seq,
    distribution: { ...roll.distribution(), seq },
  });
  return { transitions, distribution };
}

const told = (updates: readonly Update[] = []) => updates.map(({ kind, seq }) => `${kind} ${seq}`);

test('of the distributions the last alone is kept, whoever reads from wherever', async () => {
  const { transitions, distribution } = await someUpdates(3);
  const recent = new RecentUpdates({ items: 100, bytes: 10_000 }, 0);
  for (const transition of transitions) {
    recent.put(transition, 10);
    recent.put(distribution(transition.seq), 10);
  }
  const batchAt = (place: number) => {
    const batch = recent.batchAt(place);
    return batch === 'gone' || batch === undefined ? batch : [told(batch.updates), batch.next];
  };
  expect(batchAt(0)).toEqual([['transition 1', 'transition 2', 'transition 3', 'distribution 3'], 6]);
  expect(batchAt(1)).toEqual([['transition 2', 'transition 3', 'distribution 3'], 6]);
  expect(batchAt(5)).toEqual([['distribution 3'], 6]);
  expect(batchAt(6)).toBeUndefined();
  for (const seq of [0, 1, 2]) {
    const [updates] = batchAt(recent.placeAfter(seq) ?? Number.NaN) ?? [];
    expect(updates).toEqual([...told(transitions.slice(seq)), 'distribution 3']);
  }
  expect(recent.placeAfter(3)).toBe(6);
});

test('a place that is kept no more is gone, and after its entry there is no place', async () => {
  const { transitions, distribution } = await someUpdates(3);
  const recent = new RecentUpdates({ items: 3, bytes: 10_000 }, 0);
  for (const transition of transitions) {
    recent.put(transition, 10);
    recent.put(distribution(transition.seq), 10);
  }
  expect(recent.batchAt(2)).toBe('gone');
  expect([0, 1].map((seq) => recent.placeAfter(seq))).toEqual([null, null]);
  expect(recent.batchAt(recent.placeAfter(2) ?? Number.NaN)).toMatchObject({ next: 6 });
});
