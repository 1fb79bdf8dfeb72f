import { writeFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { anchorOf, statementAnchor } from '../../src/model/page/anchors.ts';
import { loadModel } from '../../src/model/load.ts';
import { bundledNames, loadScenario } from '../../src/scenario/library.ts';
import { open, overhang, useBrowser, violations } from '../dashboard/browser.ts';
import { type Bench, startBench } from '../http/bench.ts';

useBrowser();
const model = await loadModel();

/** A bench on which every bundled scenario was played. */
async function startPlayed(names: readonly string[]): Promise<Bench> {
  const bench = await startBench();
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
const inOrder = async () => {
  const names = await bundledNames();
  return ['record', ...names.filter((name) => name !== 'record')];
};

test('debug', async () => {
  const bench = await startPlayed(await inOrder());
  for (const [w, scheme] of [
    [1440, 'light'],
    [390, 'dark'],
    [360, 'light'],
    [3840, 'dark'],
  ] as const) {
    const { page, complaints } = await open(bench, 'model', { viewport: { width: w, height: 900 }, colorScheme: scheme });
    await page.locator('#statement-S77').waitFor();
    await page.waitForTimeout(300);
    console.log(w, await overhang(page), complaints, w === 360 || w === 1440 ? await violations(page) : '');
    await page.screenshot({ path: `/tmp/modelp-${w}.png`, fullPage: true });
    for (const id of ['statements', 'events', 'reports', 'reference']) {
      await page.locator(`#${id}`).scrollIntoViewIfNeeded();
      await page.evaluate(`document.getElementById('${id}').scrollIntoView()`);
      await page.screenshot({ path: `/tmp/modelp-${w}-${id}.png` });
    }
  }
}, 60000);
