import { describe, expect, test } from 'vitest';
import { cellsOf, reportOn, tableOf } from '../../support/report-tables.ts';
import { corrected, deployed, fact, retracted, warEnded } from '../../support/roll-scenario.ts';

const on = (day: string) => ({ time: `${day}T00:00:00Z` });
const whatIf = (day: string) => ({ ...on(day), basis: 'hypothetical' });
const sent = (id: string, strength: unknown, day: string) => ({ ...deployed(id, strength), ...on(day) });
const ended = (attributes: object) => ({ ...warEnded(), ...attributes });
const home = (id: string, attributes: object, data: object = {}) =>
  fact('contingent.repatriated', id, { ...data }, { ...attributes });
const integrated = (id: string, attributes: object, data: object = {}) =>
  fact('contingent.integrated', id, { status: 'formal', region: 'kursk', ...data }, { ...attributes });
const noted = (attributes: object) => fact('milestone.reached', null, { kind: 'parade' }, { ...attributes });

const ENDED = [
  sent('alpha', { low: 900, best: 1000, high: 1100 }, '2025-01-01'),
  sent('bravo', 300, '2025-01-01'),
  ended(on('2025-02-01')),
];

describe('undecided', () => {
  test('are those for whom the war has ended, since then, up to the moment', async () => {
    const report = await reportOn('decision', [
      ...ENDED,
      integrated('bravo', on('2025-02-11')),
      noted(on('2025-03-01')),
    ]);
    expect(tableOf(report, 'undecided').rows.map(({ cells }) => cells)).toEqual([
      {
        contingent: 'alpha',
        strength: { low: 900, best: 1000, high: 1100 },
        since: '2025-02-01',
        days: 28,
      },
    ]);
    expect(tableOf(report, 'home').rows[0]?.cells).toMatchObject({ undecided: { best: 1000 } });
  });

  test('wait up to the day that is asked for', async () => {
    const report = await reportOn('decision', ENDED, { asOfMs: Date.UTC(2025, 1, 6) });
    expect(cellsOf(report, 'undecided', 'bravo')).toMatchObject({ days: 5 });
  });

  test('keep their wait when a part leaves them, and the part has waited as long', async () => {
    const report = await reportOn('decision', [
      ...ENDED,
      fact('contingent.detached', 'alpha', { detachment: { id: 'part', strength: 100 } }, on('2025-02-05')),
      home('alpha', on('2025-02-21'), { detachment: { id: 'lucky', strength: 50 } }),
    ]);
    expect(cellsOf(report, 'undecided', 'part')).toMatchObject({ since: '2025-02-01', days: 20 });
    expect(cellsOf(report, 'undecided', 'alpha')).toMatchObject({ since: '2025-02-01', days: 20 });
    expect(tableOf(report, 'decisions').rows.map(({ cells }) => cells)).toEqual([
      {
        decided: '2025-02-21',
        contingent: 'lucky',
        pathway: 'repatriated',
        strength: { low: 50, best: 50, high: 50 },
        since: '2025-02-01',
        days: 20,
      },
    ]);
  });
});

describe('a decision', () => {
  const decisions = async (events: Parameters<typeof reportOn>[1]) =>
    tableOf(await reportOn('decision', events), 'decisions').rows.map(({ basis, cells }) => [
      basis,
      cells['contingent'],
      cells['pathway'],
      cells['days'],
    ]);

  test('is the first pathway out of waiting, and no later one', async () => {
    expect(
      await decisions([...ENDED, integrated('bravo', on('2025-02-11')), home('bravo', on('2025-03-01'))]),
    ).toEqual([['reported', 'bravo', 'integrated', 10]]);
  });

  test('is none when the war resumes; the next end begins a new wait', async () => {
    expect(
      await decisions([
        ...ENDED,
        fact('war.resumed', null, {}, on('2025-02-10')),
        ended(on('2025-03-01')),
        home('bravo', on('2025-03-04')),
      ]),
    ).toEqual([['reported', 'bravo', 'repatriated', 3]]);
  });

  test('is none when everybody is lost or merged into others', async () => {
    const report = await reportOn('decision', [
      ...ENDED,
      fact('casualty.recorded', 'bravo', { killed: 300 }, on('2025-02-02')),
    ]);
    expect(tableOf(report, 'decisions').rows).toEqual([]);
    expect(cellsOf(report, 'undecided', 'bravo')).toBeUndefined();
  });

  test('is a what-if one where the war ended in a what-if', async () => {
    expect(
      await decisions([
        ...ENDED.slice(0, 2),
        ended(whatIf('2025-02-01')),
        integrated('bravo', whatIf('2025-02-03')),
      ]),
    ).toEqual([['hypothetical', 'bravo', 'integrated', 2]]);
  });

  test('changes with a correction, and goes with a retraction', async () => {
    const record = [...ENDED, integrated('bravo', on('2025-02-11'))];
    expect(await decisions([...record, retracted('e4', on('2025-05-01'))])).toEqual([]);
    const later = corrected('e4', { time: '2025-02-21T00:00:00Z' }, on('2025-05-01'));
    expect(await decisions([...record, later])).toEqual([['reported', 'bravo', 'integrated', 20]]);
  });

  test('is unknown before it was known', async () => {
    const record = [
      ...ENDED,
      integrated('bravo', { ...on('2025-02-11'), observedtime: '2025-04-01T00:00:00Z' }),
    ];
    const early = await reportOn('decision', record, { asKnownMs: Date.UTC(2025, 2, 1) });
    expect(tableOf(early, 'decisions').rows).toEqual([]);
    expect(cellsOf(early, 'undecided', 'bravo')).toMatchObject({ since: '2025-02-01' });
  });
});

