import type { RowBasis } from '../../readmodels/reports/report.ts';

/** What a row rests on, in the words of every table and picture. */
export const BASIS_WORDS: Readonly<Record<RowBasis, string>> = {
  reported: 'reported',
  hypothetical: 'what-if',
};
