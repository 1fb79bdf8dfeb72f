import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { mapDocument } from '../../src/http/map-schema.ts';
import { type AtEnd, type Bench, event, RECORD, shareBench } from '../http/bench.ts';
import { open, overhang, startRecord, useBrowser, violations } from './browser.ts';

useBrowser();

const takenSchema = z.looseObject({ about: z.looseObject({ source: z.string() }) });

const WHAT_IF = { theatre: 'ukraine', timeline: 'abroad' };

/** The record, and a what-if in which builders go to Mali and the storm corps is announced in Donetsk. */
async function startWhatIf(atEnd: AtEnd): Promise<Bench> {
  const bench = await startRecord({}, atEnd);
  const whatIf = (type: string, subject: string | null, data: object) =>
    event(type, subject, data, { basis: 'hypothetical', time: '2027-02-01T00:00:00Z' });
  const sahel = { leadership: 'russian', company: 'A', region: 'africa_sahel', country: 'ML' };
  await bench.log.open(WHAT_IF, {
    title: 'Abroad',
    basis: 'hypothetical',
    base: { timeline: RECORD.timeline, seq: 26 },
  });
  const facts = [
    whatIf('war.ended', null, { variant: 'ceasefire' }),
    whatIf('contingent.pmc-transferred', 'builders', sahel),
    whatIf('movement.assessed', 'storm-corps', { strength: 7000, area: 'occupied_donetsk' }),
  ];
  const answer = await bench.ask('/api/rolls/ukraine/abroad/events', {
    method: 'POST',
    headers: { 'content-type': 'application/cloudevents-batch+json' },
    body: JSON.stringify(facts),
  });
  expect(answer.status).toBe(201);
  await answer.arrayBuffer();
  return bench;
}

const shared = shareBench(startWhatIf);

/** The labels and legends that are drawn. */
const words = (page: Page) => page.locator('.chart svg text').allTextContents();

const images = (page: Page) =>
  page
    .locator('.chart svg image')
    .evaluateAll((found) =>
      found.map((image) =>
        decodeURIComponent(image.getAttribute('href') ?? image.getAttribute('xlink:href') ?? ''),
      ),
    );

const rows = (page: Page) =>
  page
    .locator('#places tbody tr')
    .evaluateAll((found) =>
      found.map((row) =>
        [...row.querySelectorAll('th, td:nth-child(2)')].map(({ textContent }) => textContent),
      ),
    );

