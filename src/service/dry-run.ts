import pLimit from 'p-limit';
import { type RollId, rollName } from '../../events/ids.ts';
import type { EventLog, ReadRange } from '../log/port.ts';
import { shownBasis } from '../log/roll-about.ts';
import { datedBeforeArrival } from '../readmodels/date-warnings.ts';
import { distributionDocument } from '../readmodels/roll-document.ts';
import type { FollowedRoll } from './live-roll.ts';
import { RollFold } from './roll-fold.ts';
import { type HomedEntry, RollLog } from './roll-log.ts';
import type { Rolls } from './rolls.ts';
import type { DryRun, DryVerdict } from './service.ts';
import { problemOf, readForm } from './submitted-form.ts';
import { BusyError } from './view-threads.ts';

/** Dry runs that may wait while one is folded: each folds its roll afresh. */
const WAITING_MOST = 8;
/** How long one waits for a roll to be current. */
const PATIENCE_MS = 10_000;

/** Tells what events would come to if they were handed in, one after another, and appends nothing. */
export class DryRuns {
  readonly #log: EventLog;
  readonly #rolls: Rolls;
  readonly #turns = pLimit(1);

  constructor(log: EventLog, rolls: Rolls) {
    this.#log = log;
    this.#rolls = rolls;
  }

  /** Throws BusyError if too many wait already, and what the log throws. */
  async run(roll: RollId, events: readonly Uint8Array[]): Promise<DryRun> {
    if (this.#turns.pendingCount > WAITING_MOST) {
      throw new BusyError(`${this.#turns.pendingCount} dry runs wait already; ask again in a while`);
    }
    return this.#turns(() => this.#run(roll, events));
  }

  async #run(roll: RollId, events: readonly Uint8Array[]): Promise<DryRun> {
    // As for a submission: judged on all that was acknowledged before it came.
    const problem = problemOf(roll);
    const live = problem === null ? await this.#rolls.find(roll) : undefined;
    const head = live === undefined ? 0 : await this.#currentHead(live);
    const log = new Continued(live?.log ?? new RollLog(this.#log, roll, []), head);
    const state = await RollFold.upTo(this.#rolls.kernels, log, head);
    const basis = live?.summary.openedAs ?? null;
    const document = () => ({
      ...distributionDocument(roll, state.seq, state.fold),
      basis: shownBasis({ basis }, state.fold.isHypothetical),
    });
    const before = document();
    const verdicts: DryVerdict[] = [];
    for (const bytes of events) verdicts.push(await verdictOn(roll, bytes, state, log));
    return { verdicts, before, after: document() };
  }

  async #currentHead(live: FollowedRoll): Promise<number> {
    const late = this.#rolls.clock.timeout(PATIENCE_MS);
    const outage = this.#log.outage();
    if (outage !== null) throw new BusyError(`${outage}, so that nothing can be judged`);
    const head = await this.#log.head(live.id);
    live.follower.hear(head);
    if ((await live.whenCurrent(late)) && (await live.reached(head, late))) return head;
    throw new BusyError(`${rollName(live.id)} is still reading its log; ask again later`);
  }
}

/** What an event would come to; one that would be accepted is taken. */
async function verdictOn(
  roll: RollId,
  bytes: Uint8Array,
  state: RollFold,
  log: Continued,
): Promise<DryVerdict> {
  const form = readForm(roll, bytes);
  if (form.kind === 'bad-form') return form;
  const outcome = state.draft().offer({ bytes, home: roll });
  switch (outcome.kind) {
    case 'duplicate':
      return { kind: 'duplicate', seq: outcome.of, of: outcome.of };
    case 'refused': {
      const { seq: _seq, ...refusal } = outcome.refusal;
      return { kind: 'refused', refusal };
    }
    case 'accepted': {
      const { event, seq } = outcome.transition;
      await state.take(
        log.add({ seq, bytes, home: roll, cursor: seq, recordedTime: new Date().toISOString() }),
      );
      const { readModel, contingents } = state.fold;
      const early = datedBeforeArrival(event, readModel.arrivals, contingents);
      return { kind: 'accepted', warnings: [...form.warnings, ...early] };
    }
    default:
      return outcome satisfies never;
  }
}

/** A log as it would go on. */
class Continued {
  readonly #log: RollLog;
  readonly #head: number;
  readonly #added: HomedEntry[] = [];

  constructor(log: RollLog, head: number) {
    this.#log = log;
    this.#head = head;
  }

  add(entry: HomedEntry): HomedEntry {
    this.#added.push(entry);
    return entry;
  }

  async *read({ from = 1, to = Number.POSITIVE_INFINITY }: ReadRange = {}): AsyncGenerator<HomedEntry> {
    if (this.#head > 0) yield* this.#log.read({ from, to: Math.min(to, this.#head) });
    for (const entry of this.#added) if (entry.seq >= from && entry.seq <= to) yield entry;
  }
}
