import { expect, test } from 'vitest';
import { deployed } from '../http/bench.ts';
import { open, startRecord, useBrowser } from './browser.ts';

useBrowser();

test('a what-if that is posted to the record marks the page at once, and what is taken away; a past day is unmarked', async () => {
  const bench = await startRecord();
  const { page, text } = await open(bench, '#/ukraine/record/now');
  await page.locator('#title').waitFor();
  expect(await page.locator('#basis').count()).toBe(0);

  const whatIf = { basis: 'hypothetical', time: '2027-02-01T00:00:00Z' };
  expect((await bench.post(deployed('third-wave', 30_000, whatIf))).status).toBe(201);
  await expect.poll(() => text('#basis')).toMatch(/^HYPOTHETICAL What-ifs are among its facts/);
  expect(await page.title()).toMatch(/^HYPOTHETICAL/);

  const fileAt = async (path: string) => {
    const { page: other } = await open(bench, path);
    await other.locator('details.menu > summary').first().click();
    const [download] = await Promise.all([
      other.waitForEvent('download'),
      other.getByRole('button', { name: 'CSV' }).first().click(),
    ]);
    return download.suggestedFilename();
  };
  expect(await fileAt('#/ukraine/record/contingents')).toMatch(/^HYPOTHETICAL-muster-/);
  expect(await fileAt('#/ukraine/record/consequences/lives')).toMatch(/^HYPOTHETICAL-muster-/);
  expect(await fileAt('#/ukraine/record/consequences/lives?day=2025-12-31')).toMatch(/^muster-/);
});

test('a roll that nobody opened stands apart in the list, and is taken away as unannounced', async () => {
  const bench = await startRecord();
  const bytes = Buffer.from(JSON.stringify(deployed('alpha', 10)));
  await bench.log.append({ theatre: 'ukraine', timeline: 'recrod' }, [
    { entity: 'alpha', identity: 'x', bytes },
  ]);
  await expect.poll(() => bench.service.followed().length).toBe(2);
  const { page, text } = await open(bench, '#/ukraine/recrod/now');
  await expect.poll(() => text('#basis')).toMatch(/^UNANNOUNCED/);
  expect(await page.locator('#roll > option').allTextContents()).toEqual(['ukraine/record']);
  expect(await page.locator('#roll > optgroup option').allTextContents()).toEqual(['ukraine/recrod']);
});
