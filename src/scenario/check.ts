import { createKernels, type Kernels } from '../roll/kernels.ts';
import type { Refusal } from '../roll/outcome.ts';
import type { CompiledEvent } from './compile.ts';
import { type Coverage, CoverageCount, NOTHING } from './coverage.ts';
import { dateProblems } from './date-problems.ts';
import { type Said, saidIn, sayingOf, unmet } from './expectation.ts';
import { bundledLibrary, type Library, lineage, loadScenario, type Scenario } from './library.ts';
import { nearest } from './nearest.ts';
import { payloadProblems } from './payload-problems.ts';
import { type Problem, sortProblems } from './problem.ts';
import { type Outcome, Rehearsal } from './rehearsal.ts';
import { reportsWithRows } from './reported.ts';
import type { GivenScript } from './script-file.ts';
import type { Source } from './source.ts';

/** What became of a script's own events, in numbers. */
export interface CheckSummary {
  readonly events: number;
  readonly accepted: number;
  readonly refused: number;
  readonly duplicates: number;
  readonly expectations: number;
  readonly met: number;
}

export interface CheckReport {
  readonly file: string;
  /** The scenario, or null if it could not be loaded. */
  readonly scenario: Scenario | null;
  /** What is wrong, by file and place; empty for a script that is right. */
  readonly problems: readonly Problem[];
  /** What is probably a slip, likewise; a script may well be right with it. */
  readonly warnings: readonly Problem[];
  readonly summary: CheckSummary;
  /** What the timeline reaches, bases included. */
  readonly coverage: Coverage;
}

/**
 * Checks a script: its form, its payloads, and what the roll would say to each event when it is appended, after
 * its bases. A refusal that was not expected is a problem, as is an expectation that is not met; a date that is
 * probably a slip is a warning.
 */
export async function checkScenario(
  written: string | GivenScript,
  library: Library = bundledLibrary(),
  kernels: Kernels = createKernels(),
  nowMs: number = Date.now(),
): Promise<CheckReport> {
  const loading = await loadScenario(written, library);
  if (loading.ok) return checkLoaded(loading.scenario, kernels, nowMs);
  const { problems, source } = loading;
  const summary = { events: 0, accepted: 0, refused: 0, duplicates: 0, expectations: 0, met: 0 };
  return {
    file: source?.file ?? (typeof written === 'string' ? written : written.file),
    scenario: null,
    problems: sortProblems(
      source === null ? problems : [...problems, ...payloadProblemsBeside(problems, source)],
    ),
    warnings: [],
    summary,
    coverage: NOTHING,
  };
}

/** As `checkScenario`, for a script that is loaded: its form is right. */
export async function checkLoaded(
  scenario: Scenario,
  kernels: Kernels = createKernels(),
  nowMs: number = Date.now(),
): Promise<CheckReport> {
  const { source } = scenario.script;
  const rehearsal = new Rehearsal(kernels);
  const count = new CoverageCount();
  const idBySeq = new Map<number, string>();
  const append = (roll: Scenario['roll'], event: CompiledEvent): Outcome => {
    const outcome = rehearsal.take({ bytes: event.bytes, home: roll });
    idBySeq.set(rehearsal.length, event.id);
    count.count(event.type, outcome);
    return outcome;
  };
  for (const { roll, events } of lineage(scenario).slice(0, -1)) {
    for (const event of events) append(roll, event);
  }

  const problems: Problem[] = [];
  const tally = { accepted: 0, refused: 0, duplicates: 0, expectations: 0, met: 0 };
  const silent = new Map<number, CompiledEvent>();
  for (const event of scenario.events) {
    const ofForm = payloadProblems(source, event.index);
    const outcome = append(scenario.roll, event);
    tally[outcome.kind === 'duplicate' ? 'duplicates' : outcome.kind] += 1;
    problems.push(...ofForm);
    if (event.expect !== null) tally.expectations += 1;
    if (ofForm.length > 0) continue;

    const said = saidIn(outcome);
    if (event.expect !== null) {
      const message = unmet(event.expect, said);
      if (message === null) tally.met += 1;
      else problems.push(source.problem(['events', event.index, 'expect'], message));
    } else if (outcome.kind === 'accepted') {
      silent.set(rehearsal.length, event);
    } else {
      const known = {
        contingents: [...rehearsal.contingents.keys()],
        ids: [...idBySeq.values()].slice(0, -1),
      };
      problems.push(unexpected(source, event, said, known));
    }
  }
  for (const refusal of rehearsal.refusals) {
    const event = silent.get(refusal.seq);
    if (event !== undefined) problems.push(afterwards(source, event, refusal));
  }
  return {
    file: scenario.file,
    scenario,
    problems: sortProblems(problems),
    warnings: sortProblems(await dateProblems(scenario, kernels, nowMs)),
    summary: { events: scenario.events.length, ...tally },
    coverage: { ...count.coverage, reports: await reportsWithRows(scenario, kernels) },
  };
}

/** What is wrong with the payloads of a script, but for what its loading told of them already. */
function payloadProblemsBeside(told: readonly Problem[], source: Source): Problem[] {
  const events = source.at(['events']);
  if (!Array.isArray(events)) return [];
  const isTold = ({ path }: Problem) =>
    told.some((one) => one.path === path || one.path.startsWith(`${path}.`));
  return events.flatMap((_, index) => payloadProblems(source, index).filter((problem) => !isTold(problem)));
}

interface Known {
  readonly contingents: readonly string[];
  /** Of events before. */
  readonly ids: readonly string[];
}

/** An event without an expectation that the roll does not take: placed where the fault most likely is. */
function unexpected(source: Source, { index }: CompiledEvent, said: Said, known: Known): Problem {
  const path = ['events', index];
  const message = `this event ${sayingOf(said)}`;
  const code = said.kind === 'refused' ? said.code : null;
  if (code === 'unknown-contingent') {
    for (const keys of [['contingent'], ['data', 'absorbed']]) {
      const id = source.at([...path, ...keys]);
      if (typeof id === 'string' && !known.contingents.includes(id)) {
        return source.problem([...path, ...keys], message, nearest(id, known.contingents));
      }
    }
  }
  if (code === 'unknown-target') {
    const id = source.at([...path, 'data', 'target', 'id']);
    const meant = typeof id === 'string' ? nearest(id, known.ids) : undefined;
    return source.problem([...path, 'data', 'target', 'id'], message, meant);
  }
  const isTaken = said.kind === 'duplicate' || code === 'conflict';
  if (isTaken && source.at([...path, 'id']) !== undefined) return source.problem([...path, 'id'], message);
  const isOfData = code === 'conservation' || code === 'already-exists';
  return source.problem([...path, isOfData ? 'data' : 'type'], message);
}

function afterwards(source: Source, { index }: CompiledEvent, { code, message }: Refusal): Problem {
  return source.problem(
    ['events', index, 'type'],
    `this event was accepted, but a correction after it has the roll refuse it: ${code}: ${message}. If that is meant, say expect: accepted`,
  );
}
