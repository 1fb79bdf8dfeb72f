import { pathwayByState, pathwayOf } from '../../machines/pathway.ts';
import { ACCOUNTS, type Posting } from '../roll/accounts.ts';
import type { Move } from '../roll/outcome.ts';
import { bytes, type Cells, doubles, wholes } from './column.ts';
import { EstimateColumn, type EstimatesDump } from './estimate-column.ts';
import type { MoveDocument } from './transition-document.ts';

/** One step in a contingent's life: the place of its event in the log, and what it did. */
export interface HistoryStep extends MoveDocument {
  readonly seq: number;
}

export interface StepTableDump {
  readonly seqs: Cells;
  readonly froms: Cells;
  readonly tos: Cells;
  readonly strengths: EstimatesDump;
  readonly befores: Cells;
  readonly postingEnds: Cells;
  readonly postings: { readonly froms: Cells; readonly tos: Cells; readonly persons: Cells };
}

/** A state by its number; that of none, for a contingent that comes on the roll, is their count. */
const STATES = [...pathwayByState.keys()];
const numberOfState: ReadonlyMap<string, number> = new Map(STATES.map((state, number) => [state, number]));
const NO_STATE = STATES.length;
const numberOfAccount: ReadonlyMap<string, number> = new Map(ACCOUNTS.map((account, at) => [account, at]));

/** Before the first step of a contingent. */
export const NO_ROW = -1;

/**
 * Steps of all contingents of a roll in the order of the fold, some 60 bytes each: a log has as many as events. A row
 * knows the one before of the same contingent, so that a history is read from its end.
 */
export class StepTable {
  readonly #seqs;
  readonly #froms;
  readonly #tos;
  readonly #strengths;
  /** One more than the row of the step before; 0 where there is none. */
  readonly #befores;
  /** Where a step's postings end; they begin where those of the row before end. */
  readonly #postingEnds;
  readonly #postingFroms;
  readonly #postingTos;
  readonly #postingPersons;

  constructor(dump?: StepTableDump) {
    this.#seqs = doubles(dump?.seqs);
    this.#froms = bytes(dump?.froms);
    this.#tos = bytes(dump?.tos);
    this.#strengths = new EstimateColumn(dump?.strengths);
    this.#befores = wholes(dump?.befores);
    this.#postingEnds = wholes(dump?.postingEnds);
    this.#postingFroms = bytes(dump?.postings.froms);
    this.#postingTos = bytes(dump?.postings.tos);
    this.#postingPersons = doubles(dump?.postings.persons);
  }

  /** Adds a step that comes after the row `before` of the same contingent, or `NO_ROW`; the row that it got. */
  add(seq: number, { before: from, after, postings }: Move, before: number): number {
    const row = this.#seqs.length;
    this.#seqs.push(seq);
    this.#froms.push(from === null ? NO_STATE : stateNumber(from.value));
    this.#tos.push(stateNumber(after.value));
    this.#strengths.push(after.context.strength);
    this.#befores.push(before + 1);
    for (const posting of postings) {
      this.#postingFroms.push(accountNumber(posting.from));
      this.#postingTos.push(accountNumber(posting.to));
      this.#postingPersons.push(posting.persons);
    }
    this.#postingEnds.push(this.#postingPersons.length);
    return row;
  }

  seqAt(row: number): number {
    return this.#seqs.at(row);
  }

  /** The row of the step before of the same contingent; `NO_ROW` before the first. */
  before(row: number): number {
    return this.#befores.at(row) - 1;
  }

  /** Whether the contingent was as strong after one step as after another. */
  isSameStrength(one: number, other: number): boolean {
    return this.#strengths.areSame(one, other);
  }

  /** The step in a row, which is one of that contingent's. */
  step(row: number, contingent: string): HistoryStep {
    const from = STATES[this.#froms.at(row)] ?? null;
    const to = STATES[this.#tos.at(row)];
    if (to === undefined) throw new RangeError(`There is no state ${this.#tos.at(row)}`);
    return {
      seq: this.#seqs.at(row),
      contingent,
      from,
      to,
      fromPathway: from === null ? null : pathwayOf(from),
      toPathway: pathwayOf(to),
      strength: this.#strengths.at(row),
      postings: this.#postings(row),
    };
  }

  /** All that a checkpoint has to keep; it changes with the next `add`. */
  dump(): StepTableDump {
    return {
      seqs: this.#seqs.dump(),
      froms: this.#froms.dump(),
      tos: this.#tos.dump(),
      strengths: this.#strengths.dump(),
      befores: this.#befores.dump(),
      postingEnds: this.#postingEnds.dump(),
      postings: {
        froms: this.#postingFroms.dump(),
        tos: this.#postingTos.dump(),
        persons: this.#postingPersons.dump(),
      },
    };
  }

  #postings(row: number): readonly Posting[] {
    const postings: Posting[] = [];
    const end = this.#postingEnds.at(row);
    for (let at = row === 0 ? 0 : this.#postingEnds.at(row - 1); at < end; at++) {
      const from = ACCOUNTS[this.#postingFroms.at(at)];
      const to = ACCOUNTS[this.#postingTos.at(at)];
      if (from === undefined || to === undefined) throw new RangeError(`Posting ${at} names no account`);
      postings.push({ from, to, persons: this.#postingPersons.at(at) });
    }
    return postings;
  }
}

function stateNumber(state: string): number {
  const number = numberOfState.get(state);
  if (number === undefined) throw new RangeError(`No contingent has the state ${state}`);
  return number;
}

function accountNumber(account: string): number {
  const number = numberOfAccount.get(account);
  if (number === undefined) throw new RangeError(`There is no account ${account}`);
  return number;
}
