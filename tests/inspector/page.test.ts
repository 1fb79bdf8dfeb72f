import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { open as openPage, overhang, useBrowser, violations } from '../dashboard/browser.ts';
import { deployed, event } from '../http/bench.ts';
import { type InspectorBench, startInspectorBench } from './bench.ts';

useBrowser();

async function open(bench: InspectorBench, query: string, options: object = {}) {
  const viewport = { width: 1440, height: 900 };
  const opened = await openPage({ ...bench, address: bench.site }, `inspector?${query}`, {
    viewport,
    ...options,
  });
  await opened.page.locator('.leaf.active').waitFor({ timeout: 45_000 });
  return opened;
}

const active = (page: Page) => page.locator('.leaf.active').getAttribute('data-state');
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const details = (page: Page) => page.getByLabel('Event', { exact: true }).first();
const whatIf = (page: Page) => page.getByRole('region', { name: 'What if' });
const placeShown = (page: Page) => page.locator('footer output').textContent();
const lengthOf = ({ service }: InspectorBench) => service.followed()[0]?.summary.seq;

async function startWithHistory(): Promise<InspectorBench> {
  const bench = await startInspectorBench();
  await bench.post(deployed('alpha', { low: 90, best: 100, high: 120 }));
  await bench.post(event('contingent.committed', 'alpha', { area: 'kursk' }, { note: 'Into the line.' }));
  await bench.post(event('war.ended', null, { variant: 'ceasefire' }));
  return bench;
}

/** Puts an event into the log past the gate that would refuse it. */
async function log(bench: InspectorBench, content: object): Promise<void> {
  const bytes = Buffer.from(JSON.stringify(content));
  const roll = { theatre: 'ukraine', timeline: 'record' };
  await bench.log.append(roll, [
    { entity: 'alpha', identity: `/tests ${await bench.log.head(roll)}`, bytes },
  ]);
}

const ALPHA = 'roll=ukraine/record&subject=alpha';
const ALL = 'roll=ukraine/record';

describe('a history', () => {
  test('shows where a contingent stands and the transition taken, and follows while it is at the end', async () => {
    const bench = await startWithHistory();
    const { page, complaints } = await open(bench, ALPHA);
    expect(await active(page)).toBe('warEnded');
    expect(await page.locator('g.edge.taken').getAttribute('data-edge')).toBe('deployed>warEnded');
    await expect.poll(() => page.locator('#live').textContent()).toBe('Live');

    await bench.post(event('contingent.repatriated', 'alpha', { reason: 'war-end' }));
    await expect.poll(() => active(page)).toBe('repatriated.inTransit');

    await button(page, 'Back').click();
    await expect.poll(() => active(page)).toBe('warEnded');
    await bench.post(event('contingent.arrived', 'alpha', {}));
    await expect.poll(() => placeShown(page)).toBe('3 of 5');
    expect(await active(page)).toBe('warEnded');
    expect(await page.locator('#live').textContent()).toBe('In the past');

    await page.getByRole('slider').fill('4');
    await expect.poll(() => active(page)).toBe('repatriated.screening');
    expect(await page.locator('#live').textContent()).toBe('Live');
    expect(complaints).toEqual([]);
  });

  test('shows who said it, when, what was posted and what changed', async () => {
    const bench = await startWithHistory();
    const { page } = await open(bench, `${ALPHA}&at=2`);
    const shown = await details(page).textContent();
    expect(shown).toContain('Posted100: deployed → war-ended');
    await page.getByRole('slider').fill('1');
    await expect.poll(() => active(page)).toBe('deployed.committed');
    const before = await details(page).textContent();
    for (const part of [
      'Into the line.',
      '/tests/http',
      'not rated',
      'Happened2025-01-01',
      'Known',
      'Logged#2',
    ]) {
      expect(before).toContain(part);
    }
    expect(await details(page).getByRole('row', { name: /^area/ }).textContent()).toBe('area–kursk');
  });

  test('shows where a refused event was tried, and why it failed', async () => {
    const bench = await startWithHistory();
    await log(bench, event('contingent.redeployed', 'alpha', {}));
    await bench.post(event('contingent.repatriated', 'alpha', {}));
    const { page } = await open(bench, ALPHA);
    await page.getByRole('slider').fill('3');
    await expect.poll(() => page.locator('.leaf.refused').getAttribute('data-state')).toBe('warEnded');
    const shown = await details(page).textContent();
    expect(shown).toContain('contingent.redeployed was refused');
    expect(shown).toContain('alpha is warEnded, which does not take contingent.redeployed');
    expect(shown).toContain('Codenot-allowed');
    expect(shown).toContain('"type": "contingent.redeployed"');
  });

  test('of any length is under the slider', async () => {
    const bench = await startInspectorBench();
    const losses = Array.from({ length: 449 }, () => event('casualty.recorded', 'alpha', { killed: 1 }));
    const lines = [deployed('alpha', 5000), ...losses].map((one) => JSON.stringify(one)).join('\n');
    await bench.post(lines, 'application/x-ndjson');
    const { page } = await open(bench, ALPHA);
    expect(await placeShown(page)).toBe('450 of 450');
    await page.getByRole('slider').fill('0');
    await expect.poll(() => details(page).textContent()).toContain('contingent.deployed');
    await page.getByRole('slider').fill('230');
    await expect
      .poll(() =>
        details(page)
          .getByRole('row', { name: /^killed/ })
          .textContent(),
      )
      .toBe('killed229230');
  });
});

