/** A machine's state at rest, as plain data. */
export interface MachineState<C> {
  /** Dotted name of the active leaf: `deployed.committed`. */
  readonly value: string;
  readonly context: C;
  /** In a top-level final state: the machine takes nothing more. */
  readonly isFinal: boolean;
}

/** Why a machine stays where it is. */
export interface Impasse {
  /** The guards that refused, of the transitions that came furthest; empty if the state does not take the event. */
  readonly guards: readonly string[];
}

/** A statechart as a step function. Pure: a step starts nothing, sends nothing and reads no clock. */
export interface Kernel<C, E> {
  /** The state before the first event. */
  readonly initial: MachineState<C>;
  /** The state after an event, or null when no transition is open: a refusal (DESIGN 3). */
  step(state: MachineState<C>, event: E): MachineState<C> | null;
  /** Whether a state has transitions for a type of event at all, whatever their guards say. */
  takes(value: string, eventType: string): boolean;
  /** The states that have transitions for a type of event themselves; those within them take it too. */
  takenIn(eventType: string): readonly string[];
  /** The state of that name with that context, as if events had led there. */
  resolve(value: string, context: C): MachineState<C>;
  /** Says why `step` gave null. */
  explain(state: MachineState<C>, event: E): Impasse;
}
