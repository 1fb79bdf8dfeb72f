import { describe, expect, test } from 'vitest';
import type { z } from 'zod';
import * as pageSchemas from '../../src/http/page-schemas.ts';
import { type Bench, deployed, event, RECORD, ROLL, serveOver, startBench } from '../http/bench.ts';
import { open, overhang, startRecord, useBrowser, violations } from './browser.ts';

useBrowser();

async function read<S extends z.ZodType>(bench: Bench, path: string, schema: S): Promise<z.output<S>> {
  return schema.parse(await (await bench.ask(`${ROLL}/contingents${path}`)).json());
}

/** Appends past the gate, as a producer over NATS would: even what will be refused. */
async function append(bench: Bench, said: ReturnType<typeof event>): Promise<void> {
  const bytes = Buffer.from(JSON.stringify(said));
  await bench.log.append(RECORD, [{ entity: 'alpha', identity: said.id, bytes }]);
}

describe('the feed', () => {
  test('shows transitions and refusals as they happen, and filters them', async () => {
    const bench = await startBench();
    await bench.post(deployed('alpha', 100));
    const { page, complaints } = await open(bench, '#/ukraine/record/feed');
    const items = page.locator('.feed li');
    await expect.poll(() => items.count()).toBe(1);

    await append(bench, event('contingent.arrived', 'alpha', {}));
    await bench.post(event('contingent.committed', 'alpha', {}));

    await expect.poll(() => items.count()).toBe(3);
    expect(await items.first().textContent()).toContain('contingent.committed');
    expect(await items.nth(1).textContent()).toMatch(/refused.*contingent\.arrived.*not-allowed: .{10}/);

    await page.getByLabel('Show').selectOption('refusal');
    await expect.poll(() => items.count()).toBe(1);
    await page.getByLabel('Show').selectOption('all');
    await page.getByLabel('Only with the words').fill('committed');
    await expect.poll(() => items.count()).toBe(1);
    await page.getByLabel('Only with the words').fill('nothing of the kind');
    await page.getByText('Nothing fits the filter').waitFor();
    expect(complaints).toEqual([]);
  });

  test('filters by type, code and contingent', async () => {
    const bench = await startBench();
    await bench.post(deployed('alpha', 100));
    await bench.post(deployed('beta', 100));
    await bench.post(event('contingent.committed', 'beta', {}));
    await append(bench, event('contingent.arrived', 'alpha', {}));
    await append(bench, event('contingent.arrived', 'nobody', {}));
    const { page } = await open(bench, '#/ukraine/record/feed');
    const seqs = () => page.locator('.feed li .seq').allTextContents();
    await expect.poll(seqs).toEqual(['#5', '#4', '#3', '#2', '#1']);

    await page.getByLabel('Type').selectOption('contingent.deployed');
    await expect.poll(seqs).toEqual(['#2', '#1']);
    await page.getByLabel('Contingent', { exact: true }).fill('beta');
    await expect.poll(seqs).toEqual(['#2']);
    await page.getByLabel('Type').selectOption('');
    await expect.poll(seqs).toEqual(['#3', '#2']);
    await page.getByLabel('Contingent', { exact: true }).fill('');
    await page.getByLabel('Code of refusal').selectOption('not-allowed');
    await expect.poll(seqs).toEqual(['#4']);
  });

  test('what happened while the connection was lost follows in order, once, and the page says so', async () => {
    const bench = await startBench();
    await bench.post(deployed('alpha', 10));
    const { page, text } = await open(bench, '#/ukraine/record/feed');
    await expect.poll(() => page.locator('.feed li').count()).toBe(1);

    await bench.app.close();
    await expect.poll(() => text('#feed-state')).toContain('The connection is lost');
    for (const strength of [5, 6, 7])
      await append(bench, event('contingent.reinforced', 'alpha', { strength }));
    const again = await serveOver(bench.log, bench.service, { port: bench.port });

    const strengths = () => page.locator('.feed li .what').allTextContents();
    await expect.poll(async () => (await strengths()).length, { timeout: 20_000 }).toBe(4);
    expect((await strengths()).map((what) => /, (\d+)/.exec(what)?.[1])).toEqual(['28', '21', '15', '10']);
    expect(await text('#feed-state')).toContain('it went on after entry 1: nothing is left out');

    await again.post(event('contingent.committed', 'alpha', {}));
    await expect
      .poll(() => page.locator('.feed li .seq').allTextContents())
      .toEqual(['#5', '#4', '#3', '#2', '#1']);
  });
});

