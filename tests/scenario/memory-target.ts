import { type RollId, rollName } from '../../events/ids.ts';
import { createKernels } from '../../src/roll/kernels.ts';
import type { CompiledEvent } from '../../src/scenario/compile.ts';
import { type Said, saidIn } from '../../src/scenario/expectation.ts';
import { HeldEvents } from '../../src/scenario/held-events.ts';
import type { Opened, PlayAbout, PlayTarget, Sent, TargetFailure } from '../../src/scenario/play-target.ts';
import { Rehearsal } from '../../src/scenario/rehearsal.ts';

interface Kept {
  readonly base: string | null;
  readonly events: CompiledEvent[];
  /** The roll so far; null when it has to be folded anew. */
  rehearsal: Rehearsal | null;
}

/** Rolls in memory. `judging` like the service: a refused event is not kept. Otherwise like a log: all are kept. */
export class MemoryTarget implements PlayTarget {
  readonly rolls = new Map<string, Kept>();
  readonly opened: [string, PlayAbout][] = [];
  /** Ids of the events of each call, whatever became of them. */
  readonly sends: string[][] = [];
  /** Given to the next call instead of an answer. */
  failure: TargetFailure | null = null;
  readonly entries: PlayTarget['entries'];

  constructor(kind: 'judging' | 'keeping') {
    this.entries = kind === 'judging' ? null : (roll) => this.#entriesOf(roll);
  }

  idsOn(roll: string): string[] {
    return this.rolls.get(roll)?.events.map(({ id }) => id) ?? [];
  }

  async open(roll: RollId, about: PlayAbout, source: string): Promise<Opened> {
    if (this.failure !== null) return this.failure;
    const name = rollName(roll);
    this.opened.push([name, about]);
    const kept = this.rolls.get(name) ?? { base: about.base, events: [], rehearsal: null };
    this.rolls.set(name, kept);
    const held = new HeldEvents(source, roll);
    for (const [index, { bytes }] of this.#logOf(roll).entries()) held.take({ seq: index + 1, bytes });
    return { ok: true, about, held };
  }

  async send(roll: RollId, events: readonly CompiledEvent[]): Promise<Sent> {
    this.sends.push(events.map(({ id }) => id));
    if (this.failure !== null) return this.failure;
    const kept = this.rolls.get(rollName(roll));
    if (kept === undefined) throw new Error(`${rollName(roll)} was not opened`);
    if (this.entries !== null) {
      kept.events.push(...events);
      return { ok: true, said: null };
    }
    const said = events.map((event): Said => {
      kept.rehearsal ??= this.#rehearse(roll);
      const verdict = saidIn(kept.rehearsal.take({ bytes: event.bytes, home: {} }));
      if (verdict.kind === 'accepted') kept.events.push(event);
      else kept.rehearsal = null;
      return verdict;
    });
    return { ok: true, said };
  }

  async *#entriesOf(roll: RollId) {
    for (const [index, { bytes }] of this.#logOf(roll).entries()) yield { seq: index + 1, bytes, home: {} };
  }

  #rehearse(roll: RollId): Rehearsal {
    const rehearsal = new Rehearsal(createKernels());
    for (const { bytes } of this.#logOf(roll)) rehearsal.take({ bytes, home: {} });
    return rehearsal;
  }

  #logOf({ theatre, timeline }: RollId): CompiledEvent[] {
    const kept = this.rolls.get(rollName({ theatre, timeline }));
    if (kept === undefined) return [];
    const base = kept.base === null ? [] : this.#logOf({ theatre, timeline: kept.base });
    return [...base, ...kept.events];
  }
}
