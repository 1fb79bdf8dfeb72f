import pLimit from 'p-limit';
import { expect, test } from 'vitest';
import { monotonicClock } from '../../src/service/clock.ts';
import { givingPages, readPages } from '../../src/service/entry-pages.ts';
import type { OutputStream } from '../../src/service/outputs/output-stream.ts';
import { publishOutputs } from '../../src/service/outputs/publish-outputs.ts';
import { RollLog } from '../../src/service/roll-log.ts';
import { countingLog } from './counting-log.ts';
import { append, deployed, newLog, record, rollAt, serviceOver, silent } from './workbench.ts';

async function longLog(entries: number) {
  const counting = countingLog(await newLog());
  const head = await append(
    counting.log,
    Array.from({ length: entries }, (_, index) => deployed(`unit-${index}`, 10)),
  );
  return { ...counting, head };
}

test('who ends to publish outputs in the middle of what was there already reads no more of it', async () => {
  const { log, counts, underWay, head } = await longLog(50);
  const live = await rollAt(await serviceOver(log), head);
  const followed = underWay();
  const ending = new AbortController();
  const stream: OutputStream = {
    most: { outputs: 5, bytes: 1_000_000 },
    standing: async () => ({ checkpoint: null, fence: 0, last: null }),
    append: async () => {
      ending.abort();
      return { kind: 'appended', fence: 1 };
    },
  };
  const options = {
    clock: monotonicClock,
    stream,
    writer: 'w',
    turns: pLimit(1),
    logger: silent,
    onFenceLost: () => {},
  };
  await publishOutputs(live, options, ending.signal);
  await expect.poll(underWay).toBe(followed);
  expect(counts.read).toBeLessThan(50);
});

test('a thread that asks for no more pages of a log ends the reading', async () => {
  const { log, counts, underWay, head } = await longLog(1_500);
  const found = await givingPages(new RollLog(log, record, await log.rolls()), async (port) => {
    for await (const { seq } of readPages(port, { from: 1, to: head })) return seq;
    return null;
  });
  expect(found).toBe(1);
  await expect.poll(underWay).toBe(0);
  expect(counts.read).toBeLessThan(1_500);
});