describe('the contingents', () => {
  test('are a tree by parentage, and each opens its page with its history', async () => {
    const { page, text, complaints } = await open(await startRecord(), '#/ukraine/record/contingents');
    await page.getByRole('button', { name: /detached from storm-corps/ }).click();
    await page.getByRole('link', { name: 'pow-kursk' }).click();

    await expect.poll(() => text('#contingent')).toBe('pow-kursk');
    await expect.poll(() => page.locator('.steps li').count()).toBeGreaterThan(0);
    expect(await text('.standing')).toContain('Captured');
    await page.getByRole('link', { name: 'storm-corps' }).first().click();
    await expect.poll(() => text('#contingent')).toBe('storm-corps');

    const chart = page.getByAltText('Statechart of a contingent');
    const isDrawn = () =>
      page.evaluate(
        "(({ complete, naturalWidth }) => complete && naturalWidth > 0)(document.querySelector('.statechart img'))",
      );
    await expect.poll(isDrawn, { timeout: 20_000 }).toBe(true);
    expect(await chart.getAttribute('src')).toMatch(/storm-corps\?seq=26$/);
    await page.getByRole('button', { name: 'Entry 9 on the statechart' }).click();
    await expect
      .poll(() => chart.getAttribute('alt'))
      .toMatch(/Active: Deployed, rear\. Last event: contingent\.withdrawn\./);
    await expect.poll(isDrawn).toBe(true);
    expect(await chart.getAttribute('src')).toMatch(/seq=9$/);
    expect(complaints).toEqual([]);
  });

  test('of thousands only what is in sight is on the page, and all can be reached', async () => {
    const bench = await startBench();
    const names = Array.from({ length: 250 }, (_, place) => `unit-${String(place).padStart(4, '0')}`);
    await bench.post(
      names.map((name) => deployed(name, 10)),
      'application/cloudevents-batch+json',
    );
    const { page } = await open(bench, '#/ukraine/record/contingents');
    await page.getByRole('link', { name: 'unit-0000' }).waitFor();

    expect(await page.locator('.tree li').count()).toBeLessThan(60);
    await expect
      .poll(
        async () => {
          await page.evaluate("document.querySelector('.tree').scrollTo(0, 1e6)");
          return page.getByRole('link', { name: 'unit-0249' }).count();
        },
        { timeout: 20_000 },
      )
      .toBe(1);
    expect(await page.locator('.tree li').count()).toBeLessThan(60);
  });

  test('are found by pathway, losses and id', async () => {
    const { page, text } = await open(await startRecord(), '#/ukraine/record/contingents');
    const ids = () => page.locator('.tree li .branch a').allTextContents();
    await expect.poll(ids).toEqual(['builders', 'engr-528', 'storm-corps']);

    await page.getByLabel('Pathway').selectOption('repatriated');
    await expect.poll(ids).toEqual(['engr-528', 'wounded-q1']);
    await page.getByLabel('Pathway').selectOption('');
    await page.getByLabel('With losses').selectOption('unaccounted');
    await expect.poll(ids).toEqual(['storm-corps']);
    await page.getByLabel('Go to the contingent').fill('pow');
    await expect
      .poll(() => page.evaluate("[...document.querySelectorAll('#found option')].map(({ value }) => value)"))
      .toEqual(['pow-kursk']);
    await page.getByLabel('Go to the contingent').fill('pow-kursk');
    await page.getByLabel('Go to the contingent').press('Enter');
    await expect.poll(() => text('#contingent')).toBe('pow-kursk');
  });

  test('one that is not there is told', async () => {
    const { page } = await open(await startRecord(), '#/ukraine/record/contingents/nobody');
    await page.getByRole('heading', { name: 'No contingent nobody' }).waitFor();
  });
});

describe('contingents over HTTP', () => {
  test('come a page at a time, with the events behind them', async () => {
    const bench = await startRecord();
    const first = await read(bench, `?limit=2&parent=`, pageSchemas.contingentsPage);
    expect(first.items.map(({ parent }) => parent)).toEqual([null, null]);
    const rest = await read(bench, `?parent=&after=${first.next}`, pageSchemas.contingentsPage);
    expect(rest.next).toBeNull();
    expect(rest.items.every(({ id }) => id > (first.next ?? ''))).toBe(true);

    const captured = await read(bench, `?pathway=captured`, pageSchemas.contingentsPage);
    expect(captured.items).toMatchObject([
      { id: 'pow-kursk', strengthFrom: { event: { type: 'contingent.detached' } } },
    ]);
    const all = await read(bench, `/storm-corps/history?limit=1000`, pageSchemas.historyPage);
    const begin = await read(bench, `/storm-corps/history?limit=2`, pageSchemas.historyPage);
    const end = await read(
      bench,
      `/storm-corps/history?limit=1000&after=${begin.next}`,
      pageSchemas.historyPage,
    );
    expect([...begin.items, ...end.items]).toEqual(all.items);
    expect((await bench.ask(`${ROLL}/contingents?parent=No%20Id`)).status).toBe(400);
    expect((await bench.ask(`${ROLL}/contingents/nobody/history`)).status).toBe(404);
  });
});

describe.each(['feed', 'contingents', 'contingents/storm-corps'])('%s', (view) => {
  test('axe finds nothing wrong, and at 360 pixels nothing sticks out', async () => {
    const { page } = await open(await startRecord(), `#/ukraine/record/${view}`, {
      colorScheme: 'dark',
      viewport: { width: 360, height: 800 },
    });
    await page.locator('.long li, .steps li').first().waitFor();

    expect(await violations(page)).toEqual([]);
    expect(await overhang(page)).toBeLessThanOrEqual(0);
  });
});