describe('a script', () => {
  test('goes event by event: next, back, run at a speed, each on the machine that it is about', async () => {
    const bench = await startWithHistory();
    await bench.post(
      event('contingent.repatriated', 'alpha', { detachment: { id: 'first-home', strength: 40 } }),
    );
    const { page } = await open(bench, `${ALL}&at=0`);
    expect(await active(page)).toBe('deployed.staging');
    await button(page, 'Next').click();
    await expect.poll(() => active(page)).toBe('deployed.committed');
    await button(page, 'Next').click();
    await expect.poll(() => active(page)).toBe('ended');
    expect(await details(page).textContent()).toContain('It moved 1 more');
    await button(page, 'Back').click();
    await expect.poll(() => active(page)).toBe('deployed.committed');

    await page.getByLabel('Speed').selectOption('20 a second');
    await button(page, 'Run').click();
    await expect.poll(() => placeShown(page)).toBe('4 of 4');
    expect(await active(page)).toBe('repatriated.inTransit');
    expect(await details(page).textContent()).toContain('first-home: warEnded → repatriated.inTransit');
    await expect.poll(() => button(page, 'Run').isDisabled()).toBe(true);

    await bench.post(event('contingent.arrived', 'first-home', {}));
    await expect.poll(() => active(page)).toBe('repatriated.screening');
  });
});

