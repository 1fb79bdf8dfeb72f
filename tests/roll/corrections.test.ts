import { describe, expect, test } from 'vitest';
import type { RollDocument } from '../../src/readmodels/roll-document.ts';
import { type Provenance, provenance } from '../../src/readmodels/transition-document.ts';
import { foldLog } from '../../src/roll/fold.ts';
import type { Transition } from '../../src/roll/outcome.ts';
import type { View } from '../../src/roll/view.ts';
import type { EventJson } from '../support/examples.ts';
import {
  asKnown,
  asOf,
  corrected,
  dayOf,
  deployed,
  fact,
  given,
  kernels,
  logOf,
  reinstated,
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

/** What a view shows of who said each accepted fact. */
async function shown(log: readonly EventJson[], view: View = {}): Promise<readonly Provenance[]> {
  const seen: Provenance[] = [];
  const model = { apply: ({ event }: Transition) => void seen.push(provenance(event)) };
  await foldLog(
    kernels,
    () => logOf(log),
    view,
    () => model,
  );
  // A log with corrections is folded twice.
  const length = (await rollOf(log, view)).counts.accepted;
  return seen.slice(-length);
}

describe('a correction of the attributes', () => {
  const reported = {
    ...deployed('alpha'),
    basis: 'reported',
    reliability: 'B',
    credibility: 2,
    reporter: 'NIS',
    note: 'heard',
    observedtime: dayOf(5),
  };
  const log = [reported, deployed('bravo')];
  const facts = async (changes: readonly EventJson[], view: View = {}) => {
    const roll = await rollOf([...log, ...changes], view);
    return { roll, seen: (await shown([...log, ...changes], view)).filter(({ id }) => id === 'e1') };
  };

  test('is what every reader is shown; what it leaves out is as it was logged', async () => {
    const attributes = { reliability: 'F', credibility: 6, reporter: 'KCNA', claim: 'denial' };
    const { roll, seen } = await facts([corrected('e1', { attributes })]);
    const { claim: _claim, ...logged } = (await facts([])).seen.at(-1) ?? {};
    expect(seen.at(-1)).toEqual({ ...logged, ...attributes });
    expect(strengths(roll)).toEqual({ alpha: 1000, bravo: 1000 });
    expect(roll.counts).toEqual({ accepted: 3, refused: 0, duplicates: 0, retracted: 0 });
  });

  test('is replaced whole by the next one', async () => {
    const { seen } = await facts([
      corrected('e1', { attributes: { reporter: 'KCNA', observedtime: dayOf(1) } }),
      corrected('e1', { attributes: { reliability: 'C' } }),
    ]);
    expect(seen.at(-1)).toMatchObject({ reporter: 'NIS', reliability: 'C', observedtime: dayOf(5) });
  });

  test('goes with a new time and a new payload', async () => {
    const change = { time: dayOf(3), data: payload(7), attributes: { note: 'read' } };
    const { roll, seen } = await facts([corrected('e1', change)]);
    expect(seen.at(-1)).toMatchObject({ time: dayOf(3), observedtime: dayOf(5), note: 'read' });
    expect(strengths(roll)).toEqual({ alpha: 7, bravo: 1000 });
  });

  test.each([
    ['none', {}, '$.data.attributes: expected at least one attribute'],
    ['what is none', { reliability: 'G' }, '$.data.attributes.reliability: '],
    ['one taken away', { reliability: null }, '$.data.attributes.reliability: '],
    [
      'a time without a zone',
      { observedtime: '2025-01-01' },
      '$.data.attributes.observedtime: expected an RFC',
    ],
    ['half a hash', { contenthash: 'sha256:0f' }, '$.data.attributes.contenthash: expected sha256:'],
    ['a slip', { realiability: 'A' }, '$.data.attributes: unknown key "realiability"'],
    [
      'the basis',
      { basis: 'assessed' },
      '$.data.attributes: unknown key "basis"; no correction changes the basis',
    ],
    ['the time', { time: dayOf(1) }, '$.data.attributes: unknown key "time"; it belongs beside "attributes"'],
  ])('that names %s is malformed', (_what, attributes, message) => {
    given(deployed('alpha')).when(corrected('e1', { attributes })).thenRefused('malformed', startOf(message));
  });
});

describe('when a corrected fact became known', () => {
  const log = [{ ...deployed('alpha'), observedtime: dayOf(10) }];
  const seenBy = async (changes: readonly EventJson[]) => {
    const days = Array.from({ length: 40 }, (_, index) => index + 1);
    const rolls = await Promise.all(days.map((day) => rollOf([...log, ...changes], asKnown(day))));
    return days.filter((_, index) => rolls[index]?.contingents.length === 1);
  };
  const from = (first: number, last = 40) => Array.from({ length: last - first + 1 }, (_, at) => first + at);

  test('is what the correction says, to a view that knows of the correction', async () => {
    const later = corrected('e1', { attributes: { observedtime: dayOf(30) } }, { observedtime: dayOf(20) });
    expect(await seenBy([later])).toEqual([...from(10, 19), ...from(30)]);
    const earlier = corrected('e1', { attributes: { observedtime: dayOf(2) } }, { observedtime: dayOf(5) });
    expect(await seenBy([earlier])).toEqual(from(5));
  });

  test('is as it was logged where a correction leaves it out, whatever the one before said', async () => {
    const first = corrected('e1', { attributes: { observedtime: dayOf(30) } }, { observedtime: dayOf(12) });
    const second = corrected('e1', { time: dayOf(3) }, { observedtime: dayOf(15) });
    expect(await seenBy([first, second])).toEqual([...from(10, 11), ...from(15)]);
  });

  test('does not hide it from an as-of view', async () => {
    const roll = await rollOf(
      [...log, corrected('e1', { attributes: { observedtime: dayOf(30) } })],
      asOf(1),
    );
    expect(strengths(roll)).toEqual({ alpha: 1000 });
  });
});

describe('a reinstatement', () => {
  const log = [deployed('alpha'), deployed('bravo')];

  test.each([
    ['a retraction', [retracted('e2')]],
    ['a correction', [corrected('e2', { time: dayOf(9), data: payload(3) })]],
    ['both', [corrected('e2', { data: payload(3) }), retracted('e2'), retracted('e2')]],
    ['nothing', []],
  ])('undoes %s: the log’s own words count', async (_what, changes) => {
    const roll = await rollOf([...log, ...changes, reinstated('e2')]);
    const never = await rollOf(log);
    expect(roll).toEqual({
      ...never,
      seq: 3 + changes.length,
      counts: { ...never.counts, accepted: 3 + changes.length },
    });
  });

  test('can be followed by a retraction or a correction again', async () => {
    const chain = [...log, retracted('e2'), reinstated('e2'), corrected('e2', { data: payload(3) })];
    expect(strengths(await rollOf(chain))).toEqual({ alpha: 1000, bravo: 3 });
    const roll = await rollOf([...chain, retracted('e2')]);
    expect(strengths(roll)).toEqual({ alpha: 1000 });
    expect(roll.counts).toEqual({ accepted: 5, refused: 0, duplicates: 0, retracted: 1 });
  });

  test('is knowledge: who does not know of it sees what was known before', async () => {
    const changes = [
      retracted('e2', { observedtime: dayOf(20) }),
      reinstated('e2', { observedtime: dayOf(30) }),
    ];
    const standing = async (day: number) =>
      Object.keys(strengths(await rollOf([...log, ...changes], asKnown(day))));
    expect(await standing(19)).toEqual(['alpha', 'bravo']);
    expect(await standing(20)).toEqual(['alpha']);
    expect(await standing(29)).toEqual(['alpha']);
    expect(await standing(30)).toEqual(['alpha', 'bravo']);
  });

  test('of an event that was refused brings the refusal back', async () => {
    const refused = [reinforced('alpha', 5), retracted('e1'), reinstated('e1')];
    expect(codes(await rollOf(refused))).toEqual([[1, 'unknown-contingent']]);
  });

  test('needs a target as every correction does', async () => {
    const late = [reinstated('e2'), deployed('alpha')];
    expect(codes(await rollOf(late))).toEqual([[1, 'unknown-target']]);
  });
});

describe('a refused correction says what to do instead', () => {
  test.each([
    ['a correction', retracted('e2')],
    ['a correction by another', corrected('e2', { time: dayOf(1) })],
    ['a correction by its undoing', reinstated('e2')],
  ])('to %s: the event that it is about', (_what, change) => {
    given(deployed('alpha'))
      .when(corrected('e1', { data: payload(2) }))
      .given.when(change)
      .thenRefused(
        'unknown-target',
        /^the target \(source \S+, id e2\) is a correction: reinstate or correct source \S+, id e1 /,
      );
  });

  test('to a correction that was refused itself: that there is nothing to undo', () => {
    const roll = given(deployed('alpha'));
    roll.when(retracted('e9')).thenRefused('unknown-target', /is not in the log before it/);
    roll.when(reinstated('e2')).thenRefused('unknown-target', /is a correction: it was refused itself/);
  });

  test.each<[string, EventJson, string]>([
    [
      'a rating beside the target',
      { reliability: 'F' },
      '$.data: unknown key "reliability"; such attributes go under',
    ],
    [
      'another unit',
      { subject: 'bravo' },
      '$.data: unknown key "subject"; no correction changes the subject of an event: retract it (event.retracted) and enter it anew under another id',
    ],
    [
      'another unit in the payload',
      { data: { ...payload(1), subject: 'bravo' } },
      '$.data.data: unknown key "subject"; no correction changes the subject',
    ],
    [
      'when it was known, in the payload',
      { data: { ...payload(1), observedtime: dayOf(2) } },
      '$.data.data: unknown key "observedtime"; such attributes go under',
    ],
    [
      'a time in the payload',
      { data: { ...payload(1), time: dayOf(2) } },
      '$.data.data: unknown key "time"; it belongs beside "data"',
    ],
    [
      'one number of a payload',
      { data: { strength: 200 } },
      '$.data.data.kind: the whole payload is needed, also what stays as it was',
    ],
    ['nothing', {}, '$.data: expected at least one of time, data, attributes'],
  ])('to %s', (_what, change, message) => {
    given(deployed('alpha')).when(corrected('e1', change)).thenRefused('malformed', startOf(message));
  });
});

function startOf(message: string): RegExp {
  return new RegExp(`^${message.replaceAll(/[$.()[\]]/g, '\\$&')}`);
}
