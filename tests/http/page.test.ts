import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type Bench, deployed, event, RECORD, serveOver, startBench } from './bench.ts';

const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
let browser: Browser;

beforeAll(async () => {
  if (!existsSync(executablePath)) {
    throw new Error(
      `There is no browser at ${executablePath}. Install Chromium (Debian: apt-get install chromium), or set CHROMIUM to the path of one.`,
    );
  }
  browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
});

afterAll(() => browser?.close());

interface Opened {
  readonly page: Page;
  /** What the browser had to complain about. */
  readonly complaints: string[];
  text(selector: string): Promise<string>;
}

async function open(
  { address }: Bench,
  path = '/',
  viewport = { width: 1280, height: 900 },
): Promise<Opened> {
  const page = await browser.newPage({ viewport });
  onTestFinished(() => page.close());
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', ({ message }) => complaints.push(message));
  page.on('request', (request) => {
    if (!request.url().startsWith(address) && !request.url().startsWith('data:')) {
      complaints.push(`Fetched ${request.url()}`);
    }
  });
  await page.goto(`${address}${path}`);
  return { page, complaints, text: async (selector) => (await page.locator(selector).textContent()) ?? '' };
}

const persons = (pathway: string) => `tr[data-pathway="${pathway}"] .persons`;

describe('the live page', () => {
  test('shows who stands where, and follows what happens', async () => {
    const bench = await startBench();
    await bench.post(deployed('alpha', { low: 9_000, best: 10_000, high: 11_000 }));
    const { text, page, complaints } = await open(bench);

    await expect.poll(() => text(persons('deployed'))).toBe('10,000 (9,000–11,000)');
    expect(await text('#phase')).toBe('Hostilities');
    expect(await text('#connection')).toBe('Live');
    expect(await page.locator('#basis').isVisible()).toBe(false);

    await bench.post(event('contingent.repatriated', 'alpha', { detachment: { id: 'home', strength: 400 } }));
    await bench.post(event('casualty.recorded', 'alpha', { killed: 25 }, { time: '2025-06-01T00:00:00Z' }));
    await bench.post(event('war.ended', null, { variant: 'frozen-conflict', foreignTroopsBarred: true }));

    await expect.poll(() => text('#phase')).toBe('Ended: frozen conflict, foreign troops barred');
    await expect.poll(() => text('#seq')).toBe('4');
    expect(await text(persons('war-ended'))).toBe('9,575 (8,575–10,575)');
    expect(await text(persons('repatriated'))).toBe('400');
    expect(await text(persons('deployed'))).toBe('0');
    expect(await text('#killed')).toBe('25');
    expect(await text('#time')).toBe('2025-06-01');
    expect(await page.locator('#recent li').count()).toBe(4);
    expect(await text('#recent li:first-child')).toMatch(/war\.ended/);
    expect(complaints).toEqual([]);
  });

  test('waits for the first roll', async () => {
    const bench = await startBench();
    const { page, text } = await open(bench);
    await expect.poll(() => page.locator('#empty').isVisible()).toBe(true);

    await bench.post(deployed('alpha', 10));

    await expect.poll(() => text(persons('deployed')), { timeout: 20_000 }).toBe('10');
    expect(await page.locator('#empty').isVisible()).toBe(false);
  });

  test('says that the connection is lost, and takes up where it was', async () => {
    const bench = await startBench();
    await bench.post(deployed('alpha', 10));
    const { text, page } = await open(bench);
    await expect.poll(() => text('#connection')).toBe('Live');

    await bench.app.close();
    await expect.poll(() => text('#connection')).toBe('Connection lost, resuming…');
    const again = await serveOver(bench.log, bench.service, { port: bench.port });
    await again.post(event('contingent.reinforced', 'alpha', { strength: 5 }));

    await expect.poll(() => text(persons('deployed')), { timeout: 20_000 }).toBe('15');
    expect(await text('#connection')).toBe('Live');
    expect(await page.locator('#recent li').count()).toBe(2);
  });

  test('a what-if is marked so that nobody takes it for what happened', async () => {
    const bench = await startBench();
    await bench.post(deployed('alpha', 10));
    const whatIf = { theatre: 'ukraine', timeline: 'what-if' };
    const base = { timeline: 'record', seq: 1 };
    await bench.log.open(whatIf, { title: 'What if', basis: 'hypothetical', base });
    await expect.poll(() => bench.service.roll(whatIf)?.summary.isCurrent).toBe(true);

    const { text, page } = await open(bench, '/#ukraine/what-if');

    await expect.poll(() => text('#basis')).toMatch(/^HYPOTHETICAL/);
    expect(await page.locator('#basis').isVisible()).toBe(true);
    await expect.poll(() => text(persons('deployed'))).toBe('10');
    expect(await page.title()).toMatch(/^HYPOTHETICAL: What if/);
    expect(await text('#about')).toMatch(/branches from record after entry 1/);

    await page.locator('#roll').selectOption('ukraine/record');
    await expect.poll(() => page.locator('#basis').isVisible()).toBe(false);
    expect(new URL(page.url()).hash).toBe('#ukraine/record');
  });

  test('what people wrote in events is shown as text', async () => {
    const bench = await startBench();
    const script = '<img src=x onerror="document.title=\'owned\'">';
    await bench.log.open(RECORD, { title: script, basis: 'reported', base: null });
    await bench.post(deployed('alpha', 10, { reporter: script }));

    const { text, page, complaints } = await open(bench);

    await expect.poll(() => text('.who')).toContain(script);
    expect(await text('#title')).toBe(script);
    expect(await page.title()).not.toBe('owned');
    expect(complaints).toEqual([]);
  });

  test.each([320, 360, 390, 768, 1440])(
    'at %i pixels nothing sticks out, and it is still a table',
    async (width) => {
      const bench = await startBench();
      await bench.post(deployed('alpha', { low: 9_000, best: 10_000, high: 11_000 }));
      const { page, text } = await open(bench, '/', { width, height: 800 });
      await expect.poll(() => text(persons('deployed'))).not.toBe('');

      const overhang = await page.evaluate('document.documentElement.scrollWidth - innerWidth');

      expect(overhang).toBeLessThanOrEqual(0);
      await page.getByRole('table', { name: 'Where they stand' }).waitFor();
      expect(await page.getByRole('row').count()).toBeGreaterThanOrEqual(10);
      await page
        .getByRole('row', { name: /^Deployed/ })
        .getByRole('rowheader')
        .waitFor();
    },
  );

  test('the keyboard gets everywhere', async () => {
    const bench = await startBench();
    await bench.post(deployed('alpha', 10));
    const { page, text } = await open(bench);
    await expect.poll(() => text(persons('deployed'))).toBe('10');

    const stops: unknown[] = [];
    for (let count = 0; count < 3; count++) {
      await page.keyboard.press('Tab');
      stops.push(
        await page.evaluate(
          'document.activeElement.id || document.activeElement.className || document.activeElement.textContent',
        ),
      );
    }

    expect(stops).toEqual(['skip', 'roll', 'Rolls as JSON']);
  });
});
