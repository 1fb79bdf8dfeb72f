import { ACCOUNTS, type Account } from '../roll/accounts.ts';
import type { ReadModel } from '../roll/fold.ts';
import type { Transition } from '../roll/outcome.ts';

/** Persons (best) that went from one account to another, what came back taken off. */
export interface Flow {
  readonly from: Account;
  readonly to: Account;
  readonly persons: number;
}

/** By account from, then to; both ways of a pair. */
export type FlowsDump = ReadonlyMap<Account, ReadonlyMap<Account, number>>;

/** Who went where: the sums of all postings. */
export class Flows implements ReadModel {
  readonly #persons = new Map<Account, Map<Account, number>>();

  apply({ moves }: Transition): void {
    for (const { postings } of moves) {
      for (const { from, to, persons } of postings) {
        this.#add(from, to, persons);
        this.#add(to, from, -persons);
      }
    }
  }

  /** Each pair of accounts once, in its net direction, by from then to in code-unit order; without zeros. */
  list(): Flow[] {
    const accounts = ACCOUNTS.toSorted();
    return accounts.flatMap((from) =>
      accounts.flatMap((to) => {
        const persons = this.#persons.get(from)?.get(to) ?? 0;
        return persons > 0 ? [{ from, to, persons }] : [];
      }),
    );
  }

  /** All that a checkpoint has to keep; it changes with the next `apply`. */
  dump(): FlowsDump {
    return this.#persons;
  }

  static restore(persons: FlowsDump): Flows {
    const flows = new Flows();
    for (const [from, row] of persons) flows.#persons.set(from, new Map(row));
    return flows;
  }

  #add(from: Account, to: Account, persons: number): void {
    const row = this.#persons.get(from) ?? new Map<Account, number>();
    row.set(to, (row.get(to) ?? 0) + persons);
    this.#persons.set(from, row);
  }
}
