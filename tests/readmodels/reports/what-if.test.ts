import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ReportName } from '../../../src/readmodels/reports/catalogue.ts';
import { factLogs } from '../../support/arbitrary-logs.ts';
import { EVENT_TYPES, type EventJson, examples } from '../../support/examples.ts';
import { reportOn } from '../../support/report-tables.ts';
import { fact } from '../../support/roll-scenario.ts';

const NAMES = ['lives', 'dissent', 'escalation', 'footprint', 'law'] as const satisfies readonly ReportName[];

/** Facts that move nobody, and the theatre's: those that these reports list. */
const informing = EVENT_TYPES.filter(
  (type) => !/^(contingent|casualty.recorded|strength.re|event)\b/.test(type),
);

/** A log in the order of time, with a fact that moves nobody behind each of its own. */
const logs = fc
  .tuple(
    factLogs(true),
    fc.array(fc.tuple(fc.constantFrom(...informing), fc.boolean()), { minLength: 30, maxLength: 30 }),
  )
  .map(([facts, more]) =>
    facts.flatMap((event, index): EventJson[] => {
      const [type, isAboutOne] = more[index] ?? ['propaganda.aired', false];
      const subject = isAboutOne && !/^(war|tension)\./.test(type) ? 'alpha' : null;
      return [{ ...event, id: `f${index}` }, fact(type, subject, examples[type], { time: event['time'] })];
    }),
  );

async function reportedRows(name: ReportName, log: readonly EventJson[]) {
  const { tables } = await reportOn(name, log);
  return tables.map(({ id, rows }) => [id, rows.filter(({ basis }) => basis === 'reported')]);
}

test.each(NAMES)('%s: a what-if changes no reported row', async (name) => {
  await fc.assert(
    fc.asyncProperty(logs, fc.nat(), async (log, at) => {
      const begins = 1 + (at % log.length);
      const branched = log.map((event, index) =>
        index < begins ? event : { ...event, basis: 'hypothetical' },
      );
      const reported = await reportedRows(name, log.slice(0, begins));
      if (reported.length > 0) expect(await reportedRows(name, branched)).toEqual(reported);
    }),
    { numRuns: 25 },
  );
});
