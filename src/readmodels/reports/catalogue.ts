import { Decision } from './decision.ts';
import { Lives } from './lives.ts';
import type { ReportModel } from './report.ts';

/** A report as it is offered: the question that it answers, and the essay's statements that it follows up. */
export interface ReportEntry {
  readonly title: string;
  readonly question: string;
  readonly statements: readonly string[];
  readonly create: () => ReportModel;
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
} as const satisfies Readonly<Record<string, ReportEntry>>;

export type ReportName = keyof typeof REPORTS;
