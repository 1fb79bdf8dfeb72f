import { describe, expect, test } from 'vitest';
import type { RollDocument } from '../../src/readmodels/roll-document.ts';
import type { EventJson } from '../support/examples.ts';
import {
  asKnown,
  asOf,
  corrected,
  dayOf,
  deployed,
  fact,
  retracted,
  rollOf,
  warEnded,
} from '../support/roll-scenario.ts';

const strengths = ({ contingents }: Pick<RollDocument, 'contingents'>) =>
  Object.fromEntries(contingents.map(({ id, strength }) => [id, strength.best]));
const states = ({ contingents }: Pick<RollDocument, 'contingents'>) =>
  Object.fromEntries(contingents.map(({ id, state }) => [id, state]));
const codes = ({ refusals }: Pick<RollDocument, 'refusals'>) => refusals.map(({ seq, code }) => [seq, code]);
const payload = (strength: number) => ({ strength, kind: 'infantry', origin: '11th Corps' });
const reinforced = (id: string, strength: number) => fact('contingent.reinforced', id, { strength });

describe('a retraction', () => {
  test('makes the roll as if the event had never been there', async () => {
    const roll = await rollOf([deployed('alpha'), deployed('bravo'), retracted('e2')]);
    expect(strengths(roll)).toEqual({ alpha: 1000 });
    expect(roll.inflow.best).toBe(1000);
    expect(roll.flows).toEqual([{ from: 'inflow', to: 'deployed', persons: 1000 }]);
    expect(roll.counts).toEqual({ accepted: 2, refused: 0, duplicates: 0, retracted: 1 });
    expect(roll.seq).toBe(3);
  });

  test('has what followed judged afresh: refused now, or accepted now', async () => {
    const log = [
      deployed('alpha'),
      warEnded(),
      fact('contingent.integrated', 'alpha', { status: 'formal', region: 'kursk' }),
      fact('contingent.committed', 'alpha', {}),
    ];
    expect(codes(await rollOf(log))).toEqual([[4, 'not-allowed']]);
    const roll = await rollOf([...log, retracted('e2')]);
    expect(codes(roll)).toEqual([[3, 'not-allowed']]);
    expect(states(roll)).toEqual({ alpha: 'deployed.committed' });
    expect(roll.phase).toEqual({ name: 'hostilities' });
  });

  test('of an event that was refused is accepted, and the refusal is gone', async () => {
    const roll = await rollOf([reinforced('alpha', 5), retracted('e1')]);
    expect(roll.refusals).toEqual([]);
    expect(roll.counts).toEqual({ accepted: 1, refused: 0, duplicates: 0, retracted: 1 });
  });

  test('of what is retracted already is accepted and changes nothing', async () => {
    const once = await rollOf([deployed('alpha'), deployed('bravo'), retracted('e2')]);
    const twice = await rollOf([deployed('alpha'), deployed('bravo'), retracted('e2'), retracted('e2')]);
    expect(twice).toEqual({ ...once, seq: 4, counts: { ...once.counts, accepted: 3 } });
  });

  test('leaves the identity used: a repeat is still a duplicate, anything else a conflict', async () => {
    const repeat = { ...deployed('alpha'), id: 'e1', time: dayOf(1) };
    const other = { ...deployed('bravo'), id: 'e1' };
    const roll = await rollOf([deployed('alpha'), retracted('e1'), repeat, other]);
    expect(roll.contingents).toEqual([]);
    expect(codes(roll)).toEqual([[4, 'conflict']]);
    expect(roll.counts).toEqual({ accepted: 1, refused: 1, duplicates: 1, retracted: 1 });
  });

  test('names its target by source and id', async () => {
    const elsewhere = fact('event.retracted', null, {
      target: { source: '/elsewhere', id: 'e1' },
      reason: 'a hoax',
    });
    expect(codes(await rollOf([deployed('alpha'), elsewhere]))).toEqual([[2, 'unknown-target']]);
  });

  test('reaches back only: what comes after it in the log is no target', async () => {
    const roll = await rollOf([retracted('e2'), deployed('alpha')]);
    expect(codes(roll)).toEqual([[1, 'unknown-target']]);
    expect(strengths(roll)).toEqual({ alpha: 1000 });
  });

  test('of an information fact takes it off the count', async () => {
    const roll = await rollOf([fact('milestone.reached', null, { kind: 'treaty' }), retracted('e1')]);
    expect(roll.counts).toEqual({ accepted: 1, refused: 0, duplicates: 0, retracted: 1 });
    expect(roll.time).toBeNull();
  });
});

