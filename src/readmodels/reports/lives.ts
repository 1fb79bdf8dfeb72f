import { PATHWAYS, type Pathway } from '../../../events/vocabulary.ts';
import { pathwayOf } from '../../../machines/pathway.ts';
import type { ContingentState, Transition } from '../../roll/outcome.ts';
import { placeOf } from '../place.ts';
import { BASES, basisOf } from './basis.ts';
import { Evidence } from './evidence.ts';
import { exactly, type Known, per, type Range, times } from './range.ts';
import type { Cell, Column, Moment, ReportModel, Row, RowBasis, Table } from './report.ts';
import { TroopTime } from './troop-time.ts';

const MEASURES = ['killed', 'missing', 'wounded'] as const;

const MEASURE_TITLES = { killed: 'Killed', missing: 'Missing', wounded: 'Wounded' } as const;

const FORMULA =
  'Persons killed, missing and wounded as the ledger books them (casualty.recorded), and how many that is for 1,000 ' +
  'troop-months: count × 1,000 ÷ exposure. Exposure is strength × months there, up to the day shown; its range makes ' +
  "the rate's range.";

/** What was lost by those who stood in one thing, and for how long they stood there. */
class Toll<K extends string | null> {
  readonly #keyOf: (state: ContingentState) => K | undefined;
  readonly #time: TroopTime<K>;
  readonly #lost = new Map<
    K,
    Record<RowBasis, { killed: number; missing: number; wounded: number; evidence: Evidence }>
  >();

  constructor(keyOf: (state: ContingentState) => K | undefined) {
    this.#keyOf = keyOf;
    this.#time = new TroopTime(keyOf);
  }

  apply(transition: Transition): void {
    this.#time.apply(transition);
    const { event, seq, moves } = transition;
    if (event.type !== 'casualty.recorded') return;
    for (const { before } of moves) {
      const key = before === null ? undefined : this.#keyOf(before);
      if (key === undefined) continue;
      const lost = this.#lost.get(key) ?? { reported: noLosses(), hypothetical: noLosses() };
      this.#lost.set(key, lost);
      const mine = lost[basisOf(event)];
      for (const measure of MEASURES) mine[measure] += event.data[measure] ?? 0;
      mine.evidence.add(seq);
    }
  }

  keys(): K[] {
    return this.#time.keys();
  }

  exposure(key: K, basis: RowBasis, untilMs: number): Known {
    return this.#time.months(key, basis, untilMs);
  }

  /** Null where nobody stood and nothing was lost. */
  row(key: K, basis: RowBasis, untilMs: number): Row | null {
    const exposure = this.exposure(key, basis, untilMs);
    const lost = this.#lost.get(key)?.[basis] ?? noLosses();
    const events = lost.evidence.behind;
    if (exposure.high === 0 && events.count === 0) return null;
    const cells: Record<string, Cell> = { exposure };
    for (const measure of MEASURES) {
      const count = lost[measure];
      cells[measure] = count;
      cells[`${measure}Rate`] = rate(count, exposure);
    }
    return { basis, cells, events };
  }

  /** Killed for 1,000 troop-months; null where there is no exposure to divide by. */
  killedRate(key: K, basis: RowBasis, untilMs: number): Range | null {
    return rate(this.#lost.get(key)?.[basis].killed ?? 0, this.exposure(key, basis, untilMs));
  }
}

/** What each pathway and each place costs in lives (S60, S73), by the exposure that it was computed from. */
export class Lives implements ReportModel {
  readonly #byPathway = new Toll<Pathway>(({ value }) => pathwayOf(value) ?? undefined);
  readonly #byPlace = new Toll<string | null>((state) =>
    pathwayOf(state.value) === null ? undefined : placeOf(state),
  );

  apply(transition: Transition): void {
    this.#byPathway.apply(transition);
    this.#byPlace.apply(transition);
  }

  /** Killed for 1,000 troop-months of a pathway. */
  killedRate(pathway: Pathway, basis: RowBasis, untilMs: number): Range | null {
    return this.#byPathway.killedRate(pathway, basis, untilMs);
  }

  tables({ untilMs }: Moment): readonly Table[] {
    return [
      {
        id: 'pathways',
        title: 'By pathway',
        about: FORMULA,
        columns: [{ id: 'pathway', title: 'Pathway', kind: 'pathway' }, ...COLUMNS],
        rows: PATHWAYS.flatMap((pathway) => rows(this.#byPathway, pathway, { pathway }, untilMs)),
        omitted: 0,
        chart: { kind: 'bar', category: 'pathway', values: ['killedRate', 'missingRate', 'woundedRate'] },
      },
      {
        id: 'places',
        title: 'By place',
        about: `${FORMULA} A place is the area, region, country or host that the contingent was last said to be in.`,
        columns: [{ id: 'place', title: 'Place', kind: 'place' }, ...COLUMNS],
        rows: this.#byPlace
          .keys()
          .toSorted((a, b) => (a ?? '').localeCompare(b ?? '', 'en'))
          .flatMap((place) => rows(this.#byPlace, place, { place }, untilMs)),
        omitted: 0,
        chart: null,
      },
    ];
  }
}

const COLUMNS: readonly Column[] = [
  { id: 'exposure', title: 'Exposure', kind: 'troop-months' },
  ...MEASURES.flatMap((measure): Column[] => [
    { id: measure, title: MEASURE_TITLES[measure], kind: 'persons' },
    { id: `${measure}Rate`, title: 'per 1,000', kind: 'per-1000-troop-months' },
  ]),
];

function rows<K extends string | null>(
  toll: Toll<K>,
  key: K,
  named: Record<string, Cell>,
  untilMs: number,
): Row[] {
  return BASES.flatMap((basis) => {
    const row = toll.row(key, basis, untilMs);
    return row === null ? [] : [{ ...row, cells: { ...named, ...row.cells } }];
  });
}

function rate(count: number, exposure: Known): Range | null {
  return per(times(exactly(count), 1_000), exposure);
}

function noLosses() {
  return { killed: 0, missing: 0, wounded: 0, evidence: new Evidence() };
}
