import type { EventOf } from '../../../events/catalogue.ts';
import { PATHWAYS, type Pathway } from '../../../events/vocabulary.ts';
import { pathwayOf } from '../../../machines/pathway.ts';
import type { ContingentState, Transition } from '../../roll/outcome.ts';
import { basisOf } from './basis.ts';
import type { Benchmark } from './benchmark.ts';
import { perHeadTable, perYearTable } from './benchmark-tables.ts';
import { Compensation } from './compensation.ts';
import { Contracts } from './contracts.ts';
import type { ByMeasure, Revenue } from './earnings.ts';
import { parsePeriod } from './period.ts';
import { Quarters } from './quarters.ts';
import type { Range } from './range.ts';
import type { Moment, ReportModel, RowBasis, Table } from './report.ts';
import { ReportedTime } from './reported-time.ts';
import { REVENUE_FORMULA, RevenueGroups } from './revenue-groups.ts';
import type { Roster } from './roster.ts';
import { StrengthSteps } from './strength-steps.ts';
import { YearlyIncome } from './yearly-income.ts';

/** What the troops earn, for whom, and what they are paid with (S42, S44, S45, S54–S58, S62, S64, S66, S68). */
export class Money implements ReportModel {
  readonly #benchmarks: readonly Benchmark[];
  readonly #steps = new StrengthSteps();
  readonly #time = new ReportedTime();
  readonly #byPathway = new RevenueGroups<Pathway | null>();
  readonly #byStream = new RevenueGroups<string>();
  readonly #byCompany = new RevenueGroups<string | null>();
  readonly #byCountry = new RevenueGroups<string | null>();
  readonly #byMedium = new RevenueGroups<string | null>();
  readonly #byLink = new RevenueGroups<string>();
  readonly #quarters = new Quarters();
  readonly #yearly = new YearlyIncome();
  readonly #compensation = new Compensation();
  readonly #contracts = new Contracts();

  constructor(benchmarks: readonly Benchmark[]) {
    this.#benchmarks = benchmarks;
  }

  apply(transition: Transition, roster: Roster): void {
    const { seq, event } = transition;
    this.#steps.apply(transition);
    this.#time.apply(event);
    switch (event.type) {
      case 'revenue.accrued':
        this.#accrue(seq, event, roster.of(event.subject));
        return;
      case 'compensation.claimed':
      case 'compensation.delivered':
      case 'compensation.withheld':
        this.#compensation.add(seq, event);
        return;
      case 'contract.signed':
        this.#contracts.add(seq, event);
    }
  }

  /** US dollars that the state took of what a pathway earned. */
  take(pathway: Pathway, basis: RowBasis): number {
    return this.#byPathway.of(pathway, basis)?.take ?? 0;
  }

  /** US dollars per head and month of a pathway, by whose money it is. */
  perHeadMonth(pathway: Pathway, basis: RowBasis, untilMs: number): ByMeasure<Range | null> {
    const earnings = this.#byPathway.of(pathway, basis);
    if (earnings === undefined) return { paid: null, taken: null, kept: null };
    return earnings.perHead(this.#steps, this.#time.until(basis, untilMs)).usd;
  }

  tables({ untilMs }: Moment): readonly Table[] {
    const counting = { steps: this.#steps, time: this.#time, untilMs };
    return [
      this.#byPathway.table(
        {
          id: 'pathways',
          title: 'Revenue by pathway',
          about: `Revenue by the pathway in which the earning contingent stood when it accrued. ${REVENUE_FORMULA}`,
          key: { id: 'pathway', title: 'Pathway', kind: 'pathway' },
        },
        [...PATHWAYS, null],
        counting,
      ),
      perHeadTable(this.#benchmarks, (pathway, basis) => {
        const earnings = this.#byPathway.of(pathway, basis);
        if (earnings === undefined) return null;
        return { usd: this.perHeadMonth(pathway, basis, untilMs), events: earnings.evidence.behind };
      }),
      perYearTable(this.#benchmarks, (basis) => this.#yearly.income(basis, this.#time.until(basis, untilMs))),
      this.#quarters.table(),
      this.#byStream.table(
        {
          id: 'streams',
          title: 'Revenue by stream',
          about: 'Counted as in the table by pathway.',
          key: { id: 'stream', title: 'Stream', kind: 'text' },
        },
        this.#byStream.keys(),
        counting,
      ),
      this.#byCompany.table(
        {
          id: 'companies',
          title: 'Revenue by company',
          about:
            'By the company for which the earning contingent stood when it accrued. Counted as in the table by pathway.',
          key: { id: 'company', title: 'Company', kind: 'text' },
        },
        this.#byCompany.keys(),
        counting,
      ),
      this.#byCountry.table(
        {
          id: 'countries',
          title: 'Revenue by country',
          about:
            'By the country in which the earning contingent was last said to be. Counted as in the table by pathway.',
          key: { id: 'country', title: 'Country', kind: 'place' },
        },
        this.#byCountry.keys(),
        counting,
      ),
      this.#byMedium.table(
        {
          id: 'media',
          title: 'Revenue by how it is paid',
          about: 'Counted as in the table by pathway.',
          key: { id: 'medium', title: 'Paid in', kind: 'text' },
        },
        this.#byMedium.keys(),
        counting,
      ),
      this.#byLink.table(
        {
          id: 'links',
          title: 'Revenue that is linked to other incomes',
          about:
            'Revenue that is said to run beside other incomes. What is linked to several stands under each: do not add them up. ' +
            'Counted as in the table by pathway.',
          key: { id: 'link', title: 'Linked to', kind: 'text' },
        },
        this.#byLink.keys(),
        counting,
      ),
      this.#contracts.table(),
      this.#compensation.table(),
    ];
  }

  #accrue(seq: number, event: EventOf<'revenue.accrued'>, state: ContingentState | undefined): void {
    const { stream, grossUsd, stateShare, period, medium = null, linked = [] } = event.data;
    const basis = basisOf(event);
    const pathway = state === undefined ? null : pathwayOf(state.value);
    const revenue: Revenue = {
      seq,
      gross: grossUsd,
      take: grossUsd * stateShare,
      period: parsePeriod(period),
      earner: pathway === null || event.subject === null ? null : { contingent: event.subject, pathway },
    };
    this.#byPathway.add(pathway, basis, revenue);
    this.#byStream.add(stream, basis, revenue);
    // A contingent that left a company still bears its name.
    const company = pathway === 'pmc-transferred' ? (state?.context.company ?? null) : null;
    this.#byCompany.add(company, basis, revenue);
    this.#byCountry.add(state?.context.country ?? null, basis, revenue);
    this.#byMedium.add(medium, basis, revenue);
    for (const link of new Set(linked)) this.#byLink.add(link, basis, revenue);
    this.#quarters.add(revenue, basis, event.timeMs);
    this.#yearly.add(revenue, basis);
  }
}
