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

/** A report as it is offered: the question that it answers, and the essay's statements that it follows up. */
export interface ReportEntry {
  readonly title: string;
  readonly question: string;
  readonly statements: readonly string[];
  readonly create: (reference: ReportReference) => ReportModel;
}

/** Every report by its name: commands, routes, keys and pages are made from this. */
export const REPORTS = {
  lives: {
    title: 'Cost in lives',
    question: 'What does each pathway, and each place, cost in lives?',
    statements: ['S60', 'S73'],
    create: () => new Lives(),
  },
  decision: {
    title: 'Decision',
    question: 'What was decided once the fighting had ended, who still waits, and who is home?',
    statements: ['S09', 'S21', 'S72'],
    create: () => new Decision(),
  },
  money: {
    title: 'Money',
    question: 'What do the troops earn, what of it does the state take, and what are they paid with?',
    statements: ['S42', 'S44', 'S45', 'S54', 'S55', 'S56', 'S57', 'S58', 'S62', 'S64', 'S66', 'S68'],
    create: ({ benchmarks }: ReportReference) => new Money(benchmarks),
  },
  claims: {
    title: 'Claims',
    question: 'What does each source claim, and how far is it from the ledger?',
    statements: ['S05'],
    create: () => new ClaimsBesideLedger(),
  },
  dissent: {
    title: 'Dissent and prestige',
    question: 'What do the troops bring home, who leaves on the way, and what does the state make of them?',
    statements: [
      ...['S02', 'S12', 'S13', 'S14', 'S15', 'S16', 'S17', 'S18', 'S19', 'S20'],
      ...['S26', 'S46', 'S47', 'S73'],
    ],
    create: () => new Dissent(),
  },
  escalation: {
    title: 'Escalation',
    question: 'What follows for the peace from troops that stay?',
    statements: ['S29', 'S30', 'S31', 'S32', 'S33', 'S34', 'S35', 'S36', 'S37'],
    create: () => new Escalation(),
  },
  footprint: {
    title: 'Footprint and axis',
    question: 'Where do the troops stay, for how long, and what do their states become by it?',
    statements: [
      ...['S07', 'S38', 'S39', 'S40', 'S41', 'S43', 'S48', 'S52', 'S63', 'S65'],
      ...['S75', 'S76', 'S77'],
    ],
    create: ({ isEastAsia }: ReportReference) => new Footprint(isEastAsia),
  },
  law: {
    title: 'Law and deniability',
    question: 'Who objects to the deployment, and who can still deny it?',
    statements: ['S51', 'S59', 'S67', 'S69', 'S70', 'S71'],
    create: () => new Law(),
  },
} as const satisfies Readonly<Record<string, ReportEntry>>;

export type ReportName = keyof typeof REPORTS;
