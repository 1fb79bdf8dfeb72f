import { describe, expect, test } from 'vitest';
import type { Benchmark } from '../../../src/readmodels/reports/benchmark.ts';
import { exactly } from '../../../src/readmodels/reports/range.ts';
import { DEFAULT_SETTINGS } from '../../../src/readmodels/reports/report.ts';
import type { View } from '../../../src/roll/view.ts';
import { loadScenario, logOf } from '../../../src/scenario/library.ts';
import type { EventJson } from '../../support/examples.ts';
import { cellsOf, NO_REFERENCE, reportOn, reportOnLog, tableOf } from '../../support/report-tables.ts';
import { corrected, deployed, fact, retracted } from '../../support/roll-scenario.ts';

/** Days in a month: a twelfth of a year. */
const MONTH_DAYS = 365.25 / 12;

const BENCHMARKS: readonly Benchmark[] = [
  {
    id: 'construction',
    title: 'Construction',
    measure: 'paid',
    usdPerHeadMonth: { low: 500, best: 1000, high: 2000 },
    usdPerYear: null,
    source: { title: 'A paper', url: 'https://example.org/paper', date: '2025' },
  },
  {
    id: 'labour',
    title: 'Labour',
    measure: 'taken',
    usdPerHeadMonth: exactly(500),
    usdPerYear: null,
    source: null,
  },
  {
    id: 'mining',
    title: 'Mining',
    measure: 'paid',
    usdPerHeadMonth: null,
    usdPerYear: null,
    source: null,
  },
  {
    id: 'cybercrime',
    title: 'Cybercrime',
    measure: 'taken',
    usdPerHeadMonth: null,
    usdPerYear: { low: 100_000_000, best: 200_000_000, high: 400_000_000 },
    source: null,
  },
];

const on = (day: string) => ({ time: `${day}T00:00:00Z` });
const whatIf = (day: string) => ({ ...on(day), basis: 'hypothetical' });
const sent = (strength: unknown, day: string, id = 'alpha') => ({ ...deployed(id, strength), ...on(day) });
const earned = (data: EventJson, attributes: object, who: string | null = 'alpha') =>
  fact(
    'revenue.accrued',
    who,
    { stream: 'salaries', grossUsd: 1_000_000, stateShare: 0.5, period: '2025-Q1', ...data },
    { ...attributes },
  );
const paid = (side: 'claimed' | 'delivered' | 'withheld', data: EventJson, attributes: object = {}) =>
  fact(`compensation.${side}`, null, data, { ...attributes });
const noted = (attributes: object) => fact('milestone.reached', null, { kind: 'parade' }, { ...attributes });

const money = (events: readonly EventJson[], view: View = {}) =>
  reportOn('money', events, view, DEFAULT_SETTINGS, { ...NO_REFERENCE, benchmarks: BENCHMARKS });

describe('revenue', () => {
  test('falls on the pathway of who earned it, with what the state takes', async () => {
    const report = await money([
      sent(1000, '2025-01-01'),
      earned({}, on('2025-04-01')),
      earned({ grossUsd: 400_000, stateShare: 0.75 }, on('2025-04-02')),
      earned({}, on('2025-04-03'), null),
    ]);
    expect(cellsOf(report, 'pathways', 'deployed')).toMatchObject({ gross: 1_400_000, take: 800_000 });
    expect(cellsOf(report, 'pathways', null)).toMatchObject({
      gross: 1_000_000,
      counted: 0,
      headMonths: null,
      grossPerHead: null,
    });
  });

  test('is told by stream, country, medium and link; of several links, under each', async () => {
    const report = await money([
      sent(1000, '2025-01-01'),
      earned({ medium: 'cash', linked: ['arms', 'cyber', 'arms'] }, on('2025-04-01')),
    ]);
    for (const [table, key] of [
      ['streams', 'salaries'],
      ['companies', null],
      ['countries', null],
      ['media', 'cash'],
      ['links', 'arms'],
      ['links', 'cyber'],
    ] as const) {
      expect(cellsOf(report, table, key)).toMatchObject({ gross: 1_000_000, take: 500_000 });
    }
  });

  test('lies in the quarters of its period, or in the one in which it accrued', async () => {
    const report = await money([
      sent(1000, '2025-01-01'),
      earned({ period: '2025-06-30/2025-07-03', grossUsd: 400 }, on('2025-07-04')),
      earned({ period: 'the summer', grossUsd: 7 }, on('2025-07-05')),
    ]);
    // One of four days is in June.
    expect(tableOf(report, 'quarters').rows.map(({ cells }) => cells)).toEqual([
      { quarter: '2025-Q2', gross: 100, take: 50 },
      { quarter: '2025-Q3', gross: 307, take: 153.5 },
    ]);
  });

  test('changes with a correction, goes with a retraction, and is not there before it was known', async () => {
    const record = [
      sent(1000, '2025-01-01'),
      earned({}, { ...on('2025-04-01'), observedtime: '2025-06-01T00:00:00Z' }),
    ];
    const gross = async (events: readonly EventJson[], view: View = {}) =>
      cellsOf(await money(events, view), 'pathways', 'deployed')?.['gross'];
    expect(await gross(record)).toBe(1_000_000);
    expect(await gross([...record, retracted('e2', on('2025-07-01'))])).toBeUndefined();
    const data = { stream: 'salaries', grossUsd: 3, stateShare: 0, period: '2025' };
    expect(await gross([...record, corrected('e2', { data }, on('2025-07-01'))])).toBe(3);
    expect(await gross(record, { asKnownMs: Date.UTC(2025, 4, 1) })).toBeUndefined();
  });
});

