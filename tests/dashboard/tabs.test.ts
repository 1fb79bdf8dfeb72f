import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { type Bench, deployed, event, startBench } from '../http/bench.ts';
import { openTabs, useBrowser } from './browser.ts';

useBrowser();

const TIMEOUT = { timeout: 15_000 };
const persons = (page: Page) => page.locator('[data-pathway="deployed"] .persons').textContent();

async function streams(bench: Bench): Promise<number> {
  const text = await (await bench.ask('/metrics')).text();
  return Number(/^muster_sse_clients (\d+)$/m.exec(text)?.[1]);
}

/** Adds a roll of its own with one contingent. */
async function addRoll(bench: Bench, theatre: string): Promise<void> {
  const opening = { title: theatre, basis: 'assessed', base: null };
  await send(bench, `/api/rolls/${theatre}/record`, 'PUT', 'application/json', opening);
  await post(bench, theatre, deployed('alpha', 10));
}

const post = (bench: Bench, theatre: string, said: object) =>
  send(bench, `/api/rolls/${theatre}/record/events`, 'POST', 'application/cloudevents+json', said);

async function send(bench: Bench, path: string, method: string, type: string, body: object): Promise<void> {
  const answer = await bench.ask(path, {
    method,
    headers: { 'content-type': type },
    body: JSON.stringify(body),
  });
  expect(answer.ok, await answer.text()).toBe(true);
}

/** As a browser does with a tab behind another; it has no other way to be told so here. */
const turn = (page: Page, state: 'hidden' | 'visible') =>
  page.evaluate((to) => {
    Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => to });
    document.dispatchEvent(new Event('visibilitychange'));
  }, state);

describe('tabs of one browser', () => {
  test('seven of one roll share a stream: all load, follow, and go on loading what is clicked', async () => {
    const bench = await startBench();
    await bench.post(deployed('alpha', 10));
    const tabs = await openTabs(bench, Array(7).fill('#/ukraine/record'));
    for (const tab of tabs) await expect.poll(() => persons(tab), TIMEOUT).toBe('10');
    expect(await streams(bench)).toBe(1);

    await bench.post(event('contingent.reinforced', 'alpha', { strength: 5 }));
    for (const tab of tabs) await expect.poll(() => persons(tab), TIMEOUT).toBe('15');
    for (const tab of tabs) await tab.getByRole('link', { name: 'Contingents' }).click();
    for (const tab of tabs) await tab.getByRole('link', { name: 'alpha' }).waitFor();

    const [first, ...others] = tabs;
    await first?.close();
    await bench.post(event('contingent.committed', 'alpha', {}));
    for (const tab of others)
      await expect.poll(() => tab.locator('.state').textContent(), TIMEOUT).toBe('committed');
    for (const tab of others) await tab.close();
    await expect.poll(() => streams(bench), TIMEOUT).toBe(0);
  }, 60_000);

  test('seven of seven rolls all load and follow, by turns', async () => {
    const bench = await startBench();
    const theatres = Array.from({ length: 7 }, (_, place) => `war-${place}`);
    for (const theatre of theatres) await addRoll(bench, theatre);
    const tabs = await openTabs(
      bench,
      theatres.map((theatre) => `#/${theatre}/record`),
    );
    for (const tab of tabs) await expect.poll(() => persons(tab), TIMEOUT).toBe('10');
    for (const theatre of theatres)
      await post(bench, theatre, event('contingent.reinforced', 'alpha', { strength: 5 }));
    for (const tab of tabs) await expect.poll(() => persons(tab), { timeout: 30_000 }).toBe('15');
    expect(await streams(bench)).toBeLessThanOrEqual(4);
    expect(await tabs[0]?.locator('#connection').textContent()).toBe(
      'Live by turns: 7 rolls are open in this browser',
    );

    // Those behind another give way to the one that is seen.
    const [first, ...others] = tabs;
    for (const tab of others) await turn(tab, 'hidden');
    await expect.poll(() => first?.locator('#connection').textContent(), TIMEOUT).toBe('Live');
    for (const tab of tabs) await tab.getByRole('link', { name: 'Flows' }).click();
    for (const tab of tabs) await tab.getByRole('heading', { name: 'From where to where' }).waitFor();
  }, 60_000);

  test.each(['there is no', 'there is a broken'])(
    'where %s SharedWorker each tab has a stream while it is shown',
    async (kind) => {
      const bench = await startBench();
      await bench.post(deployed('alpha', 10));
      const tabs = await openTabs(bench, ['', ''], async (context) => {
        if (kind === 'there is no') await context.addInitScript('delete globalThis.SharedWorker');
        else await context.route(/streams-worker/, (route) => route.fulfill({ status: 404 }));
      });
      for (const tab of tabs) await expect.poll(() => persons(tab), TIMEOUT).toBe('10');
      expect(await streams(bench)).toBe(2);

      const [first] = tabs;
      if (first === undefined) throw new Error('No tab');
      await turn(first, 'hidden');
      await expect.poll(() => streams(bench), TIMEOUT).toBe(1);
      await bench.post(event('contingent.reinforced', 'alpha', { strength: 5 }));
      await turn(first, 'visible');
      for (const tab of tabs) await expect.poll(() => persons(tab), TIMEOUT).toBe('15');
    },
  );
});
