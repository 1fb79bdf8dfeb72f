import { expect, test } from 'vitest';
import { reportReference } from '../../src/readmodels/reports/reference.ts';
import { DEFAULT_SETTINGS } from '../../src/readmodels/reports/report.ts';
import { checkScenario } from '../../src/scenario/check.ts';
import { EVERYTHING } from '../../src/scenario/coverage.ts';
import { loadScenario, logOf } from '../../src/scenario/library.ts';
import { readReference } from '../../src/service/reference.ts';
import { reportOnLog } from '../support/report-tables.ts';

const WHAT_IFS = ['collapse', 'garrison', 'homecoming', 'legion-pmc'];
const reference = reportReference(await readReference());

test('every table of every report has a what-if row in at least one of the what-ifs', async () => {
  const isTold = new Map<string, boolean>();
  for (const name of WHAT_IFS) {
    const loading = await loadScenario(name);
    if (!loading.ok) throw new Error(`${name} does not load`);
    const log = logOf(loading.scenario);
    for (const report of EVERYTHING.reports) {
      const { tables } = await reportOnLog(report, log, {}, DEFAULT_SETTINGS, reference);
      for (const { id, rows } of tables) {
        const table = `${report} ${id}`;
        const hasRow = rows.some(({ basis }) => basis === 'hypothetical');
        isTold.set(table, (isTold.get(table) ?? false) || hasRow);
      }
    }
  }
  expect(isTold.size).toBeGreaterThan(EVERYTHING.reports.length);
  expect([...isTold].filter(([, isIt]) => !isIt).map(([table]) => table)).toEqual([]);
});

test('what a what-if does not touch is told by report', async () => {
  const untouched = new Map(
    await Promise.all(
      WHAT_IFS.map(async (name) => {
        const { coverage } = await checkScenario(name);
        return [name, EVERYTHING.reports.filter((it) => !coverage.reports.includes(it))] as const;
      }),
    ),
  );
  expect(untouched).toEqual(
    new Map([
      ['collapse', ['law', 'claims']],
      ['garrison', ['money']],
      ['homecoming', ['money', 'law', 'claims']],
      ['legion-pmc', ['escalation', 'claims']],
    ]),
  );
});
