import { expect, test } from 'vitest';
import { type AtEnd, type Bench, event, shareBench } from '../http/bench.ts';
import { open, overhang, startRecord, useBrowser, violations } from './browser.ts';

useBrowser();

const reported = (reporter: string, time: string) => ({
  time,
  basis: 'reported',
  reporter,
  reporterkind: 'state-agency',
  reporturl: 'https://example.org/report',
  reliability: 'B',
  credibility: 2,
});

async function startWithClaims(atEnd: AtEnd): Promise<Bench> {
  const bench = await startRecord({}, atEnd);
  const claim = (series: string, measure: string, value: unknown, time: string) =>
    bench.post(
      event(
        'casualty.claimed',
        null,
        { series, measure, cumulative: true, value },
        reported(`${series} staff`, time),
      ),
    );
  await claim('Kyiv', 'killed', { low: 3000, best: 4000, high: 5000 }, '2025-01-20T00:00:00Z');
  await claim('Kyiv', 'killed', { low: 4000, best: 4700, high: 6000 }, '2026-01-20T00:00:00Z');
  await claim('Seoul', 'killed', 300, '2025-01-13T00:00:00Z');
  await claim('Seoul', 'wounded', 2700, '2025-01-13T00:00:00Z');
  return bench;
}

const shared = shareBench(startWithClaims);

test('each series stands apart, beside what the ledger booked by then', async () => {
  const { page, text, complaints } = await open(shared(), '#/ukraine/record/claims');
  await page.locator('.chart svg').waitFor();

  expect(await text('#apart')).toMatch(/never added up/);
  const rows = (series: string) => page.locator(`[data-series="${series}"] tr:not(:first-child)`);
  expect(await rows('Kyiv').count()).toBe(2);
  expect(await rows('Seoul').count()).toBe(2);
  const cells = await rows('Kyiv').nth(0).locator('td').allTextContents();
  expect(cells.slice(0, 5)).toEqual([
    '20 Jan 2025',
    '4,000 (3,000–5,000)Killed, running total',
    '300',
    '0',
    '2,700',
  ]);
  expect(cells.at(-1)).toBe('Kyiv staff, 20 Jan 2025, B2, state agency');
  expect(await page.locator('#published').textContent()).not.toMatch(/8,700|4,300/);

  const legend = () => page.locator('.chart svg').textContent();
  await expect.poll(legend).toMatch(/Ledger: killed.*Kyiv.*Seoul/s);
  await page.getByLabel('Measure drawn').selectOption('wounded');
  await expect.poll(legend).toMatch(/Ledger: wounded.*Seoul/s);
  expect(await legend()).not.toContain('Kyiv');
  expect(complaints).toEqual([]);
});

test('as known on a day, what was published later is not there', async () => {
  const bench = shared();
  const { page, text } = await open(bench, '#/ukraine/record/claims?day=2025-01-15');
  await page.locator('[data-series="Seoul"]').waitFor();
  expect(await page.locator('[data-series="Kyiv"]').count()).toBe(0);

  await page.getByLabel('As known on').fill('2024-12-01');
  await expect.poll(() => text('#no-claims')).toBe('No claim in this log was known on 1 Dec 2024.');
  await page.getByRole('button', { name: 'As known now' }).click();
  await page.locator('[data-series="Kyiv"]').waitFor();
  expect(new URL(page.url()).hash).toBe('#/ukraine/record/claims');
});

test('a roll without claims says how they come', async () => {
  const { text } = await open(await startRecord(), '#/ukraine/record/claims');

  await expect.poll(() => text('#no-claims')).toMatch(/casualty\.claimed or strength\.assessed/);
});

test.each([
  ['light', 1440],
  ['light', 390],
  ['dark', 1440],
  ['dark', 390],
] as const)('axe finds nothing wrong, %s at %i, and nothing sticks out', async (colorScheme, width) => {
  const { page } = await open(shared(), '#/ukraine/record/claims', {
    colorScheme,
    viewport: { width, height: 844 },
  });
  await page.locator('.chart svg').waitFor();

  expect(await violations(page)).toEqual([]);
  expect(await overhang(page)).toBeLessThanOrEqual(0);
});
