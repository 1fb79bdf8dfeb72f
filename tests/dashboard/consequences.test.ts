import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { reportDocument, reportList } from '../../src/http/report-schemas.ts';
import { loadScenario } from '../../src/scenario/library.ts';
import { type AtEnd, type Bench, event, shareBench } from '../http/bench.ts';
import { open, overhang, startRecord, useBrowser, violations } from './browser.ts';

useBrowser();

const LEGION = '/api/rolls/ukraine/legion-pmc';
const page = (report: string) => `#/ukraine/legion-pmc/consequences/${report}`;

/** The record and the bundled what-if that extends it. */
async function startLegion(atEnd?: AtEnd): Promise<Bench> {
  const bench = await startRecord({}, atEnd);
  const loading = await loadScenario('legion-pmc');
  if (!loading.ok) throw new Error('The bundled what-if does not load');
  const { title, events } = loading.scenario;
  const opened = await bench.ask(LEGION, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ title, basis: 'hypothetical', base: 'record' }),
  });
  expect(opened.status).toBe(200);
  const text = events.map(({ bytes }) => new TextDecoder().decode(bytes)).join('\n');
  expect((await send(bench, text, 'application/x-ndjson')).status).toBeLessThan(300);
  return bench;
}

const send = (bench: Bench, body: string, mediaType = 'application/cloudevents+json') =>
  bench.ask(`${LEGION}/events`, { method: 'POST', headers: { 'content-type': mediaType }, body });

const shared = shareBench(startLegion);

/** Of the what-if: 9 million USD in the Sahel, and the seven killed there. */
const REVENUE = 'legion-pmc-033';
const LOSS = 'legion-pmc-024';

const retracted = (id: string) =>
  event(
    'event.retracted',
    null,
    { target: { source: '/scenarios/legion-pmc', id }, reason: 'a hoax' },
    { time: '2029-05-02T00:00:00Z', basis: 'hypothetical' },
  );

/** The text of the cells of a row, by the name in its first cell and its basis. */
async function cellsOf(on: Page, table: string, name: string, basis = 'hypothetical'): Promise<string[]> {
  const row = on.locator(`table[data-table="${table}"] tr[data-basis="${basis}"]`, {
    has: on.locator('th', { hasText: name }),
  });
  return row.first().locator('td').allTextContents();
}

