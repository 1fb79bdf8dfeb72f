import type { RollId } from '../../events/ids.ts';
import { THEATRE_ENTITY } from '../../events/ids.ts';
import { HOSTILITIES, type Phase } from '../../machines/phase.ts';
import { createKernels } from '../roll/kernels.ts';
import type { Refusal } from '../roll/outcome.ts';
import type { LiveRoll } from '../service/service.ts';
import { MACHINES } from './machines.ts';
import { type Openness, opennessIn } from './openness.ts';
import { Recorder, type Step } from './recorder.ts';

export interface HistoryMoment {
  readonly seq: number;
  readonly recordedtime: string | null;
  /** What happened; null for what was refused. */
  readonly step: Step | null;
  readonly refusal: Refusal | null;
  /** The event as it was logged, for one that was refused. */
  readonly logged: unknown;
  /** Where the machine stands afterwards. */
  readonly state: string;
  readonly openness: readonly Openness[];
}

export interface HistoryDocument {
  readonly roll: RollId;
  readonly subject: string;
  readonly machine: 'contingent' | 'theatre';
  /** The roll's length. */
  readonly seq: number;
  /** Oldest first; at most the latest thousand. */
  readonly moments: readonly HistoryMoment[];
}

const MAX_MOMENTS = 1_000;

/** Everything that happened to a contingent or a theatre, refusals too; null if it is not on the roll. */
export async function historyOf(roll: LiveRoll, subject: string): Promise<HistoryDocument | null> {
  const length = roll.summary.seq;
  const isTheatre = subject === THEATRE_ENTITY;
  const fold = await roll.refoldAbout(isTheatre ? [] : [subject], new Recorder(subject), length);
  const { steps } = fold.readModel;
  if (!isTheatre && steps.length === 0) return null;
  const name = isTheatre ? 'theatre' : 'contingent';
  const refusals = roll
    .refusals(0, length)
    .filter((refusal) => (isTheatre ? isOfTheatre(refusal) : refusal.subject === subject));
  const inOrder = [
    ...steps.map((step) => ({ seq: step.seq, step, refusal: null })),
    ...refusals.map((refusal) => ({ seq: refusal.seq, step: null, refusal })),
  ].sort((a, b) => a.seq - b.seq);

  const kernels = createKernels();
  const initial = isTheatre ? kernels.theatre.initial : kernels.contingent.initial;
  let at: { value: string; context: object } = initial;
  let phase: Phase = HOSTILITIES;
  const moments: HistoryMoment[] = [];
  for (const { seq, step, refusal } of inOrder) {
    if (step !== null) {
      at = { value: step.to, context: step.after };
      phase = step.phase;
    }
    const openness = opennessIn(MACHINES[name], at, phase);
    moments.push({ seq, recordedtime: null, step, refusal, logged: null, state: at.value, openness });
  }
  const shown = await Promise.all(moments.slice(-MAX_MOMENTS).map((moment) => withLogged(roll, moment)));
  return { roll: roll.summary.roll, subject, machine: name, seq: length, moments: shown };
}

async function withLogged(roll: LiveRoll, moment: HistoryMoment): Promise<HistoryMoment> {
  const [entry] = await roll.events(moment.seq - 1, 1);
  if (entry === undefined) return moment;
  const logged = moment.refusal === null ? null : (entry.event ?? entry.text);
  return { ...moment, recordedtime: entry.recordedtime, logged };
}

function isOfTheatre({ type, subject }: Refusal): boolean {
  return subject === null && type !== null && /^(war|tension)\./.test(type);
}
