import { describe, expect, test } from 'vitest';
import { Footprint } from '../../../src/readmodels/reports/footprint.ts';
import { DEFAULT_SETTINGS } from '../../../src/readmodels/reports/report.ts';
import { foldLog } from '../../../src/roll/fold.ts';
import { createKernels } from '../../../src/roll/kernels.ts';
import type { Transition } from '../../../src/roll/outcome.ts';
import { cellsOf, reportOn, tableOf } from '../../support/report-tables.ts';
import { corrected, deployed, fact, logOf, retracted, warEnded } from '../../support/roll-scenario.ts';

/** Days in a month: a twelfth of a year. */
const MONTH_DAYS = 365.25 / 12;

const on = (day: string) => ({ time: `${day}T00:00:00Z` });
const whatIf = (day: string) => ({ ...on(day), basis: 'hypothetical' });
const upTo = (day: string) => ({ asOfMs: Date.parse(`${day}T00:00:00Z`) });
const sent = (id: string, strength: unknown, day: string, data = {}) => ({
  ...deployed(id, strength, { area: 'kursk', ...data }),
  ...on(day),
});
const garrisoned = (id: string, area: string, attributes: object, data: object = {}) =>
  fact(
    'contingent.garrisoned',
    id,
    { role: 'border-guard', area, territory: 'russia', ...data },
    { ...attributes },
  );
const milestone = (kind: string, attributes: object) =>
  fact('milestone.reached', 'alpha', { kind }, { ...attributes });

const afterTheWar = [
  sent('alpha', { low: 900, best: 1000, high: 1200 }, '2025-01-01'),
  sent('bravo', 500, '2025-01-11'),
  { ...warEnded(), ...on('2025-02-01') },
];

describe('troops abroad', () => {
  test('are all but those home, on the way there, defected or captured', async () => {
    const report = await reportOn('footprint', [
      ...afterTheWar,
      fact(
        'contingent.repatriated',
        'bravo',
        { detachment: { id: 'home', strength: 100 } },
        on('2025-02-02'),
      ),
      fact('contingent.defected', 'bravo', { detachment: { id: 'gone', strength: 50 } }, on('2025-02-03')),
      fact(
        'contingent.pmc-transferred',
        'bravo',
        {
          leadership: 'russian',
          company: 'A',
          region: 'sahel',
          country: 'ML',
          detachment: { id: 'guards', strength: 60 },
        },
        on('2025-02-04'),
      ),
    ]);
    // alpha 1000, bravo 500 - 100 - 50 - 60 = 290, guards 60.
    expect(tableOf(report, 'headline').rows.map(({ cells }) => cells)).toEqual([
      { heads: { low: 1250, best: 1350, high: 1550 }, contingents: 3, places: 2 },
    ]);
    expect(cellsOf(report, 'places', 'sahel, ML')).toMatchObject({
      heads: { best: 60 },
      contingents: 1,
      days: 0,
    });
  });

  test('are told by place, with their days there and troop-months', async () => {
    const report = await reportOn('footprint', afterTheWar, upTo('2025-03-02'));
    // alpha for 60 days, bravo for 50.
    const months = (1000 * 60 + 500 * 50) / MONTH_DAYS;
    expect(cellsOf(report, 'places', 'kursk')).toMatchObject({
      heads: { low: 1400, best: 1500, high: 1700 },
      contingents: 2,
      days: 60,
      months: { best: expect.closeTo(months) },
    });
    expect(cellsOf(report, 'stays', 'bravo')).toMatchObject({
      place: 'kursk',
      since: '2025-01-11',
      until: null,
      days: 50,
      pathway: 'war-ended',
    });
  });

  test('a part has been where its whole was since that came, and elsewhere since it came', async () => {
    const report = await reportOn('footprint', [
      ...afterTheWar,
      fact('contingent.detached', 'alpha', { detachment: { id: 'part', strength: 10 } }, on('2025-02-10')),
      garrisoned('alpha', 'belgorod', on('2025-02-20'), { detachment: { id: 'gar', strength: 10 } }),
    ]);
    expect(cellsOf(report, 'stays', 'part')).toMatchObject({ since: '2025-01-01' });
    expect(cellsOf(report, 'stays', 'gar')).toMatchObject({ since: '2025-02-20', place: 'belgorod' });
  });

  test('in a what-if stand beside those of the last reported fact', async () => {
    const report = await reportOn('footprint', [
      ...afterTheWar,
      fact('contingent.repatriated', 'bravo', {}, whatIf('2025-03-01')),
    ]);
    expect(tableOf(report, 'headline').rows.map(({ basis, cells }) => [basis, cells['heads']])).toEqual([
      ['reported', { low: 1400, best: 1500, high: 1700 }],
      ['hypothetical', { low: 900, best: 1000, high: 1200 }],
    ]);
    // Reported up to 1 February: 31 days, and 59 as it went on.
    expect(cellsOf(report, 'stays', 'alpha')).toMatchObject({ days: 31 });
    expect(cellsOf(report, 'stays', 'alpha', 'hypothetical')).toMatchObject({ days: 59 });
    expect(cellsOf(report, 'stays', 'bravo', 'hypothetical')).toMatchObject({ until: '2025-03-01' });
  });
});

