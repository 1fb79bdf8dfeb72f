import { PATHWAYS, type Pathway } from '../../events/vocabulary.ts';

/** Where persons are counted: they come from `inflow`, stand in a pathway, or are lost (DOMAIN 4). */
export const ACCOUNTS = ['inflow', ...PATHWAYS, 'killed', 'missing', 'unaccounted'] as const;

export type Account = 'inflow' | Pathway | 'killed' | 'missing' | 'unaccounted';

/** Persons (best, above 0) moved from one account to another: what leaves one arrives in the other. */
export interface Posting {
  readonly from: Account;
  readonly to: Account;
  readonly persons: number;
}

/** Posts a signed number of persons: nothing for 0, the other way round below it. */
export function post(postings: Posting[], from: Account, to: Account, persons: number): void {
  if (persons === 0 || from === to) return;
  postings.push(persons > 0 ? { from, to, persons } : { from: to, to: from, persons: -persons });
}
