/** A report as `/api/reports` lists it. */
export interface ReportListing {
  readonly name: string;
  readonly title: string;
  readonly question: string;
}

/** The report that has a page of its own. */
export const CARD = 'card';

/** The page beside the reports that is about no roll. */
export const PRECEDENTS = 'precedents';

export const PRECEDENTS_TITLE = 'Precedents';
