import type { Estimate } from '../../../events/estimate.ts';
import type { Transition } from '../../roll/outcome.ts';
import { basisOf } from './basis.ts';
import { type Known, NOTHING, times } from './range.ts';
import type { RowBasis } from './report.ts';

/** A month is a twelfth of 365.25 days. */
export const MONTH_MS = (365.25 / 12) * 86_400_000;

interface Account {
  /** Who is there now. */
  readonly strength: { low: number; best: number; high: number };
  sinceMs: number;
  readonly months: Record<RowBasis, Known>;
}

/**
 * Troop-months by what a contingent stands in: its strength times the time for which it stood there. Time that passed
 * up to the last fact before the first what-if fact is reported; what passes after it is hypothetical.
 */
export class TroopTime<K extends string | null> {
  readonly #keyOf: (state: Transition['moves'][number]['after']) => K | undefined;
  readonly #accounts = new Map<K, Account>();
  #lastMs: number | null = null;
  #basis: RowBasis = 'reported';

  /** `keyOf` says in which account a state stands; undefined for none. */
  constructor(keyOf: (state: Transition['moves'][number]['after']) => K | undefined) {
    this.#keyOf = keyOf;
  }

  apply({ event, moves }: Transition): void {
    if (this.#basis === 'reported' && basisOf(event) === 'hypothetical') {
      for (const account of this.#accounts.values()) this.#pass(account, this.#lastMs ?? event.timeMs);
      this.#basis = 'hypothetical';
    }
    this.#lastMs = event.timeMs;
    for (const { before, after } of moves) {
      if (before !== null) this.#change(this.#keyOf(before), before.context.strength, -1, event.timeMs);
      this.#change(this.#keyOf(after), after.context.strength, 1, event.timeMs);
    }
  }

  /** Everything that anybody ever stood in, in the order in which it came up. */
  keys(): K[] {
    return [...this.#accounts.keys()];
  }

  /** Troop-months up to an instant. */
  months(key: K, basis: RowBasis, untilMs: number): Known {
    const account = this.#accounts.get(key);
    if (account === undefined) return NOTHING;
    const spent = account.months[basis];
    return basis === this.#basis ? plus(spent, elapsed(account, untilMs)) : spent;
  }

  #change(key: K | undefined, strength: Estimate, sign: 1 | -1, atMs: number): void {
    if (key === undefined) return;
    const account = this.#accounts.get(key) ?? opened(atMs);
    this.#accounts.set(key, account);
    this.#pass(account, atMs);
    account.strength.low += sign * strength.low;
    account.strength.best += sign * strength.best;
    account.strength.high += sign * strength.high;
  }

  #pass(account: Account, toMs: number): void {
    account.months[this.#basis] = plus(account.months[this.#basis], elapsed(account, toMs));
    account.sinceMs = Math.max(account.sinceMs, toMs);
  }
}

function opened(atMs: number): Account {
  return {
    strength: { low: 0, best: 0, high: 0 },
    sinceMs: atMs,
    months: { reported: NOTHING, hypothetical: NOTHING },
  };
}

function elapsed({ strength, sinceMs }: Account, toMs: number): Known {
  return times(strength, Math.max(0, toMs - sinceMs) / MONTH_MS);
}

function plus(a: Known, b: Known): Known {
  return { low: a.low + b.low, best: a.best + b.best, high: a.high + b.high };
}
