import { setImmediate as nextTurn } from 'node:timers/promises';
import type { RollId } from '../../events/ids.ts';
import { createKernels, type Kernels } from '../roll/kernels.ts';
import type { CompiledEvent } from './compile.ts';
import { type Said, saidIn } from './expectation.ts';
import { logOf, type Scenario } from './library.ts';
import { Rehearsal } from './rehearsal.ts';

const EVENTS_PER_TURN = 64;

/** What the roll must say to the events of a scenario, where the target only keeps them. */
export class LocalJudge {
  readonly #scenario: Scenario;
  readonly #home: RollId;
  readonly #kernels: Kernels | undefined;
  #rehearsal: Rehearsal | null = null;
  #next = 0;

  constructor(scenario: Scenario, home: RollId, kernels: Kernels | undefined) {
    this.#scenario = scenario;
    this.#home = home;
    this.#kernels = kernels;
  }

  /** What it must say to events in their order; what else is under way has its turn in between. */
  async saidToEach(events: readonly CompiledEvent[]): Promise<readonly Said[]> {
    const said: Said[] = [];
    for (const [place, event] of events.entries()) {
      if (place % EVENTS_PER_TURN === 0) await nextTurn();
      said.push(this.said(event));
    }
    return said;
  }

  /** What it must say to an event. To be asked in the events' order: those left out are folded on the way. */
  said({ index }: CompiledEvent): Said {
    this.#rehearsal ??= this.#withBases();
    for (const { bytes } of this.#scenario.events.slice(this.#next, index)) {
      this.#rehearsal.take({ bytes, home: this.#home });
    }
    this.#next = index + 1;
    const bytes = this.#scenario.events[index]?.bytes ?? new Uint8Array();
    return saidIn(this.#rehearsal.take({ bytes, home: this.#home }));
  }

  #withBases(): Rehearsal {
    const rehearsal = new Rehearsal(this.#kernels ?? createKernels());
    const { base } = this.#scenario;
    if (base !== null) for (const entry of logOf(base)) rehearsal.take(entry);
    return rehearsal;
  }
}
