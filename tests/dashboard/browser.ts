import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished } from 'vitest';
import type { HttpOptions } from '../../src/http/settings.ts';
import { type AtEnd, type Bench, referenceLog, startBench } from '../http/bench.ts';

const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
let browser: Browser | undefined;

/** Starts a browser for the tests of a file. */
export function useBrowser(): void {
  beforeAll(async () => {
    if (!existsSync(executablePath)) {
      throw new Error(
        `There is no browser at ${executablePath}. Install Chromium (Debian: apt-get install chromium), or set CHROMIUM to the path of one.`,
      );
    }
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  });
  afterAll(() => browser?.close());
}

export interface Opened {
  readonly page: Page;
  /** What the browser had to complain about, and what was fetched from elsewhere. */
  readonly complaints: string[];
  text(selector: string): Promise<string>;
}

/** Opens a page of the server; `path` begins with the `#` of a view, or is empty. */
export async function open(
  { address }: Bench,
  path = '',
  options: BrowserContextOptions = {},
): Promise<Opened> {
  if (browser === undefined) throw new Error('Call useBrowser first');
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, ...options });
  page.setDefaultTimeout(30_000);
  onTestFinished(() => page.close());
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', ({ message }) => complaints.push(message));
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(address) && !/^(data|blob):/.test(url)) complaints.push(`Fetched ${url}`);
  });
  await page.goto(`${address}/${path}`);
  return { page, complaints, text: async (selector) => (await page.locator(selector).textContent()) ?? '' };
}

/** Opens tabs of one browser, one after the other, without waiting for what they show. */
export async function openTabs(
  { address }: Bench,
  paths: readonly string[],
  prepare: (context: BrowserContext) => Promise<void> = async () => {},
): Promise<Page[]> {
  if (browser === undefined) throw new Error('Call useBrowser first');
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  onTestFinished(() => context.close());
  await prepare(context);
  const tabs: Page[] = [];
  for (const path of paths) {
    const page = await context.newPage();
    page.setDefaultTimeout(30_000);
    await page.goto(`${address}/${path}`, { waitUntil: 'commit' });
    tabs.push(page);
  }
  return tabs;
}

/** A bench whose record is the bundled one. */
export async function startRecord(options: HttpOptions = {}, atEnd?: AtEnd): Promise<Bench> {
  const bench = await startBench(options, undefined, atEnd);
  const answer = await bench.post(await referenceLog('record'), 'application/x-ndjson');
  expect(answer.status).toBeLessThan(300);
  await answer.arrayBuffer();
  return bench;
}

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe finds wrong with the page as it stands, by WCAG 2.2 AA. */
export async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  const found: { id: string; nodes: { html: string; failureSummary?: string }[] }[] = await page.evaluate(
    `axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }).then(({ violations }) =>
      violations.map(({ id, nodes }) => ({ id, nodes: nodes.map(({ html, failureSummary }) => ({ html, failureSummary })) })))`,
  );
  return found.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html}\n${failureSummary}`),
  );
}

/** How many pixels stick out at the side. */
export const overhang = (page: Page): Promise<number> =>
  page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
