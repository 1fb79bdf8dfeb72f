import { describe, expect, test } from 'vitest';
import { historyOf } from '../../src/inspector/history.ts';
import { statechartOf } from '../../src/inspector/statechart.ts';
import type { LiveRoll } from '../../src/service/service.ts';
import { deployed, event, RECORD, referenceLog, startBench } from '../http/bench.ts';

function rollOf(roll: LiveRoll | undefined): LiveRoll {
  if (roll === undefined) throw new Error('The roll is not there');
  return roll;
}

/** The ids of what has all these classes. */
const marked = (svg: string | null, ...names: string[]) =>
  [...(svg ?? '').matchAll(/class="([^"]*)" data-(?:state|edge|transition)="([^"]*)"/g)]
    .filter(([, classes = '']) => names.every((name) => classes.split(' ').includes(name)))
    .map(([, , id]) => id?.replaceAll('&gt;', '>'));

describe('the statechart of a contingent', () => {
  test.each(['record', 'collapse', 'homecoming'])(
    'of %s shows at each step what the machine did',
    async (name) => {
      const bench = await startBench();
      await bench.post(await referenceLog('record'), 'application/x-ndjson');
      if (name !== 'record') await bench.post(await referenceLog(name), 'application/x-ndjson');
      const roll = rollOf(bench.service.roll(RECORD));
      const { contingents } = await roll.document();
      let taken = 0;
      for (const { id } of contingents) {
        for (const { seq, step } of (await historyOf(roll, id))?.moments ?? []) {
          if (step === null) continue;
          const svg = await statechartOf(roll, id, seq);
          const leaves = marked(svg, 'leaf', 'active');
          expect([id, seq, leaves]).toEqual([id, seq, [step.to]]);
          expect([id, seq, svg?.match(/data-taken="([^"]*)"/)?.[1] ?? null]).toEqual([id, seq, step.taken]);
          taken += step.taken === null ? 0 : 1;
        }
      }
      expect(taken).toBeGreaterThan(5);
    },
  );

  test('marks the line that was taken, and a what-if', async () => {
    const bench = await startBench();
    await bench.log.open(RECORD, { title: 'Supposed', basis: 'hypothetical', base: null });
    await bench.post(deployed('alpha', 10));
    await bench.post(event('contingent.committed', 'alpha', {}));
    await bench.post(event('contingent.captured', 'alpha', { by: 'ukraine' }));
    const roll = rollOf(bench.service.roll(RECORD));

    const svg = await statechartOf(roll, 'alpha', 3);
    expect(marked(svg, 'edge', 'taken')).toEqual(['deployed>captured']);
    expect(svg).toMatch(
      /<g class="caption hypothetical">.*HYPOTHETICAL · ukraine\/record · alpha after entry 3/,
    );
    expect(await statechartOf(roll, 'alpha', 4)).toBeNull();
    expect(await statechartOf(roll, 'nobody', 1)).toBeNull();
  });
});
