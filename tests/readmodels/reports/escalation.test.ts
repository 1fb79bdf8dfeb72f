import { describe, expect, test } from 'vitest';
import { cellsOf, reportOn, tableOf } from '../../support/report-tables.ts';
import { corrected, deployed, fact, retracted, warEnded } from '../../support/roll-scenario.ts';

const on = (day: string) => ({ time: `${day}T00:00:00Z` });
const whatIf = (day: string) => ({ ...on(day), basis: 'hypothetical' });
const flared = (area: string, attributes: object, data: object = {}) =>
  fact('tension.flared', null, { area, ...data }, { ...attributes });
const eased = (area: string, attributes: object) => fact('tension.eased', null, { area }, { ...attributes });
const protested = (by: readonly string[], attributes: object, forum?: string) =>
  fact('diplomatic.protested', null, { by, ...(forum === undefined ? {} : { forum }) }, { ...attributes });
const garrisoned = (data: object, attributes: object) =>
  fact(
    'contingent.garrisoned',
    'alpha',
    { role: 'border-guard', area: 'kursk', territory: 'russia', ...data },
    { ...attributes },
  );

const afterTheWar = [
  { ...deployed('alpha', 1000), ...on('2025-01-01') },
  { ...warEnded(), ...on('2025-02-01') },
];

describe('the ladder', () => {
  test('tells every step in the order of time, with its rung', async () => {
    const report = await reportOn('escalation', [
      ...afterTheWar,
      fact('pressure.signalled', 'alpha', { target: ['UA', 'NATO'], style: 'drills' }, on('2025-03-01')),
      protested(['PL'], on('2025-03-02'), 'un'),
      flared('kursk', on('2025-03-03'), { opposing: ['UA'], natoContact: false }),
      flared('kursk', on('2025-03-04'), { natoContact: true }),
      fact('war.ending-changed', null, { variant: 'armistice', foreignTroopsBarred: true }, on('2025-03-05')),
      fact('war.resumed', null, { cause: 'shelling' }, on('2025-03-06')),
    ]);
    const cells = tableOf(report, 'ladder').rows.map((row) => row.cells);
    expect(cells.map(({ date, rung, what, who, area }) => [date, rung, what, who, area])).toEqual([
      ['2025-03-01', 'pressure', 'drills', 'UA, NATO', null],
      ['2025-03-02', 'protest', 'un', 'PL', null],
      ['2025-03-03', 'flare-up', null, 'UA', 'kursk'],
      ['2025-03-04', 'flare-up with NATO contact', null, null, 'kursk'],
      ['2025-03-05', 'terms of the ending changed', 'armistice, foreign troops barred', null, null],
      ['2025-03-06', 'war resumed', 'shelling', null, null],
    ]);
    expect(tableOf(report, 'rungs').rows.map((row) => row.cells['rung'])).toEqual([
      'terms of the ending changed',
      'protest',
      'pressure',
      'flare-up',
      'flare-up with NATO contact',
      'war resumed',
    ]);
  });

  test('keeps the latest thousand steps and says how many it left out', async () => {
    const steps = Array.from({ length: 1_003 }, () => protested(['PL'], on('2025-03-01')));
    const { rows, omitted } = tableOf(await reportOn('escalation', [...afterTheWar, ...steps]), 'ladder');
    expect([rows.length, omitted, rows[0]?.events.seqs]).toEqual([1_000, 3, [6]]);
  });
});

describe('days of contact', () => {
  test('run from the first flare-up in an area to its easing, with NATO apart', async () => {
    const report = await reportOn('escalation', [
      ...afterTheWar,
      flared('kursk', on('2025-03-01')),
      flared('sumy', on('2025-03-02')),
      flared('kursk', on('2025-03-05'), { natoContact: true }),
      eased('kursk', on('2025-03-11')),
      flared('kursk', on('2025-04-01')),
      eased('kursk', on('2025-04-03')),
      eased('bryansk', on('2025-04-12')),
    ]);
    // Kursk: 10 days to 11 March, 6 of them with NATO, and 2 days in April. Sumy: 2 March to 12 April, 41 days.
    expect(cellsOf(report, 'contact', 'kursk')).toMatchObject({
      days: 12,
      natoDays: 6,
      flares: 3,
      now: 'eased',
    });
    expect(cellsOf(report, 'contact', 'sumy')).toMatchObject({ days: 41, natoDays: 0, now: 'in contact' });
    expect(cellsOf(report, 'contact', 'bryansk')).toBeUndefined();
  });

  test('end with the war', async () => {
    const report = await reportOn('escalation', [
      flared('kursk', on('2025-03-01'), { natoContact: true }),
      { ...warEnded(), ...on('2025-03-08') },
      eased('sumy', on('2025-05-01')),
    ]);
    expect(cellsOf(report, 'contact', 'kursk')).toMatchObject({ days: 7, natoDays: 7 });
  });

  test('split where a what-if begins, at the last reported fact', async () => {
    const report = await reportOn('escalation', [
      flared('kursk', on('2025-03-01')),
      eased('sumy', on('2025-03-11')),
      eased('sumy', whatIf('2025-03-21')),
      eased('kursk', whatIf('2025-03-31')),
    ]);
    // 1 to 11 March is reported, 11 to 31 March is not.
    expect(cellsOf(report, 'contact', 'kursk')).toMatchObject({ days: 10, flares: 1 });
    expect(cellsOf(report, 'contact', 'kursk', 'hypothetical')).toMatchObject({ days: 20, flares: 0 });
  });

  test('are as if corrected and retracted flare-ups had always been so', async () => {
    const log = [flared('kursk', on('2025-03-01')), eased('kursk', on('2025-03-11'))];
    const later = await reportOn('escalation', [
      ...log,
      corrected('e1', { time: '2025-03-07T00:00:00Z' }, on('2025-04-01')),
    ]);
    expect(cellsOf(later, 'contact', 'kursk')).toMatchObject({ days: 4 });
    const never = await reportOn('escalation', [...log, retracted('e1', on('2025-04-01'))]);
    expect(tableOf(never, 'contact').rows).toEqual([]);
    expect(tableOf(never, 'ladder').rows).toEqual([]);
    const early = await reportOn('escalation', log, { asKnownMs: Date.UTC(2025, 2, 4) });
    expect(cellsOf(early, 'contact', 'kursk')).toMatchObject({ now: 'in contact' });
  });
});