describe('setting off for home', () => {
  test('is counted by the week, and on average from the first week to the last', async () => {
    const report = await reportOn('decision', [
      ...ENDED,
      home('alpha', on('2025-03-31'), {
        detachment: { id: 'a', strength: { low: 80, best: 100, high: 120 } },
      }),
      home('alpha', on('2025-04-06'), { detachment: { id: 'b', strength: 50 } }),
      home('bravo', on('2025-04-21')),
    ]);
    expect(cellsOf(report, 'weeks', '2025-W14')).toEqual({
      week: '2025-W14',
      persons: { low: 130, best: 150, high: 170 },
      contingents: 2,
    });
    expect(cellsOf(report, 'weeks', '2025-W17')).toMatchObject({ persons: { best: 300 } });
    // 450 (430 to 470) persons in the weeks 14, 15, 16 and 17.
    expect(tableOf(report, 'return-rate').rows[0]?.cells).toEqual({
      first: '2025-W14',
      last: '2025-W17',
      persons: { low: 430, best: 450, high: 470 },
      perWeek: { low: 107.5, best: 112.5, high: 117.5 },
    });
  });

  test('leaves out captives who were exchanged and what-if journeys', async () => {
    const report = await reportOn('decision', [
      sent('alpha', 100, '2025-01-01'),
      fact('contingent.captured', 'alpha', { by: 'UA' }, on('2025-01-02')),
      fact('contingent.exchanged', 'alpha', {}, on('2025-01-03')),
      sent('bravo', 300, '2025-01-04'),
      home('bravo', whatIf('2025-01-05')),
    ]);
    expect(tableOf(report, 'weeks').rows.map(({ basis, cells }) => [basis, cells['persons']])).toEqual([
      ['hypothetical', { low: 300, best: 300, high: 300 }],
    ]);
    expect(cellsOf(report, 'return-rate', '2025-W01')).toBeUndefined();
  });
});

describe('the share that is not home', () => {
  test('is a range over who is away and who is home', async () => {
    const report = await reportOn('decision', [...ENDED, home('bravo', on('2025-02-02'))]);
    // 1,000 (900 to 1,100) wait, 300 are on the way home.
    expect(tableOf(report, 'home').rows[0]?.cells).toEqual({
      share: { low: 900 / 1200, best: 1000 / 1300, high: 1100 / 1400 },
      away: { low: 900, best: 1000, high: 1100 },
      home: { low: 300, best: 300, high: 300 },
      undecided: { low: 900, best: 1000, high: 1100 },
      contingents: 2,
    });
  });

  test('counts captives and runaways as away, the programme as home, and the dead not at all', async () => {
    const report = await reportOn('decision', [
      sent('alpha', 100, '2025-01-01'),
      sent('bravo', 200, '2025-01-01'),
      sent('charlie', 400, '2025-01-01'),
      sent('delta', 800, '2025-01-01'),
      fact('contingent.captured', 'alpha', { by: 'UA' }, on('2025-01-02')),
      fact('contingent.defected', 'bravo', {}, on('2025-01-02')),
      fact('casualty.recorded', 'delta', { killed: 800 }, on('2025-01-02')),
      ended(on('2025-02-01')),
      fact('contingent.re-educated', 'charlie', {}, on('2025-02-02')),
    ]);
    expect(tableOf(report, 'home').rows[0]?.cells).toMatchObject({
      away: { best: 300 },
      home: { best: 400 },
      contingents: 3,
      share: { best: 300 / 700 },
    });
  });

  test('keeps apart whom a what-if moved, and with them those who came of them', async () => {
    const report = await reportOn('decision', [
      sent('alpha', 100, '2025-01-01'),
      sent('bravo', 200, '2025-01-01'),
      home('alpha', whatIf('2025-01-02'), { detachment: { id: 'part', strength: 10 } }),
      fact('contingent.detached', 'alpha', { detachment: { id: 'rest', strength: 20 } }, on('2025-01-03')),
    ]);
    expect(tableOf(report, 'home').rows.map(({ basis, cells }) => [basis, cells['contingents']])).toEqual([
      ['reported', 1],
      ['hypothetical', 3],
    ]);
  });

  test('is a what-if share once the war itself is', async () => {
    const report = await reportOn('decision', [...ENDED.slice(0, 2), ended(whatIf('2025-02-01'))]);
    expect(tableOf(report, 'home').rows.map(({ basis }) => basis)).toEqual(['hypothetical']);
    expect(tableOf(report, 'undecided').rows.map(({ basis }) => basis)).toEqual([
      'hypothetical',
      'hypothetical',
    ]);
  });

  test('of nobody is told of nobody', async () => {
    const report = await reportOn('decision', [noted(on('2025-01-01'))]);
    expect(tableOf(report, 'home').rows).toEqual([]);
  });
});

test('a reported wait lasts up to the last fact before the first what-if fact', async () => {
  const record = [...ENDED, noted(on('2025-02-08'))];
  const report = await reportOn('decision', [...record, noted(whatIf('2026-02-01'))]);
  expect(cellsOf(report, 'undecided', 'bravo')).toMatchObject({ days: 7 });
});
