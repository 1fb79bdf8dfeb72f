import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { open, overhang, startRecord, useBrowser, violations } from '../dashboard/browser.ts';
import { type Bench, event, serveOver, startBench } from '../http/bench.ts';

const file = new URL('../../src/subscribe/eventsource.html', import.meta.url);
const folder = fileURLToPath(new URL('.', file)).replace(/\/$/, '');

useBrowser();

/** The page as it is opened from disk. */
const openFile = (bench: Bench, roll = 'ukraine/record') =>
  open({ ...bench, address: `file://${folder}` }, `eventsource.html?muster=${bench.address}&roll=${roll}`);

const captured = (strength: number) =>
  event('contingent.captured', 'builders', {
    by: 'ukraine',
    detachment: { id: `pow-${strength}`, strength },
  });

test('is a page of twenty lines that takes nothing from elsewhere', async () => {
  const text = await readFile(file, 'utf8');

  expect(text.trimEnd().split('\n')).toHaveLength(20);
  expect(text).not.toMatch(/\b(?:src|href)=|\bimport\b/);
});

test('shows a roll with its ranges, what happens to it, and goes on when the service was away', async () => {
  const bench = await startRecord({ readers: ['*'] });
  const { page, text } = await openFile(bench);
  const shows = (pattern: RegExp) => expect.poll(() => text('main'), { timeout: 20_000 }).toMatch(pattern);
  await shows(/Live, after 26 events.*high:deployed15000/);
  expect(await page.locator('tr').count()).toBe(9);
  expect(await text('tr:first-child')).toBe('deployed1500014000 to 16000');
  expect(await violations(page)).toEqual([]);
  await page.setViewportSize({ width: 360, height: 800 });
  expect(await overhang(page)).toBeLessThanOrEqual(0);

  await bench.post(captured(100));
  await shows(/Live, after 27 events.*high:deployed14900.*captured102/);

  await bench.app.close();
  await shows(/Connection lost/);
  expect(await text('tr:first-child')).toMatch(/^deployed14900/);
  // Whoever answers first has not read the roll yet: a browser takes that for the end of its stream.
  const refused = page.waitForResponse((response) => response.status() === 404);
  const starting = await startBench({ readers: ['*'], port: bench.port });
  await refused;
  await starting.app.close();
  const again = await serveOver(bench.log, bench.service, { readers: ['*'], port: bench.port });
  await again.post(captured(50));
  await shows(/Live, after 28 events.*captured152/);
});

test('a what-if says so', async () => {
  const bench = await startRecord({ readers: ['*'] });
  const roll = { theatre: 'ukraine', timeline: 'early' };
  const base = { timeline: 'record', seq: 8 };
  await bench.log.open(roll, { title: 'Home early', basis: 'hypothetical', base });
  await expect.poll(() => bench.service.roll(roll)?.summary.isCurrent).toBe(true);

  const { page, text } = await openFile(bench, 'ukraine/early');

  await page.locator('tr').first().waitFor();
  expect(await text('h1')).toBe('HYPOTHETICAL: Home early');
});

test('a page of another origin reads if the service was told of it, else not', async () => {
  const page = await readFile(file);
  const site = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html').end(page);
  });
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    site.closeAllConnections();
    await new Promise((resolve) => site.close(resolve));
  });
  const address = site.address();
  if (address === null || typeof address === 'string') throw new Error('The site has no port');
  const origin = `http://127.0.0.1:${address.port}`;
  const told = await startRecord({ readers: [origin] });
  const untold = await serveOver(told.log, told.service);

  const reading = await open({ ...told, address: origin }, `?muster=${told.address}`);
  await expect.poll(() => reading.text('p')).toMatch(/^Live, after 26 events/);
  const kept = await open({ ...untold, address: origin }, `?muster=${untold.address}`);
  await expect.poll(() => kept.complaints.join()).toContain('blocked by CORS policy');
  expect(await kept.text('main')).toBe('MusterConnecting');
});