describe('the reports', () => {
  test('are listed with their questions, and each shows the tables that the service gives', async () => {
    const bench = shared();
    const { items } = reportList.parse(await (await bench.ask('/api/reports')).json());
    const { page: browser, complaints } = await open(bench, '#/ukraine/legion-pmc/consequences');
    await browser.locator('.reports li').first().waitFor();
    const listed = await browser.locator('.reports li').allTextContents();
    expect(listed).toEqual([
      ...items.map(({ title, question }) => `${title}${question}`),
      expect.stringMatching(/^Precedents/),
    ]);

    for (const { name, title } of items.filter((item) => item.name !== 'card')) {
      await browser.locator('main').getByRole('link', { name: title, exact: true }).first().click();
      await browser.locator('#report', { hasText: title }).waitFor();
      const { tables } = reportDocument.parse(await (await bench.ask(`${LEGION}/reports/${name}`)).json());
      const shown = (place: string) =>
        browser
          .locator(`${place}[data-table]`)
          .evaluateAll((all) => all.map((one) => one.getAttribute('data-table')));
      const ids = (isTold: boolean) =>
        tables.filter(({ rows }) => rows.length > 0 === isTold).map(({ id }) => id);
      expect(await shown('table'), name).toEqual(ids(true));
      expect(await shown('.silent > div'), name).toEqual(ids(false));
      for (const { about } of tables)
        expect(await browser.getByText(about).count(), about).toBeGreaterThan(0);
      expect(await browser.locator('.chart svg').count(), name).toBe(await browser.locator('.chart').count());
    }
    expect(complaints).toEqual([]);
  }, 60_000);

  test('give money, ranges and what is unknown in words, and tell what-if rows by name', async () => {
    const { page: browser } = await open(shared(), page('money'));
    await browser.locator('table[data-table="pathways"]').waitFor();
    expect(await cellsOf(browser, 'pathways', 'Private military')).toEqual([
      ...['49,000,000', '43,650,000', '49,000,000', '5,965', '8,215', '7,318'],
    ]);
    const beside = await cellsOf(browser, 'per-head-benchmarks', 'Construction workers');
    expect(beside.slice(2, 5)).toEqual(['8,215', '1,000 (400–1,000)', '8.22 (8.22–20.54)']);
    expect(await cellsOf(browser, 'per-head-benchmarks', 'Miners')).toContain('unknown');
    const source = browser.locator('table[data-table="per-head-benchmarks"] a').first();
    expect(await source.getAttribute('href')).toMatch(/^https:/);
    expect(await browser.locator('table[data-table="pathways"] .mark').textContent()).toBe('what-if');
    expect(await browser.locator('.chart svg').first().textContent()).toMatch(/Private military\s*what-if/);
  });

  test('open the events behind a row, each with its source', async () => {
    const { page: browser } = await open(shared(), page('lives'));
    await browser.getByRole('button', { name: '5 events behind Deployed, reported' }).click();
    const opened = browser.locator('.opened .steps li');
    await expect.poll(() => opened.allTextContents()).toHaveLength(5);
    await expect
      .poll(async () => (await opened.allTextContents())[0])
      .toMatch(
        /^#21casualty\.recorded engr-528.*no reporter named, 10 Dec 2025 \(known 13 Dec 2025\), B1Nine dead/s,
      );
  });

  test('follow a retraction: the revenue and the loss are gone', async () => {
    const bench = await startLegion();
    const { page: browser } = await open(bench, page('lives'));
    await browser.locator('table[data-table="places"]').waitFor();
    expect((await cellsOf(browser, 'places', 'africa_sahel, ML'))[1]).toBe('7');
    await browser.getByRole('link', { name: 'Money' }).click();
    await browser.locator('table[data-table="pathways"]').waitFor();
    expect((await cellsOf(browser, 'pathways', 'Private military'))[0]).toBe('49,000,000');
    for (const id of [REVENUE, LOSS])
      expect((await send(bench, JSON.stringify(retracted(id)))).status).toBe(201);
    await expect
      .poll(async () => (await cellsOf(browser, 'pathways', 'Private military'))[0], { timeout: 20_000 })
      .toBe('40,000,000');
    await browser.getByRole('link', { name: 'Cost in lives' }).click();
    await browser.locator('table[data-table="places"]').waitFor();
    expect((await cellsOf(browser, 'places', 'africa_sahel, ML'))[1]).toBe('0');
  }, 40_000);

  test('leave out what was not known on a day, and stop at a day', async () => {
    const { page: browser, text } = await open(shared(), '#/ukraine/record/consequences/lives');
    await browser.locator('table[data-table="pathways"]').waitFor();
    const killed = async () => (await cellsOf(browser, 'pathways', 'Deployed', 'reported'))[1];
    expect(await killed()).toBe('2,009');

    await browser.getByLabel('As known on').fill('2025-12-11');
    await expect.poll(killed).toBe('2,000');
    expect(await text('#moment')).toMatch(/^Up to .*, as known on 11 Dec 2025/);
    await browser.getByLabel('As of').fill('2025-01-31');
    await expect.poll(killed).toBe('300');
    expect(new URL(browser.url()).hash).toBe(
      '#/ukraine/record/consequences/lives?day=2025-01-31&known=2025-12-11',
    );
    await browser.getByRole('button', { name: 'As it is known now' }).click();
    await expect.poll(killed).toBe('2,009');
  });

  test('ask from how many days on a stay is a footprint', async () => {
    const { page: browser } = await open(shared(), page('footprint'));
    const days = browser.getByLabel('Footprint from, days');
    expect(await days.inputValue()).toBe('180');
    await days.fill('30');
    await days.press('Tab');
    await expect.poll(() => new URL(browser.url()).hash).toMatch(/footprint=30$/);
    await expect.poll(() => days.inputValue()).toBe('30');
  });
});