describe('breadth', () => {
  test('counts different states and forums, a what-if its own', async () => {
    const report = await reportOn('escalation', [
      protested(['UA', 'PL', 'UA'], on('2025-03-01'), 'un'),
      protested(['PL'], on('2025-03-02'), 'osce'),
      protested(['JP'], whatIf('2025-03-03')),
    ]);
    expect(tableOf(report, 'breadth').rows.map(({ basis, cells }) => [basis, cells])).toEqual([
      ['reported', { states: 2, forums: 2 }],
      ['hypothetical', { states: 1, forums: 0 }],
    ]);
    expect(cellsOf(report, 'states', 'PL')).toMatchObject({ count: 2 });
    expect(cellsOf(report, 'states', 'UA')).toMatchObject({ count: 1 });
  });
});

describe('Russian troops freed', () => {
  const relief = (units: string, strength: unknown, id: string, of = 100) => ({
    relieves: { units, strength },
    detachment: { id, strength: of },
  });

  test('stand as long as the garrison does, and are summed as a range', async () => {
    const report = await reportOn('escalation', [
      ...afterTheWar,
      garrisoned(relief('two regiments', { low: 1500, best: 2000, high: 2500 }, 'gar-a'), on('2025-03-01')),
      garrisoned(relief('a battalion', 450, 'gar-b'), on('2025-03-11')),
      garrisoned({ detachment: { id: 'gar-c', strength: 100 } }, on('2025-03-11')),
      // A part of a garrison frees nobody by itself, and the rest of it still does.
      fact(
        'contingent.detached',
        'gar-a',
        { detachment: { id: 'gar-a-part', strength: 10 } },
        on('2025-03-12'),
      ),
      fact('contingent.repatriated', 'gar-b', {}, on('2025-03-31')),
    ]);
    expect(cellsOf(report, 'freed', '2025-03-01')).toEqual({
      since: '2025-03-01',
      units: 'two regiments',
      heads: { low: 1500, best: 2000, high: 2500 },
      contingent: 'gar-a',
      area: 'kursk',
      until: null,
      days: 30,
    });
    expect(cellsOf(report, 'freed', '2025-03-11')).toMatchObject({ until: '2025-03-31', days: 20 });
    expect(tableOf(report, 'freed').rows).toHaveLength(2);
    expect(tableOf(report, 'freed-now').rows.map(({ cells }) => cells)).toEqual([
      { heads: { low: 1500, best: 2000, high: 2500 }, garrisons: 1 },
    ]);
  });

  test('in a what-if, the garrisons of the record go on beside how they were', async () => {
    const report = await reportOn('escalation', [
      ...afterTheWar,
      garrisoned(relief('a regiment', 2000, 'gar-a'), on('2025-03-01')),
      eased('sumy', on('2025-03-11')),
      garrisoned(relief('a battalion', 450, 'gar-b'), whatIf('2025-03-21')),
      fact('contingent.repatriated', 'gar-a', {}, whatIf('2025-03-31')),
    ]);
    expect(cellsOf(report, 'freed', '2025-03-01')).toMatchObject({ until: null, days: 10 });
    expect(cellsOf(report, 'freed', '2025-03-01', 'hypothetical')).toMatchObject({
      until: '2025-03-31',
      days: 30,
    });
    expect(tableOf(report, 'freed-now').rows.map(({ basis, cells }) => [basis, cells['heads']])).toEqual([
      ['reported', { low: 2000, best: 2000, high: 2000 }],
      ['hypothetical', { low: 450, best: 450, high: 450 }],
    ]);
  });
});
