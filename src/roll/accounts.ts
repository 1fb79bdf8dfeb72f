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

/** The posting of a signed number of persons: none for 0, the other way round below it. */
export function post(from: Account, to: Account, persons: number): Posting[] {
  if (persons === 0 || from === to) return [];
  return persons > 0 ? [{ from, to, persons }] : [{ from: to, to: from, persons: -persons }];
}