describe('a correction of the payload', () => {
  test('takes the place of the old one, at its place in the log', async () => {
    const log = [deployed('alpha'), fact('casualty.recorded', 'alpha', { killed: 999 })];
    const roll = await rollOf([...log, corrected('e1', { data: payload(2000) })]);
    expect(strengths(roll)).toEqual({ alpha: 1001 });
    expect(roll.counts).toEqual({ accepted: 3, refused: 0, duplicates: 0, retracted: 0 });
  });

  test('is the whole new payload: what it leaves out is gone', async () => {
    const suspect = deployed('alpha', 1000, { reliability: 'suspect' });
    const roll = await rollOf([suspect, corrected('e1', { data: payload(1000) })]);
    expect(roll.contingents.map(({ reliability }) => reliability)).toEqual(['mixed']);
  });

  test('has the event judged afresh: a refused one may be accepted', async () => {
    const log = [deployed('alpha', 10), fact('casualty.recorded', 'alpha', { killed: 11 })];
    expect(codes(await rollOf(log))).toEqual([[2, 'conservation']]);
    const roll = await rollOf([...log, corrected('e2', { data: { killed: 1 } })]);
    expect(roll.refusals).toEqual([]);
    expect(roll.losses.killed).toBe(1);
  });

  test('and an accepted one may be refused', async () => {
    const log = [deployed('alpha', 10), fact('casualty.recorded', 'alpha', { killed: 1 })];
    const roll = await rollOf([...log, corrected('e2', { data: { killed: 11 } })]);
    expect(codes(roll)).toEqual([[2, 'conservation']]);
    expect(roll.losses.killed).toBe(0);
  });

  test('gets the defaults of its type', async () => {
    const roll = await rollOf([
      warEnded({ foreignTroopsBarred: true }),
      corrected('e1', { data: { variant: 'armistice' } }),
    ]);
    expect(roll.phase).toEqual({ name: 'ended', variant: 'armistice', foreignTroopsBarred: false });
  });

  test('that is malformed is refused, uses up its identity and changes nothing', async () => {
    const wrong = { ...corrected('e1', { data: { strength: 5 } }), id: 'c', time: dayOf(2) };
    const roll = await rollOf([
      deployed('alpha'),
      wrong,
      wrong,
      { ...corrected('e1', { data: payload(5) }), id: 'c', time: dayOf(2) },
    ]);
    expect(strengths(roll)).toEqual({ alpha: 1000 });
    expect(codes(roll)).toEqual([
      [2, 'malformed'],
      [4, 'conflict'],
    ]);
    expect(roll.counts.duplicates).toBe(1);
  });

  test('of an unknown target uses up its identity too', async () => {
    const early = { ...retracted('e2'), id: 'c', time: dayOf(1) };
    const roll = await rollOf([early, deployed('alpha'), early]);
    expect(strengths(roll)).toEqual({ alpha: 1000 });
    expect(roll.counts).toMatchObject({ refused: 1, duplicates: 1 });
  });

  test('a repeat of a correction is a duplicate and does not become the last one', async () => {
    const first = { ...corrected('e1', { data: payload(1) }), id: 'c', time: dayOf(2) };
    const roll = await rollOf([deployed('alpha'), first, corrected('e1', { data: payload(2) }), first]);
    expect(strengths(roll)).toEqual({ alpha: 2 });
    expect(roll.counts.duplicates).toBe(1);
  });
});

describe('a correction of the time', () => {
  const log = [deployed('alpha'), warEnded(), deployed('bravo')];

  test('leaves the event at its place in the log', async () => {
    const roll = await rollOf([...log, corrected('e3', { time: dayOf(1) })]);
    expect(states(roll)).toEqual({ alpha: 'warEnded', bravo: 'warEnded' });
  });

  test('moves it to its new place in a view by time', async () => {
    const roll = await rollOf([...log, corrected('e3', { time: '2025-01-01T12:00:00Z' })], asOf(2));
    expect(states(roll)).toEqual({ alpha: 'warEnded', bravo: 'warEnded' });
    expect(roll.flows).toEqual([
      { from: 'deployed', to: 'war-ended', persons: 2000 },
      { from: 'inflow', to: 'deployed', persons: 2000 },
    ]);
  });

  test('takes it out of a view that looks less far, and into one that looks as far', async () => {
    const later = [...log, corrected('e1', { time: dayOf(20) })];
    expect(states(await rollOf(later, asOf(19)))).toEqual({ bravo: 'warEnded' });
    expect(states(await rollOf(later, asOf(20)))).toEqual({ alpha: 'warEnded', bravo: 'warEnded' });
  });

  test('is the time that the roll shows', async () => {
    expect((await rollOf([...log, corrected('e1', { time: dayOf(20) })])).time).toBe(dayOf(20));
    expect((await rollOf([...log, corrected('e3', { time: dayOf(1) })])).time).toBe(dayOf(2));
  });

  test('does not change when the event became known', async () => {
    const later = [...log, corrected('e1', { time: dayOf(20) }, { observedtime: dayOf(1) })];
    expect(states(await rollOf(later, asKnown(1)))).toEqual({ alpha: 'deployed.staging' });
  });
});

