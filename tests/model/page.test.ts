import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import type { HistoryDocument } from '../../src/inspector/documents.ts';
import { loadModel } from '../../src/model/load.ts';
import { anchorOf, statementAnchor } from '../../src/model/page/anchors.ts';
import { bundledNames, loadScenario } from '../../src/scenario/library.ts';
import { open, overhang, useBrowser, violations } from '../dashboard/browser.ts';
import { type AtEnd, type Bench, shareBench, startBench } from '../http/bench.ts';

useBrowser();
const model = await loadModel();

/** A bench on which bundled scenarios were played. */
async function startPlayed(names: readonly string[], atEnd: AtEnd): Promise<Bench> {
  const bench = await startBench({}, undefined, atEnd);
  for (const name of names) {
    const loading = await loadScenario(name);
    if (!loading.ok) throw new Error(`${name} does not load`);
    const { roll, base, title, basis, events } = loading.scenario;
    const path = `/api/rolls/${roll.theatre}/${roll.timeline}`;
    const about = { title, basis, base: base?.roll.timeline ?? null };
    const opened = await bench.ask(path, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(about),
    });
    expect(opened.status, await opened.text()).toBe(200);
    const lines = events.map(({ bytes }) => new TextDecoder().decode(bytes)).join('\n');
    const answer = await bench.ask(`${path}/events`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-ndjson' },
      body: lines,
    });
    expect(answer.status, await answer.text()).toBeLessThan(300);
  }
  return bench;
}

/** Every bundled scenario, what others stand on first. */
async function namesInOrder(): Promise<string[]> {
  const names = await bundledNames();
  return ['record', ...names.filter((name) => name !== 'record')];
}

const withRecord = shareBench((atEnd) => startPlayed(['record'], atEnd));
const withAll = shareBench(async (atEnd) => startPlayed(await namesInOrder(), atEnd));

async function shown(bench: Bench, options: object = {}, hash = '') {
  const opened = await open(bench, `model${hash}`, options);
  await opened.page.locator(`#${statementAnchor('S77')}`).waitFor();
  return opened;
}

const hrefs = (page: Page): Promise<string[]> =>
  page.evaluate(`[...new Set([...document.querySelectorAll('a')].map((a) => a.getAttribute('href')))]`);

test('every statement stands on the page with its places and its example, and every part that there is', async () => {
  const bench = withRecord();
  const { page, complaints } = await shown(bench);
  expect(await page.locator('.statements > li').count()).toBe(77);
  for (const { id, says, places, example } of model.statements) {
    const item = page.locator(`[id="${statementAnchor(id)}"]`);
    expect(await item.getByRole('heading').textContent()).toBe(`${id} ${says}`);
    const links = await item
      .locator('.places a')
      .evaluateAll((anchors) => anchors.map((anchor) => anchor.getAttribute('href')));
    expect(links).toEqual(places.map((place) => `#${anchorOf(place)}`));
    const text = await item.locator('.example').textContent();
    expect(text).toContain(`${example.type}`);
    expect(text?.startsWith('HYPOTHETICAL')).toBe(example.basis === 'hypothetical');
  }
  const ids = new Set(
    await page.evaluate<string[]>(`[...document.querySelectorAll('[id]')].map(({ id }) => id)`),
  );
  const parts = [
    ...model.states.map(({ name }) => anchorOf({ kind: 'state', name })),
    ...model.guards.map(({ name }) => anchorOf({ kind: 'guard', name })),
    ...model.types.map(({ type }) => anchorOf({ kind: 'event', name: type })),
    ...model.types.flatMap(({ type, fields }) =>
      fields.map(({ name }) => anchorOf({ kind: 'field', name: `${type}/${name}` })),
    ),
    ...model.reports.map(({ name }) => anchorOf({ kind: 'report', name })),
    ...model.references.map((name) => anchorOf({ kind: 'reference', name })),
    ...model.pathways.map(({ pathway }) => `pathway-${pathway}`),
  ];
  expect(parts.length).toBeGreaterThan(200);
  expect(parts.filter((id) => !ids.has(id))).toEqual([]);
  expect(complaints).toEqual([]);
});

