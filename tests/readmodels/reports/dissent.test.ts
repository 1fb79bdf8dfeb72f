import { describe, expect, test } from 'vitest';
import { cellsOf, reportOn, tableOf } from '../../support/report-tables.ts';
import { corrected, deployed, fact, retracted } from '../../support/roll-scenario.ts';

const on = (day: string) => ({ time: `${day}T00:00:00Z` });
const whatIf = (day: string) => ({ ...on(day), basis: 'hypothetical' });
const sent = (id: string, strength: unknown, day: string, data = {}) => ({
  ...deployed(id, strength, data),
  ...on(day),
});
const dissent = (id: string | null, scope: string, topics: readonly string[], attributes: object) =>
  fact('dissent.observed', id, { scope, topics }, { ...attributes });

/** alpha goes home on 1 March and is screened on 1 April; bravo stays away. */
const homecoming = [
  sent('alpha', { low: 900, best: 1000, high: 1200 }, '2025-01-01', {
    background: 'prison_unit',
    reliability: 'mixed',
  }),
  sent('bravo', 500, '2025-01-01'),
  fact(
    'contingent.repatriated',
    'alpha',
    { route: 'rail', borderPorosity: 'high', surveillance: 'low' },
    on('2025-02-20'),
  ),
  fact('contingent.arrived', 'alpha', {}, on('2025-03-01')),
  fact('contingent.screened', 'alpha', { outcome: 'cleared', conduct: 'talked' }, on('2025-04-01')),
];

describe('dissent', () => {
  test('is counted by scope and by topic, once under each topic', async () => {
    const report = await reportOn('dissent', [
      sent('alpha', 1000, '2025-01-01'),
      dissent(null, 'act', ['pay'], on('2025-02-01')),
      dissent('alpha', 'spread', ['pay', 'freedom', 'pay'], on('2025-02-02')),
      dissent(null, 'spread', [], on('2025-02-03')),
    ]);
    expect(tableOf(report, 'scopes').rows.map(({ cells }) => cells)).toEqual([
      { scope: 'spread', count: 2, first: '2025-02-02', latest: '2025-02-03' },
      { scope: 'act', count: 1, first: '2025-02-01', latest: '2025-02-01' },
    ]);
    expect(
      tableOf(report, 'topics').rows.map(({ cells }) => [cells['scope'], cells['topic'], cells['count']]),
    ).toEqual([
      ['spread', 'freedom', 1],
      ['spread', 'pay', 1],
      ['spread', null, 1],
      ['act', 'pay', 1],
    ]);
  });

  test('stands beside who had returned by then, and what is known of the contingent', async () => {
    const report = await reportOn('dissent', [
      ...homecoming,
      dissent('alpha', 'spread', ['pay'], on('2025-04-10')),
    ]);
    // Home on 1 March: 40 days to 10 April. Only alpha has returned.
    expect(cellsOf(report, 'observed', '2025-04-10')).toMatchObject({
      returned: { low: 900, best: 1000, high: 1200 },
      days: 40,
      background: 'prison_unit',
      reliability: 'mixed',
      conduct: 'talked',
      contingent: 'alpha',
    });
  });

  test('leaves unknown what no event said: no return, no contingent', async () => {
    const report = await reportOn('dissent', [
      ...homecoming,
      dissent('bravo', 'spread', ['pay'], on('2025-04-10')),
      dissent(null, 'spread', ['pay'], on('2025-04-11')),
    ]);
    expect(cellsOf(report, 'observed', '2025-04-10')).toMatchObject({
      days: null,
      conduct: null,
      background: null,
    });
    expect(cellsOf(report, 'observed', '2025-04-11')).toMatchObject({
      days: null,
      reliability: null,
      returned: { best: 1000 },
    });
  });

  test('a part has the past of its whole up to when it left', async () => {
    const report = await reportOn('dissent', [
      ...homecoming,
      fact(
        'contingent.re-educated',
        'alpha',
        { detachment: { id: 'talkers', strength: 100, reliability: 'suspect' } },
        on('2025-04-05'),
      ),
      dissent('talkers', 'coordinate', ['pay'], on('2025-04-11')),
    ]);
    // Those in re-education count as returned too, and a part taken out and put back widens nothing here:
    // 1000 - 100 in {900 - 100, 1200 - 100}, and 100 again.
    expect(cellsOf(report, 'observed', '2025-04-11')).toMatchObject({
      days: 41,
      conduct: 'talked',
      reliability: 'suspect',
      returned: { low: 900, best: 1000, high: 1200 },
    });
  });

  test('a what-if is counted apart, and no reported row tells what it made', async () => {
    const report = await reportOn('dissent', [
      ...homecoming,
      fact('contingent.repatriated', 'bravo', {}, whatIf('2025-05-01')),
      dissent('bravo', 'act', ['pay'], whatIf('2025-05-02')),
      dissent('alpha', 'act', ['pay'], on('2025-05-03')),
    ]);
    expect(cellsOf(report, 'scopes', 'act')).toMatchObject({ count: 1, latest: '2025-05-03' });
    expect(cellsOf(report, 'scopes', 'act', 'hypothetical')).toMatchObject({ count: 1 });
    expect(cellsOf(report, 'observed', '2025-05-02', 'hypothetical')).toMatchObject({
      returned: { best: 1500 },
    });
    expect(cellsOf(report, 'observed', '2025-05-03')).toMatchObject({ returned: null, days: null });
  });

  test('forgets what was retracted, changes with a correction, and knows nothing early', async () => {
    const log = [
      ...homecoming,
      dissent('alpha', 'spread', ['pay'], { ...on('2025-04-10'), observedtime: '2025-06-01T00:00:00Z' }),
      sent('charlie', 10, '2025-07-01'),
    ];
    const undone = await reportOn('dissent', [...log, retracted('e6', on('2025-07-02'))]);
    expect(tableOf(undone, 'observed').rows).toEqual([]);
    const arrivedLater = corrected('e4', { time: '2025-03-11T00:00:00Z' }, on('2025-07-02'));
    const changed = await reportOn('dissent', [...log, arrivedLater]);
    expect(cellsOf(changed, 'observed', '2025-04-10')).toMatchObject({ days: 30 });
    const early = await reportOn('dissent', log, { asKnownMs: Date.UTC(2025, 4, 1) });
    expect(tableOf(early, 'observed').rows).toEqual([]);
  });
});

