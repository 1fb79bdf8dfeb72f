import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { type Bench, shareBench } from '../http/bench.ts';
import { open, startRecord, useBrowser } from './browser.ts';

useBrowser();
const bench = shareBench((atEnd) => startRecord({}, atEnd));

const FLOWS = /assets\/flows-/;

/** A page that shows Now, with the times that it was loaded. */
async function openNow(at: Bench): Promise<{ page: Page; loads: string[] }> {
  const { page } = await open(at, '#/ukraine/record/now');
  await page.getByRole('heading', { name: 'Where they stand' }).waitFor();
  const loads: string[] = [];
  page.on('load', () => loads.push(page.url()));
  return { page, loads };
}

describe('a part of the page that could not be loaded', () => {
  test('is tried again by itself, and at a click', async () => {
    const { page, loads } = await openNow(bench());
    let failures = 0;
    await page.route(FLOWS, (route) => (failures++ < 2 ? route.abort() : route.continue()));
    await page.getByRole('link', { name: 'Flows' }).click();
    await page.getByText('A part of this page could not be loaded. Try again').waitFor();
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('heading', { name: 'From where to where' }).waitFor();
    expect([failures, loads]).toEqual([3, []]);
  });

  test('that another build has no more loads the page again, once', async () => {
    const { page, loads } = await openNow(bench());
    await page.route(FLOWS, (route) => route.fulfill({ status: 404 }));
    await page.route(/\/$/, async (route) => {
      const answer = await route.fetch();
      // The page as another build made it: what it loads has other names
      const isLoad = route.request().isNavigationRequest();
      await route.fulfill({ response: answer, body: isLoad ? await answer.text() : '<!doctype html>' });
    });
    await page.getByRole('link', { name: 'Flows' }).click();
    await page.getByText('Muster was updated since this page was loaded. Load the page again.').waitFor();
    expect(loads).toEqual([`${bench().address}/#/ukraine/record/flows`]);
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('link', { name: 'Now' }).click();
    await page.getByRole('heading', { name: 'Where they stand' }).waitFor();
    expect(loads).toHaveLength(1);
  });
});

test('what takes long is told', async () => {
  const { page } = await openNow(bench());
  await page.route('**/flows', () => {});
  await page.clock.install();
  await page.getByRole('link', { name: 'Flows' }).click();
  await page.getByText('Reading the flows…').waitFor();
  await page.clock.runFor(20_500);
  await page.getByText('Reading the flows… The server has not answered for 20 s').waitFor();
});

test.each([
  '?fbclid=IwAR0#/ukraine/record/flows',
  '#/ukraine/record/flows?utm_source=mail&day=2025-03-31',
  '#/ukraine/record/flows?day=2025-03-31?fbclid=IwAR0',
  '#/ukraine/record/flows&utm_source=mail',
  '#utm_source=mail',
])('%s opens, and the address is free of what others hung on it', async (path) => {
  const { page } = await open(bench(), path);
  await page.locator('main section.card').first().waitFor();
  const day = path.includes('day=') ? '?day=2025-03-31' : '';
  const view = path.includes('flows') ? 'flows' : 'now';
  expect(page.url()).toBe(`${bench().address}/#/ukraine/record/${view}${day}`);
});
