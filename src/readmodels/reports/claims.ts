import type { Transition } from '../../roll/outcome.ts';
import { basisOf } from './basis.ts';
import { dayOf } from './calendar.ts';
import {
  ABOUT_COLUMNS,
  aboutCells,
  type Claimed,
  claimedIn,
  LEDGER_COLUMNS,
  ledgerCells,
} from './claimed.ts';
import { entry } from './entry.ts';
import { Evidence, only } from './evidence.ts';
import { type Figures, Ledger } from './ledger.ts';
import { latest, type Moment, type ReportModel, type Table } from './report.ts';
import type { Roster } from './roster.ts';

/** A claim, and what the ledger said of the same at the end of its day. */
interface Dated extends Claimed {
  /** Undefined until that day is over; null where the ledger cannot be compared. */
  ledger?: Figures | null;
}

interface Series {
  readonly first: Dated;
  last: Dated;
  lowest: number;
  highest: number;
  decreases: number;
  readonly evidence: Evidence;
}

const LEDGER_RULE =
  'The ledger is what was booked up to the end of the day of the claim: killed, wounded, for a total killed + missing + ' +
  'wounded, and the strength of all contingents wherever they are; of one contingent or place, if the claim is about it. ' +
  'A reported claim is not compared once a what-if fact has moved anybody, and an increase never is.';

/** Each source's figures beside the ledger's; those of two sources are never added up (S05). */
export class ClaimsBesideLedger implements ReportModel {
  readonly #claims: Dated[] = [];
  readonly #series = new Map<string, Series>();
  readonly #ledger = new Ledger();
  /** Claims of a day that is not over. */
  #open: Dated[] = [];
  #isMovedByWhatIf = false;

  apply(transition: Transition, roster: Roster): void {
    const claimed = claimedIn(transition);
    const { event, moves } = transition;
    const isFirstWhatIf = !this.#isMovedByWhatIf && moves.length > 0 && basisOf(event) === 'hypothetical';
    const isNextDay = this.#open[0] !== undefined && this.#open[0].day !== dayOf(event.timeMs);
    if (isNextDay || isFirstWhatIf) {
      for (const dated of this.#open) {
        if (isNextDay || dated.basis === 'reported') dated.ledger = this.#figures(dated, roster);
      }
      this.#open = this.#open.filter(({ ledger }) => ledger === undefined);
    }
    this.#isMovedByWhatIf ||= isFirstWhatIf;
    this.#ledger.apply(transition);
    if (claimed !== null) this.#take({ ...claimed });
  }

  tables(_: Moment, roster: Roster): readonly Table[] {
    const ledgerOf = (dated: Dated) =>
      ledgerCells(dated, dated.ledger === undefined ? this.#figures(dated, roster) : dated.ledger);
    const series = [...this.#series].toSorted(([a], [b]) => (a < b ? -1 : 1));
    return [
      {
        id: 'series',
        title: 'Each series beside the ledger',
        about:
          'What each source published, first and last, the lowest and the highest bound that it ever gave, and how often ' +
          'a running total went down, which is when its source took something back. Sources are never added up. At its ' +
          `last claim a series is set beside the ledger. ${LEDGER_RULE}`,
        columns: [
          ...ABOUT_COLUMNS,
          { id: 'claims', title: 'Claims', kind: 'events' },
          { id: 'first', title: 'First', kind: 'date' },
          { id: 'firstValue', title: 'said', kind: 'persons' },
          { id: 'last', title: 'Last', kind: 'date' },
          { id: 'lastValue', title: 'said', kind: 'persons' },
          { id: 'lowest', title: 'Lowest', kind: 'persons' },
          { id: 'highest', title: 'Highest', kind: 'persons' },
          { id: 'decreases', title: 'Went down', kind: 'events' },
          ...LEDGER_COLUMNS,
        ],
        rows: series.map(([, { first, last, lowest, highest, decreases, evidence }]) => ({
          basis: last.basis,
          cells: {
            ...aboutCells(last),
            claims: evidence.behind.count,
            first: first.day,
            firstValue: first.claim.value,
            last: last.day,
            lastValue: last.claim.value,
            lowest,
            highest,
            decreases: last.counts === 'running total' ? decreases : null,
            ...ledgerOf(last),
          },
          events: evidence.behind,
        })),
        omitted: 0,
        chart: null,
      },
      {
        id: 'claims',
        title: 'Claims by date',
        about: `Every claim by itself, in the order of time. ${LEDGER_RULE}`,
        columns: [
          { id: 'date', title: 'Date', kind: 'date' },
          ...ABOUT_COLUMNS,
          { id: 'value', title: 'Claim', kind: 'persons' },
          ...LEDGER_COLUMNS,
          { id: 'reporter', title: 'Reporter', kind: 'text' },
          { id: 'claim', title: 'Told as', kind: 'text' },
        ],
        ...latest(
          this.#claims.map((dated) => ({
            basis: dated.basis,
            cells: {
              date: dated.day,
              ...aboutCells(dated),
              value: dated.claim.value,
              ...ledgerOf(dated),
              reporter: dated.claim.event.reporter,
              claim: dated.claim.event.claim,
            },
            events: only(dated.claim.seq),
          })),
        ),
        chart: null,
      },
    ];
  }

  #take(dated: Dated): void {
    this.#claims.push(dated);
    this.#open.push(dated);
    const { claim, basis, contingent, place, counts } = dated;
    const { low, best, high } = claim.value;
    const key = JSON.stringify([claim.series, claim.measure, counts, contingent, place, basis]);
    const series = entry(this.#series, key, () => ({
      first: dated,
      last: dated,
      lowest: low,
      highest: high,
      decreases: 0,
      evidence: new Evidence(),
    }));
    if (best < series.last.claim.value.best) series.decreases += 1;
    series.last = dated;
    series.lowest = Math.min(series.lowest, low);
    series.highest = Math.max(series.highest, high);
    series.evidence.add(claim.seq);
  }

  /** What the ledger says now of what a claim is about. */
  #figures({ basis, contingent, place }: Dated, roster: Roster): Figures | null {
    if (basis === 'reported' && this.#isMovedByWhatIf) return null;
    if (contingent === null) return this.#ledger.figures(place);
    return roster.of(contingent)?.context ?? null;
  }
}
