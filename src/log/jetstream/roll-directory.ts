import type { JetStreamManager } from '@nats-io/jetstream';
import { type RollId, rollName } from '../../../events/ids.ts';
import type { Ancestor } from '../lineage.ts';
import type { Base } from '../port.ts';
import { ALL_EVENTS, EVENTS_STREAM, eventsOfRoll, rollOfSubject } from '../subjects.ts';
import type { Standing } from './appender.ts';
import type { Timelines } from './timelines.ts';

/** Which rolls there are, how long each is and where it branches from, as the server says. */
export class RollDirectory {
  readonly #manager: JetStreamManager;
  readonly #timelines: Timelines;
  readonly #noted: (roll: RollId) => Promise<number | null>;
  readonly #newest: () => number;
  /** Bases of rolls, once known: a roll never gets another one. */
  readonly #bases = new Map<string, Base | null>();

  /**
   * `noted`: how many entries are a roll's own, if that is known without asking the server about the roll; `newest`:
   * a sequence that the stream is known to have come to.
   */
  constructor(
    manager: JetStreamManager,
    timelines: Timelines,
    noted: (roll: RollId) => Promise<number | null>,
    newest: () => number,
  ) {
    this.#noted = noted;
    this.#newest = newest;
    this.#manager = manager;
    this.#timelines = timelines;
  }

  /** The seq of the roll's last entry, its base's counted in. */
  async head(roll: RollId): Promise<number> {
    const base = await this.base(roll);
    return (base?.seq ?? 0) + (await this.ownCount(roll));
  }

  /** Where a roll branches from; null if nowhere, or not known yet. */
  async base(roll: RollId): Promise<Base | null> {
    const name = rollName(roll);
    const known = this.#bases.get(name);
    if (known !== undefined) {
      return known;
    }
    const described = await this.#timelines.get(roll);
    const isThere = described !== null || (await this.ownCount(roll)) > 0;
    // With neither it may yet be opened as a branch. Its first entry may have come after its description.
    const stored = described ?? (isThere ? await this.#timelines.get(roll) : null);
    if (isThere) {
      this.#bases.set(name, stored?.info.base ?? null);
    }
    return stored?.info.base ?? null;
  }

  /** Whether the roll was opened or has entries: from then on its base is fixed. */
  async isKnown(roll: RollId): Promise<boolean> {
    await this.base(roll);
    return this.#bases.has(rollName(roll));
  }

  /** The roll, its base, that one's base … */
  async lineage(roll: RollId): Promise<readonly Ancestor[]> {
    const lineage: Ancestor[] = [];
    let at: RollId | null = roll;
    while (at !== null) {
      const base: Base | null = await this.base(at);
      lineage.push({ roll: at, base });
      at = base && { theatre: roll.theatre, timeline: base.timeline };
    }
    return lineage;
  }

  async #counts(filter: string): Promise<Readonly<Record<string, number>>> {
    const newest = this.#newest();
    const { state } = await this.#manager.streams.info(EVENTS_STREAM, { subjects_filter: filter });
    // One that led the stream until it was cut off, and has not heard yet that it leads no more.
    if (state.last_seq < newest) {
      throw new Error(`the server that answered has ${state.last_seq} events and there are ${newest}`);
    }
    return state.subjects ?? {};
  }

  /** How many entries are stored as the roll's own. Nothing is ever deleted, so it is the last one's place. */
  async ownCount(roll: RollId): Promise<number> {
    const noted = await this.#noted(roll);
    if (noted !== null) {
      return noted;
    }
    return Object.values(await this.#counts(eventsOfRoll(roll))).reduce((sum, count) => sum + count, 0);
  }

  /** The roll's head; null if there is no such roll. */
  async headIfKnown(roll: RollId): Promise<number | null> {
    const head = await this.head(roll);
    return head > 0 || (await this.#timelines.get(roll)) !== null ? head : null;
  }

  /** The rolls that have events, opened or not, and how many are each one's own. */
  async withEvents(): Promise<readonly { readonly roll: RollId; readonly ownCount: number }[]> {
    const rolls = new Map<string, { roll: RollId; ownCount: number }>();
    for (const [subject, count] of Object.entries(await this.#counts(ALL_EVENTS))) {
      const roll = rollOfSubject(subject);
      if (roll !== null) {
        const name = rollName(roll);
        rolls.set(name, { roll, ownCount: (rolls.get(name)?.ownCount ?? 0) + count });
      }
    }
    return [...rolls.values()];
  }

  async standing(roll: RollId): Promise<Standing> {
    // In this order: an event between the two makes the head newer than the sequence, which is then refused.
    const { state } = await this.#manager.streams.info(EVENTS_STREAM);
    return { lastSequence: state.last_seq, head: await this.head(roll) };
  }
}