describe('a what-if', () => {
  test('is refused by the guard that would refuse it, and logs nothing', async () => {
    const bench = await startWithHistory();
    await bench.post(event('war.ending-changed', null, { variant: 'armistice', foreignTroopsBarred: true }));
    const { page } = await open(bench, ALPHA);
    await whatIf(page).getByLabel('Event').selectOption('contingent.garrisoned');
    await whatIf(page).getByLabel('role').selectOption('border-guard');
    await whatIf(page).getByLabel('area').fill('donetsk');
    await whatIf(page).getByLabel('territory').selectOption('occupied');
    await button(page, 'See where it leads').click();
    await expect
      .poll(() => whatIf(page).getByRole('status').textContent())
      .toContain(
        'refused (not-allowed): alpha is warEnded; contingent.garrisoned is refused by isTerritoryOpen: send it once that holds',
      );
    expect(await active(page)).toBe('warEnded');
    await whatIf(page).getByLabel('territory').selectOption('russia');
    await button(page, 'See where it leads').click();
    await expect.poll(() => active(page)).toBe('garrisoned.stationed');
    expect(await page.locator('header .hypothetical').textContent()).toBe('HYPOTHETICAL');
    expect(lengthOf(bench)).toBe(4);
  });

  test('takes a part with a range and a list, field by field, and shows where the part would go', async () => {
    const bench = await startWithHistory();
    const { page, complaints } = await open(bench, ALPHA);
    await whatIf(page).getByLabel('Event').selectOption('contingent.pmc-transferred');
    await whatIf(page).getByLabel('leadership').selectOption('russian');
    await whatIf(page).getByLabel('company').fill('Redut');
    await whatIf(page).getByLabel('region').fill('sahel');
    await whatIf(page).getByLabel('services').fill('guarding mines\ntraining');
    await whatIf(page).getByLabel('detachment').check();
    await whatIf(page).getByLabel('id', { exact: false }).last().fill('redut-one');
    await whatIf(page).getByLabel('best').fill('30');
    await whatIf(page).getByLabel('high').fill('35');
    const asked = page.waitForRequest(/what-if/);
    await button(page, 'See where it leads').click();
    expect((await asked).postDataJSON()).toEqual({
      type: 'contingent.pmc-transferred',
      data: {
        leadership: 'russian',
        company: 'Redut',
        region: 'sahel',
        services: ['guarding mines', 'training'],
        detachment: { id: 'redut-one', strength: { low: 30, best: 30, high: 35 } },
      },
    });
    const status = whatIf(page).getByRole('status');
    await expect
      .poll(() => status.textContent())
      .toContain('It would lead redut-one to pmcTransferred.russianLed');
    expect(await status.textContent()).toContain('alpha, 70: warEnded → warEnded');
    expect(await active(page)).toBe('pmcTransferred.russianLed');
    expect(lengthOf(bench)).toBe(3);
    expect(complaints).toEqual([]);
  });

  test('asks of a contingent what the war would do to it, at any place of its history', async () => {
    const bench = await startWithHistory();
    const { page } = await open(bench, `${ALPHA}&at=0`);
    expect(await whatIf(page).textContent()).toContain('After entry #1');
    await whatIf(page).getByLabel('Event').selectOption('war.ended');
    await whatIf(page).getByLabel('variant').selectOption('frozen-conflict');
    await button(page, 'See where it leads').click();
    await expect.poll(() => active(page)).toBe('warEnded');
    expect(await page.locator('g.edge.taken').getAttribute('data-edge')).toBe('deployed>warEnded');
  });

  test('says which guards refuse what, whatever would be said', async () => {
    const bench = await startInspectorBench();
    await bench.post(deployed('alpha', 100));
    await bench.post(event('contingent.repatriated', 'alpha', {}));
    await bench.post(event('contingent.arrived', 'alpha', {}));
    await bench.post(event('contingent.screened', 'alpha', { outcome: 'cleared' }));
    const { page } = await open(bench, ALPHA);
    expect(await whatIf(page).textContent()).toContain('contingent.integrated by isWarOver');
    const label = page.locator('.label [data-transition="repatriated.settled#contingent.honoured#0"]');
    expect(await label.getAttribute('class')).not.toContain('dim');
    const arrived = page.locator('.label [data-transition="repatriated.inTransit#contingent.arrived#0"]');
    expect(await arrived.getAttribute('class')).toContain('dim');
  });
});