describe('money per head and month', () => {
  const perHead = async (events: readonly EventJson[]) =>
    cellsOf(await money(events), 'pathways', 'deployed');

  test('is a range where strength is one: most where there are fewest', async () => {
    const months = (heads: number) => (heads * 90) / MONTH_DAYS;
    expect(
      await perHead([sent({ low: 500, best: 1000, high: 2000 }, '2025-01-01'), earned({}, on('2025-04-01'))]),
    ).toMatchObject({
      headMonths: { best: expect.closeTo(months(1000)) },
      grossPerHead: {
        low: expect.closeTo(1e6 / months(2000)),
        best: expect.closeTo(1e6 / months(1000)),
        high: expect.closeTo(1e6 / months(500)),
      },
      takePerHead: { best: expect.closeTo(5e5 / months(1000)) },
    });
  });

  test('counts heads while they stood in the pathway, and as many as there were', async () => {
    const cells = await perHead([
      sent(1000, '2025-01-11'),
      fact('casualty.recorded', 'alpha', { killed: 400 }, on('2025-01-21')),
      fact('contingent.repatriated', 'alpha', {}, on('2025-01-31')),
      fact('contingent.arrived', 'alpha', {}, on('2025-02-01')),
      fact('contingent.screened', 'alpha', { outcome: 'cleared' }, on('2025-02-02')),
      fact('contingent.redeployed', 'alpha', {}, on('2025-03-22')),
      earned({}, on('2025-04-11')),
    ]);
    // 1,000 for 10 days and 600 for 10, then home, then 600 for the last 10 days of March.
    expect(cells).toMatchObject({
      headMonths: { best: expect.closeTo((10_000 + 6_000 + 6_000) / MONTH_DAYS) },
    });
  });

  test('counts heads once where they earned twice in a time', async () => {
    const cells = await perHead([
      sent(1000, '2025-01-01'),
      earned({}, on('2025-04-01')),
      earned({ stream: 'bonus', period: '2025-03' }, on('2025-04-01')),
    ]);
    expect(cells).toMatchObject({
      counted: 2_000_000,
      headMonths: { best: expect.closeTo(90_000 / MONTH_DAYS) },
    });
  });

  test.each([
    ['without a readable period', earned({ period: 'spring' }, on('2025-04-01'))],
    ['for a period that is not over', earned({ period: '2025-H1' }, on('2025-04-01'))],
    ['for a time before anybody was there', earned({ period: '2024-Q1' }, on('2025-04-01'))],
    ['without a contingent', earned({}, on('2025-04-01'), null)],
  ])('leaves out revenue %s', async (_, unknown) => {
    const known = [sent(1000, '2025-01-01'), earned({}, on('2025-04-01'))];
    const withoutIt = await perHead(known);
    const { grossPerHead, counted } = (await perHead([...known, unknown])) ?? {};
    expect({ grossPerHead, counted }).toEqual({
      grossPerHead: withoutIt?.['grossPerHead'],
      counted: withoutIt?.['counted'],
    });
    const alone = tableOf(await money([sent(1000, '2025-01-01'), unknown]), 'pathways').rows[0]?.cells;
    expect(alone).toMatchObject({ grossPerHead: null, takePerHead: null, headMonths: null, counted: 0 });
  });

  test('has no upper bound where perhaps nobody was there', async () => {
    expect(
      await perHead([sent({ low: 0, best: 10, high: 10 }, '2025-01-01'), earned({}, on('2025-04-01'))]),
    ).toMatchObject({ grossPerHead: { high: null, best: expect.any(Number) } });
  });

  test('counts a period on its last day as over', async () => {
    expect(await perHead([sent(10, '2025-01-01'), earned({}, on('2025-03-31'))])).toMatchObject({
      counted: 1_000_000,
    });
    expect(await perHead([sent(10, '2025-01-01'), earned({}, on('2025-03-30'))])).toMatchObject({
      counted: 0,
    });
  });

  test('of what is reported never rests on a what-if', async () => {
    const record = [sent(1000, '2025-01-01'), earned({}, on('2025-02-01')), noted(on('2025-02-02'))];
    const branch = [
      ...record,
      fact('casualty.recorded', 'alpha', { killed: 900 }, whatIf('2025-02-03')),
      earned({ grossUsd: 50 }, whatIf('2025-05-01')),
    ];
    const report = await money(branch);
    expect(cellsOf(report, 'pathways', 'deployed')).toEqual(
      cellsOf(await money(record), 'pathways', 'deployed'),
    );
    // 1,000 for 33 days, then 100 for 57.
    expect(cellsOf(report, 'pathways', 'deployed', 'hypothetical')).toMatchObject({
      gross: 50,
      headMonths: { best: expect.closeTo((33_000 + 5_700) / MONTH_DAYS) },
    });
  });
});

