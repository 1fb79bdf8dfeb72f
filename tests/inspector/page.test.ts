import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { deployed, event } from '../http/bench.ts';
import { type InspectorBench, startInspectorBench } from './bench.ts';

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
let browser: Browser;
beforeAll(async () => {
  const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
  browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
});
afterAll(() => browser?.close());

async function open({ site }: InspectorBench, query: string, options: object = {}) {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, ...options });
  onTestFinished(() => page.close());
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', ({ message }) => complaints.push(message));
  await page.goto(`${site}/inspector?${query}`);
  await page.locator('.leaf.active').waitFor();
  return { page, complaints };
}

const active = (page: Page) => page.locator('.leaf.active').getAttribute('data-state');

async function startWithHistory(): Promise<InspectorBench> {
  const bench = await startInspectorBench();
  await bench.post(deployed('alpha', { low: 90, best: 100, high: 120 }));
  await bench.post(event('contingent.committed', 'alpha', { area: 'kursk' }, { note: 'Into the line.' }));
  await bench.post(event('war.ended', null, { variant: 'ceasefire' }));
  return bench;
}

const ALPHA = 'roll=ukraine/record&subject=alpha';

describe('the inspector', () => {
  test('shows where a contingent stands, the transition taken, and follows what happens', async () => {
    const bench = await startWithHistory();
    const { page, complaints } = await open(bench, ALPHA);
    expect(await active(page)).toBe('warEnded');
    expect(await page.locator('g.edge.taken').getAttribute('data-edge')).toBe('deployed>warEnded');
    await expect.poll(() => page.locator('#live').textContent()).toBe('Live');

    await bench.post(event('contingent.repatriated', 'alpha', { reason: 'war-end' }));
    await expect.poll(() => active(page)).toBe('repatriated.inTransit');
    expect(complaints).toEqual([]);
  });

  test('scrubs through its history, and plays it', async () => {
    const { page } = await open(await startWithHistory(), ALPHA);
    await page.getByRole('button', { name: 'Back' }).click();
    await expect.poll(() => active(page)).toBe('deployed.committed');
    expect(await page.getByLabel('Event', { exact: true }).first().textContent()).toContain('Into the line.');
    expect(await page.locator('#live').textContent()).toBe('In the past');

    await page.getByRole('slider').fill('0');
    await expect.poll(() => active(page)).toBe('deployed.staging');
    await page.getByRole('button', { name: 'Run' }).click();
    await expect.poll(() => active(page), { timeout: 10_000 }).toBe('warEnded');
  });

  test('says what is refused and why, and where an event would lead', async () => {
    const bench = await startWithHistory();
    const { page } = await open(bench, ALPHA);
    await page.getByRole('slider').fill('1');
    const whatIf = page.getByRole('region', { name: 'What if' });
    await page.getByRole('slider').fill('2');
    await whatIf.getByLabel('Event').selectOption('contingent.integrated');
    await whatIf.getByLabel('status').selectOption('formal');
    await whatIf.getByLabel('region').fill('Kursk');
    await whatIf.getByRole('button').click();
    await expect.poll(() => whatIf.getByRole('status').textContent()).toContain('integrated.serving');
    expect(await active(page)).toBe('integrated.serving');
    expect(bench.service.rolls()[0]?.seq).toBe(3);
  });

  test.each([
    ['light', 1440, 900],
    ['dark', 1440, 900],
    ['light', 390, 800],
    ['dark', 360, 800],
  ] as const)('%s, %i px wide: accessible, nothing beside the page', async (colorScheme, width, height) => {
    const { page } = await open(await startWithHistory(), ALPHA, {
      colorScheme,
      viewport: { width, height },
      bypassCSP: true,
    });
    await page.addScriptTag({ content: axe });
    const found = z
      .array(z.object({ id: z.string(), nodes: z.array(z.object({ html: z.string() })) }))
      .parse(await page.evaluate('axe.run().then(({ violations }) => violations)'));
    expect(found.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
    const folder = process.env['SCREENSHOTS'];
    if (folder !== undefined)
      await page.screenshot({ path: `${folder}/inspector-${colorScheme}-${width}.png` });
  });
});
