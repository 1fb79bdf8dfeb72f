import type { MusterEvent } from '../../events/event.ts';
import { THEATRE_ENTITY } from '../../events/ids.ts';
import { contingentMachine } from '../../machines/contingent.ts';
import type { ContingentEvent } from '../../machines/contingent-event.ts';
import { HOSTILITIES, type Phase } from '../../machines/phase.ts';
import { theatreMachine } from '../../machines/theatre.ts';
import type { Provenance } from '../readmodels/transition-document.ts';
import { provenance } from '../readmodels/transition-document.ts';
import type { Posting } from '../roll/accounts.ts';
import type { ReadModel } from '../roll/fold.ts';
import { createKernels } from '../roll/kernels.ts';
import type { ContingentState, Move, TheatreState, Transition } from '../roll/outcome.ts';
import { takenTransition } from './openness.ts';

/** One thing that happened to a machine: before, after, and the transition that was taken. */
export interface Step {
  readonly seq: number;
  readonly event: Provenance;
  /** The payload, as it counts. */
  readonly data: unknown;
  readonly from: string | null;
  readonly to: string;
  /** The id of the transition in the chart; null where a contingent comes on the roll as a part of another. */
  readonly taken: string | null;
  readonly postings: readonly Posting[];
  readonly before: object | null;
  readonly after: object;
  readonly phase: Phase;
}

/** Records every step of one contingent, or of the theatre, with context before and after. */
export class Recorder implements ReadModel {
  readonly #subject: string;
  readonly steps: Step[] = [];
  #phase: Phase = HOSTILITIES;
  #theatre: TheatreState = createKernels().theatre.initial;

  /** The theatre after what was recorded. */
  get theatre(): TheatreState {
    return this.#theatre;
  }

  get phase(): Phase {
    return this.#phase;
  }

  constructor(subject: string) {
    this.#subject = subject;
  }

  apply({ seq, event, theatre, moves }: Transition): void {
    const before = this.#theatre;
    if (theatre !== null) {
      this.#theatre = theatre;
      this.#phase = theatre.context.phase;
    }
    const about = { seq, event: provenance(event), data: event.data, phase: this.#phase };
    if (this.#subject === THEATRE_ENTITY) {
      if (theatre === null) return;
      const taken = takenTransition(theatreMachine, before, event);
      this.steps.push({
        ...about,
        from: before.value,
        to: theatre.value,
        taken,
        postings: [],
        before: before.context,
        after: theatre.context,
      });
      return;
    }
    for (const move of moves) {
      if (move.contingent === this.#subject)
        this.steps.push({ ...about, ...this.#stepOf(event, move, moves) });
    }
  }

  #stepOf(event: MusterEvent, move: Move, moves: readonly Move[]) {
    const { before, after, postings } = move;
    const given = machineEvent(event, move, moves, this.#phase);
    const from: ContingentState | null =
      before ?? (event.type === 'contingent.deployed' ? createKernels().contingent.initial : null);
    return {
      from: from?.value ?? null,
      to: after.value,
      taken: given === null || from === null ? null : takenTransition(contingentMachine, from, given),
      postings,
      before: before?.context ?? null,
      after: after.context,
    };
  }
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
