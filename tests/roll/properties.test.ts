import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { PATHWAYS } from '../../events/vocabulary.ts';
import { pathwayByState, pathwayOf } from '../../machines/pathway.ts';
import type { Flow } from '../../src/readmodels/flows.ts';
import { type RollDocument, RollModel, rollDocument } from '../../src/readmodels/roll-document.ts';
import type { Account } from '../../src/roll/accounts.ts';
import { Fold } from '../../src/roll/fold.ts';
import { REFUSAL_CODES, type Transition } from '../../src/roll/outcome.ts';
import { Settlement } from '../../src/roll/settlement.ts';
import type { View } from '../../src/roll/view.ts';
import { correctedLogs, factLogs, wildLogs } from '../support/arbitrary-logs.ts';
import { bytesOf, type EventJson, EXAMPLE_SOURCE } from '../support/examples.ts';
import { asKnown, asOf, dayOf, kernels, wholeRollOf, written } from '../support/roll-scenario.ts';

vi.setConfig({ testTimeout: 60_000 });

const runs = { numRuns: 40 };
const home = { theatre: null, timeline: null };
const FAR: View = { asOfMs: Date.UTC(9999, 0, 1) };
const days = fc.integer({ min: 1, max: 60 });
const views: fc.Arbitrary<View> = fc.oneof(
  fc.constant({}),
  days.map(asOf),
  days.map(asKnown),
  fc.tuple(days, days).map(([happened, known]) => ({ ...asOf(happened), ...asKnown(known) })),
);

const entries = (log: readonly (EventJson | Uint8Array)[]) =>
  log.map((event, index) => ({
    seq: index + 1,
    bytes: event instanceof Uint8Array ? event : bytesOf(event),
    home: {},
  }));
const rollOf = (log: readonly (EventJson | Uint8Array)[], view: View = {}) => wholeRollOf(entries(log), view);

/** What a roll says of persons: without the places of events in the log and what was counted of them. */
function standing({ time, phase, pathways, losses, unaccounted, inflow, contingents, flows }: RollDocument) {
  return { time, phase, pathways, losses, unaccounted, inflow, contingents, flows };
}

/** The refusals by event rather than by place. */
function refusalsById({ refusals }: RollDocument) {
  return refusals.map(({ id, code, message }) => `${id} ${code} ${message}`).sort();
}

/** What stands in every account by what went in and came out. */
function balances(flows: readonly Flow[]): Map<Account, number> {
  const sums = new Map<Account, number>();
  for (const { from, to, persons } of flows) {
    sums.set(from, (sums.get(from) ?? 0) - persons);
    sums.set(to, (sums.get(to) ?? 0) + persons);
  }
  return sums;
}

/** Follows a log entry by entry and hands out the fold after each. */
function follow(
  log: readonly EventJson[],
  after: (fold: Fold<RollModel>, transition: Transition | null) => void,
) {
  const settlement = new Settlement();
  const fold = new Fold(kernels, {}, new RollModel());
  for (const entry of entries(log)) {
    const settled = settlement.take(entry);
    if (settled.kind === 'fact') {
      const verdict = fold.take(settled);
      after(fold, verdict.kind === 'accepted' ? verdict.transition : null);
    } else {
      fold.note(settled);
      after(fold, null);
    }
  }
  return fold;
}

test('the logs that are tried reach every state and every code of refusal', async () => {
  const seen = new Set<string>();
  for (const log of fc.sample(factLogs(true), { seed: 1, numRuns: 80 })) {
    follow(log, (_fold, transition) => {
      for (const { after } of transition?.moves ?? []) seen.add(after.value);
    });
  }
  for (const log of fc.sample(wildLogs, { seed: 1, numRuns: 60 })) {
    const { refusals, counts } = await rollOf(log);
    for (const { code } of refusals) seen.add(code);
    if (counts.duplicates > 0) seen.add('duplicate');
    if (counts.retracted > 0) seen.add('retracted');
  }
  for (const wanted of [...pathwayByState.keys(), ...REFUSAL_CODES, 'duplicate', 'retracted']) {
    if (wanted !== 'absent') expect(seen).toContain(wanted);
  }
});

describe('whatever the log', () => {
  test('the fold answers in every view and counts every entry once', async () => {
    await fc.assert(
      fc.asyncProperty(wildLogs, views, async (log, view) => {
        const roll = await rollOf(log, view);
        const { accepted, refused, duplicates, retracted } = roll.counts;
        expect(roll.seq).toBe(log.length);
        expect(refused).toBe(roll.refusals.length);
        expect(accepted + refused + duplicates + retracted).toBeLessThanOrEqual(log.length);
        if (view.asOfMs === undefined && view.asKnownMs === undefined) {
          expect(accepted + refused + duplicates + retracted).toBe(log.length);
        }
        expect(roll.balance).toBe(0);
      }),
      runs,
    );
  });

  test('the same log gives the same roll', async () => {
    await fc.assert(
      fc.asyncProperty(wildLogs, views, async (log, view) => {
        const roll = await rollOf(log, view);
        expect(JSON.stringify(await rollOf(log, view))).toBe(JSON.stringify(roll));
      }),
      runs,
    );
  });
});

