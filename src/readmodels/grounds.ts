import type { Estimate } from '../../events/estimate.ts';
import type { Phase } from '../../machines/phase.ts';
import type { ReadModel } from '../roll/fold.ts';
import type { Transition } from '../roll/outcome.ts';
import { type Cells, doubles } from './column.ts';
import { EstimateColumn, type EstimatesDump } from './estimate-column.ts';
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
  readonly inflow: { readonly seqs: Cells; readonly strengths: EstimatesDump };
  readonly latest: { readonly timeMs: number; readonly ground: GroundMark } | null;
}

/** What the war's phase, the day of the latest event and the inflow rest on. */
export class Grounds implements ReadModel {
  readonly #phase: GroundMark[] = [];
  /** By row; half of a log may be inflow. */
  readonly #inflowSeqs;
  readonly #inflowStrengths;
  #latest: GroundsDump['latest'];

  constructor(dump?: GroundsDump) {
    for (const mark of dump?.phase ?? []) this.#phase.push(mark);
    this.#inflowSeqs = doubles(dump?.inflow.seqs);
    this.#inflowStrengths = new EstimateColumn(dump?.inflow.strengths);
    this.#latest = dump?.latest ?? null;
  }

  apply({ seq, event, theatre }: Transition): void {
    const isPhase =
      event.type === 'war.ended' || event.type === 'war.ending-changed' || event.type === 'war.resumed';
    const cameIn = event.type === 'contingent.deployed' || event.type === 'contingent.reinforced';
    if (cameIn) {
      this.#inflowSeqs.push(seq);
      this.#inflowStrengths.push(event.data.strength);
    }
    const phase = isPhase ? (theatre?.context.phase ?? null) : null;
    if (isPhase) this.#phase.push({ seq, phase, strength: null });
    if (this.#latest === null || event.timeMs > this.#latest.timeMs) {
      const strength = cameIn ? event.data.strength : null;
      this.#latest = { timeMs: event.timeMs, ground: { seq, phase, strength } };
    }
  }

  /** Those after an entry, at most `limit`, by seq; of the latest event there is one, or none on an empty roll. */
  of(headline: Headline, after: number, limit: number): readonly GroundMark[] {
    switch (headline) {
      case 'phase':
        return someAfter(this.#phase, after, limit);
      case 'inflow':
        return this.#inflow(after, limit);
      case 'latest':
        return someAfter(this.#latest === null ? [] : [this.#latest.ground], after, limit);
      default:
        return headline satisfies never;
    }
  }

  /** All that a checkpoint has to keep; it changes with the next `apply`. */
  dump(): GroundsDump {
    const inflow = { seqs: this.#inflowSeqs.dump(), strengths: this.#inflowStrengths.dump() };
    return { phase: this.#phase, inflow, latest: this.#latest };
  }

  #inflow(after: number, limit: number): readonly GroundMark[] {
    const first = this.#inflowSeqs.firstAfter(after);
    const marks: GroundMark[] = [];
    for (let row = first; row < this.#inflowSeqs.length && row < first + limit; row++) {
      marks.push({ seq: this.#inflowSeqs.at(row), phase: null, strength: this.#inflowStrengths.at(row) });
    }
    return marks;
  }
}

function someAfter(marks: readonly GroundMark[], after: number, limit: number): readonly GroundMark[] {
  return marks.filter(({ seq }) => seq > after).slice(0, limit);
}
