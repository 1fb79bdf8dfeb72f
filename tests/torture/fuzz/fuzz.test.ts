import { expect, test } from 'vitest';
import { fuzz } from './fuzz.ts';

// A taste of `npm run torture`, with one seed, so that it is the same each time.
test('hostile input over HTTP and NATS breaks nothing', async () => {
  const { lines } = await fuzz({ seed: 1, inputs: 900, firstBlock: 1, jobs: 1, replays: 1, log: () => {} });

  expect(lines.flatMap(({ server, faults }) => faults.map((fault) => `${server}: ${fault}`))).toEqual([]);
  for (const { inputs, verdicts, replayed } of lines) {
    expect(inputs).toBeGreaterThan(0);
    expect(verdicts).toBeGreaterThan(0);
    expect(replayed).toBeGreaterThan(0);
  }
}, 120_000);