describe('after every event', () => {
  test('heads are conserved: who came in stands somewhere, is lost, or is unaccounted for', () => {
    fc.assert(
      fc.property(factLogs(true), (log) => {
        follow(log, ({ contingents, readModel: { distribution } }) => {
          const states = [...contingents.values()];
          const sum = (of: (state: (typeof states)[number]) => number) =>
            states.reduce((total, state) => total + of(state), 0);
          const present = sum(({ context }) => context.strength.best);
          const { killed, missing, wounded } = distribution.losses;
          expect(killed).toBe(sum(({ context }) => context.killed));
          expect(missing).toBe(sum(({ context }) => context.missing));
          expect(wounded).toBe(sum(({ context }) => context.wounded));
          expect(distribution.unaccounted).toBe(sum(({ context }) => context.unaccounted));
          expect(present + killed + missing + distribution.unaccounted).toBe(distribution.inflow.best);
          expect(distribution.balance).toBe(0);
        });
      }),
      runs,
    );
  });

  test('every strength has low ≤ best ≤ high, and only the closed have none', () => {
    fc.assert(
      fc.property(factLogs(true), (log) => {
        follow(log, ({ contingents }) => {
          for (const { value, context } of contingents.values()) {
            const { low, best, high } = context.strength;
            expect(0 <= low && low <= best && best <= high).toBe(true);
            expect(best === 0).toBe(value === 'closed');
          }
        });
      }),
      runs,
    );
  });

  test('postings are positive and sum to what every pathway gained or lost', () => {
    fc.assert(
      fc.property(factLogs(true), (log) => {
        let before = new RollModel().distribution.pathways();
        follow(log, ({ readModel }, transition) => {
          const now = readModel.distribution.pathways();
          const posted = transition === null ? [] : transition.moves.flatMap(({ postings }) => postings);
          const gained = balances(posted);
          for (const pathway of PATHWAYS) {
            expect(now[pathway].best - before[pathway].best).toBe(gained.get(pathway) ?? 0);
          }
          expect(posted.every(({ persons, from, to }) => persons > 0 && from !== to)).toBe(true);
          before = now;
        });
      }),
      runs,
    );
  });

  test('the pathways are the sums of the contingents that stand in them', () => {
    fc.assert(
      fc.property(factLogs(true), (log) => {
        follow(log, ({ contingents, readModel }) => {
          const sums = new RollModel().distribution.pathways();
          const expected = Object.fromEntries(PATHWAYS.map((pathway) => [pathway, { ...sums[pathway] }]));
          for (const { value, context } of contingents.values()) {
            const total = expected[pathwayOf(value) ?? ''];
            if (total === undefined) continue;
            const { low, best, high } = context.strength;
            expected[pathwayOf(value) ?? ''] = {
              low: total.low + low,
              best: total.best + best,
              high: total.high + high,
              contingents: total.contingents + 1,
            };
          }
          expect(readModel.distribution.pathways()).toEqual(expected);
        });
      }),
      runs,
    );
  });

  test('an event that is refused changes nothing', () => {
    fc.assert(
      fc.property(factLogs(false), (log) => {
        let before = '';
        follow(log, (fold, transition) => {
          const picture = JSON.stringify([[...fold.contingents], fold.phase, fold.time]);
          if (transition === null) expect(picture).toBe(before === '' ? picture : before);
          before = picture;
        });
      }),
      runs,
    );
  });
});

test('flows say of every account what stands in it', async () => {
  await fc.assert(
    fc.asyncProperty(correctedLogs, views, async (log, view) => {
      const roll = await rollOf(log, view);
      const sums = balances(roll.flows);
      const standsIn = (account: Account) => sums.get(account) ?? 0;
      expect(0 - standsIn('inflow')).toBe(roll.inflow.best);
      expect(standsIn('killed')).toBe(roll.losses.killed);
      expect(standsIn('missing')).toBe(roll.losses.missing);
      expect(standsIn('unaccounted')).toBe(roll.unaccounted);
      for (const pathway of PATHWAYS) expect(standsIn(pathway)).toBe(roll.pathways[pathway].best);
    }),
    runs,
  );
});