describe('the chart', () => {
  /** Where its drawing is on the screen, and how large. */
  const placed = (page: Page): Promise<{ x: number; y: number; scale: number }> =>
    page.evaluate(
      `(({ e: x, f: y, a: scale }) => ({ x, y, scale }))(document.querySelector('svg.chart > g').getScreenCTM())`,
    );

  test('is zoomed and moved by keys, wheel, drag and buttons, and fits again', async () => {
    const { page } = await open(await startWithHistory(), ALPHA);
    const fits = await placed(page);
    await page.locator('.canvas').focus();
    await page.keyboard.press('+');
    expect((await placed(page)).scale).toBeCloseTo(fits.scale * 1.2);
    await page.keyboard.press('-');
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowDown');
    const moved = await placed(page);
    expect([moved.x - fits.x, moved.y - fits.y].map(Math.round)).toEqual([40, -40]);
    await page.keyboard.press('0');
    expect(await placed(page)).toEqual(fits);

    await page.mouse.move(400, 300);
    await page.mouse.down();
    await page.mouse.move(460, 330, { steps: 3 });
    await page.mouse.up();
    const dragged = await placed(page);
    expect([dragged.x - fits.x, dragged.y - fits.y].map(Math.round)).toEqual([60, 30]);

    await page.mouse.wheel(0, -100);
    const wheeled = await placed(page);
    expect(wheeled.scale).toBeCloseTo(dragged.scale * 1.1);
    // What is under the pointer stays there.
    expect((460 - wheeled.x) / wheeled.scale).toBeCloseTo((460 - dragged.x) / dragged.scale);

    await button(page, 'Zoom in').click();
    expect((await placed(page)).scale).toBeCloseTo(wheeled.scale * 1.2);
    await button(page, 'Fit').click();
    expect(await placed(page)).toEqual(fits);
  });

  test.each([
    [1440, 900],
    [1280, 720],
  ])('fits a screen of %i × %i and reads', async (width, height) => {
    const { page } = await open(await startWithHistory(), ALPHA, { viewport: { width, height } });
    const smallest = 11 * (await placed(page)).scale;
    expect(smallest).toBeGreaterThan(8.7);
    const stage = await page.locator('.canvas').boundingBox();
    const chart = await page.locator('svg.chart > g').boundingBox();
    expect(chart?.width).toBeLessThanOrEqual((stage?.width ?? 0) + 1);
    expect(chart?.height).toBeLessThanOrEqual((stage?.height ?? 0) + 1);
  });

  test('on a phone shows the active state, readable, wherever it goes', async () => {
    const { page } = await open(await startWithHistory(), ALPHA, { viewport: { width: 390, height: 844 } });
    const isSeen = async () => {
      const leaf = await page.locator('.leaf.active').boundingBox();
      return leaf !== null && leaf.x >= 0 && leaf.x + leaf.width <= 390 && leaf.height > 16;
    };
    await expect.poll(isSeen).toBe(true);
    await page.getByRole('slider').fill('0');
    await expect.poll(() => active(page)).toBe('deployed.staging');
    await expect.poll(isSeen).toBe(true);
  });
});

test.each([
  ['light', 1440, 900],
  ['dark', 1440, 900],
  ['light', 390, 800],
  ['dark', 360, 800],
] as const)('%s, %i px wide: accessible, nothing beside the page', async (colorScheme, width, height) => {
  const bench = await startWithHistory();
  const { page } = await open(bench, ALPHA, { colorScheme, viewport: { width, height } });
  await whatIf(page).getByLabel('Event').selectOption('contingent.garrisoned');
  await whatIf(page).getByLabel('detachment').check();
  await whatIf(page).getByLabel('relieves').check();
  expect(await violations(page)).toEqual([]);
  expect(await overhang(page)).toBe(0);
  const folder = process.env['SCREENSHOTS'];
  if (folder !== undefined)
    await page.screenshot({ path: `${folder}/inspector-${colorScheme}-${width}.png`, fullPage: width < 500 });
});

test('the page is asked for each time and comes again only when it changed; its parts are kept', async () => {
  const { site } = await startInspectorBench();
  const page = await fetch(`${site}/inspector`);
  const etag = page.headers.get('etag') ?? '';
  const [, part = ''] = /src="(\/inspector\/assets\/[^"]+\.js)"/.exec(await page.text()) ?? [];
  expect((await fetch(`${site}/inspector`, { headers: { 'if-none-match': etag } })).status).toBe(304);
  expect((await fetch(`${site}${part}`)).headers.get('cache-control')).toContain('immutable');
  expect((await fetch(`${site}/inspector/assets/none.js`)).status).toBe(404);
});
