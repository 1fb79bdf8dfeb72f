import type { MusterEvent } from '../../events/event.ts';
import { THEATRE_ENTITY } from '../../events/ids.ts';
import { contingentMachine } from '../../machines/contingent.ts';
import type { ContingentEvent } from '../../machines/contingent-event.ts';
import type { Phase } from '../../machines/phase.ts';
import { theatreMachine } from '../../machines/theatre.ts';
import { moveDocument, provenance } from '../readmodels/transition-document.ts';
import type { ReadModel } from '../roll/fold.ts';
import { createKernels } from '../roll/kernels.ts';
import type { ContingentState, Move, TheatreState, Transition } from '../roll/outcome.ts';
import type { Step } from './documents.ts';
import { takenTransition } from './openness.ts';

const kernels = createKernels();

/** What one transition of a roll did to one machine: `move` is null for the theatre, and where nobody moved. */
export interface Happening {
  readonly transition: Transition;
  readonly move: Move | null;
  /** The theatre before it. */
  readonly theatre: TheatreState;
}

/**
 * Keeps what happened to one contingent or to the theatre; without a subject every event of the roll, about the
 * machine that it was meant for.
 */
export class Recorder implements ReadModel {
  readonly #subject: string | null;
  readonly happenings: Happening[] = [];
  readonly #theatres: { readonly seq: number; readonly state: TheatreState }[] = [];

  constructor(subject: string | null) {
    this.#subject = subject;
  }

  apply(transition: Transition): void {
    const { seq, theatre: after, moves } = transition;
    const theatre = this.theatreAt(seq);
    if (after !== null) this.#theatres.push({ seq, state: after });
    const subject = this.#subject;
    if (subject === null) this.happenings.push({ transition, theatre, move: principalMove(transition) });
    else if (subject !== THEATRE_ENTITY) {
      const own = moves.filter(({ contingent }) => contingent === subject);
      this.happenings.push(...own.map((move) => ({ transition, theatre, move })));
    } else if (after !== null) this.happenings.push({ transition, theatre, move: null });
  }

  /** The theatre after an entry of the log. */
  theatreAt(seq: number): TheatreState {
    return this.#theatres.findLast((one) => one.seq <= seq)?.state ?? kernels.theatre.initial;
  }

  /** Where a contingent that is recorded stood after an entry of the log; not on the roll before its first. */
  contingentAt(contingent: string, seq: number): ContingentState {
    for (let index = this.happenings.length - 1; index >= 0; index -= 1) {
      const transition = this.happenings[index]?.transition;
      if (transition === undefined || transition.seq > seq) continue;
      const move = transition.moves.findLast((one) => one.contingent === contingent);
      if (move !== undefined) return move.after;
    }
    return kernels.contingent.initial;
  }
}

/** The move that an event was meant to make, of those it made: the part's that left and went; null for no contingent's. */
export function principalMove({ theatre, event, moves }: Transition): Move | null {
  if (theatre !== null) return null;
  const isAboutWhole = event.type === 'contingent.detached' || event.type === 'contingent.merged';
  return (isAboutWhole ? moves[0] : moves.at(-1)) ?? null;
}

/** What happened, in full. `standing` is where the machine stood that the event is about, if it moved nobody. */
export function stepOf(
  { transition, move, theatre }: Happening,
  standing: ContingentState = kernels.contingent.initial,
): Step {
  const { seq, event, theatre: after, moves } = transition;
  const phase = (after ?? theatre).context.phase;
  const about = { seq, event: provenance(event), data: event.data, phase, moves: moves.map(moveDocument) };
  if (move !== null) return { ...about, ...stepOfMove(event, move, moves, phase) };
  if (after === null && event.subject !== null) {
    const { value, context } = standing;
    return { ...about, ...unmoved(event.subject, value, context) };
  }
  if (after === null) return { ...about, ...unmoved(THEATRE_ENTITY, theatre.value, theatre.context) };
  return {
    ...about,
    subject: THEATRE_ENTITY,
    from: theatre.value,
    to: after.value,
    taken: takenTransition(theatreMachine, theatre, event),
    postings: [],
    before: theatre.context,
    after: after.context,
  };
}

function unmoved(subject: string, value: string, context: object) {
  return { subject, from: value, to: value, taken: null, postings: [], before: context, after: context };
}

function stepOfMove(event: MusterEvent, move: Move, moves: readonly Move[], phase: Phase) {
  const { contingent, before, after, postings } = move;
  const given = machineEvent(event, move, moves, phase);
  const from = before ?? (event.type === 'contingent.deployed' ? kernels.contingent.initial : null);
  return {
    subject: contingent,
    from: from?.value ?? null,
    to: after.value,
    taken: given === null || from === null ? null : takenTransition(contingentMachine, from, given),
    postings,
    before: before?.context ?? null,
    after: after.context,
  };
}

/** What the contingent's machine was given; null for information, and for a part as it leaves its whole. */
function machineEvent(
  event: MusterEvent,
  move: Move,
  moves: readonly Move[],
  phase: Phase,
): ContingentEvent | null {
  if (event.scope === 'theatre') return { ...event, phase };
  if (event.scope !== 'contingent') return null;
  if (event.type === 'contingent.merged') {
    const absorbed = moves.find(({ contingent }) => contingent === event.data.absorbed);
    const strength = absorbed?.before?.context.strength ?? { low: 0, best: 0, high: 0 };
    const side = move.contingent === event.subject ? 'absorber' : 'absorbed';
    return { type: event.type, phase, strength, side };
  }
  if ('detachment' in event.data && event.data.detachment !== undefined && move === moves[0]) {
    return { type: 'contingent.detached', data: { detachment: event.data.detachment }, phase };
  }
  return { ...event, phase };
}
