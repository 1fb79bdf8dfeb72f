import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type AtEnd, type Bench, deployed, shareBench, startBench } from '../http/bench.ts';
import { open, startRecord, useBrowser } from './browser.ts';

useBrowser();

const taken = z.object({
  about: z.object({ basis: z.string(), asOf: z.string(), machineVersion: z.string(), source: z.string() }),
  rows: z.array(z.looseObject({ basis: z.string() })),
});

/** What a button of the menu gives, with its name. */
async function take(page: Page, button: string): Promise<{ name: string; bytes: Buffer }> {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: button }).click(),
  ]);
  return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) };
}

/** Opens the menu; where a list that comes in moves the page under the click, once more. */
async function openMenu(page: Page): Promise<void> {
  const menu = page.locator('details.menu').first();
  const isOpen = async () => {
    if ((await menu.getAttribute('open')) === null) await menu.locator('summary').click();
    return (await menu.getAttribute('open')) !== null;
  };
  await expect.poll(isOpen).toBe(true);
}

/** Pixels of a PNG that have the yellow of the mark. */
function yellowIn(page: Page, png: Buffer): Promise<number> {
  return page.evaluate(`(async () => {
    const image = new Image();
    image.src = 'data:image/png;base64,${png.toString('base64')}';
    await image.decode();
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
    const context = canvas.getContext('2d');
    context.drawImage(image, 0, 0);
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
    let count = 0;
    for (let at = 0; at < data.length; at += 4)
      if (data[at] === 255 && data[at + 1] === 210 && data[at + 2] === 77) count += 1;
    return count;
  })()`);
}

async function startWhatIf(atEnd?: AtEnd): Promise<Bench> {
  const bench = await startRecord({}, atEnd);
  const whatIf = { theatre: 'ukraine', timeline: 'early' };
  const base = { timeline: 'record', seq: 20 };
  await bench.log.open(whatIf, { title: 'Early', basis: 'hypothetical', base });
  const branch = await bench.service.find(whatIf);
  expect(await branch?.reached(20, AbortSignal.timeout(20_000))).toBe(true);
  return bench;
}

const shared = shareBench(startWhatIf);

const views = [
  { view: 'now', file: 'where-they-stand', hasPicture: true },
  { view: 'feed', file: 'feed', hasPicture: false },
  { view: 'contingents', file: 'contingents', hasPicture: false },
  { view: 'contingents/storm-corps', file: 'history-of-storm-corps', hasPicture: false },
  { view: 'over-time', file: 'strength-over-time', hasPicture: true },
  { view: 'map', file: 'troops-by-place', hasPicture: true },
  { view: 'flows', file: 'flows', hasPicture: true },
  { view: 'timelines', file: 'timelines', hasPicture: true },
  { view: 'consequences/lives', file: 'cost-in-lives', hasPicture: false },
  { view: 'consequences/card', file: 'card', hasPicture: true },
];

/** Those that show the record too. */
const SIDE_BY_SIDE = ['timelines', 'consequences/card'];

describe('what is taken away', () => {
  test.each(views)(
    'of a what-if, $view, is marked in name, data and picture',
    async ({ view, file, hasPicture }) => {
      const { page, complaints } = await open(shared(), `#/ukraine/early/${view}`);
      await openMenu(page);
      const name = `HYPOTHETICAL-muster-ukraine-early-${file}`;

      const csv = await take(page, 'Data (CSV)');
      expect(csv.name).toBe(`${name}.csv`);
      const lines = csv.bytes.toString().trim().split('\r\n');
      expect(lines).toContain('# basis: HYPOTHETICAL');
      const [header = '', ...data] = lines.filter((line) => !/^"?# /.test(line));
      expect(header).toMatch(/^basis,/);
      expect(lines.filter((line) => /^# [^"]*,/.test(line))).toEqual([]);
      expect(data.length).toBeGreaterThan(1);
      const reported = data.filter((line) => !line.startsWith('HYPOTHETICAL,'));
      // Side by side stands the record too, and each line says which it is.
      expect(reported.filter((line) => !line.startsWith('REPORTED,record,'))).toEqual([]);
      expect(reported.length > 0).toBe(SIDE_BY_SIDE.includes(view));

      const json = await take(page, 'Data (JSON)');
      expect(json.name).toBe(`${name}.json`);
      const { about, rows } = taken.parse(JSON.parse(json.bytes.toString()));
      expect(about).toMatchObject({
        basis: 'HYPOTHETICAL',
        machineVersion: expect.stringMatching(/^\w{16}$/),
      });
      expect(about.source).toContain('roll ukraine/early, entry 20');
      expect(rows).toHaveLength(data.length);

      expect(await page.getByRole('button', { name: /^Picture/ }).count()).toBe(hasPicture ? 2 : 0);
      if (hasPicture) {
        const svg = await take(page, 'Picture (SVG)');
        expect(svg.name).toBe(`${name}.svg`);
        const texts = [...svg.bytes.toString().matchAll(/<text[^>]*>([^<]*)/g)].map(([, text]) => text);
        expect(texts.filter((text) => text?.startsWith('HYPOTHETICAL: ')).length).toBeGreaterThan(0);
        expect(texts).toContain('HYPOTHETICAL');
        expect(texts.join(' ')).toContain(`machine ${about.machineVersion}`);
        const png = await take(page, 'Picture (PNG)');
        expect(png.name).toBe(`${name}.png`);
        expect(await yellowIn(page, png.bytes)).toBeGreaterThan(5_000);
      }
      expect(complaints).toEqual([]);
    },
  );

  test('of the record carries no mark, but its source, day and machine', async () => {
    const { page } = await open(shared(), '#/ukraine/record/now');
    await openMenu(page);

    const svg = await take(page, 'Picture (SVG)');
    expect(svg.name).toBe('muster-ukraine-record-where-they-stand.svg');
    expect(svg.bytes.toString()).toMatch(
      /15,000 \(14,000–16,000\).*roll ukraine\/record, entry 26.*12 Feb 2026/s,
    );
    expect(svg.bytes.toString()).not.toContain('HYPOTHETICAL');
    expect(await yellowIn(page, (await take(page, 'Picture (PNG)')).bytes)).toBe(0);
    const csv = (await take(page, 'Data (CSV)')).bytes.toString();
    expect(csv).toContain('\r\nREPORTED,strength,deployed,14000,15000,16000,2\r\n');
  });

  test('of the contingents is every one that the filter lets through, and says which', async () => {
    const bench = await startBench();
    const names = Array.from({ length: 1_200 }, (_, place) => `unit-${String(place).padStart(4, '0')}`);
    await bench.post(
      names.map((name) => deployed(name, 10)),
      'application/cloudevents-batch+json',
    );
    const { page } = await open(bench, '#/ukraine/record/contingents');
    await openMenu(page);
    const all = taken.parse(JSON.parse((await take(page, 'Data (JSON)')).bytes.toString()));
    expect(all.rows.map(({ id }) => id)).toEqual(names);

    await page.getByLabel('Pathway').selectOption('captured');
    await page.getByText('No contingent fits the filter').waitFor();
    const none = (await take(page, 'Data (CSV)')).bytes.toString();
    expect(none).toContain('# selection: contingents: pathway captured\r\n');
    expect(none).not.toContain('unit-');
  });
});