describe('views agree', () => {
  test('as of the end of time is now, when the log is in the order of time', async () => {
    await fc.assert(
      fc.asyncProperty(factLogs(true), async (log) => {
        expect(await rollOf(log, FAR)).toEqual(await rollOf(log));
      }),
      runs,
    );
  });

  test('as of a day is now of the log sorted by time and cut at that day', async () => {
    await fc.assert(
      fc.asyncProperty(factLogs(false), days, async (log, day) => {
        const instant = (event: EventJson) => Date.parse(String(event['time']));
        const sorted = log
          .toSorted((a, b) => instant(a) - instant(b))
          .filter((event) => instant(event) <= Date.parse(dayOf(day)));
        const [then, now] = [await rollOf(log, asOf(day)), await rollOf(sorted)];
        expect(standing(then)).toEqual(standing(now));
        expect(refusalsById(then)).toEqual(refusalsById(now));
        expect(then.counts).toEqual(now.counts);
      }),
      runs,
    );
  });

  test('as known on a day is now of what had been observed by then', async () => {
    await fc.assert(
      fc.asyncProperty(factLogs(false), days, async (log, day) => {
        const known = log.filter(
          (event) => Date.parse(String(event['observedtime'] ?? event['time'])) <= Date.parse(dayOf(day)),
        );
        const [then, now] = [await rollOf(log, asKnown(day)), await rollOf(known)];
        expect(standing(then)).toEqual(standing(now));
        expect(refusalsById(then)).toEqual(refusalsById(now));
        expect(then.counts).toEqual(now.counts);
      }),
      runs,
    );
  });

  test('a log followed entry by entry is at every place the roll of the log up to there', async () => {
    await fc.assert(
      fc.asyncProperty(factLogs(false), fc.nat(), async (log, place) => {
        const prefix = log.slice(0, 1 + (place % log.length));
        const followed = follow(prefix, () => {});
        expect(rollDocument(home, prefix.length, followed)).toEqual(await rollOf(prefix));
      }),
      runs,
    );
  });
});

describe('corrections', () => {
  test('a retraction is as if the event had never been there', async () => {
    await fc.assert(
      fc.asyncProperty(factLogs(false), fc.nat(), views, async (log, place, view) => {
        const index = place % log.length;
        const target = { source: EXAMPLE_SOURCE, id: log[index]?.['id'] };
        const retraction = written(1, {
          type: 'event.retracted',
          id: 'retraction',
          observedtime: '2000-01-01T00:00:00Z',
          data: { target, reason: 'a hoax' },
        });
        const retracted = await rollOf([...log, retraction], view);
        const never = await rollOf(log.toSpliced(index, 1), view);
        expect(standing(retracted)).toEqual(standing(never));
        expect(refusalsById(retracted)).toEqual(refusalsById(never));
        expect(retracted.counts.accepted).toBe(never.counts.accepted + 1);
      }),
      runs,
    );
  });

  test('what is undone is as if nothing had been said of the event', async () => {
    await fc.assert(
      fc.asyncProperty(
        factLogs(false),
        fc.nat(),
        fc.array(fc.constantFrom('retract', 'correct', 'reinstate'), { maxLength: 4 }),
        views,
        async (log, place, said, view) => {
          const target = { source: EXAMPLE_SOURCE, id: log[place % log.length]?.['id'] };
          const about = { target, reason: 'a mistake' };
          const attributes = { observedtime: dayOf(60), reporter: 'another' };
          const events = {
            retract: { type: 'event.retracted', data: about },
            correct: { type: 'event.corrected', data: { ...about, time: dayOf(1), attributes } },
            reinstate: { type: 'event.reinstated', data: about },
          };
          const changes = [...said, 'reinstate' as const].map((kind, index) =>
            written(1, { id: `c${index}`, observedtime: '2000-01-01T00:00:00Z', ...events[kind] }),
          );
          const [undone, never] = [await rollOf([...log, ...changes], view), await rollOf(log, view)];
          const { counts, seq } = never;
          expect(undone).toEqual({
            ...never,
            seq: seq + changes.length,
            counts: { ...counts, accepted: counts.accepted + changes.length },
          });
        },
      ),
      runs,
    );
  });

  test('a correction is as if the event had been written so', async () => {
    await fc.assert(
      fc.asyncProperty(
        factLogs(false),
        fc.nat(),
        fc.nat(),
        days,
        fc.option(days, { nil: undefined }),
        views,
        async (log, place, from, day, known, view) => {
          const index = place % log.length;
          const old = log[index] ?? {};
          const model = log[from % log.length] ?? {};
          const same = model['type'] === old['type'] ? model['data'] : old['data'];
          const data = 'strength' in Object(same) ? { ...Object(same), strength: day } : same;
          const correction = written(1, {
            type: 'event.corrected',
            id: 'correction',
            observedtime: '2000-01-01T00:00:00Z',
            data: {
              target: { source: EXAMPLE_SOURCE, id: old['id'] },
              reason: 'a typo',
              time: dayOf(day),
              data,
              ...(known !== undefined && { attributes: { observedtime: dayOf(known) } }),
            },
          });
          const observedtime = known === undefined ? (old['observedtime'] ?? old['time']) : dayOf(known);
          const rewritten = log.with(index, { ...old, time: dayOf(day), data, observedtime });
          const [corrected, so] = [await rollOf([...log, correction], view), await rollOf(rewritten, view)];
          expect(standing(corrected)).toEqual(standing(so));
          expect(corrected.refusals).toEqual(so.refusals);
          expect(corrected.counts).toEqual({ ...so.counts, accepted: so.counts.accepted + 1 });
        },
      ),
      runs,
    );
  });
});
