import { isDeepStrictEqual } from 'node:util';
import { type RollId, rollName } from '../../events/ids.ts';
import { distributionDocument } from '../../src/readmodels/roll-document.ts';
import { transitionDocument } from '../../src/readmodels/transition-document.ts';
import type { Outcome } from '../../src/roll/outcome.ts';
import type { Output } from '../../src/service/outputs/output.ts';
import { outputsOf } from '../../src/service/outputs/output-messages.ts';
import { RollFold } from '../../src/service/roll-fold.ts';
import { RollLog } from '../../src/service/roll-log.ts';
import { updateOf } from '../../src/service/roll-updates.ts';
import type { BatchSubmission } from '../../src/service/service.ts';
import type { Fault } from '../torture/summary.ts';
import { outside } from './host.ts';
import { SimulatedLog, type StoredEntry } from './log.ts';
import type { Attempt, Producers } from './producers.ts';
import type { World } from './world.ts';

/** What a roll's log comes to, worked out from its first entry on, one after another. */
export interface Replay {
  readonly roll: RollId;
  readonly entries: readonly StoredEntry[];
  readonly outcomes: readonly Outcome[];
  readonly outputs: readonly Output[];
  readonly distribution: string;
  /** What was answered as the roll stood at no entry that the process can have seen. */
  readonly unjustified: readonly Attempt[];
}

/** Folds a roll and asks again, at each entry, what was asked of the service there. */
export async function replay(world: World, roll: RollId, attempts: readonly Attempt[]): Promise<Replay> {
  const log = new RollLog(new SimulatedLog(world.log, outside, true), roll, []);
  const fold = new RollFold(world.kernels, log);
  const outcomes: Outcome[] = [];
  const outputs: Output[] = [];
  const entries = world.log.entries(roll);
  let open = attempts.filter(({ answer }) => answer?.kind === 'refused' || answer?.kind === 'bad-form');
  const justify = () => {
    open = open.filter(({ answer, bytes, foldedTo, headThen }) => {
      if (foldedTo > fold.seq || fold.seq > headThen) return true;
      const verdict = fold.draft().offer({ bytes, home: roll });
      return verdict.kind !== 'refused' || !isSameRefusal(answer, verdict.refusal);
    });
  };
  justify();
  for (const entry of entries) {
    const outcome = await fold.take({ ...entry, home: roll });
    outcomes.push(outcome);
    const update = updateOf(outcome);
    if (update !== null) outputs.push(...outputsOf(roll, update));
    justify();
  }
  const distribution = JSON.stringify({ ...distributionDocument(roll, fold.seq, fold.fold), basis: null });
  return { roll, entries, outcomes, outputs, distribution, unjustified: open };
}

function isSameRefusal(answer: BatchSubmission | null, { seq, ...refusal }: { readonly seq: number }) {
  return (
    (answer?.kind === 'refused' || answer?.kind === 'bad-form') &&
    isDeepStrictEqual({ ...answer.refusal }, refusal)
  );
}

