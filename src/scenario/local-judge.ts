import type { RollId } from '../../events/ids.ts';
import { createKernels, type Kernels } from '../roll/kernels.ts';
import type { CompiledEvent } from './compile.ts';
import { type Said, saidIn } from './expectation.ts';
import { logOf, type Scenario } from './library.ts';
import { Rehearsal } from './rehearsal.ts';

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
