import { Card } from './card.ts';
import { ClaimsBesideLedger } from './claims.ts';
import { Decision } from './decision.ts';
import { Dissent } from './dissent.ts';
import { Escalation } from './escalation.ts';
import { Footprint } from './footprint.ts';
import { Law } from './law.ts';
import { Lives } from './lives.ts';
import { Money } from './money.ts';
import type { ReportReference } from './reference.ts';
import type { ReportModel } from './report.ts';

/** A report as it is offered, and the question that it answers. */
export interface ReportEntry {
  readonly title: string;
  readonly question: string;
  readonly create: (reference: ReportReference) => ReportModel;
}

/** Every report by its name: commands, routes, keys and pages are made from this. */
export const REPORTS = {
  card: {
    title: 'Card',
    question: 'What does each pathway bring?',
    create: (reference: ReportReference) => new Card(reference),
  },
  decision: {
    title: 'Decision',
    question: 'What was decided once the fighting had ended, who still waits, and who is home?',
    create: () => new Decision(),
  },
  money: {
    title: 'Money',
    question: 'What do the troops earn, what of it does the state take, and what are they paid with?',
    create: ({ benchmarks }: ReportReference) => new Money(benchmarks),
  },
  lives: {
    title: 'Cost in lives',
    question: 'What does each pathway, and each place, cost in lives?',
    create: () => new Lives(),
  },
  dissent: {
    title: 'Dissent and prestige',
    question: 'What do the troops bring home, who leaves on the way, and what does the state make of them?',
    create: () => new Dissent(),
  },
  escalation: {
    title: 'Escalation',
    question: 'What follows for the peace from troops that stay?',
    create: () => new Escalation(),
  },
  footprint: {
    title: 'Footprint and axis',
    question: 'Where do the troops stay, for how long, and what do their states become by it?',
    create: ({ isEastAsia }: ReportReference) => new Footprint(isEastAsia),
  },
  law: {
    title: 'Law and deniability',
    question: 'Who objects to the deployment, and who can still deny it?',
    create: () => new Law(),
  },
  claims: {
    title: 'Claims',
    question: 'What does each source claim, and how far is it from the ledger?',
    create: () => new ClaimsBesideLedger(),
  },
} as const satisfies Readonly<Record<string, ReportEntry>>;

export type ReportName = keyof typeof REPORTS;

/** In the order in which they are offered. */
export const REPORT_NAMES: readonly ReportName[] = Object.keys(REPORTS).filter(isReportName);

export function isReportName(name: string): name is ReportName {
  return Object.hasOwn(REPORTS, name);
}
