import { add } from '../../../events/estimate.ts';
import type { Pathway } from '../../../events/vocabulary.ts';
import type { Benchmark } from './benchmark.ts';
import { DAY_MS } from './calendar.ts';
import { entry } from './entry.ts';
import { Evidence } from './evidence.ts';
import { type Period, union } from './period.ts';
import { exactly, type Known, NOTHING, per, type Range } from './range.ts';
import type { StrengthSteps } from './strength-steps.ts';

/** Revenue as it was accrued: in US dollars, with what the state takes of it and who earned it when. */
export interface Revenue {
  readonly seq: number;
  readonly gross: number;
  readonly take: number;
  /** Null for a text that says no period. */
  readonly period: Period | null;
  /** Null where no contingent is named, or where it is gone. */
  readonly earner: { readonly contingent: string; readonly pathway: Pathway } | null;
}

/** Money by whose it is: what was paid, what of it the state takes, and what is kept from the state. */
export type ByMeasure<N> = Readonly<Record<Benchmark['measure'], N>>;

/** What was earned in a time that is over, by those whose strength is known. */
export interface PerHead {
  /** Gross US dollars that are counted here. */
  readonly gross: number;
  readonly headMonths: Known;
  /** US dollars per head and month; null where there are no head-months. */
  readonly usd: ByMeasure<Range | null>;
}

/** Revenue of one contingent in one pathway for one period. */
interface Part extends Period {
  gross: number;
  take: number;
}

/** Revenue that belongs together. */
export class Earnings {
  gross = 0;
  take = 0;
  readonly evidence = new Evidence();
  /** By contingent and pathway, then by period. */
  readonly #parts = new Map<
    string,
    { readonly contingent: string; readonly pathway: Pathway; readonly periods: Map<string, Part> }
  >();

  add({ seq, gross, take, period, earner }: Revenue): void {
    this.gross += gross;
    this.take += take;
    this.evidence.add(seq);
    if (period === null || earner === null) return;
    const { periods } = entry(this.#parts, `${earner.contingent} ${earner.pathway}`, () => ({
      ...earner,
      periods: new Map(),
    }));
    const part = entry(periods, `${period.fromMs} ${period.toMs}`, () => ({ ...period, gross: 0, take: 0 }));
    part.gross += gross;
    part.take += take;
  }

  /** Heads count once in a time for which their contingent earned twice. */
  perHead(steps: StrengthSteps, untilMs: number): PerHead {
    let [gross, take, headMonths] = [0, 0, NOTHING];
    for (const { contingent, pathway, periods } of this.#parts.values()) {
      const months = (period: Period) => steps.headMonths(contingent, pathway, period);
      const counted = [...periods.values()].filter((it) => isOver(it, untilMs) && months(it).best > 0);
      for (const part of counted) {
        gross += part.gross;
        take += part.take;
      }
      for (const period of union(counted)) headMonths = add(headMonths, months(period));
    }
    const each = (usd: number) => per(exactly(usd), headMonths);
    return { gross, headMonths, usd: { paid: each(gross), taken: each(take), kept: each(gross - take) } };
  }
}

/** Whether a period has passed; its last day counts as passed, since most times are told by the day. */
export function isOver({ toMs }: Period, untilMs: number): boolean {
  return untilMs >= toMs - DAY_MS;
}