describe('compensation', () => {
  test('adds quantities of one unit, kind and payer, and no others', async () => {
    const report = await money([
      paid('delivered', { kind: 'fuel', quantity: 1.5, unit: 'tonnes', payer: 'RU', months: 2 }),
      paid('delivered', { kind: 'fuel', quantity: 2, unit: 'tonnes', payer: 'RU', months: 1 }),
      paid('claimed', { kind: 'fuel', quantity: 9, unit: 'tonnes', payer: 'RU' }),
      paid('delivered', { kind: 'fuel', quantity: 7, unit: 'barrels', payer: 'RU' }),
      paid('delivered', { kind: 'fuel', quantity: 8, unit: 'tonnes', payer: 'CN' }),
      paid('withheld', { kind: 'cash', payer: 'RU', months: 4 }),
      paid('withheld', { kind: 'cash', quantity: 5, unit: 'USD' }, { basis: 'hypothetical' }),
    ]);
    expect(
      tableOf(report, 'compensation').rows.map(({ basis, cells }) => [
        basis,
        ...['kind', 'unit', 'payer', 'claimed', 'delivered', 'deliveredMonths', 'withheld'].map(
          (id) => cells[id],
        ),
      ]),
    ).toEqual([
      ['hypothetical', 'cash', 'USD', null, 0, 0, 0, 5],
      ['reported', 'cash', null, 'RU', 0, 0, 0, null],
      ['reported', 'fuel', 'barrels', 'RU', 0, 7, null, 0],
      ['reported', 'fuel', 'tonnes', 'CN', 0, 8, null, 0],
      ['reported', 'fuel', 'tonnes', 'RU', 9, 3.5, 3, 0],
    ]);
    expect(cellsOf(report, 'compensation', 'cash')).toMatchObject({ withheldMonths: 4 });
  });

  test('is at least what was told where a delivery tells no quantity', async () => {
    const report = await money([
      paid('delivered', { kind: 'food', quantity: 10, unit: 'tonnes' }),
      paid('delivered', { kind: 'food', unit: 'tonnes' }),
      paid('delivered', { kind: 'goods', quantity: 3 }),
      paid('delivered', { kind: 'goods', quantity: 4 }),
    ]);
    expect(cellsOf(report, 'compensation', 'food')).toMatchObject({
      delivered: { low: 10, best: null, high: null },
    });
    expect(cellsOf(report, 'compensation', 'goods')).toMatchObject({ unit: null, delivered: null });
  });
});

test('contracts are listed with their worth, if it is known', async () => {
  const report = await money([
    fact(
      'contract.signed',
      null,
      { services: ['guard', 'build'], client: 'a mine', usd: 5 },
      on('2025-01-01'),
    ),
    fact('contract.signed', null, { services: [], client: 'a port' }, whatIf('2025-02-01')),
  ]);
  expect(tableOf(report, 'contracts').rows.map(({ basis, cells }) => [basis, cells])).toEqual([
    [
      'reported',
      { date: '2025-01-01', client: 'a mine', contingent: null, services: 'guard, build', usd: 5 },
    ],
    ['hypothetical', { date: '2025-02-01', client: 'a port', contingent: null, services: '', usd: null }],
  ]);
});

