import { describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { reportDocument, reportList } from '../../src/http/report-schemas.ts';
import { type Bench, deployed, event, problemIn, ROLL, referenceLog, startBench } from './bench.ts';

type Report = z.output<typeof reportDocument>;

async function report({ ask }: Bench, path: string): Promise<Report> {
  const response = await ask(`${ROLL}/reports/${path}`);
  expect(response.status, path).toBe(200);
  return reportDocument.parse(await response.json());
}

/** A cell of the row whose first column says `key`. */
function cell(document: Report, table: string, key: string, column: string) {
  const { columns = [], rows = [] } = document.tables.find(({ id }) => id === table) ?? {};
  return rows.find(({ cells }) => cells[columns[0]?.id ?? ''] === key)?.cells[column];
}

describe('reports', () => {
  test('are listed, and each answers with what it listed', async () => {
    const bench = await startBench();
    await bench.post(await referenceLog('record'), 'application/x-ndjson');
    const { items } = reportList.parse(await (await bench.ask('/api/reports')).json());
    expect(items.map(({ name }) => name)).toEqual([
      ...['card', 'decision', 'money', 'lives', 'dissent', 'escalation', 'footprint', 'law', 'claims'],
    ]);
    for (const { name, title, question } of items) {
      expect(await report(bench, name)).toMatchObject({
        report: name,
        title,
        question,
        timeline: 'record',
        seq: 26,
        isHypothetical: false,
      });
    }
  });

  test('follow corrections: a retracted revenue and a retracted loss are gone, as known before they were told too', async () => {
    const bench = await startBench();
    const on = (day: string) => ({ time: `${day}T00:00:00Z` });
    const target = (id: string) => ({ target: { source: '/tests', id }, reason: 'a hoax' });
    const revenue = { stream: 'wages', grossUsd: 500_000, stateShare: 0.8, period: '2025-Q1' };
    const lines = [
      deployed('alpha', 1000, on('2025-01-01')),
      event('strength.assessed', 'alpha', { strength: 990 }, on('2025-02-10')),
      event('revenue.accrued', 'alpha', revenue, { ...on('2025-04-01'), id: 'pay', source: '/tests' }),
      event(
        'casualty.recorded',
        'alpha',
        { killed: 7 },
        { ...on('2025-02-01'), observedtime: '2025-03-01T00:00:00Z', id: 'loss', source: '/tests' },
      ),
    ];
    for (const line of lines) expect((await bench.post(JSON.stringify(line))).status).toBe(201);
    expect(cell(await report(bench, 'money'), 'pathways', 'deployed', 'take')).toBe(400_000);
    expect(cell(await report(bench, 'lives'), 'pathways', 'deployed', 'killed')).toBe(7);
    expect(
      cell(await report(bench, 'lives?asOf=2025-03-01&asKnown=2025-02-15'), 'pathways', 'deployed', 'killed'),
    ).toBe(0);

    for (const id of ['pay', 'loss']) {
      const line = event('event.retracted', null, target(id), on('2025-05-01'));
      expect((await bench.post(JSON.stringify(line))).status).toBe(201);
    }
    expect(cell(await report(bench, 'money'), 'pathways', 'deployed', 'take')).toBeUndefined();
    expect(cell(await report(bench, 'lives'), 'pathways', 'deployed', 'killed')).toBe(0);
    expect(cell(await report(bench, 'lives?seq=4'), 'pathways', 'deployed', 'killed')).toBe(7);
  });

  test('take what their reader sets', async () => {
    const bench = await startBench();
    await bench.post(await referenceLog('record'), 'application/x-ndjson');
    const { settings } = await report(bench, 'footprint?footprintDays=30');
    expect(settings).toEqual({ footprintDays: 30 });
  });

  test.each(['nothing', 'money?footprintDays=-1', 'money?asOf=yesterday'])('refuse %s', async (path) => {
    const bench = await startBench();
    const response = await bench.ask(`${ROLL}/reports/${path}`);
    expect(response.status).toBe(400);
    expect(await problemIn(response)).toMatchObject({ status: 400 });
  });
});

test('the reference data are served with their sources', async () => {
  const bench = await startBench();
  const response = await bench.ask('/api/reference');
  expect(await response.json()).toMatchObject({
    sources: expect.anything(),
    places: { places: expect.any(Array) },
  });
});
