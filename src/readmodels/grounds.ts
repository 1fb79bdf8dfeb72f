import type { Estimate } from '../../events/estimate.ts';
import type { Phase } from '../../machines/phase.ts';
import type { ReadModel } from '../roll/fold.ts';
import type { Transition } from '../roll/outcome.ts';
import type { Provenance } from './transition-document.ts';

/** An event on which a headline of the roll rests. */
export interface Ground {
  readonly seq: number;
  readonly event: Provenance;
  /** The phase that it led to, else null. */
  readonly phase: Phase | null;
  /** Whom it brought on the roll, else null. */
  readonly strength: Estimate | null;
}

/** The headlines that are no contingent's: the war's phase, the day of the latest event, the inflow. */
export const HEADLINES = ['phase', 'latest', 'inflow'] as const;
export type Headline = (typeof HEADLINES)[number];

/** A ground without its event: that stays in the log, found by its seq. */
export type GroundMark = Omit<Ground, 'event'>;

export interface GroundsDump {
  readonly phase: readonly GroundMark[];
  readonly inflow: readonly GroundMark[];
  readonly latest: { readonly timeMs: number; readonly ground: GroundMark } | null;
}

/** What the war's phase, the day of the latest event and the inflow rest on. */
export class Grounds implements ReadModel {
  readonly #phase: GroundMark[] = [];
  readonly #inflow: GroundMark[] = [];
  #latest: GroundsDump['latest'] = null;

  apply({ seq, event, theatre }: Transition): void {
    const isPhase =
      event.type === 'war.ended' || event.type === 'war.ending-changed' || event.type === 'war.resumed';
    const cameIn = event.type === 'contingent.deployed' || event.type === 'contingent.reinforced';
    const isLatest = this.#latest === null || event.timeMs > this.#latest.timeMs;
    if (!isPhase && !cameIn && !isLatest) return;
    const ground = {
      seq,
      phase: isPhase ? (theatre?.context.phase ?? null) : null,
      strength: cameIn ? event.data.strength : null,
    };
    if (isPhase) this.#phase.push(ground);
    if (cameIn) this.#inflow.push(ground);
    if (isLatest) this.#latest = { timeMs: event.timeMs, ground };
  }

  /** Those after an entry, at most `limit`, by seq; of the latest event there is one, or none on an empty roll. */
  of(headline: Headline, after: number, limit: number): readonly GroundMark[] {
    const marks = this.#marks(headline);
    const from = marks.findIndex(({ seq }) => seq > after);
    return from < 0 ? [] : marks.slice(from, from + limit);
  }

  /** All that a checkpoint has to keep; it changes with the next `apply`. */
  dump(): GroundsDump {
    return { phase: this.#phase, inflow: this.#inflow, latest: this.#latest };
  }

  static restore({ phase, inflow, latest }: GroundsDump): Grounds {
    const grounds = new Grounds();
    for (const mark of phase) grounds.#phase.push(mark);
    for (const mark of inflow) grounds.#inflow.push(mark);
    grounds.#latest = latest;
    return grounds;
  }

  #marks(headline: Headline): readonly GroundMark[] {
    switch (headline) {
      case 'phase':
        return this.#phase;
      case 'inflow':
        return this.#inflow;
      case 'latest':
        return this.#latest === null ? [] : [this.#latest.ground];
      default:
        return headline satisfies never;
    }
  }
}