describe('the map', () => {
  test('shows a circle for each place, dashed what is announced, and in words what is a what-if', async () => {
    const { page, complaints, text } = await open(shared(), '#/ukraine/abroad/map');
    await page.locator('.chart svg').waitFor();

    await expect.poll(() => words(page)).toEqual(expect.arrayContaining(['5,000, what-if', 'Mali']));
    expect(await words(page)).toEqual(
      expect.arrayContaining(['7,000, announced', 'What-if (HYPOTHETICAL)', 'Announced, not seen']),
    );
    // On the map, and in the legend.
    expect(await page.locator('.chart svg path[stroke-dasharray]').count()).toBe(2);
    expect(await rows(page)).toEqual([
      ['Kursk oblast HYPOTHETICAL', '10,002 (9,002–11,002)'],
      ['Mali HYPOTHETICAL', '5,000'],
      ['Place not said HYPOTHETICAL', '2,991'],
      ['Donetsk oblast, occupied part HYPOTHETICAL announced, not seen: it moves nobody', '7,000'],
    ]);
    expect(await text('#map-verdict')).toContain('15,002 heads on the map, 2,991 at no place');
    expect(await text('#places')).toContain('No: events do not say where');
    expect(complaints).toEqual([]);
  });

  test('area is heads: a circle of half the heads has 0.71 of the width', async () => {
    const { page } = await open(shared(), '#/ukraine/abroad/map');
    await page.locator('.chart svg').waitFor();
    await expect.poll(() => words(page)).toContain('Mali');
    const widths = await page.locator('.chart svg path[stroke]').evaluateAll((paths) =>
      paths
        .map((path) => path.getBoundingClientRect())
        .filter(({ width, height }) => Math.abs(width - height) < 1 && width > 20)
        .map(({ width }) => width),
    );
    const [least = 0, most = 0] = [Math.min(...widths), Math.max(...widths)];
    expect(least / most).toBeCloseTo(Math.sqrt(5000 / 10_002), 1);
  });

  test('the slider goes to another day, as it was or as it was known, and a play goes through them', async () => {
    const { page, text } = await open(shared(), '#/ukraine/record/map?day=2025-03-31');
    await expect.poll(() => text('#map-verdict')).toMatch(/^31 Mar 2025: .* 2,000 at no place/);

    await page.getByLabel('Show the day').selectOption('asKnown');
    await expect.poll(() => text('#map-verdict')).toMatch(/^31 Mar 2025: .* 0 at no place/);
    expect(new URL(page.url()).hash).toBe('#/ukraine/record/map?known=2025-03-31');

    await page.getByRole('slider', { name: 'Day' }).press('Home');
    await expect.poll(() => new URL(page.url()).hash).toContain('known=2024-10');
    const first = new URL(page.url()).hash;
    await page.getByRole('button', { name: 'Play' }).click();
    await expect.poll(() => new URL(page.url()).hash).not.toBe(first);
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByRole('button', { name: 'Now' }).click();
    await expect.poll(() => text('#map-verdict')).toContain('As it stands: 15,002 heads');
  });

  test('near by, contingents have symbols of the side that the reader set, and a plan is dashed', async () => {
    const { page, complaints } = await open(shared(), '#/ukraine/abroad/map');
    await page.locator('.chart svg').waitFor();
    expect(await images(page)).toEqual([]);

    await page.getByRole('button', { name: 'Show Kursk oblast' }).click();
    await expect.poll(() => images(page).then(({ length }) => length)).toBeGreaterThan(1);
    const unknown = await images(page);
    expect(unknown.filter((image) => image.includes('stroke-dasharray')).length).toBe(1);

    await page.getByLabel('Symbols show').selectOption('hostile');
    await expect.poll(() => images(page)).not.toEqual(unknown);
    await page.reload();
    await page.locator('.chart svg').waitFor();
    expect(await page.getByLabel('Symbols show').inputValue()).toBe('hostile');

    await page.getByRole('button', { name: 'World' }).click();
    await expect.poll(() => images(page)).toEqual([]);
    expect(complaints).toEqual([]);
  });

  test('is taken away as GeoJSON with its source, marked as what it is', async () => {
    const { page } = await open(shared(), '#/ukraine/abroad/map');
    await page.getByText('Export').click();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Data (GeoJSON)' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('HYPOTHETICAL-muster-ukraine-abroad-troops-by-place.geojson');
    const { about, ...map } = takenSchema.parse(JSON.parse(await readFile(await download.path(), 'utf8')));
    expect(about).toMatchObject({ basis: 'HYPOTHETICAL', asOf: '2027-02-01' });
    expect(about.source).toContain('roll ukraine/abroad, entry 29');
    expect(mapDocument.parse(map).isHypothetical).toBe(true);
  });

  test('zooms in by its button until there are symbols', async () => {
    const { page } = await open(shared(), '#/ukraine/record/map');
    await page.locator('.chart svg').waitFor();
    await page.getByRole('button', { name: 'Zoom in' }).click();
    await expect.poll(() => images(page).then(({ length }) => length)).toBe(3);
    await page.getByRole('button', { name: 'Zoom out' }).click();
    await expect.poll(() => images(page)).toEqual([]);
  });

  test.each([
    ['light', 1440],
    ['dark', 360],
  ] as const)('axe finds nothing wrong near by (%s, %i), nothing sticks out', async (colorScheme, width) => {
    const options = { colorScheme, viewport: { width, height: 844 } };
    const { page, complaints } = await open(shared(), '#/ukraine/abroad/map', options);
    await page.getByRole('button', { name: 'Show Kursk oblast' }).click();
    await expect.poll(() => images(page).then(({ length }) => length)).toBeGreaterThan(1);

    expect(await violations(page)).toEqual([]);
    expect(await overhang(page)).toBeLessThanOrEqual(0);
    expect(complaints).toEqual([]);
  });
});
