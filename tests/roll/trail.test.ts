import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type RollDocument, RollModel, rollDocument } from '../../src/readmodels/roll-document.ts';
import { foldLog } from '../../src/roll/fold.ts';
import type { RawEntry } from '../../src/roll/settlement.ts';
import { Trail } from '../../src/roll/trail.ts';
import type { View } from '../../src/roll/view.ts';
import { correctedLogs, factLogs, wildLogs } from '../support/arbitrary-logs.ts';
import { corrected, dayOf, deployed, kernels, logOf } from '../support/roll-scenario.ts';

const HOME = { theatre: null, timeline: null };
const SPACING = { facts: 4, contingentsKept: 60 };

/** Reads a log, and remembers how many entries that took. */
class Reader {
  count = 0;
  readonly #log: readonly RawEntry[];

  constructor(log: readonly RawEntry[]) {
    this.#log = log;
  }

  readonly read = (range: { readonly from: number; readonly to: number }): readonly RawEntry[] => {
    const entries = this.#log.slice(range.from - 1, range.to);
    this.count += entries.length;
    return entries;
  };
}

async function fromTheStart(log: readonly RawEntry[], to: number, view: View): Promise<RollDocument> {
  const { fold, length } = await foldLog(
    kernels,
    () => log.slice(0, to),
    view,
    () => new RollModel(),
  );
  return rollDocument(HOME, length, fold);
}

const trail = (order: 'log' | 'time') => new Trail(kernels, order, SPACING, () => new RollModel());

const logs = fc
  .tuple(fc.oneof(wildLogs, correctedLogs, factLogs(true)), correctedLogs)
  .map(([some, others]) => logOf([...some, ...others]));
const instant = fc.option(
  fc
    .integer({ min: 0, max: 62 })
    .map((day) => (day === 62 ? Number.POSITIVE_INFINITY : Date.parse(dayOf(day)))),
  { nil: undefined },
);
const questions = fc.array(fc.record({ part: fc.nat(1_000), asOfMs: instant, asKnownMs: instant }), {
  minLength: 1,
  maxLength: 8,
});

test('a view from a trail is the one that is folded from the first entry', async () => {
  await fc.assert(
    fc.asyncProperty(logs, questions, async (log, asked) => {
      const { read } = new Reader(log);
      const trails = { log: trail('log'), time: trail('time') };
      for (const { part, asOfMs, asKnownMs } of asked) {
        const to = Math.round((part / 1_000) * log.length);
        const view = {
          ...(asOfMs !== undefined && { asOfMs }),
          ...(asKnownMs !== undefined && { asKnownMs }),
        };
        const { fold, length } = await trails[asOfMs === undefined ? 'log' : 'time'].fold(read, to, view);
        expect(rollDocument(HOME, length, fold)).toEqual(await fromTheStart(log, to, view));
      }
    }),
    { numRuns: 60 },
  );
});

describe('what a trail reads again', () => {
  const spacing = { facts: 100, contingentsKept: 1_000_000 };
  const days = 1_000;
  const deployments = Array.from({ length: days }, (_, index) => deployed(`c-${index}`));
  const asOf = (day: number) => ({ asOfMs: Date.parse(dayOf(day)) });

  /** A trail of a log, and how many entries each further view reads. */
  async function laid(order: 'log' | 'time', log: readonly RawEntry[]) {
    const reader = new Reader(log);
    const kept = new Trail(kernels, order, spacing, () => new RollModel());
    await kept.fold(reader.read, log.length, order === 'log' ? {} : asOf(days));
    return async (to: number, view: View) => {
      reader.count = 0;
      const { fold } = await kept.fold(reader.read, to, view);
      return { contingents: fold.contingents.size, read: reader.count };
    };
  }

  test('is what came since the last milestone, whatever the day', async () => {
    const ask = await laid('time', logOf(deployments));
    for (const day of [1, 99, 100, 550, 999]) {
      const { contingents, read } = await ask(days, asOf(day));
      expect(contingents).toBe(day);
      expect(read).toBeLessThan(500);
    }
  });

  test('is what came since the last milestone, whatever the entry', async () => {
    const ask = await laid('log', logOf(deployments));
    for (const seq of [1, 99, 100, 550, 999]) {
      const { contingents, read } = await ask(seq, {});
      expect(contingents).toBe(seq);
      expect(read).toBeLessThan(500);
    }
  });

  test('begins before what a correction changes, where it is not known', async () => {
    const correction = corrected('e500', { time: dayOf(700) });
    const ask = await laid('time', logOf([...deployments, correction]));
    expect((await ask(days + 1, asOf(600))).contingents).toBe(599);
    expect((await ask(days, asOf(600))).contingents).toBe(600);
    expect((await ask(days, asOf(600))).read).toBeLessThan(600);
  });

  test('is no more after a late report than what came since it happened', async () => {
    const log = logOf(
      [...deployments, deployed('late'), deployed('later')].map((event, index) =>
        index === days ? { ...event, time: dayOf(950) } : event,
      ),
    );
    const reader = new Reader(log);
    const kept = new Trail(kernels, 'time', spacing, () => new RollModel());
    await kept.fold(reader.read, days, asOf(days));
    reader.count = 0;
    const { fold } = await kept.fold(reader.read, days + 2, asOf(950));
    expect(fold.contingents.size).toBe(951);
    expect(reader.count).toBeLessThan(500);
  });
});
