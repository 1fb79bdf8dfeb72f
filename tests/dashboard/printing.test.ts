import { inflateSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { VIEWS } from '../../src/dashboard/address.ts';
import { type Bench, deployed, event, RECORD, shareBench, startBench } from '../http/bench.ts';
import { open, overhang, useBrowser } from './browser.ts';

useBrowser();

const WHAT_IF = { theatre: 'ukraine', timeline: 'what-if' };
const FACTS = 120;

/** A what-if that takes several sheets. */
const bench = shareBench(async (atEnd) => {
  const started = await startBench({}, undefined, atEnd);
  await started.post(deployed('alpha', { low: 9_000, best: 10_000, high: 11_000 }));
  const base = { timeline: 'record', seq: 1 };
  await started.log.open(WHAT_IF, { title: 'What if', basis: 'hypothetical', base });
  await started.log.append(
    WHAT_IF,
    Array.from({ length: FACTS }, (_, day) => casualty(day)),
  );
  return started;
});

function casualty(day: number) {
  const time = new Date(Date.UTC(2027, 0, 1 + day)).toISOString();
  const said = event('casualty.recorded', 'alpha', { killed: 1 }, { time, basis: 'hypothetical' });
  return { entity: 'alpha', identity: said.id, bytes: Buffer.from(JSON.stringify(said)) };
}

const openIn = (at: Bench, view: string) =>
  open(at, `#/ukraine/what-if/${view}`, { colorScheme: 'dark', viewport: { width: 718, height: 900 } });

/** What is drawn on each sheet, as the operators of the format. */
function sheetsOf(pdf: Buffer): string[] {
  const file = pdf.toString('latin1');
  const streams = new Map<string, string>();
  for (const [, number, dictionary, content] of file.matchAll(
    /(\d+) 0 obj\s*(<<(?:(?!endobj).)*?>>)\s*stream\n(.*?)\nendstream/gs,
  )) {
    if (dictionary?.includes('FlateDecode'))
      streams.set(number ?? '', inflateSync(Buffer.from(content ?? '', 'latin1')).toString('latin1'));
  }
  return [...file.matchAll(/\/Type\s*\/Page\b(?:(?!endobj).)*?\/Contents (\d+) 0 R/gs)].map(
    ([, number]) => streams.get(number ?? '') ?? '',
  );
}

/** The ground of the mark, as a colour that is filled with. */
const MARK = /\b1 \.82\d* \.30\d* rg/;

test.each(['A4', 'Letter'])(
  'every sheet of a what-if is marked, on %s',
  async (format) => {
    const { page } = await openIn(bench(), 'feed');
    for (const view of ['feed', 'over-time']) {
      await page.evaluate((to) => location.assign(to), `#/ukraine/what-if/${view}`);
      await page.locator('.feed li, #answers').first().waitFor();
      const sheets = sheetsOf(await page.pdf({ format, printBackground: true }));
      expect(sheets.length, view).toBeGreaterThan(1);
      expect(
        sheets.map((sheet) => MARK.test(sheet)),
        view,
      ).toEqual(sheets.map(() => true));
    }
  },
  30_000,
);

test('the feed prints every row, and the screen is as before', async () => {
  const { page, text } = await openIn(bench(), 'feed');
  await expect.poll(() => text('#feed-state')).toContain(`${FACTS + 1} of the latest ${FACTS + 1} shown`);
  expect(await page.locator('.feed li').count()).toBeLessThan(FACTS);
  await page.emulateMedia({ media: 'print' });
  await expect.poll(() => page.locator('.feed li').count()).toBe(FACTS + 1);
  await page.emulateMedia({ media: 'screen' });
  await expect.poll(() => page.locator('.feed li').count()).toBeLessThan(FACTS);
});

test('a long list says how much of it is printed', async () => {
  const long = await startBench();
  await long.log.open(RECORD, { title: 'Long', basis: 'assessed', base: null });
  const names = Array.from({ length: 150 }, (_, place) => `unit-${place}`);
  await long.post(
    names.map((name) => deployed(name, 10)),
    'application/cloudevents-batch+json',
  );
  const { page } = await open(long, '#/ukraine/record/contingents');
  await page.getByRole('link', { name: 'unit-0', exact: true }).waitFor();
  await page.emulateMedia({ media: 'print' });
  await page.getByText('On paper are the 100 contingents that were loaded and opened').waitFor();
});

test('on paper nothing sticks out, nothing is folded, nothing can be pressed, and all is light', async () => {
  const { page } = await openIn(bench(), 'now');
  for (const view of [...VIEWS, 'contingents/alpha', 'consequences/card', 'consequences/lives']) {
    await page.emulateMedia({ media: 'screen' });
    await page.evaluate((to) => location.assign(to), `#/ukraine/what-if/${view}`);
    await page.locator('main section.card').first().waitFor();
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    await expect
      .poll(() => page.locator('main details:not(.menu, [open])').count(), { message: view })
      .toBe(0);
    if (view !== 'consequences/card') expect(await overhang(page), view).toBeLessThanOrEqual(0);
    const shown = await page
      .locator(':is(button:not(.row, .fact, .seq), input, select, summary)')
      .evaluateAll((all) => all.filter((one) => one.getClientRects().length > 0).map((one) => one.outerHTML));
    expect(shown, view).toEqual([]);
    // The ink of the dark page
    expect(
      await page.locator('.chart').evaluateAll((all) => all.map((one) => one.innerHTML).join()),
    ).not.toMatch(/#e8e9ea/i);
  }
}, 60_000);
