import { conflictNamed } from '../roll/content.ts';
import { Fold } from '../roll/fold.ts';
import type { Kernels } from '../roll/kernels.ts';
import type { ContingentState, Refusal, Transition } from '../roll/outcome.ts';
import { type RawEntry, Settlement } from '../roll/settlement.ts';

/** What happened to an entry when it was appended. */
export type Outcome =
  /** `transition` is null for a correction: what it changes is its target. */
  | { readonly kind: 'accepted'; readonly transition: Transition | null }
  | { readonly kind: 'duplicate'; readonly of: number }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

const NO_READ_MODEL = { apply: () => {} };

/**
 * A log as it grows: each entry is judged by what came before it, as the service would at that moment. A later
 * correction changes what follows it, not what was said then.
 */
export class Rehearsal {
  readonly #kernels: Kernels;
  readonly #settlement = new Settlement();
  readonly #entries: RawEntry[] = [];
  #fold: Fold;

  constructor(kernels: Kernels) {
    this.#kernels = kernels;
    this.#fold = new Fold(kernels, {}, NO_READ_MODEL);
  }

  /** The seq of the last entry. */
  get length(): number {
    return this.#entries.length;
  }

  /** The contingents on the roll as it stands, by id. */
  get contingents(): ReadonlyMap<string, ContingentState> {
    return this.#fold.contingents;
  }

  /** The facts that the roll as it stands refuses: all corrections so far counted. Form and identity apart. */
  get refusals(): readonly Refusal[] {
    return this.#fold.refusals;
  }

  /** Appends an entry and says what happened. */
  take({ bytes, home }: Omit<RawEntry, 'seq'>): Outcome {
    const entry: RawEntry = { seq: this.length + 1, bytes, home };
    this.#entries.push(entry);
    const settled = this.#settlement.take(entry);
    switch (settled.kind) {
      case 'fact': {
        const verdict = this.#fold.take(settled);
        return verdict.kind === 'accepted' ? verdict : { kind: 'refused', refusal: verdict.refusal };
      }
      case 'correction':
        this.#foldAgain();
        return { kind: 'accepted', transition: null };
      case 'duplicate':
        return { kind: 'duplicate', of: settled.of };
      case 'refused': {
        const first = settled.of === undefined ? undefined : this.#entries[settled.of - 1];
        const refusal = first === undefined ? settled.refusal : conflictNamed(settled.refusal, first, entry);
        return { kind: 'refused', refusal };
      }
      default:
        return settled satisfies never;
    }
  }

  #foldAgain(): void {
    this.#fold = new Fold(this.#kernels, {}, NO_READ_MODEL);
    for (const entry of this.#entries) {
      const recalled = this.#settlement.recall(entry, {});
      if (recalled?.kind === 'fact') this.#fold.take(recalled);
    }
  }
}
