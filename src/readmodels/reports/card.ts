import { add } from '../../../events/estimate.ts';
import { PATHWAYS, type Pathway } from '../../../events/vocabulary.ts';
import { pathwayOf, pathwaysFrom } from '../../../machines/pathway.ts';
import type { Transition } from '../../roll/outcome.ts';
import { BASES, basisOf } from './basis.ts';
import type { Benchmark } from './benchmark.ts';
import { DENYING_STATES, type DenyingState } from './denial-facts.ts';
import { Dissent } from './dissent.ts';
import { entry } from './entry.ts';
import { Escalation } from './escalation.ts';
import { Evidence, NONE } from './evidence.ts';
import { Law } from './law.ts';
import { Lives } from './lives.ts';
import { Money } from './money.ts';
import { PathwayCount } from './pathway-count.ts';
import { type Known, NOTHING, ratio } from './range.ts';
import type { ReportReference } from './reference.ts';
import {
  type Cell,
  type Column,
  type Moment,
  NO_EVENT,
  type ReportModel,
  type Row,
  type RowBasis,
  type Table,
} from './report.ts';
import type { Roster } from './roster.ts';
import { StandingBasis } from './standing-basis.ts';
import { TroopTime } from './troop-time.ts';

/** The income beside which a head's pay is set on the card, by its id in the reference data. */
const BESIDE = 'construction';

const COUNTED: readonly Column[] = [
  { id: 'delivered', title: 'Compensation delivered', kind: 'events' },
  { id: 'withheld', title: 'Compensation withheld', kind: 'events' },
  { id: 'dissent', title: 'Dissent observed', kind: 'events' },
  { id: 'escalation', title: 'Escalation steps', kind: 'events' },
  { id: 'legal', title: 'Sanctions and challenges', kind: 'events' },
  ...DENYING_STATES.map((state): Column => ({ id: state, title: `Deniable by ${state}`, kind: 'text' })),
];

const COLUMNS: readonly Column[] = [
  { id: 'pathway', title: 'Pathway', kind: 'pathway' },
  { id: 'heads', title: 'Heads', kind: 'persons' },
  { id: 'contingents', title: 'Contingents', kind: 'contingents' },
  { id: 'months', title: 'Dwell, troop-months', kind: 'troop-months' },
  { id: 'killed', title: 'Killed per 1,000 troop-months', kind: 'per-1000-troop-months' },
  { id: 'take', title: "Money in: the state's take, USD", kind: 'usd' },
  { id: 'paid', title: 'Paid per head and month, USD', kind: 'usd-per-head-month' },
  { id: 'beside', title: 'Times a builder’s pay', kind: 'ratio' },
  ...COUNTED,
  { id: 'next', title: 'Open next', kind: 'text' },
];

const ABOUT =
  'What each pathway brings, put together from the other reports: heads and contingents that stand there now; ' +
  'strength × months stood there; killed × 1,000 ÷ those troop-months; what the state took of the revenue; gross revenue ' +
  "÷ head-months of those who earned it, and that over a construction worker's pay; dated events about contingents that " +
  `stood there; "${NO_EVENT}" where the log has none at all, which does not say that nothing happened. ` +
  'Deniability is the worst of those who stand there now. ' +
  'Open next: where the statechart leads from the states they stand in; a guard may still refuse.';

/** Who stands in a pathway, and where the statechart leads from there. */
interface Standing {
  heads: Known;
  readonly ids: string[];
  readonly open: Set<Pathway>;
}

const nobodyThere = (): Standing => ({ heads: NOTHING, ids: [], open: new Set() });

/** Each pathway's consequences on one page (S07, S74, S75). */
export class Card implements ReportModel {
  readonly #lives = new Lives();
  readonly #money: Money;
  readonly #dissent = new Dissent();
  readonly #escalation = new Escalation();
  readonly #law = new Law();
  readonly #basis = new StandingBasis();
  readonly #time = new TroopTime<Pathway>(({ value }) => pathwayOf(value) ?? undefined);
  readonly #delivered = new PathwayCount();
  readonly #withheld = new PathwayCount();
  readonly #beside: Benchmark | undefined;
  readonly #arrivals = new Map<string, Evidence>();
  /** Of which kinds the log has events, by basis. */
  readonly #told = new Set<string>();

  constructor({ benchmarks }: Pick<ReportReference, 'benchmarks'>) {
    this.#money = new Money(benchmarks);
    this.#beside = benchmarks.find(({ id, measure }) => id === BESIDE && measure === 'paid');
  }

