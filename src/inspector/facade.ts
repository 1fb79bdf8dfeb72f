import {
  type EventV4,
  type InspectedService,
  type MachineV4,
  type StateV4,
  stateOf,
} from '@muster/inspect-bridge';
import { nestedValue } from './nested-value.ts';

/** Where a machine stands, as plain data. */
export interface Standing {
  /** Dotted name of the active leaf. */
  readonly value: string;
  readonly context: object;
}

/**
 * What @xstate/inspect takes for a running service: a contingent or a theatre that is watched. It shows what the
 * roll does and takes nothing: an event that is sent to it goes nowhere.
 */
export class Facade implements InspectedService {
  readonly id: string;
  readonly sessionId: string;
  readonly machine: MachineV4;
  readonly initialState: StateV4;
  readonly #listeners = new Set<(state: StateV4) => void>();
  readonly #stopListeners = new Set<() => void>();
  #state: StateV4;

  constructor(id: string, machine: MachineV4, standing: Standing) {
    this.id = id;
    this.sessionId = id;
    this.machine = machine;
    this.initialState = stateOf(machine, nestedValue(standing.value), standing.context, {
      type: 'xstate.init',
    });
    this.#state = this.initialState;
  }

  get state(): StateV4 {
    return this.#state;
  }

  /** Read-only: what a client sends goes nowhere. @xstate/inspect replaces this by what tells its clients. */
  send(_event: EventV4): void {}

  subscribe(listener: (state: StateV4) => void): { unsubscribe(): void } {
    this.#listeners.add(listener);
    return { unsubscribe: () => this.#listeners.delete(listener) };
  }

  onStop(listener: () => void): void {
    this.#stopListeners.add(listener);
  }

  /** Tells of an event of the roll and of where the machine stands after it. */
  show(event: EventV4, { value, context }: Standing): void {
    this.send(event);
    this.#state = stateOf(this.machine, nestedValue(value), context, event);
    for (const listener of this.#listeners) listener(this.#state);
  }

  stop(): void {
    for (const listener of this.#stopListeners) listener();
    this.#listeners.clear();
  }
}
