import { describe, expect, test } from 'vitest';
import { deployed, event, RECORD, serveOver, startBench } from '../http/bench.ts';
import { open, overhang, startRecord, useBrowser, violations } from './browser.ts';

useBrowser();

const persons = (pathway: string) => `[data-pathway="${pathway}"] .persons`;

describe('the view "now"', () => {
  test('shows who stands where, and follows what happens', async () => {
    const bench = await startBench();
    await bench.post(deployed('alpha', { low: 9_000, best: 10_000, high: 11_000 }));
    const { text, page, complaints } = await open(bench);

    await expect.poll(() => text(persons('deployed'))).toBe('10,000 (9,000–11,000)');
    expect(await text('#phase')).toBe('Hostilities');
    expect(await text('#connection')).toBe('Live');
    expect(await page.locator('#basis').count()).toBe(0);

    await bench.post(event('contingent.repatriated', 'alpha', { detachment: { id: 'home', strength: 400 } }));
    await bench.post(event('casualty.recorded', 'alpha', { killed: 25 }, { time: '2025-06-01T00:00:00Z' }));
    await bench.post(event('war.ended', null, { variant: 'frozen-conflict', foreignTroopsBarred: true }));

    await expect.poll(() => text('#phase')).toBe('Ended: frozen conflict, foreign troops barred');
    await expect.poll(() => text('#seq')).toBe('4');
    expect(await text(persons('war-ended'))).toBe('9,575 (8,575–10,575)');
    expect(await text(persons('repatriated'))).toBe('400');
    expect(await text(persons('deployed'))).toBe('0');
    expect(await text('[data-pathway="repatriated"] .share')).toBe('4.0 %');
    expect(await text('#killed')).toBe('25');
    expect(await text('#balance')).toBe('0');
    expect(await text('#time')).toBe('1 Jun 2025');
    expect(complaints).toEqual([]);
  });

  test('each number opens to the contingents, events and sources behind it', async () => {
    const bench = await startRecord();
    const { page, text, complaints } = await open(bench);

    await page.getByRole('button', { name: /^Deployed/ }).click();
    const behind = page.locator('[data-pathway="deployed"] .behind');
    await expect
      .poll(() => behind.textContent())
      .toMatch(/storm-corps.*10,000 \(9,000–11,000\): .+, 12 Feb 2026 \(known 16 Feb 2026\), B2/);
    await behind.getByRole('button', { name: 'Events of storm-corps' }).click();
    await expect.poll(() => behind.locator('.steps li').count()).toBeGreaterThan(2);

    await page.getByRole('button', { name: /^Killed/ }).click();
    const killed = page.getByRole('region', { name: 'Behind Killed' });
    await expect.poll(() => killed.textContent()).toMatch(/storm-corps.* killed/);
    await page.getByRole('button', { name: /^Balance/ }).click();
    await expect.poll(() => text('section[aria-label="Behind the balance"]')).toMatch(/21,000 sent = /);
    expect(complaints).toEqual([]);
  });

  test('the phase, the latest event, the inflow and the sum open to what they rest on', async () => {
    const bench = await startRecord();
    await bench.post(
      event('war.ended', null, { variant: 'armistice' }, { time: '2027-02-01T00:00:00Z', reporter: 'KCNA' }),
    );
    const { page, text } = await open(bench);
    await expect.poll(() => text('#phase')).toBe('Ended: armistice');
    const behind = async (button: RegExp, headline: string) => {
      await page.getByRole('button', { name: button }).click();
      const section = page.getByRole('region', { name: `Behind ${headline}` });
      await section.locator('.steps').waitFor();
      return section;
    };

    const phase = await behind(/^Phase/, 'Phase');
    expect(await phase.textContent()).toMatch(/#27war\.ended Ended: armistice: KCNA, 1 Feb 2027/);
    const latest = await behind(/^Latest event/, 'Latest event');
    expect(await latest.textContent()).toMatch(/#27war\.ended.*KCNA, 1 Feb 2027/);
    const inflow = await behind(/^Sent in all/, 'Sent in all');
    expect(await inflow.locator('li').count()).toBe(6);
    expect(await inflow.locator('li').first().textContent()).toMatch(
      /contingent\.deployed storm-corps1,500: reported, no reporter named, 13 Oct 2024 \(known 18 Oct 2024\), B2/,
    );
    await page.getByRole('button', { name: /^On the roll/ }).click();
    await expect.poll(() => page.locator('.total .behind').textContent()).toMatch(/builders.*storm-corps/s);
  });

  test('only the web is linked as a source', async () => {
    const bench = await startBench();
    const said = (reporter: string, reporturl: string) => ({ reporter, reporturl });
    await bench.post(deployed('alpha', 10, said('Evil', 'javascript:alert(1)')));
    await bench.post(deployed('beta', 10, said('Good', 'https://example.org/report')));
    const { page } = await open(bench);
    await page.getByRole('button', { name: /^Deployed/ }).click();

    await page.getByRole('link', { name: 'Good' }).waitFor();
    expect(await page.getByRole('link', { name: 'Evil' }).count()).toBe(0);
    expect(await page.getByText('Evil').count()).toBe(1);
  });

  test('waits for the first roll', async () => {
    const bench = await startBench();
    const { page, text } = await open(bench);
    await page.locator('#empty').waitFor();

    await bench.post(deployed('alpha', 10));

    await expect.poll(() => text(persons('deployed')), { timeout: 20_000 }).toBe('10');
    expect(await page.locator('#empty').count()).toBe(0);
  });

  test('says that the connection is lost, and takes up where it was', async () => {
    const bench = await startBench();
    await bench.post(deployed('alpha', 10));
    const { text } = await open(bench);
    await expect.poll(() => text('#connection')).toBe('Live');

    await bench.app.close();
    await expect.poll(() => text('#connection')).toBe('Connection lost, resuming…');
    const again = await serveOver(bench.log, bench.service, { port: bench.port });
    await again.post(event('contingent.reinforced', 'alpha', { strength: 5 }));

    await expect.poll(() => text(persons('deployed')), { timeout: 20_000 }).toBe('15');
    expect(await text('#connection')).toMatch(/^Live again, resumed after entry \d$/);
  });

  test('a what-if is marked so that nobody takes it for what happened', async () => {
    const bench = await startBench();
    await bench.post(deployed('alpha', 10));
    const whatIf = { theatre: 'ukraine', timeline: 'what-if' };
    const base = { timeline: 'record', seq: 1 };
    await bench.log.open(whatIf, { title: 'What if', basis: 'hypothetical', base });
    await expect.poll(() => bench.service.roll(whatIf)?.summary.isCurrent).toBe(true);

    const { text, page } = await open(bench, '#/ukraine/what-if');

    await expect.poll(() => text('#basis')).toMatch(/^HYPOTHETICAL/);
    await expect.poll(() => text(persons('deployed'))).toBe('10');
    expect(await page.title()).toMatch(/^HYPOTHETICAL: What if/);
    expect(await text('#about')).toMatch(/branches from record after entry 1/);

    await page.locator('#roll').selectOption('ukraine/record');
    await expect.poll(() => page.locator('#basis').count()).toBe(0);
    expect(new URL(page.url()).hash).toBe('#/ukraine/record/now');
  });

  test('what people wrote in events is shown as text', async () => {
    const bench = await startBench();
    const script = '<img src=x onerror="document.title=\'owned\'">';
    await bench.log.open(RECORD, { title: script, basis: 'reported', base: null });
    await bench.post(deployed('alpha', 10, { reporter: script }));

    const { text, page, complaints } = await open(bench);
    await page.getByRole('button', { name: /^Deployed/ }).click();

    await expect.poll(() => text('.source')).toContain(script);
    expect(await text('#title')).toBe(script);
    expect(await page.title()).not.toBe('owned');
    expect(complaints).toEqual([]);
  });

  test.each([320, 360, 390, 768, 1440])('at %i pixels nothing sticks out', async (width) => {
    const bench = await startBench();
    await bench.post(deployed('alpha', { low: 9_000, best: 10_000, high: 11_000 }));
    const { page, text } = await open(bench, '', { viewport: { width, height: 800 } });
    await expect.poll(() => page.locator(persons('deployed')).count()).toBe(1);
    expect(await text(persons('deployed'))).not.toBe('');

    expect(await overhang(page)).toBeLessThanOrEqual(0);
  });

  test.each(['light', 'dark'] as const)('axe finds nothing wrong, %s', async (colorScheme) => {
    const bench = await startRecord();
    const { page } = await open(bench, '', { colorScheme });
    await page.getByRole('button', { name: /^Repatriated/ }).click();
    await page.locator('.behind').waitFor();

    expect(await violations(page)).toEqual([]);
  });

  test('the keyboard gets everywhere', async () => {
    const bench = await startBench();
    await bench.post(deployed('alpha', 10));
    const { page, text } = await open(bench);
    await expect.poll(() => page.locator(persons('deployed')).count()).toBe(1);

    const stops: unknown[] = [];
    for (let count = 0; count < 4; count++) {
      await page.keyboard.press('Tab');
      stops.push(
        await page.evaluate(
          'document.activeElement.className || document.activeElement.id || document.activeElement.textContent',
        ),
      );
    }
    expect(stops).toEqual(['skip', 'roll', 'The model', 'Now']);

    await page.getByRole('button', { name: /^Deployed/ }).focus();
    await page.keyboard.press('Enter');
    await expect.poll(() => text('.behind')).toContain('alpha');
  });
});
