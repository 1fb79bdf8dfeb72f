import pRetry from 'p-retry';
import type { RollId } from '../../events/ids.ts';
import type { Kernels } from '../roll/kernels.ts';
import { type Clock, systemClock } from './clock.ts';
import { type CompiledEvent, sourceOf } from './compile.ts';
import { type Said, unmet } from './expectation.ts';
import type { Scenario } from './library.ts';
import { LocalJudge } from './local-judge.ts';
import { type PlayPlan, planPlay } from './play-plan.ts';
import type { Opened, PlayTarget, TargetFailure } from './play-target.ts';
import type { PlayItem } from './playlist.ts';
import { refusedBefore } from './refused-before.ts';
import { playingMs } from './speed.ts';

/** Some five minutes in all. */
const RETRIES = { most: 15, firstPauseMs: 500 };
const LONGEST_PAUSE_MS = 30_000;

export interface Progress {
  /** Why the target is called again, after a pause; null while it answers. */
  readonly trouble: string | null;
  /** Events dealt with by now: sent, or not to be sent. */
  readonly done: number;
  readonly total: number;
  readonly scenario: Scenario;
  /** The last one sent; null when the roll was just opened. */
  readonly event: CompiledEvent | null;
}

/** An event that the roll did not accept, though nothing was expected of it. */
export interface NotAccepted {
  readonly scenario: Scenario;
  readonly event: CompiledEvent;
  readonly said: Said;
}

export interface PlayReport {
  readonly end:
    | { readonly kind: 'done' }
    | { readonly kind: 'aborted' }
    /** An `expect` was not met: nothing after it was sent. */
    | {
        readonly kind: 'unmet';
        readonly scenario: Scenario;
        readonly event: CompiledEvent;
        readonly message: string;
      }
    | {
        readonly kind: 'failed';
        readonly scenario: Scenario;
        readonly reason: TargetFailure['kind'];
        readonly message: string;
      };
  readonly total: number;
  /** Events that were there before, as the scripts say them, and not sent again. */
  readonly held: number;
  /** Events sent and acknowledged. */
  readonly sent: number;
  readonly notAccepted: readonly NotAccepted[];
  /** Of each roll that was opened, in turn. */
  readonly found: readonly Found[];
}

/** What a roll was like when a scenario began to play on it. */
export interface Found extends Omit<PlayPlan, 'missing'> {
  readonly scenario: Scenario;
  readonly roll: RollId;
  /** What it is called and what it is, which the scenario does not change. */
  readonly about: Extract<Opened, { ok: true }>['about'];
  /** How many events it lacked. */
  readonly missing: number;
}

export interface PlayOptions {
  readonly onProgress?: (progress: Progress) => void;
  /** Stops before the next event or attempt; what is under way is finished. */
  readonly signal?: AbortSignal;
  /** How often a target that was reached before is called again once it can't be, and the first pause; each is twice the last. */
  readonly retries?: { readonly most: number; readonly firstPauseMs: number };
  readonly clock?: Clock;
  /** The most events handed over at once at full speed. */
  readonly batchSize?: number;
  readonly kernels?: Kernels;
}

/**
 * Plays scripts, one after the other, events in order (see `playlist` for their bases). Stops at the first
 * expectation that is not met, so nothing is sent beyond an event with an `expect` until the roll has spoken.
 * A target that can't be reached any more is called again, with the same events, after a pause.
 * What the roll holds is not sent again, and what it holds in other words is left to the author (see `planPlay`).
 */
