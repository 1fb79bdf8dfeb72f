import { describe, expect, test } from 'vitest';
import { VIEWS } from '../../src/dashboard/address.ts';
import { open, overhang, startRecord, useBrowser, violations } from './browser.ts';

useBrowser();

describe.each(['light', 'dark'] as const)('%s', (colorScheme) => {
  test.each([1440, 390])(
    'axe finds nothing wrong with any view at %i, nothing sticks out',
    async (width) => {
      const options = { colorScheme, viewport: { width, height: 844 } };
      const { page, complaints } = await open(await startRecord(), '', options);
      for (const view of [...VIEWS, 'contingents/storm-corps']) {
        await page.evaluate((to) => location.assign(to), `#/ukraine/record/${view}`);
        await page.locator('main section.card').first().waitFor();

        expect(await violations(page), view).toEqual([]);
        expect(await overhang(page), view).toBeLessThanOrEqual(0);
      }
      expect(complaints).toEqual([]);
    },
    60_000,
  );
});