describe('the first footprint', () => {
  const log = [
    ...afterTheWar,
    garrisoned('alpha', 'kursk', on('2025-02-11')),
    garrisoned('bravo', 'primorye', on('2025-02-02')),
  ];

  test('is the first garrison to stand for so many days, beside what was announced', async () => {
    const report = await reportOn(
      'footprint',
      [...log, milestone('permanent_footprint', on('2025-03-01'))],
      upTo('2025-08-31'),
    );
    // 2 February and 180 days is 1 August; the garrison of 11 February passes nine days later.
    expect(tableOf(report, 'footprint').rows.map(({ cells }) => cells)).toEqual([
      { how: 'derived', date: '2025-08-01', contingent: 'bravo', area: 'primorye', days: 210 },
      { how: 'announced', date: '2025-03-01', contingent: 'alpha', area: null, days: null },
    ]);
    expect(cellsOf(report, 'garrisons', 'alpha')).toMatchObject({ passed: '2025-08-10', days: 201 });
  });

  test('comes with the day that is set, and not a day before', async () => {
    const settings = { ...DEFAULT_SETTINGS, footprintDays: 30 };
    const before = await reportOn('footprint', log, upTo('2025-03-03'), settings);
    expect(tableOf(before, 'footprint').rows).toEqual([]);
    expect(cellsOf(before, 'garrisons', 'bravo')).toMatchObject({ days: 29, passed: null });
    const then = await reportOn('footprint', log, upTo('2025-03-04'), settings);
    expect(cellsOf(then, 'footprint', 'derived')).toMatchObject({ date: '2025-03-04', days: 30 });
  });

  test('is none of a garrison that left, or moved to another area, too early', async () => {
    const report = await reportOn(
      'footprint',
      [
        ...log,
        fact('contingent.repatriated', 'alpha', {}, on('2025-08-01')),
        fact('contingent.retasked', 'bravo', { area: 'bryansk' }, on('2025-07-01')),
      ],
      upTo('2025-09-01'),
    );
    expect(tableOf(report, 'footprint').rows).toEqual([]);
    expect(
      tableOf(report, 'garrisons').rows.map(({ cells }) => [cells['area'], cells['until'], cells['days']]),
    ).toEqual([
      ['primorye', '2025-07-01', 149],
      ['kursk', '2025-08-01', 171],
      ['bryansk', null, 62],
    ]);
  });

  test('leaves out a garrison in East Asia', async () => {
    const model = new Footprint((place) => place === 'primorye');
    await foldLog(
      createKernels(),
      () => logOf(log.toSorted((a, b) => String(a['time']).localeCompare(String(b['time'])))),
      {},
      () => ({ apply: (transition: Transition) => model.apply(transition) }),
    );
    const tables = model.tables({ untilMs: upTo('2025-08-31').asOfMs, settings: DEFAULT_SETTINGS });
    expect(tables.find(({ id }) => id === 'footprint')?.rows[0]?.cells).toMatchObject({
      contingent: 'alpha',
    });
  });

  test('of a what-if stays one', async () => {
    const report = await reportOn(
      'footprint',
      [...log, milestone('permanent_footprint', whatIf('2025-03-01'))],
      upTo('2025-08-31'),
    );
    expect(tableOf(report, 'footprint').rows.map(({ basis, cells }) => [basis, cells['how']])).toEqual([
      ['hypothetical', 'derived'],
      ['hypothetical', 'announced'],
    ]);
  });

  test('follows corrections, retractions and what was known', async () => {
    const earlier = corrected('e4', { time: '2025-02-02T00:00:00Z' }, on('2025-03-01'));
    const gone = retracted('e5', on('2025-03-01'));
    const report = await reportOn('footprint', [...log, earlier, gone], upTo('2025-08-31'));
    expect(cellsOf(report, 'footprint', 'derived')).toMatchObject({
      contingent: 'alpha',
      date: '2025-08-01',
    });
    const unknown = await reportOn('footprint', log, {
      ...upTo('2025-08-31'),
      asKnownMs: upTo('2025-02-05').asOfMs,
    });
    expect(tableOf(unknown, 'garrisons').rows.map(({ cells }) => cells['contingent'])).toEqual(['bravo']);
  });
});

describe('the axis', () => {
  test('tells service in Russian units, proxy deployments, milestones and influence', async () => {
    const report = await reportOn(
      'footprint',
      [
        ...afterTheWar,
        fact(
          'contingent.integrated',
          'alpha',
          { status: 'formal', region: 'caucasus', hostUnit: '58th Army' },
          on('2025-03-01'),
        ),
        fact(
          'contingent.dispatched',
          'alpha',
          { region: 'sahel', country: 'ML', detachment: { id: 'errand', strength: 40 } },
          on('2025-03-11'),
        ),
        fact('contingent.recalled', 'errand', { region: 'caucasus' }, on('2025-03-31')),
        milestone('alliance', on('2025-04-01')),
        ...['influence_ml', 'loyalty'].map((about) =>
          fact('assessment.made', null, { about, scale: 's', value: 2, why: 'a harbour' }, on('2025-04-02')),
        ),
      ],
      upTo('2025-04-10'),
    );
    expect(cellsOf(report, 'integrated', 'alpha')).toMatchObject({
      place: 'caucasus',
      status: 'formal',
      hostUnit: '58th Army',
      days: 40,
    });
    // The errand was in Russian units since alpha was, and abroad on it for 20 days.
    expect(cellsOf(report, 'integrated', 'errand')).toMatchObject({ since: '2025-03-01' });
    expect(tableOf(report, 'proxies').rows.map(({ cells }) => cells)).toMatchObject([
      {
        contingent: 'errand',
        place: 'sahel, ML',
        heads: { best: 40 },
        since: '2025-03-11',
        until: '2025-03-31',
        days: 20,
      },
    ]);
    expect(tableOf(report, 'milestones').rows.map(({ cells }) => cells['kind'])).toEqual(['alliance']);
    expect(tableOf(report, 'influence').rows.map(({ cells }) => cells['about'])).toEqual(['influence_ml']);
  });
});