describe('in the bundled what-if of the private army', () => {
  const legion = async (view: View = {}) => {
    const loading = await loadScenario('legion-pmc');
    if (!loading.ok) throw new Error('legion-pmc does not load');
    return reportOnLog('money', logOf(loading.scenario), view, DEFAULT_SETTINGS, {
      ...NO_REFERENCE,
      benchmarks: BENCHMARKS,
    });
  };
  // 389 (400 less 7 killed and 4 captured) in the company from 20 February to 31 March: 41 days.
  const sahel = (389 * 41) / MONTH_DAYS;
  // 900 for the 184 days of the second half of 2028.
  const levant = (900 * 184) / MONTH_DAYS;

  test('the companies earn 49 million, of which the state takes 43.65', async () => {
    const report = await legion();
    // 9,000,000 × 0.85 + 40,000,000 × 0.9; the 12,000,000 were retracted.
    expect(cellsOf(report, 'pathways', 'pmc-transferred', 'hypothetical')).toMatchObject({
      gross: 49_000_000,
      take: 43_650_000,
      counted: 49_000_000,
      headMonths: { low: expect.closeTo(sahel + levant), high: expect.closeTo(sahel + levant) },
      grossPerHead: { best: expect.closeTo(49_000_000 / (sahel + levant)) }, // about 8,215
      takePerHead: { best: expect.closeTo(43_650_000 / (sahel + levant)) },
    });
    expect(cellsOf(report, 'companies', 'Russian PMC A', 'hypothetical')).toMatchObject({
      gross: 9_000_000,
      grossPerHead: { best: expect.closeTo(9_000_000 / sahel) },
    });
    expect(cellsOf(report, 'countries', 'LY', 'hypothetical')).toMatchObject({ gross: 40_000_000 });
    expect(tableOf(report, 'quarters').rows.map(({ cells }) => [cells['quarter'], cells['gross']])).toEqual([
      ['2028-Q1', 9_000_000],
      ['2028-Q3', 20_000_000],
      ['2028-Q4', 20_000_000],
    ]);
  });

  test('a head earns so many times what a worker does, money of one kind beside its own', async () => {
    const report = await legion();
    const gross = 49_000_000 / (sahel + levant);
    const take = 43_650_000 / (sahel + levant);
    expect(cellsOf(report, 'per-head-benchmarks', 'Construction', 'hypothetical')).toEqual({
      benchmark: 'Construction',
      pathway: 'pmc-transferred',
      measure: 'Gross',
      troops: { low: expect.closeTo(gross), best: expect.closeTo(gross), high: expect.closeTo(gross) },
      theirs: { low: 500, best: 1000, high: 2000 },
      ratio: {
        low: expect.closeTo(gross / 2000),
        best: expect.closeTo(gross / 1000),
        high: expect.closeTo(gross / 500),
      },
      source: 'A paper (2025), https://example.org/paper',
    });
    expect(cellsOf(report, 'per-head-benchmarks', 'Labour', 'hypothetical')).toMatchObject({
      ratio: { best: expect.closeTo(take / 500) },
      source: null,
    });
    expect(cellsOf(report, 'per-head-benchmarks', 'Mining', 'hypothetical')).toMatchObject({
      theirs: null,
      ratio: null,
    });
  });

  test('a year of it is so much of what other trades bring the state', async () => {
    // 91 days of the first quarter and 184 of the second half.
    const years = (91 + 184) / 365.25;
    const yearly = 43_650_000 / years;
    expect(cellsOf(await legion(), 'per-year-benchmarks', 'Cybercrime', 'hypothetical')).toMatchObject({
      years: expect.closeTo(years),
      troops: { best: expect.closeTo(yearly) },
      ratio: {
        low: expect.closeTo(yearly / 400_000_000),
        best: expect.closeTo(yearly / 200_000_000),
        high: expect.closeTo(yearly / 100_000_000),
      },
    });
  });

  test('the 12 million are there as long as nobody knew better', async () => {
    const report = await legion({ asKnownMs: Date.UTC(2029, 0, 15) });
    expect(cellsOf(report, 'pathways', 'pmc-transferred', 'hypothetical')).toMatchObject({
      gross: 61_000_000,
      take: 54_450_000,
    });
  });
});