/** What was answered, held against the log. */
export function checkAnswers({ attempts, direct }: Producers, replayed: Replay): Fault[] {
  const { entries, outcomes, roll, unjustified } = replayed;
  const faults: Fault[] = [];
  const own = attempts.filter((attempt) => rollName(attempt.roll) === rollName(roll));
  for (const attempt of own) faults.push(...checkAnswer(attempt, entries, outcomes));
  for (const { identity, answer } of unjustified) {
    const message = `${identity} was answered ${JSON.stringify(answer)}, which no state of the roll says`;
    faults.push({ kind: 'verify', message });
  }
  for (const { identity, storedAtMs, seq } of entries) {
    const tries = own.filter((attempt) => attempt.identity === identity);
    if (tries.length === 0) continue;
    const maybe = tries.filter(
      ({ answer, handedInAtMs }) => mayBeLogged(answer) && handedInAtMs <= storedAtMs,
    );
    if (maybe.length === 0) {
      const answers = tries.map(({ answer }) => answer?.kind).join(', ');
      faults.push({
        kind: 'other',
        message: `${identity} is in the log at ${seq}; it was answered ${answers}`,
      });
    }
    const first = entries.find((entry) => entry.identity === identity)?.seq;
    if (first !== seq)
      faults.push({ kind: 'repeat', message: `${identity} is in the log at ${first} and ${seq}` });
  }
  for (const { identity, roll: at, place } of direct) {
    if (rollName(at) !== rollName(roll) || place === null) continue;
    if (entries[place - 1]?.identity !== identity) {
      faults.push({ kind: 'loss', message: `${identity} was acknowledged at ${place}, where it is not` });
    }
    const taken = outcomes.filter(
      (outcome, index) => entries[index]?.identity === identity && outcome.kind === 'accepted',
    );
    if (taken.length > 1) {
      faults.push({ kind: 'repeat', message: `${identity} was accepted ${taken.length} times` });
    }
  }
  return faults;
}

function checkAnswer(
  { answer, identity }: Attempt,
  entries: readonly StoredEntry[],
  outcomes: readonly Outcome[],
): Fault[] {
  const lost = (seq: number): Fault[] =>
    entries[seq - 1]?.identity === identity
      ? []
      : [{ kind: 'loss', message: `${identity} was answered ${answer?.kind} at ${seq}, where it is not` }];
  const differs = (told: unknown, seq: number, found: unknown): Fault[] =>
    isDeepStrictEqual(told, found)
      ? []
      : [{ kind: 'verify', message: `${identity}: at ${seq} another verdict than the fold's was told` }];
  switch (answer?.kind) {
    case 'accepted': {
      const outcome = outcomes[answer.seq - 1];
      const found = outcome?.kind === 'accepted' ? transitionDocument(outcome.transition) : outcome;
      return [...lost(answer.seq), ...differs(answer.transition, answer.seq, found)];
    }
    case 'duplicate':
      return lost(answer.of);
    case 'overtaken': {
      if (answer.seq === null) return [];
      const outcome = outcomes[answer.seq - 1];
      const found = outcome?.kind === 'refused' ? outcome.refusal : outcome;
      return [...lost(answer.seq), ...differs(answer.refusal, answer.seq, found)];
    }
    default:
      return [];
  }
}

/** Whether an event that was answered like that may have been put into the log for it. */
function mayBeLogged(answer: BatchSubmission | null): boolean {
  switch (answer?.kind) {
    case undefined:
    case 'accepted':
      return true;
    case 'overtaken':
      return answer.seq !== null;
    case 'unavailable':
      return answer.outcome === 'unknown';
    case 'duplicate':
    case 'bad-form':
    case 'refused':
    case 'not-tried':
      return false;
    default:
      return answer satisfies never;
  }
}

/** The outputs of a roll, held against those of the replay. */
export function checkOutputs(world: World, { roll, outputs }: Replay): Fault[] {
  const found = world.outputs.of(roll).outputs.map(({ content }) => content);
  const faults: Fault[] = [];
  const place = ({ seq, part }: Output) => `${seq}.${part}`;
  const summary = `${rollName(roll)}: ${found.map(place).join(' ')}; due: ${outputs.map(place).join(' ')}`;
  const seen = new Set(found.map(place));
  if (seen.size < found.length) faults.push({ kind: 'repeat', message: `outputs of ${summary}` });
  if (outputs.some((output) => !seen.has(place(output)))) {
    faults.push({ kind: 'gap', message: `outputs of ${summary}` });
  }
  if (faults.length === 0 && !isDeepStrictEqual(found, outputs)) {
    const isOrder = isDeepStrictEqual(found.map(place), outputs.map(place));
    faults.push({ kind: isOrder ? 'verify' : 'order', message: `outputs of ${summary}` });
  }
  return faults;
}
