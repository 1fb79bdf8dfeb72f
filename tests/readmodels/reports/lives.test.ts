import { describe, expect, test } from 'vitest';
import { cellsOf, reportOn, tableOf } from '../../support/report-tables.ts';
import { deployed, fact, retracted, warEnded } from '../../support/roll-scenario.ts';

/** Days in a month: a twelfth of a year. */
const MONTH_DAYS = 365.25 / 12;

const on = (day: string) => ({ time: `${day}T00:00:00Z` });
const whatIf = (day: string) => ({ ...on(day), basis: 'hypothetical' });
const sent = (id: string, strength: unknown, day: string) => ({ ...deployed(id, strength), ...on(day) });
const lost = (id: string, killed: number, attributes: object) =>
  fact('casualty.recorded', id, { killed }, { ...attributes });

describe('cost in lives', () => {
  test('is what was lost for each 1,000 troop-months', async () => {
    const report = await reportOn('lives', [
      sent('alpha', 1000, '2025-01-01'),
      lost('alpha', 40, on('2025-01-31')),
      fact('strength.assessed', 'alpha', { strength: 900 }, on('2025-03-02')),
    ]);
    // 1,000 for 30 days, then 960 for 30 days.
    const months = (1000 * 30 + 960 * 30) / MONTH_DAYS;
    const cells = cellsOf(report, 'pathways', 'deployed');
    expect(cells).toMatchObject({
      killed: 40,
      missing: 0,
      exposure: { best: expect.closeTo(months), low: expect.closeTo(months) },
    });
    expect(cells?.['killedRate']).toMatchObject({ best: expect.closeTo(40_000 / months) });
  });

  test('is a range where strength is one: most where there are fewest', async () => {
    const report = await reportOn('lives', [
      sent('alpha', { low: 500, best: 1000, high: 2000 }, '2025-01-01'),
      lost('alpha', 10, { ...on('2025-01-31') }),
    ]);
    const best = 10_000 / ((1000 * 30) / MONTH_DAYS);
    expect(cellsOf(report, 'pathways', 'deployed')?.['killedRate']).toEqual({
      low: expect.closeTo(best / 2),
      best: expect.closeTo(best),
      high: expect.closeTo(best * 2),
    });
  });

  test('is unknown without exposure, and without a lower bound of it the worst is', async () => {
    const atOnce = await reportOn('lives', [
      sent('alpha', 100, '2025-01-01'),
      lost('alpha', 1, on('2025-01-01')),
    ]);
    expect(cellsOf(atOnce, 'pathways', 'deployed')).toMatchObject({ killed: 1, killedRate: null });
    const unsure = await reportOn('lives', [
      sent('alpha', { low: 0, best: 100, high: 100 }, '2025-01-01'),
      lost('alpha', 1, on('2025-02-01')),
    ]);
    expect(cellsOf(unsure, 'pathways', 'deployed')?.['killedRate']).toMatchObject({ high: null });
  });

  test('falls on the pathway and the place where the contingent stood', async () => {
    const report = await reportOn('lives', [
      sent('alpha', 1000, '2025-01-01'),
      { ...warEnded(), ...on('2025-02-01') },
      fact(
        'contingent.garrisoned',
        'alpha',
        { role: 'border-guard', area: 'kursk', territory: 'russia' },
        on('2025-02-11'),
      ),
      lost('alpha', 7, on('2025-03-01')),
    ]);
    expect(tableOf(report, 'pathways').rows.map(({ cells }) => [cells['pathway'], cells['killed']])).toEqual([
      ['deployed', 0],
      ['war-ended', 0],
      ['garrisoned', 7],
    ]);
    expect(cellsOf(report, 'places', 'kursk')).toMatchObject({ killed: 7 });
  });

  test('keeps what-if dead and what-if time apart from reported ones', async () => {
    const record = [sent('alpha', 1000, '2025-01-01'), lost('alpha', 10, on('2025-01-31'))];
    const branch = [...record, lost('alpha', 90, whatIf('2026-01-31'))];
    const reported = cellsOf(await reportOn('lives', record), 'pathways', 'deployed');
    const report = await reportOn('lives', branch);
    expect(cellsOf(report, 'pathways', 'deployed')).toEqual(reported);
    expect(cellsOf(report, 'pathways', 'deployed', 'hypothetical')).toMatchObject({
      killed: 90,
      exposure: { best: expect.closeTo((990 * 365) / MONTH_DAYS) },
    });
  });

  test('forgets a retracted loss, and knows none before it was known', async () => {
    const record = [
      sent('alpha', 1000, '2025-01-01'),
      lost('alpha', 10, { ...on('2025-01-31'), observedtime: '2025-04-01T00:00:00Z' }),
      fact('strength.assessed', 'alpha', { strength: 900 }, on('2025-03-02')),
    ];
    const undone = await reportOn('lives', [...record, retracted('e2', on('2025-05-01'))]);
    expect(cellsOf(undone, 'pathways', 'deployed')).toMatchObject({ killed: 0 });
    const early = await reportOn('lives', record, { asKnownMs: Date.UTC(2025, 2, 15) });
    expect(cellsOf(early, 'pathways', 'deployed')).toMatchObject({ killed: 0 });
    const known = await reportOn('lives', record, { asKnownMs: Date.UTC(2025, 3, 2) });
    expect(cellsOf(known, 'pathways', 'deployed')).toMatchObject({ killed: 10 });
  });

  test('counts time up to the day that is asked for', async () => {
    const report = await reportOn('lives', [sent('alpha', 100, '2025-01-01')], {
      asOfMs: Date.UTC(2025, 0, 31),
    });
    expect(cellsOf(report, 'pathways', 'deployed')).toMatchObject({
      exposure: { best: expect.closeTo((100 * 30) / MONTH_DAYS) },
    });
  });
});
