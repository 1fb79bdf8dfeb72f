import type { Fold, ReadModel } from './fold.ts';
import { judge } from './judge.ts';
import type { Kernels } from './kernels.ts';
import type { Outcome, TheatreState } from './outcome.ts';
import { RosterDraft } from './roster.ts';
import type { Formality, RawEntry, Settlement } from './settlement.ts';

/**
 * A roll as it would go on, kept beside it: events are judged one after another, each on what those before it would
 * do, and the roll itself stays as it is. Costs what the events touch, however large the roll. Holds good until the
 * roll takes its next entry.
 */
export class Draft {
  readonly #kernels: Kernels;
  readonly #settlement: Settlement;
  readonly #contingents: RosterDraft;
  #theatre: TheatreState;
  #seq: number;

  /** `seq`: the last entry that the fold and its settlement have. */
  constructor(kernels: Kernels, seq: number, settlement: Settlement, { roster, theatre }: Fold<ReadModel>) {
    this.#kernels = kernels;
    this.#seq = seq;
    this.#settlement = settlement.fork();
    this.#contingents = new RosterDraft(roster);
    this.#theatre = theatre;
  }

  /**
   * What the next entry would come to if it were this one; only one that is accepted becomes part of the draft. A
   * correction changes what lies behind it, which a draft cannot: nothing may be offered after one that was accepted.
   */
  offer({ bytes, home }: Omit<RawEntry, 'seq'>): Outcome {
    const seq = this.#seq + 1;
    const settled = this.#settlement.settle({ seq, bytes, home });
    const { answer } = settled;
    const outcome =
      answer.kind === 'fact'
        ? judge(this.#kernels, { theatre: this.#theatre, contingents: this.#contingents }, seq, answer.event)
        : outcomeOf(answer);
    if (outcome.kind !== 'accepted') return outcome;
    this.#settlement.record(settled);
    this.#seq = seq;
    this.#theatre = outcome.transition.theatre ?? this.#theatre;
    for (const { contingent, after } of outcome.transition.moves) this.#contingents.set(contingent, after);
    return outcome;
  }
}

/** What became of an entry that moves nobody by itself. */
export function outcomeOf(formality: Formality): Outcome {
  if (formality.kind !== 'correction') return formality;
  const { seq, event } = formality;
  return { kind: 'accepted', transition: { seq, event, theatre: null, moves: [] } };
}