  apply(transition: Transition, roster: Roster): void {
    const { event, seq, moves } = transition;
    this.#lives.apply(transition);
    this.#money.apply(transition, roster);
    this.#dissent.apply(transition, roster);
    this.#escalation.apply(transition, roster);
    this.#law.apply(transition, roster);
    this.#basis.apply(transition);
    this.#time.apply(transition);
    if (event.type === 'compensation.delivered') this.#delivered.add(transition, roster);
    if (event.type === 'compensation.withheld') this.#withheld.add(transition, roster);
    if (event.type === 'revenue.accrued') this.#told.add(`revenue ${basisOf(event)}`);
    for (const { before, after, postings } of moves) {
      if (postings.some(({ to }) => to === 'killed')) this.#told.add(`killed ${basisOf(event)}`);
      const pathway = pathwayOf(after.value);
      if (pathway === null || (before !== null && pathwayOf(before.value) === pathway)) continue;
      entry(this.#arrivals, `${pathway} ${basisOf(event)}`, () => new Evidence()).add(seq);
    }
  }

  tables({ untilMs }: Moment, roster: Roster): readonly Table[] {
    const standing = this.#standing(roster);
    const rows = PATHWAYS.flatMap((pathway) =>
      BASES.map((basis) =>
        this.#row(pathway, basis, standing.get(`${pathway} ${basis}`) ?? nobodyThere(), untilMs),
      ),
    );
    return [
      {
        id: 'pathways',
        title: 'Each pathway',
        about: ABOUT,
        columns: COLUMNS,
        rows: rows.filter((row) => row !== null),
        omitted: 0,
        chart: null,
      },
      {
        id: 'roll',
        title: 'The whole roll',
        about:
          'Dated events that name no contingent, and what each state can deny of the deployment as a whole.',
        columns: [{ id: 'about', title: 'About', kind: 'text' }, ...COUNTED],
        rows: BASES.flatMap((basis) => this.#rollRow(basis) ?? []),
        omitted: 0,
        chart: null,
      },
    ];
  }

  /** Null where nobody stands or stood, and nothing is told. */
  #row(pathway: Pathway, basis: RowBasis, there: Standing, untilMs: number): Row | null {
    const counts = this.#counts(pathway, basis);
    const months = this.#time.months(pathway, basis, untilMs);
    if (!isTold(counts) && there.ids.length === 0 && months.high === 0) return null;
    const { paid } = this.#money.perHeadMonth(pathway, basis, untilMs);
    const measure = this.#beside?.usdPerHeadMonth ?? null;
    const cells: Record<string, Cell> = {
      pathway,
      heads: there.heads,
      contingents: there.ids.length,
      months,
      killed: this.#isToldOf('killed', basis) ? this.#lives.killedRate(pathway, basis, untilMs) : null,
      take: this.#isToldOf('revenue', basis) ? this.#money.take(pathway, basis) : null,
      paid,
      beside: paid === null || measure === null ? null : ratio(paid, measure),
      ...counts,
      next: PATHWAYS.filter((to) => there.open.has(to)).join(', ') || null,
    };
    for (const state of DENYING_STATES) cells[state] = this.#deniability(state, there.ids, basis);
    return { basis, cells, events: this.#arrivals.get(`${pathway} ${basis}`)?.behind ?? NONE };
  }

  #rollRow(basis: RowBasis): Row | null {
    const counts = this.#counts(null, basis);
    if (basis === 'hypothetical' && !isTold(counts)) return null;
    const cells: Record<string, Cell> = { about: 'no contingent named', ...counts };
    for (const state of DENYING_STATES) cells[state] = this.#law.deniability(state, null, basis);
    return { basis, cells, events: NONE };
  }

  /** Of what-ifs, whether the log has one of either basis. */
  #isToldOf(kind: 'killed' | 'revenue', basis: RowBasis): boolean {
    return this.#told.has(`${kind} reported`) || this.#told.has(`${kind} ${basis}`);
  }

  #counts(pathway: Pathway | null, basis: RowBasis) {
    return {
      delivered: this.#delivered.of(pathway, basis),
      withheld: this.#withheld.of(pathway, basis),
      dissent: this.#dissent.observations(pathway, basis),
      escalation: this.#escalation.steps(pathway, basis),
      legal: this.#law.steps(pathway, basis),
    };
  }

  #standing(roster: Roster): ReadonlyMap<string, Standing> {
    const standing = new Map<string, Standing>();
    for (const [id, { value, context }] of roster.all()) {
      const pathway = pathwayOf(value);
      if (pathway === null) continue;
      const there = entry(standing, `${pathway} ${this.#basis.of(id)}`, nobodyThere);
      there.heads = add(there.heads, context.strength);
      there.ids.push(id);
      for (const to of pathwaysFrom(value)) there.open.add(to);
    }
    return standing;
  }

  /** The worst among some contingents; null where there is none. */
  #deniability(state: DenyingState, ids: readonly string[], basis: RowBasis): string | null {
    const levels = new Set<string>(ids.map((id) => this.#law.deniability(state, id, basis)));
    return ['lost', 'degraded', 'intact', NO_EVENT].find((level) => levels.has(level)) ?? null;
  }
}

function isTold(counts: Readonly<Record<string, number | null>>): boolean {
  return Object.values(counts).some((count) => (count ?? 0) > 0);
}