export async function play(
  items: readonly PlayItem[],
  target: PlayTarget,
  options: PlayOptions = {},
): Promise<PlayReport> {
  const { clock = systemClock, batchSize = 500, onProgress = () => {}, kernels, retries = RETRIES } = options;
  const signal = options.signal ?? new AbortController().signal;
  const total = items.reduce((sum, { scenario }) => sum + scenario.events.length, 0);
  const notAccepted: NotAccepted[] = [];
  const found: Found[] = [];
  let hasReached = false;
  let done = 0;
  let held = 0;
  let sent = 0;
  const report = (end: PlayReport['end']): PlayReport => ({ end, total, held, sent, notAccepted, found });

  for (const { scenario, roll, speed } of items) {
    if (signal.aborted) return report({ kind: 'aborted' });
    const failed = ({ kind, message }: TargetFailure) =>
      report({ kind: 'failed', scenario, reason: kind, message });
    const progress = (event: CompiledEvent | null) =>
      onProgress({ trouble: null, done, total, scenario, event });
    const persist = <T extends { readonly ok: true }>(call: () => Promise<T | TargetFailure>) =>
      persistently(call, {
        signal,
        retries: hasReached ? retries : { most: 0, firstPauseMs: 0 },
        clock,
        onTrouble: (trouble) => onProgress({ trouble, done, total, scenario, event: null }),
      });

    const { id, title, basis, base } = scenario;
    const asked = { title, basis, base: base?.roll.timeline ?? null };
    const opened = await persist(() => target.open(roll, asked, sourceOf(id)));
    if (!opened.ok) return signal.aborted ? report({ kind: 'aborted' }) : failed(opened);
    hasReached = true;
    const { entries } = target;
    const { missing: events, ...plan } = planPlay(id, scenario.events, opened.held, (open, held) =>
      entries === null ? refusedBefore(scenario, open, held, kernels) : new Set(),
    );
    found.push({ ...plan, missing: events.length, scenario, roll, about: opened.about });
    held += plan.held;
    done += scenario.events.length - events.length;
    progress(null);

    const judge = entries === null ? null : new LocalJudge(roll, () => entries(roll), kernels);
    const begun = judge === null || events.length === 0 ? opened : await persist(() => judge.begin());
    if (!begun.ok) return signal.aborted ? report({ kind: 'aborted' }) : failed(begun);
    const startMs = clock.now();
    let dueMs = 0;
    for (let next = 0; next < events.length; ) {
      const [before, after] = [events[next - 1], events[next]];
      if (before !== undefined && after !== undefined) {
        dueMs += playingMs(Math.max(0, after.timeMs - before.timeMs), speed);
        const waitMs = startMs + dueMs - clock.now();
        if (waitMs > 0) await clock.sleep(waitMs, signal);
      }
      if (signal.aborted) return report({ kind: 'aborted' });

      const batch = nextBatch(events, next, speed === 'max' ? batchSize : 1);
      // A target that does not judge keeps them as long as it takes to judge them here.
      const [answer, judged] = await Promise.all([
        persist(() => target.send(roll, batch)),
        judge?.saidToEach(batch) ?? [],
      ]);
      if (!answer.ok) return signal.aborted ? report({ kind: 'aborted' }) : failed(answer);
      for (const [index, event] of batch.entries()) {
        const said = (answer.said ?? judged)[index];
        if (said === undefined) throw new Error(`Nothing was said to ${event.id}`);
        sent += 1;
        done += 1;
        // From the target this means that an earlier attempt got there, its answer did not come back.
        if (said.kind === 'duplicate' && answer.said !== null) continue;
        const message = event.expect === null ? null : unmet(event.expect, said);
        if (message !== null) {
          progress(event);
          return report({ kind: 'unmet', scenario, event, message });
        }
        if (event.expect === null && said.kind !== 'accepted') notAccepted.push({ scenario, event, said });
      }
      next += batch.length;
      progress(batch.at(-1) ?? null);
    }
  }
  return report({ kind: 'done' });
}

interface Persistence {
  readonly signal: AbortSignal;
  readonly retries: NonNullable<PlayOptions['retries']>;
  readonly clock: Clock;
  readonly onTrouble: (message: string) => void;
}

class UnreachableError extends Error {
  override readonly name = 'UnreachableError';
  readonly failure: TargetFailure;

  constructor(failure: TargetFailure) {
    super(failure.message);
    this.failure = failure;
  }
}

/** Calls a target until it answers or refuses, with growing pauses: the last failure if it can't be reached. */
async function persistently<T extends { readonly ok: true }>(
  call: () => Promise<T | TargetFailure>,
  { signal, retries, clock, onTrouble }: Persistence,
): Promise<T | TargetFailure> {
  let last: T | TargetFailure | undefined;
  const attempt = async () => {
    last = undefined;
    last = await call();
    if (!last.ok && last.kind === 'unreachable') throw new UnreachableError(last);
    return last;
  };
  try {
    return await pRetry(attempt, {
      retries: retries.most,
      minTimeout: retries.firstPauseMs,
      maxTimeout: LONGEST_PAUSE_MS,
      signal,
      shouldRetry: ({ error }) => error instanceof UnreachableError,
      async onFailedAttempt({ error, retriesLeft }) {
        if (retriesLeft === 0 || !(error instanceof UnreachableError)) return;
        onTrouble(error.message);
        await clock.sleep(error.failure.retryAfterMs ?? 0, signal);
      },
    });
  } catch (error) {
    if (last === undefined) throw error;
    return last;
  }
}

/** The next events to hand over at once: none after one with an expectation. */
function nextBatch(events: readonly CompiledEvent[], from: number, size: number): readonly CompiledEvent[] {
  const batch = events.slice(from, from + size);
  const barrier = batch.findIndex(({ expect }) => expect !== null);
  return barrier < 0 ? batch : batch.slice(0, barrier + 1);
}
