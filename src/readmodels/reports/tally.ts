import { type Estimate, add as plus } from '../../../events/estimate.ts';
import type { Transition } from '../../roll/outcome.ts';
import { basisOf } from './basis.ts';
import { dayOf } from './calendar.ts';
import { byCodeUnit, type Heading } from './dated-events.ts';
import { Evidence } from './evidence.ts';
import { NOTHING } from './range.ts';
import type { Column, Row, RowBasis, Table } from './report.ts';

/** A column by which events are counted. */
export interface KeyColumn extends Column {
  /** Its words in the order in which they are listed; others follow by code unit. */
  readonly order?: readonly string[];
}

type Key = Readonly<Record<string, string | null>>;

interface Entry {
  readonly key: Key;
  readonly basis: RowBasis;
  readonly evidence: Evidence;
  readonly firstMs: number;
  latestMs: number;
  heads: Estimate | null;
}

/** Counts events by what they say: how often, when first, when last, and of how many persons where that is asked. */
export class Tally {
  readonly #columns: readonly KeyColumn[];
  readonly #counted: readonly Column[];
  readonly #entries = new Map<string, Entry>();

  constructor(columns: readonly KeyColumn[], heads?: Column & { readonly id: 'heads' }) {
    this.#columns = columns;
    this.#counted = [
      { id: 'count', title: 'Times', kind: 'events' },
      ...(heads === undefined ? [] : [heads]),
    ];
  }

  /** Counts an event under a key: a cell for every column that it is counted by. Unknown heads make the sum unknown. */
  add({ seq, event }: Transition, key: Key, heads: Estimate | null = NOTHING): void {
    const basis = basisOf(event);
    const name = JSON.stringify([basis, ...this.#columns.map(({ id }) => key[id] ?? null)]);
    const entry = this.#entries.get(name) ?? {
      key,
      basis,
      evidence: new Evidence(),
      firstMs: event.timeMs,
      latestMs: event.timeMs,
      heads: NOTHING,
    };
    this.#entries.set(name, entry);
    entry.evidence.add(seq);
    entry.latestMs = event.timeMs;
    entry.heads = entry.heads === null || heads === null ? null : plus(entry.heads, heads);
  }

  /** How many different keys were counted. */
  distinct(basis: RowBasis): number {
    return [...this.#entries.values()].filter((entry) => entry.basis === basis).length;
  }

  /** A row for every key, in the order of its columns. */
  table(heading: Heading): Table {
    const [category] = this.#columns;
    return {
      ...heading,
      columns: [
        ...this.#columns.map(({ id, title, kind }) => ({ id, title, kind })),
        ...this.#counted,
        { id: 'first', title: 'First', kind: 'date' },
        { id: 'latest', title: 'Latest', kind: 'date' },
      ],
      rows: [...this.#entries.values()]
        .toSorted((a, b) => this.#order(a, b))
        .map((entry) => this.#row(entry)),
      omitted: 0,
      chart:
        this.#columns.length === 1 && category !== undefined
          ? { kind: 'bar', category: category.id, values: ['count'] }
          : null,
    };
  }

  #row({ key, basis, evidence, firstMs, latestMs, heads }: Entry): Row {
    const events = evidence.behind;
    const counted = { count: events.count, heads };
    return {
      basis,
      cells: {
        ...key,
        ...Object.fromEntries(
          Object.entries(counted).filter(([id]) => this.#counted.some((it) => it.id === id)),
        ),
        first: dayOf(firstMs),
        latest: dayOf(latestMs),
      },
      events,
    };
  }

  #order(a: Entry, b: Entry): number {
    for (const { id, order = [] } of this.#columns) {
      const [one, other] = [a.key[id] ?? null, b.key[id] ?? null];
      if (one === other) continue;
      if (one === null || other === null) return one === null ? 1 : -1;
      return rank(order, one) - rank(order, other) || byCodeUnit(one, other);
    }
    return a.basis === b.basis ? 0 : byCodeUnit(b.basis, a.basis);
  }
}

function rank(order: readonly string[], word: string): number {
  const place = order.indexOf(word);
  return place < 0 ? order.length : place;
}