describe('prestige', () => {
  test('lists honours with their strength, at screening and later, of the part that was honoured', async () => {
    const report = await reportOn('dissent', [
      ...homecoming.slice(0, 4),
      fact(
        'contingent.screened',
        'alpha',
        { outcome: 'honoured', detachment: { id: 'heroes', strength: 20 } },
        on('2025-04-01'),
      ),
      fact('contingent.screened', 'alpha', { outcome: 'cleared' }, on('2025-04-02')),
      fact(
        'contingent.honoured',
        'alpha',
        { programme: 'hero titles', place: 'pyongyang', detachment: { id: 'more', strength: 5 } },
        on('2025-05-01'),
      ),
    ]);
    expect(tableOf(report, 'honours').rows.map(({ cells }) => cells)).toMatchObject([
      { date: '2025-04-01', contingent: 'heroes', heads: { best: 20 } },
      {
        date: '2025-05-01',
        contingent: 'more',
        heads: { best: 5 },
        how: 'hero titles',
        place: 'pyongyang',
      },
    ]);
  });

  test('counts propaganda by theme and outlet', async () => {
    const aired = (outlet: object, day: string) =>
      fact('propaganda.aired', null, { theme: 'war_heroes', ...outlet }, on(day));
    const report = await reportOn('dissent', [
      aired({ outlet: 'KCNA' }, '2025-01-01'),
      aired({}, '2025-01-02'),
      aired({ outlet: 'KCNA' }, '2025-01-03'),
    ]);
    expect(tableOf(report, 'propaganda').rows.map(({ cells }) => cells)).toEqual([
      { theme: 'war_heroes', outlet: 'KCNA', count: 2, first: '2025-01-01', latest: '2025-01-03' },
      { theme: 'war_heroes', outlet: null, count: 1, first: '2025-01-02', latest: '2025-01-02' },
    ]);
  });
});

