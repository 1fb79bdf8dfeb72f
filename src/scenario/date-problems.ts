import { type MusterEvent, readEvent } from '../../events/event.ts';
import { Arrivals } from '../readmodels/arrivals.ts';
import { datedBeforeArrival, impossibleDates } from '../readmodels/date-warnings.ts';
import { type FoldedLog, foldLog } from '../roll/fold.ts';
import type { Kernels } from '../roll/kernels.ts';
import type { Transition } from '../roll/outcome.ts';
import { logOf, type Scenario } from './library.ts';
import type { Problem } from './problem.ts';

/** What each accepted event said, as it counts, and when contingents came. */
class Accepted extends Arrivals {
  readonly bySeq = new Map<number, MusterEvent>();

  override apply(transition: Transition): void {
    super.apply(transition);
    this.bySeq.set(transition.seq, transition.event);
  }
}

/**
 * Dates of a script's events that are probably slips: those that cannot be, and those with which the roll takes an event
 * in the order of the script and refuses it in the order of time. `nowMs`: what counts as the future begins after it.
 */
export async function dateProblems(scenario: Scenario, kernels: Kernels, nowMs: number): Promise<Problem[]> {
  const { source } = scenario.script;
  const log = logOf(scenario);
  const fold = (view: { readonly asOfMs?: number }) =>
    foldLog(
      kernels,
      () => log,
      view,
      () => new Accepted(),
    );
  const asWritten = await fold({});
  const inTime = asWritten.fold.isChronological
    ? asWritten
    : await fold({ asOfMs: Number.POSITIVE_INFINITY });
  const own = log.length - scenario.events.length;

  const impossible = scenario.events.flatMap(({ index, bytes }) => {
    const form = readEvent(bytes, scenario.roll);
    if (!form.ok) return [];
    return impossibleDates(form.event, nowMs).map((warning) =>
      source.problem(placeOfDate(scenario, index, warning), warning),
    );
  });
  const refused = refusedInTime(asWritten, inTime).flatMap(({ seq, message }) =>
    seq > own ? [source.problem(['events', seq - own - 1, 'on'], message)] : [],
  );
  return [...refused, ...impossible];
}

/** What is accepted as it is written and refused in the order of time, and why. */
function refusedInTime(asWritten: FoldedLog<Accepted>, inTime: FoldedLog<Accepted>) {
  const accepted = asWritten.fold.readModel;
  return inTime.fold.refusals.flatMap(({ seq, code, message }) => {
    const event = accepted.bySeq.get(seq);
    if (event === undefined) return [];
    const [early] = datedBeforeArrival(event, accepted, asWritten.fold.contingents);
    const said = `accepted as logged; in the order of time it is refused: ${code}: ${message}`;
    return [{ seq, message: early ?? said }];
  });
}

/** Where a date stands that a warning begins with the name of. */
function placeOfDate(
  { script: { source } }: Scenario,
  index: number,
  warning: string,
): readonly PropertyKey[] {
  const event = ['events', index];
  if (warning.startsWith('time ')) return [...event, 'on'];
  if (warning.startsWith('data.time ')) return [...event, 'data', 'time'];
  const own = [...event, 'observedtime'];
  return source.at(own) === undefined ? ['defaults', 'observedtime'] : own;
}
