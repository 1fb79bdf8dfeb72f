import { add } from '../../../events/estimate.ts';
import { pathwayOf } from '../../../machines/pathway.ts';
import type { ContingentState, Transition } from '../../roll/outcome.ts';
import { placeOf } from '../place.ts';
import { BASES } from './basis.ts';
import { wholeDays } from './calendar.ts';
import { byCodeUnit } from './dated-events.ts';
import { Evidence } from './evidence.ts';
import { NOTHING } from './range.ts';
import type { Column, Row, RowBasis, Table } from './report.ts';
import { stayTable } from './stay-table.ts';
import { STAYED_ON, type Stay, Stays } from './stays.ts';
import { TroopTime } from './troop-time.ts';

const WHO =
  'Abroad are all who stand at the war, undecided after it, in garrisons, in Russian units or in private companies. ' +
  'Those home or on the way there are not; those who defected or were captured are abroad, but serve nobody, and ' +
  'are left out.';

const HEADS: Column = { id: 'heads', title: 'Heads', kind: 'persons' };
const CONTINGENTS: Column = { id: 'contingents', title: 'Contingents', kind: 'contingents' };
const PLACE: Column = { id: 'place', title: 'Place', kind: 'place' };

/** The troops that stand abroad: where, how many, how long (S77). */
export class Abroad {
  readonly #stays = new Stays((state) => (isAbroad(state) ? (placeOf(state) ?? '') : undefined));
  readonly #time = new TroopTime<string | null>((state) => (isAbroad(state) ? placeOf(state) : undefined));

  apply(transition: Transition): void {
    this.#stays.apply(transition);
    this.#time.apply(transition);
  }

  tables(untilMs: number): readonly Table[] {
    const stays = this.#stays.list(untilMs);
    const standing = stays.filter(({ endedMs }) => endedMs === null);
    const there = byPlace(standing);
    return [
      {
        id: 'headline',
        title: 'Troops abroad',
        about: `How many stand abroad, as a range. ${WHO} ${STAYED_ON}`,
        columns: [HEADS, CONTINGENTS, { id: 'places', title: 'Places', kind: 'quantity' }],
        rows: BASES.flatMap((basis) => {
          const mine = standing.filter((stay) => stay.basis === basis);
          if (!stays.some((stay) => stay.basis === basis)) return [];
          const places = new Set(mine.map(({ state }) => placeOf(state))).size;
          return [{ basis, cells: { ...counted(mine), places }, events: openings(mine) }];
        }),
        omitted: 0,
        chart: null,
      },
      {
        id: 'places',
        title: 'Troops abroad by place',
        about:
          `Who stands in each area, region or country, the whole days since the first of them came, and all the ` +
          `troop-months (strength × time) ever spent there. ${WHO} Time up to the last reported fact is reported; what ` +
          'passes after it in a what-if is hypothetical.',
        columns: [
          PLACE,
          HEADS,
          CONTINGENTS,
          { id: 'days', title: 'Days since they came', kind: 'days' },
          { id: 'months', title: 'Troop-months', kind: 'troop-months' },
        ],
        rows: this.#time
          .keys()
          .toSorted((a, b) => byCodeUnit(a ?? '', b ?? ''))
          .flatMap((place) => BASES.flatMap((basis) => this.#place(place, basis, there, untilMs))),
        omitted: 0,
        chart: { kind: 'bar', category: 'place', values: ['heads'] },
      },
      stayTable(
        {
          id: 'stays',
          title: 'Contingents abroad',
          about: 'Where each contingent stood abroad: one row for each place.',
        },
        stays,
        [PLACE, { id: 'pathway', title: 'Pathway', kind: 'pathway' }],
        (state) => ({ place: placeOf(state), pathway: pathwayOf(state.value) }),
      ),
    ];
  }

  #place(
    place: string | null,
    basis: RowBasis,
    standing: ReadonlyMap<string, readonly Stay[]>,
    untilMs: number,
  ): Row[] {
    const mine = standing.get(standingKey(place, basis)) ?? [];
    const months = this.#time.months(place, basis, untilMs);
    if (mine.length === 0 && months.high === 0) return [];
    const days = mine.length === 0 ? null : longestDays(mine);
    return [{ basis, cells: { place, ...counted(mine), days, months }, events: openings(mine) }];
  }
}

function standingKey(place: string | null, basis: RowBasis): string {
  return JSON.stringify([place, basis]);
}

function byPlace(stays: readonly Stay[]): ReadonlyMap<string, readonly Stay[]> {
  const map = new Map<string, Stay[]>();
  for (const stay of stays) {
    const key = standingKey(placeOf(stay.state), stay.basis);
    const there = map.get(key);
    if (there === undefined) map.set(key, [stay]);
    else there.push(stay);
  }
  return map;
}

function longestDays(stays: readonly Stay[]): number {
  return stays.reduce((most, { sinceMs, untilMs }) => Math.max(most, wholeDays(untilMs - sinceMs)), 0);
}

function isAbroad({ value }: ContingentState): boolean {
  const pathway = pathwayOf(value);
  switch (pathway) {
    case 'deployed':
    case 'war-ended':
    case 'garrisoned':
    case 'integrated':
    case 'pmc-transferred':
      return true;
    case 'repatriated':
    case 're-educated':
    case 'defected':
    case 'captured':
    case null:
      return false;
    default:
      return pathway satisfies never;
  }
}

function counted(stays: readonly Stay[]) {
  const heads = stays.reduce((sum, { state }) => add(sum, state.context.strength), NOTHING);
  return { heads, contingents: stays.length };
}

/** The latest event behind each of some stays. */
function openings(stays: readonly Stay[]) {
  const evidence = new Evidence();
  const seqs = stays.flatMap(({ events }) => events.seqs.slice(-1)).toSorted((a, b) => a - b);
  for (const seq of new Set(seqs)) evidence.add(seq);
  return evidence.behind;
}
