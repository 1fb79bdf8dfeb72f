import { expect, test } from 'vitest';
import { open, overhang, startRecord, useBrowser, violations } from './browser.ts';

useBrowser();

test('the record and a what-if stand side by side with their differences', async () => {
  const bench = await startRecord();
  const whatIf = { theatre: 'ukraine', timeline: 'early' };
  await bench.log.open(whatIf, {
    title: 'Early',
    basis: 'hypothetical',
    base: { timeline: 'record', seq: 8 },
  });
  await expect.poll(() => bench.service.roll(whatIf)?.summary.isCurrent, { timeout: 20_000 }).toBe(true);
  const { page, text, complaints } = await open(bench, '#/ukraine/early/timelines', {
    viewport: { width: 390, height: 844 },
  });

  await page.locator('#compared').waitFor();
  expect(await text('#compared thead')).toMatch(/record.*early\s*HYPOTHETICAL/s);
  expect(await text('#compared tbody tr:first-child')).toMatch(
    /^Deployed15,000 \(14,000–16,000\).*−\d,\d{3}$/,
  );
  expect(await violations(page)).toEqual([]);
  expect(await overhang(page)).toBeLessThanOrEqual(0);
  expect(complaints).toEqual([]);
});