describe('of several corrections of one target the last in the log counts, whole', () => {
  const both = corrected('e1', { time: dayOf(20), data: payload(1) });

  test('what it leaves out falls back to the log, not to the one before', async () => {
    const timeOnly = await rollOf([deployed('alpha'), both, corrected('e1', { time: dayOf(30) })]);
    expect([strengths(timeOnly), timeOnly.time]).toEqual([{ alpha: 1000 }, dayOf(30)]);
    const dataOnly = await rollOf([deployed('alpha'), both, corrected('e1', { data: payload(2) })]);
    expect([strengths(dataOnly), dataOnly.time]).toEqual([{ alpha: 2 }, dayOf(1)]);
  });

  test('in the order of the log, whatever their times', async () => {
    const roll = await rollOf([
      deployed('alpha'),
      corrected('e1', { data: payload(1) }, { time: dayOf(50) }),
      corrected('e1', { data: payload(2) }, { time: dayOf(2) }),
    ]);
    expect(strengths(roll)).toEqual({ alpha: 2 });
  });

  test('a correction after a retraction re-instates the event', async () => {
    const roll = await rollOf([deployed('alpha'), retracted('e1'), corrected('e1', { data: payload(7) })]);
    expect(strengths(roll)).toEqual({ alpha: 7 });
    expect(roll.counts).toEqual({ accepted: 3, refused: 0, duplicates: 0, retracted: 0 });
  });

  test('a retraction after a correction takes it out', async () => {
    const roll = await rollOf([deployed('alpha'), corrected('e1', { data: payload(7) }), retracted('e1')]);
    expect(roll.contingents).toEqual([]);
    expect(roll.counts).toEqual({ accepted: 2, refused: 0, duplicates: 0, retracted: 1 });
  });

  test('a refused correction does not count as the last', async () => {
    const wrong = corrected('e1', { data: { strength: -1 } });
    const roll = await rollOf([deployed('alpha'), corrected('e1', { data: payload(7) }), wrong]);
    expect(strengths(roll)).toEqual({ alpha: 7 });
  });
});

describe('corrections in views', () => {
  test('the time of a correction never hides it from an as-of view', async () => {
    const roll = await rollOf([deployed('alpha'), retracted('e1', { time: dayOf(300) })], asOf(1));
    expect(roll.contingents).toEqual([]);
    expect(roll.counts).toEqual({ accepted: 1, refused: 0, duplicates: 0, retracted: 1 });
  });

  test('as known on a day it counts when it was observed by then', async () => {
    const log = [
      deployed('alpha'),
      corrected('e1', { data: payload(7) }, { observedtime: dayOf(10) }),
      retracted('e1', { observedtime: dayOf(20) }),
    ];
    const view = async (day: number) => {
      const roll = await rollOf(log, asKnown(day));
      return [strengths(roll), roll.counts.accepted, roll.counts.retracted];
    };
    expect(await view(9)).toEqual([{ alpha: 1000 }, 1, 0]);
    expect(await view(10)).toEqual([{ alpha: 7 }, 2, 0]);
    expect(await view(19)).toEqual([{ alpha: 7 }, 2, 0]);
    expect(await view(20)).toEqual([{}, 2, 1]);
  });

  test('the last one known counts, in the order of the log', async () => {
    const log = [
      deployed('alpha'),
      corrected('e1', { data: payload(1) }, { observedtime: dayOf(30) }),
      corrected('e1', { data: payload(2) }, { observedtime: dayOf(20) }),
    ];
    expect(strengths(await rollOf(log, asKnown(25)))).toEqual({ alpha: 2 });
    expect(strengths(await rollOf(log, asKnown(35)))).toEqual({ alpha: 2 });
    expect(strengths(await rollOf(log, asKnown(15)))).toEqual({ alpha: 1000 });
  });

  test('a retracted event counts as retracted only where a view would have held it', async () => {
    const log: EventJson[] = [
      deployed('alpha', 1000, {}),
      { ...deployed('bravo'), time: dayOf(40) },
      retracted('e2', { observedtime: dayOf(1) }),
    ];
    expect((await rollOf(log, asOf(39))).counts.retracted).toBe(0);
    expect((await rollOf(log, asOf(40))).counts.retracted).toBe(1);
    expect((await rollOf(log, asKnown(39))).counts.retracted).toBe(0);
    expect((await rollOf(log, asKnown(40))).counts.retracted).toBe(1);
  });

  test('a correction that is refused is refused in every view', async () => {
    const log = [deployed('alpha'), retracted('e9', { observedtime: dayOf(300) })];
    for (const view of [{}, asOf(1), asKnown(1), { asKnownMs: 0 }]) {
      expect(codes(await rollOf(log, view))).toEqual([[2, 'unknown-target']]);
    }
  });

  test('a target need not be in the view to be known', async () => {
    const log = [{ ...deployed('alpha'), observedtime: dayOf(50) }, retracted('e1')];
    const roll = await rollOf(log, asKnown(10));
    expect(roll.counts).toEqual({ accepted: 1, refused: 0, duplicates: 0, retracted: 0 });
  });
});