test('every link leads somewhere: on the page, on the service, or to a source', async () => {
  const bench = withAll();
  const { page } = await shown(bench);
  const ids = new Set(
    await page.evaluate<string[]>(`[...document.querySelectorAll('[id]')].map(({ id }) => id)`),
  );
  const links = await hrefs(page);
  const within = links.filter((href) => href.startsWith('#'));
  expect(within.filter((href) => !ids.has(href.slice(1)))).toEqual([]);
  const served = links.filter((href) => href.startsWith('/'));
  for (const href of served) expect((await bench.ask(href)).status, href).toBe(200);
  const reports = served.filter((href) => href.includes('/consequences/'));
  expect(reports).toHaveLength(5 * model.reports.length);
  for (const href of reports) {
    const report = href.replace('/#/', '/api/rolls/').replace('/consequences/', '/reports/');
    expect((await bench.ask(report)).status, report).toBe(200);
  }
  const elsewhere = links.filter((href) => !href.startsWith('#') && !href.startsWith('/'));
  expect(elsewhere.length).toBeGreaterThan(20);
  expect(elsewhere.filter((href) => !/^https?:\/\//.test(href))).toEqual([]);
});

describe('an example', () => {
  test('is the event that the inspector has at its address', async () => {
    const bench = withAll();
    for (const { id, example } of model.statements) {
      const { scenario, theatre, event, type } = example;
      const answer = await bench.ask(`/inspector/history/${theatre}/${scenario}?event=${event}`);
      const { moments }: HistoryDocument = await answer.json();
      const found = moments.find(({ step }) => step?.event.id === event);
      expect(found?.step?.event.type, `${id}: ${event}`).toBe(type);
    }
  });

  test('opens in the inspector, which shows it', async () => {
    const names = await namesInOrder();
    const bench = withAll();
    const { page } = await shown(bench);
    for (const name of names) {
      const statement = model.statements.findLast(({ example }) => example.scenario === name);
      if (statement === undefined) throw new Error(`No statement has its example in ${name}`);
      const { id, example } = statement;
      await page.locator(`[id="${statementAnchor(id)}"] .example a`).click();
      const event = page.getByLabel('Event', { exact: true });
      await event.getByRole('heading').waitFor();
      const text = await event.textContent();
      expect(text, id).toContain(example.type);
      expect(text, id).toContain(`Happened${example.day}`);
      expect(text, id).toContain(example.note ?? '');
      await page.goBack();
      await page.locator(`#${statementAnchor('S77')}`).waitFor();
    }
  });
});

describe('a scenario that was not played', () => {
  test('is no link on the page, which says how it becomes one', async () => {
    const bench = withRecord();
    const { page } = await shown(bench);
    const ofRecord = model.statements.filter(({ example }) => example.scenario === 'record');
    expect(await page.locator('.example a').count()).toBe(ofRecord.length);
    const advice = await page.getByText('npx muster play').textContent();
    expect(advice?.split(' ').slice(3).sort()).toEqual(['collapse', 'garrison', 'homecoming', 'legion-pmc']);
  });

  test('is not taken for another one by the inspector, nor is an event that is not there', async () => {
    const bench = withRecord();
    const { page } = await open(bench, 'inspector?roll=ukraine/garrison&event=garrison-023');
    await page.getByText('There is no roll ukraine/garrison here.').waitFor();
    await page.goto(`${bench.address}/inspector?roll=ukraine/record&event=garrison-023`);
    await page.getByText('There is no event garrison-023 in what happened on ukraine/record.').waitFor();
  });
});

test('an address with a place shows that place', async () => {
  const bench = withRecord();
  const { page } = await shown(bench, {}, '#field-contingent.screened/conduct');
  const field = page.locator('[id="field-contingent.screened/conduct"]');
  await expect.poll(() => field.evaluate((element) => element.getBoundingClientRect().top)).toBeLessThan(900);
  expect(await field.evaluate((element) => element.getBoundingClientRect().top)).toBeGreaterThanOrEqual(0);
});

test.each([
  [1440, 'light'],
  [360, 'dark'],
  [3840, 'light'],
] as const)('%i pixels wide, %s: nothing sticks out, and axe finds nothing', async (width, colorScheme) => {
  const bench = withRecord();
  const { page, complaints } = await shown(bench, { viewport: { width, height: 900 }, colorScheme });
  expect(await overhang(page)).toBe(0);
  expect(await violations(page)).toEqual([]);
  expect(complaints).toEqual([]);
});

test('the dashboard and the inspector lead to it', async () => {
  const bench = withRecord();
  for (const path of ['', 'inspector']) {
    const { page } = await open(bench, path);
    await page.getByRole('link', { name: 'The model' }).click();
    await page.getByRole('heading', { level: 1, name: 'The model' }).waitFor();
  }
});
