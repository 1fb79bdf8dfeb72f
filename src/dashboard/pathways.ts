import type { Pathway } from '../../events/vocabulary.ts';
import type { Account } from '../roll/accounts.ts';

/** Every pathway with its name, in the order in which every view lists them. */
export const PATHWAY_NAMES: Readonly<Record<Pathway, string>> = {
  deployed: 'Deployed',
  'war-ended': 'War ended',
  repatriated: 'Repatriated',
  're-educated': 'Re-educated',
  garrisoned: 'Garrisoned',
  integrated: 'Integrated',
  'pmc-transferred': 'Private military',
  defected: 'Defected',
  captured: 'Captured',
};

export const ACCOUNT_NAMES: Readonly<Record<Account, string>> = {
  inflow: 'Sent',
  ...PATHWAY_NAMES,
  killed: 'Killed',
  missing: 'Missing',
  unaccounted: 'Unaccounted',
};

const isPathway = (name: string): name is Pathway => Object.hasOwn(PATHWAY_NAMES, name);

export const PATHWAYS: readonly Pathway[] = Object.keys(PATHWAY_NAMES).filter(isPathway);

type Colours = Readonly<Record<Pathway, string>>;

/** Paul Tol's "muted" scheme, which the colour-blind tell apart (https://personal.sron.nl/~pault/), on light paper. */
const ON_LIGHT: Colours = {
  deployed: '#332288',
  'war-ended': '#c9a227',
  repatriated: '#2f9486',
  're-educated': '#7f7f24',
  garrisoned: '#cc6677',
  integrated: '#3f9fd0',
  'pmc-transferred': '#aa4499',
  defected: '#117733',
  captured: '#882255',
};

/** The same scheme, its dark colours made light enough for dark paper. */
const ON_DARK: Colours = {
  deployed: '#8d84e8',
  'war-ended': '#ddcc77',
  repatriated: '#44aa99',
  're-educated': '#b5b54a',
  garrisoned: '#e08592',
  integrated: '#88ccee',
  'pmc-transferred': '#c96bbb',
  defected: '#4fae6a',
  captured: '#d0578f',
};

/** Colours of everything that is drawn. */
export interface Theme {
  readonly pathways: Colours;
  readonly ink: string;
  readonly muted: string;
  readonly line: string;
  readonly sheet: string;
  readonly loss: string;
  /** Of sources side by side: colours that the colour-blind tell apart. */
  readonly series: readonly string[];
  /** Of the text in a drawing, in pixels. */
  readonly fontSize: number;
}

export const LIGHT: Theme = {
  pathways: ON_LIGHT,
  ink: '#1d2126',
  muted: '#565d66',
  line: '#dcdad2',
  sheet: '#ffffff',
  loss: '#9b2c2c',
  series: ['#332288', '#a8501a', '#117733', '#aa4499', '#0f7ba5', '#882255'],
  fontSize: 13,
};

export const DARK: Theme = {
  pathways: ON_DARK,
  ink: '#e8e9ea',
  muted: '#a6aeb8',
  line: '#3a424c',
  sheet: '#1b2026',
  loss: '#f09a9a',
  series: ['#9a92f0', '#f0a45a', '#5fc07c', '#e08ad6', '#88ccee', '#e0709f'],
  fontSize: 13,
};