describe('the card', () => {
  test('sets the record and the what-if side by side, and marks what differs', async () => {
    const {
      page: browser,
      text,
      complaints,
    } = await open(shared(), page('card'), {
      viewport: { width: 1440, height: 900 },
    });
    await browser.locator('.side-by-side').waitFor();
    const group = browser.locator('.side-by-side tbody', { hasText: 'Deployed' }).first();
    const lines = await group.locator('tr').allTextContents();
    expect(lines[0]).toMatch(/^Deployed record515,000 \(14,000–16,000\)201,120/);
    expect(lines[1]).toMatch(/legion-pmcHYPOTHETICAL−15,000 0/);
    expect(await group.locator('tr').nth(1).locator('td[data-differs]').first().textContent()).toMatch(/0/);
    expect(await browser.locator('.side-by-side', { hasText: '43,650,000' }).count()).toBe(1);
    expect(await text('.sources')).toMatch(
      /ukraine\/record, entry 26; ukraine\/legion-pmc \(HYPOTHETICAL\), entry 92\..*Up to 20 Aug 2029\. Machine [0-9a-f]+\./s,
    );
    const box = await browser.locator('.sources p').first().boundingBox();
    expect((box?.y ?? 900) + (box?.height ?? 0)).toBeLessThanOrEqual(900);

    await browser.getByLabel('record', { exact: true }).uncheck();
    await expect.poll(() => browser.locator('.side-by-side a', { hasText: /^record$/ }).count()).toBe(0);
    expect(new URL(browser.url()).hash).toMatch(/beside=legion-pmc$/);
    expect(complaints).toEqual([]);
  });

  test('prints on one page, marked', async () => {
    const { page: browser } = await open(shared(), page('card'), { colorScheme: 'dark' });
    await browser.locator('.side-by-side').waitFor();
    const pdf = (await browser.pdf({ preferCSSPageSize: true })).toString('latin1');
    expect(pdf.match(/\/Type\s*\/Page\b/g)).toHaveLength(1);
    expect(pdf).toMatch(/\/MediaBox \[0 0 84[12][.\d]* 59[45]/);

    await browser.emulateMedia({ media: 'print' });
    expect(await browser.locator('#basis').isVisible()).toBe(true);
    expect(await browser.locator('.side-by-side .mark').first().isVisible()).toBe(true);
    expect(await browser.locator('nav, #briefing button').evaluateAll(visible)).toEqual([]);
  });
});

test('precedents stand with their sources, and so does what could not be sourced', async () => {
  const { page: browser, text } = await open(shared(), '#/ukraine/record/consequences/precedents');
  const first = browser.locator('.precedent').first();
  await first.waitFor();
  expect(await first.textContent()).toMatch(/South Korean troops.*320,000 \(300,000–350,000\)persons/s);
  expect(await first.locator('td a').first().getAttribute('href')).toMatch(/^https?:/);
  expect(await text('main')).toMatch(/What could not be sourced.*North Korean miner abroad/s);
});

describe.each(['light', 'dark'] as const)('%s', (colorScheme) => {
  test.each([1440, 360])(
    'axe finds nothing wrong with any report at %i, nothing sticks out',
    async (width) => {
      const bench = shared();
      const { page: browser } = await open(bench, page('law'), {
        colorScheme,
        viewport: { width, height: 800 },
      });
      for (const report of [
        '',
        'card',
        'money',
        'lives',
        'footprint',
        'dissent',
        'escalation',
        'precedents',
      ]) {
        await browser.evaluate((to) => location.assign(to), page(report));
        await browser.locator(report === '' ? '.reports' : '#report').waitFor();
        await browser.locator('.notice').waitFor({ state: 'detached' });
        const button = browser.locator('table button').first();
        if ((await button.count()) > 0) {
          await button.click();
          await browser.locator('.opened .source').first().waitFor();
        }
        expect(await violations(browser), report).toEqual([]);
        expect(await overhang(browser), report).toBeLessThanOrEqual(0);
      }
    },
    90_000,
  );
});

const visible = (all: Element[]) =>
  all.filter((one) => one.getClientRects().length > 0).map((one) => one.outerHTML);
