import { describe, expect, test } from 'vitest';
import type { z } from 'zod';
import * as schemas from '../../src/http/schemas.ts';
import { type Bench, deployed, event, RECORD, ROLL, serveOver, startBench } from '../http/bench.ts';
import { open, overhang, startRecord, useBrowser, violations } from './browser.ts';

useBrowser();

async function read<S extends z.ZodType>(bench: Bench, path: string, schema: S): Promise<z.output<S>> {
  return schema.parse(await (await bench.ask(`${ROLL}/contingents${path}`)).json());
}

describe('the feed', () => {
  test('shows transitions and refusals as they happen, and filters them', async () => {
    const bench = await startBench();
    await bench.post(deployed('alpha', 100));
    const { page, complaints } = await open(bench, '#/ukraine/record/feed');
    const items = page.locator('.feed li');
    await expect.poll(() => items.count()).toBe(1);

    const refused = event('contingent.arrived', 'alpha', {});
    const bytes = Buffer.from(JSON.stringify(refused));
    await bench.log.append(RECORD, [{ entity: 'alpha', identity: refused.id, bytes }]);
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

  test('goes on where it was after a lost connection, and says so', async () => {
    const bench = await startBench();
    await bench.post(deployed('alpha', 10));
    const { page, text } = await open(bench, '#/ukraine/record/feed');
    await expect.poll(() => page.locator('.feed li').count()).toBe(1);

    await bench.app.close();
    await expect.poll(() => text('#feed-state')).toContain('The connection is lost');
    const again = await serveOver(bench.log, bench.service, { port: bench.port });
    for (let count = 0; count < 3; count++)
      await again.post(event('contingent.reinforced', 'alpha', { strength: 5 }));

    await expect.poll(() => page.locator('.feed li').count(), { timeout: 20_000 }).toBe(4);
    expect(await text('#feed-state')).toContain('it went on after entry 1: nothing is left out');
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

  test('one that is not there is told', async () => {
    const { page } = await open(await startRecord(), '#/ukraine/record/contingents/nobody');
    await page.getByRole('heading', { name: 'No contingent nobody' }).waitFor();
  });
});

describe('contingents over HTTP', () => {
  test('come a page at a time, with the events behind them', async () => {
    const bench = await startRecord();
    const first = await read(bench, `?limit=2&parent=`, schemas.contingentsPage);
    expect(first.items.map(({ parent }) => parent)).toEqual([null, null]);
    const rest = await read(bench, `?parent=&after=${first.next}`, schemas.contingentsPage);
    expect(rest.next).toBeNull();
    expect(rest.items.every(({ id }) => id > (first.next ?? ''))).toBe(true);

    const captured = await read(bench, `?pathway=captured`, schemas.contingentsPage);
    expect(captured.items).toMatchObject([
      { id: 'pow-kursk', strengthFrom: { event: { type: 'contingent.detached' } } },
    ]);
    const all = await read(bench, `/storm-corps/history?limit=1000`, schemas.historyPage);
    const begin = await read(bench, `/storm-corps/history?limit=2`, schemas.historyPage);
    const end = await read(bench, `/storm-corps/history?limit=1000&after=${begin.next}`, schemas.historyPage);
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
