import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { reportDocument } from '../../src/http/report-schemas.ts';
import { muster } from './support/muster.ts';

const RECORD = fileURLToPath(new URL('../data/record.jsonl', import.meta.url));

async function reported(args: readonly string[]) {
  const { code, stdout, stderr } = await muster(['report', ...args, '--json']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return reportDocument.parse(JSON.parse(stdout));
}

/** Killed of the deployed, as reported. */
const killedIn = ({ tables }: Awaited<ReturnType<typeof reported>>) =>
  tables.find(({ id }) => id === 'pathways')?.rows.find(({ cells }) => cells['pathway'] === 'deployed')
    ?.cells['killed'];

describe('muster report', () => {
  test('folds the record by itself, a file of its events alike', async () => {
    const { theatre, timeline, ...own } = await reported(['lives']);
    const { theatre: _, timeline: nowhere, ...ofFile } = await reported(['lives', RECORD]);
    expect([theatre, timeline, nowhere]).toEqual(['ukraine', 'record', null]);
    expect(own).toEqual(ofFile);
    expect(killedIn(await reported(['lives']))).toBe(2009);
  });

  test('knows the views of replay', async () => {
    // 300 of the dead became known on 30 April 2025.
    expect(killedIn(await reported(['lives', '--as-of', '2025-04-30', '--as-known', '2025-04-29']))).toBe(
      300,
    );
    expect(killedIn(await reported(['lives', '--as-of', '2025-04-30']))).toBe(600);
    expect((await reported(['lives', '--seq', '5'])).seq).toBe(5);
    expect((await reported(['footprint', '--footprint-days', '30'])).settings).toEqual({ footprintDays: 30 });
  });

  test('shows tables for people, and marks what is no fact', async () => {
    const { code, stdout } = await muster(['report', 'money', 'legion-pmc']);
    expect(code).toBe(0);
    expect(stdout).toContain('HYPOTHETICAL Money: From foreign legion to private army');
    expect(stdout).toContain('43,650,000');
    expect((await muster(['report', 'lives'])).stdout).not.toMatch(/HYPOTHETICAL|what-if/);
  });

  test('names the reports to whoever asks for another', async () => {
    const { code, stdout, stderr } = await muster(['report', 'index']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain("there is no report 'index'. Give one of: card, decision, money");
  });

  test('the bundled reference data have every benchmark that the card and money are set beside', async () => {
    const text = await readFile(new URL('../../events/reference/benchmarks.yaml', import.meta.url), 'utf8');
    const { tables } = await reported(['money', 'legion-pmc']);
    const titles = tables
      .find(({ id }) => id === 'per-head-benchmarks')
      ?.rows.map(({ cells }) => cells['benchmark']);
    for (const title of titles ?? []) expect(text).toContain(`name: ${title}`);
    expect(titles).toContain('Construction workers');
  });
});
