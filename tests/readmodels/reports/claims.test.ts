import { describe, expect, test } from 'vitest';
import type { Cell } from '../../../src/readmodels/reports/report.ts';
import type { View } from '../../../src/roll/view.ts';
import type { EventJson } from '../../support/examples.ts';
import { reportOn, tableOf } from '../../support/report-tables.ts';
import { corrected, deployed, fact, retracted } from '../../support/roll-scenario.ts';

const at = (day: string, hour = '00') => ({ time: `${day}T${hour}:00:00Z` });
const whatIf = (day: string) => ({ ...at(day), basis: 'hypothetical' });
const sent = (id: string, strength: unknown, day: string, data: EventJson = {}) => ({
  ...deployed(id, strength, data),
  ...at(day),
});
const claim = (series: string, value: unknown, attributes: EventJson, data: EventJson = {}) =>
  fact('casualty.claimed', null, { series, measure: 'killed', cumulative: true, value, ...data }, attributes);
const assessed = (strength: unknown, attributes: EventJson, data: EventJson = {}) =>
  fact('strength.assessed', null, { strength, ...data }, { reporter: 'NIS', ...attributes });
const lost = (data: EventJson, attributes: EventJson, who = 'alpha') =>
  fact('casualty.recorded', who, data, attributes);

const seriesOf = async (events: readonly EventJson[], view: View = {}): Promise<Record<string, Cell>[]> =>
  tableOf(await reportOn('claims', events, view), 'series').rows.map(({ basis, cells }) => ({
    basis,
    ...cells,
  }));

const CORPS = sent('alpha', 1000, '2025-01-01');

describe('a series', () => {
  test('goes from its first claim to its last, between its lowest and highest bound', async () => {
    expect(
      await seriesOf([
        CORPS,
        lost({ killed: 70 }, at('2025-01-02')),
        claim('NIS', { low: 50, best: 100, high: 150 }, at('2025-01-10')),
        claim('NIS', 300, at('2025-01-20')),
        claim('NIS', { low: 80, best: 90, high: 95 }, at('2025-01-30')),
      ]),
    ).toEqual([
      {
        basis: 'reported',
        series: 'NIS',
        measure: 'killed',
        counts: 'running total',
        contingent: null,
        place: null,
        claims: 3,
        first: '2025-01-10',
        firstValue: { low: 50, best: 100, high: 150 },
        last: '2025-01-30',
        lastValue: { low: 80, best: 90, high: 95 },
        lowest: 50,
        highest: 300,
        decreases: 1,
        ledger: { low: 70, best: 70, high: 70 },
        difference: { low: 10, best: 20, high: 25 },
      },
    ]);
  });

  test('stands apart from every other one, in code-unit order', async () => {
    const rows = await seriesOf([
      CORPS,
      claim('kyiv', 10, at('2025-01-02')),
      claim('NIS', 20, at('2025-01-02')),
      claim('NIS', 30, at('2025-01-02'), { measure: 'wounded' }),
      claim('NIS', 5, at('2025-01-02'), { cumulative: false }),
      { ...claim('NIS', 7, at('2025-01-02')), subject: 'alpha' },
      claim('NIS', 40, whatIf('2025-01-03')),
    ]);
    expect(
      rows.map(({ series, measure, counts, contingent, basis, lastValue }) => [
        series,
        measure,
        counts,
        contingent,
        basis,
        lastValue,
      ]),
    ).toEqual(
      [
        ['NIS', 'killed', 'increase', null, 'reported', 5],
        ['NIS', 'killed', 'running total', 'alpha', 'reported', 7],
        ['NIS', 'killed', 'running total', null, 'hypothetical', 40],
        ['NIS', 'killed', 'running total', null, 'reported', 20],
        ['NIS', 'wounded', 'running total', null, 'reported', 30],
        ['kyiv', 'killed', 'running total', null, 'reported', 10],
      ].map((row) => [...row.slice(0, 5), { low: row[5], best: row[5], high: row[5] }]),
    );
  });

  test('is as it was folded: corrected, without what was retracted, without what was not known', async () => {
    const record = [
      CORPS,
      claim('NIS', 100, at('2025-01-10')),
      claim('NIS', 60, { ...at('2025-01-20'), observedtime: '2025-03-01T00:00:00Z' }),
    ];
    expect(await seriesOf(record)).toMatchObject([{ claims: 2, decreases: 1 }]);
    expect(await seriesOf([...record, retracted('e3', at('2025-04-01'))])).toMatchObject([
      { claims: 1, decreases: 0, last: '2025-01-10' },
    ]);
    const data = { series: 'NIS', measure: 'killed', cumulative: true, value: 160 };
    expect(await seriesOf([...record, corrected('e3', { data }, at('2025-04-01'))])).toMatchObject([
      { claims: 2, decreases: 0, highest: 160 },
    ]);
    expect(await seriesOf(record, { asKnownMs: Date.UTC(2025, 1, 1) })).toMatchObject([{ claims: 1 }]);
  });
});

