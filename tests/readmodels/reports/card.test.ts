import { describe, expect, test } from 'vitest';
import { DEFAULT_SETTINGS, NO_EVENT } from '../../../src/readmodels/reports/report.ts';
import { loadScenario, logOf } from '../../../src/scenario/library.ts';
import { cellsOf, NO_REFERENCE, reportOn, reportOnLog, tableOf } from '../../support/report-tables.ts';
import { deployed, fact, warEnded } from '../../support/roll-scenario.ts';

const BUILDERS = {
  ...NO_REFERENCE,
  benchmarks: [
    {
      id: 'construction',
      title: 'Construction workers',
      measure: 'paid',
      usdPerHeadMonth: { low: 400, best: 1000, high: 1000 },
      usdPerYear: null,
      source: null,
    },
  ],
} as const;

async function cardOf(scenario: string) {
  const loading = await loadScenario(scenario);
  if (!loading.ok) throw new Error(`${scenario} does not load`);
  return reportOnLog('card', logOf(loading.scenario), {}, DEFAULT_SETTINGS, BUILDERS);
}

describe('the card', () => {
  // 9,000,000 × 0.85 + 40,000,000 × 0.9 = 7,650,000 + 36,000,000 = 43,650,000: the 12,000,000 told twice are
  // retracted. Heads, from the log: 365.2 head-months of proxy-sahel from 20 February 2028 to the end of the first
  // quarter (its share of 9,000,000), and pmc-levant's 900 through the second half year.
  test('of legion-pmc tells take, pay per head and month and what builders are paid beside it', async () => {
    const cells = cellsOf(await cardOf('legion-pmc'), 'pathways', 'pmc-transferred', 'hypothetical');
    const month = 365.25 / 12;
    // 20 February to 31 March 2028 is 41 days; the caught runaways are merged in only in April.
    const sahel = ((400 - 7 - 4) * 41) / month;
    const levant = (900 * 184) / month;
    const paid = 49_000_000 / (sahel + levant);
    expect(cells).toMatchObject({ take: 43_650_000, legal: 3, RU: 'degraded', KP: 'degraded' });
    expect(cells?.['paid']).toMatchObject({ best: expect.closeTo(paid, 6) });
    expect(cells?.['beside']).toEqual({
      low: expect.closeTo(paid / 1000, 9),
      best: expect.closeTo(paid / 1000, 9),
      high: expect.closeTo(paid / 400, 9),
    });
  });

  test('counts heads, what happened to those who stood there, and what is open to them', async () => {
    const report = await reportOn('card', [
      deployed('alpha', { low: 900, best: 1000, high: 1200 }),
      warEnded(),
      fact('compensation.withheld', 'alpha', { kind: 'cash' }),
      fact('contingent.garrisoned', 'alpha', { role: 'border-guard', area: 'kursk', territory: 'russia' }),
      fact('pressure.signalled', 'alpha', { target: ['UA'] }),
      fact('diplomatic.protested', null, { by: ['UA'] }),
    ]);
    expect(cellsOf(report, 'pathways', 'war-ended')).toMatchObject({
      contingents: 0,
      withheld: 1,
      next: null,
    });
    expect(cellsOf(report, 'pathways', 'garrisoned')).toMatchObject({
      heads: { low: 900, best: 1000, high: 1200 },
      contingents: 1,
      escalation: 1,
      withheld: 0,
      // Nobody told anything of these: that is not known to be none.
      ...{ delivered: null, dissent: null, legal: null, killed: null, take: null },
      KP: NO_EVENT,
      paid: null,
      beside: null,
      next: 'repatriated, integrated, pmc-transferred, defected',
    });
    expect(tableOf(report, 'roll').rows.map(({ cells }) => cells['escalation'])).toEqual([1]);
  });

  test('keeps a what-if apart from what was reported', async () => {
    const record = cellsOf(await cardOf('record'), 'pathways', 'deployed');
    const reported = tableOf(await cardOf('garrison'), 'pathways').rows.filter(
      ({ basis }) => basis === 'reported',
    );
    const deployedThen = reported.find(({ cells }) => cells['pathway'] === 'deployed')?.cells;
    expect(deployedThen).toMatchObject({ months: record?.['months'], killed: record?.['killed'] });
  });
});