describe('defections', () => {
  test('tell the leg, and on the way home how it was watched, of a part by its whole', async () => {
    const report = await reportOn('dissent', [
      ...homecoming.slice(0, 3),
      fact(
        'contingent.defected',
        'alpha',
        { area: 'primorye', detachment: { id: 'jumpers', strength: { low: 20, best: 30, high: 50 } } },
        on('2025-02-25'),
      ),
      fact(
        'contingent.defected',
        'bravo',
        { host: 'UA', detachment: { id: 'walkers', strength: 3 } },
        on('2025-02-26'),
      ),
      fact('defection.signalled', 'bravo', { host: 'KR' }, on('2025-02-27')),
    ]);
    expect(cellsOf(report, 'defections', '2025-02-25')).toMatchObject({
      leg: 'in transit home',
      contingent: 'jumpers',
      heads: { low: 20, best: 30, high: 50 },
      route: 'rail',
      borderPorosity: 'high',
      surveillance: 'low',
    });
    expect(cellsOf(report, 'defections', '2025-02-26')).toMatchObject({
      leg: 'deployed',
      host: 'UA',
      route: null,
      surveillance: null,
    });
    expect(
      tableOf(report, 'legs').rows.map(({ cells }) => [cells['leg'], cells['count'], cells['heads']]),
    ).toEqual([
      ['deployed', 1, { low: 3, best: 3, high: 3 }],
      ['in transit home', 1, { low: 20, best: 30, high: 50 }],
    ]);
    expect(cellsOf(report, 'signals', '2025-02-27')).toMatchObject({ count: null, host: 'KR' });
  });

  test('of a what-if are summed apart; a reported one after it has heads that cannot be told', async () => {
    const gone = (id: string, attributes: object) =>
      fact('contingent.defected', 'alpha', { detachment: { id, strength: 10 } }, { ...attributes });
    const report = await reportOn('dissent', [
      sent('alpha', 1000, '2025-01-01'),
      gone('one', on('2025-02-01')),
      gone('two', whatIf('2025-03-01')),
    ]);
    expect(cellsOf(report, 'legs', 'deployed')).toMatchObject({ heads: { best: 10 } });
    expect(cellsOf(report, 'legs', 'deployed', 'hypothetical')).toMatchObject({ heads: { best: 10 } });
    const after = await reportOn('dissent', [
      sent('alpha', 1000, '2025-01-01'),
      gone('two', whatIf('2025-03-01')),
      gone('three', on('2025-04-01')),
    ]);
    expect(cellsOf(after, 'legs', 'deployed')).toMatchObject({ count: 1, heads: null });
  });
});

describe('control', () => {
  test('tells the latest level of monitoring and since when it holds', async () => {
    const watched = (level: string, day: string) => fact('monitoring.tightened', 'alpha', { level }, on(day));
    const report = await reportOn('dissent', [
      sent('alpha', 1000, '2025-01-01'),
      watched('light', '2025-02-01'),
      watched('tight', '2025-03-01'),
      watched('tight', '2025-04-01'),
    ]);
    expect(cellsOf(report, 'monitoring', 'alpha')).toEqual({
      contingent: 'alpha',
      level: 'tight',
      since: '2025-03-01',
      count: 3,
    });
  });

  test('counts friction by kind and severity, and lists assessments by what they are about', async () => {
    const rubbed = (severity: string, day: string) =>
      fact('friction.reported', null, { kind: 'language', severity }, on(day));
    const judged = (about: string, value: number, day: string) =>
      fact(
        'assessment.made',
        null,
        { about, scale: 'ordinal_0_3', value, why: 'letters' },
        {
          ...on(day),
          basis: 'reported',
          reliability: 'B',
          credibility: 3,
          claim: 'speculation',
          reporter: 'NIS',
        },
      );
    const report = await reportOn('dissent', [
      rubbed('high', '2025-01-01'),
      rubbed('low', '2025-01-02'),
      judged('loyalty', 2, '2025-01-03'),
      judged('hardship', 3, '2025-01-04'),
      judged('loyalty', 0, '2025-01-05'),
    ]);
    expect(tableOf(report, 'friction').rows.map(({ cells }) => cells['severity'])).toEqual(['low', 'high']);
    expect(
      tableOf(report, 'assessments').rows.map(({ cells }) => [cells['about'], cells['value'], cells['date']]),
    ).toEqual([
      ['hardship', 3, '2025-01-04'],
      ['loyalty', 2, '2025-01-03'],
      ['loyalty', 0, '2025-01-05'],
    ]);
    expect(cellsOf(report, 'assessments', '2025-01-04')).toMatchObject({
      why: 'letters',
      reporter: 'NIS',
      rated: 'B3 speculation',
    });
  });
});