describe('the ledger beside a claim', () => {
  test('is that of the end of its day, and no later', async () => {
    expect(
      await seriesOf([
        CORPS,
        claim('NIS', 100, at('2025-01-10')),
        lost({ killed: 30, missing: 5, wounded: 200 }, at('2025-01-10', '23')),
        lost({ killed: 500 }, at('2025-01-11')),
      ]),
    ).toMatchObject([{ ledger: { best: 30 }, difference: { best: 70 } }]);
  });

  test('is of the same measure: a total is killed, missing and wounded', async () => {
    const rows = await seriesOf([
      CORPS,
      lost({ killed: 30, missing: 5, wounded: 200 }, at('2025-01-02')),
      claim('NIS', 250, at('2025-01-10'), { measure: 'wounded' }),
      claim('NIS', 300, at('2025-01-10'), { measure: 'total' }),
      assessed({ low: 900, best: 950, high: 1000 }, at('2025-01-10')),
    ]);
    // 1,000 less 30 killed and 5 missing are present.
    expect(rows.map(({ measure, ledger, difference }) => [measure, ledger, difference])).toEqual([
      ['strength', { low: 965, best: 965, high: 965 }, { low: -65, best: -15, high: 35 }],
      ['total', { low: 235, best: 235, high: 235 }, { low: 65, best: 65, high: 65 }],
      ['wounded', { low: 200, best: 200, high: 200 }, { low: 50, best: 50, high: 50 }],
    ]);
  });

  test('is a range where strength is one, and the difference with it', async () => {
    const rows = await seriesOf([
      sent('alpha', { low: 800, best: 1000, high: 1100 }, '2025-01-01'),
      sent('bravo', 100, '2025-01-01'),
      assessed({ low: 900, best: 950, high: 1000 }, at('2025-01-10')),
    ]);
    expect(rows).toMatchObject([
      { ledger: { low: 900, best: 1100, high: 1200 }, difference: { low: -300, best: -150, high: 100 } },
    ]);
  });

  test('is of the contingent or the place that the claim is about', async () => {
    const rows = await seriesOf([
      sent('alpha', 1000, '2025-01-01', { area: 'kursk' }),
      sent('bravo', 300, '2025-01-01', { area: 'sumy' }),
      lost({ killed: 40 }, at('2025-01-02')),
      lost({ killed: 1 }, at('2025-01-02'), 'bravo'),
      { ...claim('NIS', 50, at('2025-01-10')), subject: 'bravo' },
      assessed(200, at('2025-01-10'), { area: 'sumy' }),
      assessed(200, at('2025-01-10'), { area: 'nowhere' }),
    ]);
    expect(rows.map(({ contingent, place, ledger }) => [contingent, place, ledger])).toEqual([
      ['bravo', null, { low: 1, best: 1, high: 1 }],
      [null, 'nowhere', { low: 0, best: 0, high: 0 }],
      [null, 'sumy', { low: 299, best: 299, high: 299 }],
    ]);
  });

  test('is unknown for an increase, which no total answers', async () => {
    expect(await seriesOf([CORPS, claim('NIS', 50, at('2025-01-10'), { cumulative: false })])).toMatchObject([
      { ledger: null, difference: null, decreases: null },
    ]);
  });

  test('holds no what-if loss where the claim is reported', async () => {
    const record = [CORPS, lost({ killed: 10 }, at('2025-01-02')), claim('NIS', 50, at('2025-01-10'))];
    const branch = [
      ...record,
      lost({ killed: 90 }, { ...at('2025-01-10', '12'), basis: 'hypothetical' }),
      claim('kyiv', 70, at('2025-01-11')),
      claim('NIS', 120, whatIf('2025-01-12')),
    ];
    const rows = await seriesOf(branch);
    expect(rows.filter(({ basis }) => basis === 'reported')).toMatchObject([
      ...(await seriesOf(record)),
      { series: 'kyiv', ledger: null, difference: null },
    ]);
    expect(rows.find(({ basis }) => basis === 'hypothetical')).toMatchObject({ ledger: { best: 100 } });
  });
});

test('each claim is listed by its date, with who said it and how', async () => {
  const report = await reportOn('claims', [
    CORPS,
    lost({ killed: 10 }, at('2025-01-02')),
    claim('NIS', 50, { ...at('2025-01-10'), reporter: 'Yonhap', claim: 'claim' }),
    lost({ killed: 20 }, at('2025-01-11')),
    assessed(900, at('2025-01-12')),
  ]);
  expect(tableOf(report, 'claims').rows.map(({ cells }) => cells)).toMatchObject([
    { date: '2025-01-10', series: 'NIS', reporter: 'Yonhap', claim: 'claim', ledger: { best: 10 } },
    { date: '2025-01-12', series: 'NIS', measure: 'strength', claim: 'fact', ledger: { best: 970 } },
  ]);
});
