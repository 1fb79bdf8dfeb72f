import type { EventOf } from '../../../events/catalogue.ts';
import { BASES, basisOf } from './basis.ts';
import { entry } from './entry.ts';
import { Evidence } from './evidence.ts';
import type { Cell, Column, Row, RowBasis, Table } from './report.ts';

const SIDES = ['claimed', 'delivered', 'withheld'] as const;

type Side = (typeof SIDES)[number];
type Payment = EventOf<`compensation.${Side}`>;

const SIDE_TITLES: Record<Side, string> = {
  claimed: 'Claimed',
  delivered: 'Delivered',
  withheld: 'Withheld',
};

/** Adds up what is told, and remembers whether something was not. */
class Tally {
  #events = 0;
  #told = 0;
  #sum = 0;

  add(amount: number | undefined): void {
    this.#events += 1;
    if (amount === undefined) return;
    this.#told += 1;
    this.#sum += amount;
  }

  /** A sum; what is at least there where an event told no amount; null where none did. */
  get cell(): Cell {
    if (this.#events === 0 || this.#told === this.#events) return this.#sum;
    return this.#told === 0 ? null : { low: this.#sum, best: null, high: null };
  }
}

/** What is paid in one kind and unit by one payer. */
class Account {
  readonly evidence = new Evidence();
  readonly #sides = new Map<Side, { readonly quantity: Tally; readonly months: Tally }>();

  add(seq: number, side: Side, { quantity, unit, months }: Payment['data']): void {
    const tallies = entry(this.#sides, side, () => ({ quantity: new Tally(), months: new Tally() }));
    // A number without a unit says nothing, and is never added to another one.
    tallies.quantity.add(unit === undefined ? undefined : quantity);
    tallies.months.add(months);
    this.evidence.add(seq);
  }

  get cells(): Record<string, Cell> {
    return Object.fromEntries(
      SIDES.flatMap((side) => {
        const tallies = this.#sides.get(side);
        return [
          [side, tallies === undefined ? 0 : tallies.quantity.cell],
          [`${side}Months`, tallies === undefined ? 0 : tallies.months.cell],
        ];
      }),
    );
  }
}

/** The compensation ledger: what is said to be paid, what came, what was held back. */
export class Compensation {
  /** By kind, unit and payer, as JSON. */
  readonly #accounts = new Map<
    string,
    { readonly named: Record<string, Cell>; readonly of: Map<RowBasis, Account> }
  >();

  add(seq: number, event: Payment): void {
    const { kind, unit = null, payer = null } = event.data;
    const { of } = entry(this.#accounts, JSON.stringify([kind, unit, payer]), () => ({
      named: { kind, unit, payer },
      of: new Map(),
    }));
    entry(of, basisOf(event), () => new Account()).add(seq, sideOf(event), event.data);
  }

  table(): Table {
    const accounts = [...this.#accounts].toSorted(([a], [b]) => (a < b ? -1 : 1));
    return {
      id: 'compensation',
      title: 'Compensation',
      about:
        'What is paid for the troops, by kind, unit and payer: claimed (somebody said that it is paid or promised), ' +
        'delivered, withheld, each with its quantity and the months that it is for. Only quantities of one unit are ' +
        'added up. An event that tells no quantity, or none with a unit, makes the quantity unknown; what others told ' +
        'is then the least.',
      columns: [
        { id: 'kind', title: 'Kind', kind: 'text' },
        { id: 'unit', title: 'Unit', kind: 'text' },
        { id: 'payer', title: 'Payer', kind: 'text' },
        ...SIDES.flatMap((side): Column[] => [
          { id: side, title: SIDE_TITLES[side], kind: 'quantity' },
          { id: `${side}Months`, title: 'months', kind: 'quantity' },
        ]),
      ],
      rows: accounts.flatMap(([, { named, of }]) =>
        BASES.flatMap((basis): Row[] => {
          const account = of.get(basis);
          if (account === undefined) return [];
          return [{ basis, cells: { ...named, ...account.cells }, events: account.evidence.behind }];
        }),
      ),
      omitted: 0,
      chart: null,
    };
  }
}

function sideOf({ type }: Payment): Side {
  switch (type) {
    case 'compensation.claimed':
      return 'claimed';
    case 'compensation.delivered':
      return 'delivered';
    case 'compensation.withheld':
      return 'withheld';
    default:
      return type satisfies never;
  }
}
