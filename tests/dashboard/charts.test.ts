import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import * as pageSchemas from '../../src/http/page-schemas.ts';
import { deployed, event, RECORD, ROLL, startBench } from '../http/bench.ts';
import { open, overhang, startRecord, useBrowser, violations } from './browser.ts';

useBrowser();

describe('over time', () => {
  test('a day as of and as known differ where knowledge came late', async () => {
    const bench = await startRecord();
    const { page, text, complaints } = await open(bench, '#/ukraine/record/over-time?day=2025-03-31');
    const row = page.locator('#answers tr', { hasText: 'Repatriated' });
    await expect.poll(() => row.textContent()).toBe('Repatriated2,0000+2,000');
    expect(await row.getAttribute('data-differs')).toBe('true');
    expect(await text('#day-verdict')).toContain('the two answers differ');

    await page.getByLabel('Day', { exact: true }).first().fill('2026-02-20');
    await expect.poll(() => text('#day-verdict')).toBe('On 20 Feb 2026 all that had happened was known.');
    expect(new URL(page.url()).hash).toBe('#/ukraine/record/over-time?day=2026-02-20');
    await page.locator('.chart svg').first().waitFor();
    expect(complaints).toEqual([]);
  });

  test('a fact that the order of time refuses is the reason that is given, with a link to it', async () => {
    const bench = await startBench();
    await bench.post(deployed('unit-a', 1_500, { time: '2024-10-13T00:00:00Z' }));
    await bench.post(event('casualty.recorded', 'unit-a', { killed: 100 }, { time: '2024-10-12T00:00:00Z' }));
    const { page, text, complaints } = await open(bench, '#/ukraine/record/over-time');
    const verdict =
      'On 13 Oct 2024 the two answers differ in 2 lines: in the order of time, which these days are in, 1 event is refused that the log took as it came.';
    await expect.poll(() => text('#day-verdict')).toBe(verdict);
    await expect
      .poll(() => text('#disputed'))
      .toMatch(
        /^#2 casualty\.recorded unit-a, killed 100, dated 12 Oct 2024, before unit-a came on 13 Oct 2024: unknown-contingent, unit-a is not on the roll/,
      );
    await page.locator('#disputed a').click();
    await expect.poll(() => text('#contingent')).toBe('unit-a');
    expect(complaints).toEqual([]);
  });

  test('what the log refuses and the order of time takes is told, and what was logged late', async () => {
    const bench = await startBench();
    const early = event('casualty.recorded', 'unit-a', { killed: 100 }, { time: '2024-10-14T00:00:00Z' });
    await bench.log.open(RECORD, { title: 'Late', basis: 'assessed', base: null });
    const bytes = Buffer.from(JSON.stringify(early));
    await bench.log.append(RECORD, [{ entity: 'unit-a', identity: early.id, bytes }]);
    await bench.post(deployed('unit-a', 1_500, { time: '2024-10-13T00:00:00Z' }));
    const { text } = await open(bench, '#/ukraine/record/over-time');
    await expect
      .poll(() => text('#day-verdict'))
      .toMatch(
        /differ in 2 lines: in the order of the log 1 event is refused that the order of time takes\.$/,
      );
    await expect
      .poll(() => text('#disputed'))
      .toMatch(/^#1 casualty\.recorded unit-a, killed 100, dated 14 Oct 2024: /);
  });

  test('one typed year does not stretch the days over centuries, but for a what-if', async () => {
    const bench = await startBench();
    await bench.post(deployed('unit-a', 1_500, { time: '2024-10-13T00:00:00Z' }));
    await bench.post(event('casualty.recorded', 'unit-a', { killed: 100 }, { time: '2205-09-26T00:00:00Z' }));
    await bench.post(event('contingent.withdrawn', 'unit-a', {}, { time: '2025-10-20T00:00:00Z' }));
    const { page, text } = await open(bench, '#/ukraine/record/over-time');
    const label = () => page.locator('.chart').getAttribute('aria-label');
    await expect
      .poll(() => text('#far-days'))
      .toMatch(/^Something is dated 26 Sep 2205\. Is the year right\?/);
    expect(await label()).toContain('from 13 Oct 2024 to 20 Oct 2025');
    expect(await text('#day-verdict')).toContain('On 20 Oct 2025');
    await page.getByRole('button', { name: 'Show it too' }).click();
    expect(await label()).toContain('to 26 Sep 2205');

    await bench.log.open(
      { theatre: 'ukraine', timeline: 'what-if' },
      { title: 'What if', basis: 'hypothetical', base: { timeline: 'record', seq: 3 } },
    );
    const whatIf = await open(bench, '#/ukraine/what-if/over-time');
    await expect
      .poll(() => whatIf.page.locator('.chart').getAttribute('aria-label'))
      .toContain('to 26 Sep 2205');
    expect(await whatIf.page.locator('#far-days').count()).toBe(0);
  });

  test('the series is bounded, and ends as the roll stands', async () => {
    const bench = await startRecord();
    const all = pageSchemas.seriesPage.parse(await (await bench.ask(`${ROLL}/series`)).json());
    const few = pageSchemas.seriesPage.parse(await (await bench.ask(`${ROLL}/series?points=4`)).json());
    const late = pageSchemas.seriesPage.parse(
      await (await bench.ask(`${ROLL}/series?asKnown=2025-03-31`)).json(),
    );

    expect(all.items.at(-1)).toMatchObject({
      killed: 2009,
      unaccounted: 998,
      pathways: { deployed: 15_000 },
    });
    expect(all.items.map(({ day }) => day)).toEqual(all.items.map(({ day }) => day).toSorted());
    expect(few.items.length).toBeLessThanOrEqual(4);
    expect([few.items[0], few.items.at(-1)]).toEqual([all.items[0], all.items.at(-1)]);
    expect(late.items.at(-1)?.pathways.repatriated).toBe(0);
  });
});

describe('what is taken away', () => {
  test('says where it is from, as of when, and which machine decided', async () => {
    const { page, complaints } = await open(await startRecord(), '#/ukraine/record/flows');
    await page.locator('.chart svg').first().waitFor();
    await page.getByText('Export').click();
    const taken = async (name: string) => {
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name }).click(),
      ]);
      return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) };
    };

    const csv = await taken('Data (CSV)');
    expect(csv.name).toBe('muster-ukraine-record-flows.csv');
    expect(csv.bytes.toString()).toMatch(
      /# source: Muster, roll ukraine\/record, entry 26.*# asOf: 2026-02-12.*# machineVersion: \w{16}.*from,to,persons/s,
    );
    const json: unknown = JSON.parse((await taken('Data (JSON)')).bytes.toString());
    expect(json).toMatchObject({ about: { basis: 'REPORTED', asOf: '2026-02-12' } });
    const svg = (await taken('Picture (SVG)')).bytes.toString();
    expect(svg).toMatch(/^<svg.*Muster, roll ukraine\/record, entry 26.*12 Feb 2026.*machine/s);
    expect((await taken('Picture (PNG)')).bytes.subarray(1, 4).toString()).toBe('PNG');
    expect(complaints).toEqual([]);
  });
});

describe.each(['over-time', 'flows'])('%s', (view) => {
  test('axe finds nothing wrong, and at 360 pixels nothing sticks out', async () => {
    const { page } = await open(await startRecord(), `#/ukraine/record/${view}`, {
      viewport: { width: 360, height: 800 },
    });
    await page.locator('.chart svg').first().waitFor();

    expect(await violations(page)).toEqual([]);
    expect(await overhang(page)).toBeLessThanOrEqual(0);
  });
});
