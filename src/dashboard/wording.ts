import type { Estimate } from '../../events/estimate.ts';
import type { Phase } from '../../machines/phase.ts';
import type { Provenance } from '../readmodels/transition-document.ts';
import type { RollSummary } from './api.ts';

const numbers = new Intl.NumberFormat('en');
const days = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  timeZone: 'UTC',
});

export const number = (value: number): string => numbers.format(value).replace('-', '−');

/** A difference with its sign; a dash for none. */
export const difference = (value: number): string =>
  value === 0 ? '–' : `${value > 0 ? '+' : ''}${number(value)}`;

/** `31 Mar 2025`, in UTC. */
export const day = (time: string): string => days.format(new Date(time)).replace('Sept', 'Sep');

/** `10,000 (9,000–11,000)`; the range only where there is one. */
export function estimate({ low, best, high }: Estimate): string {
  if (low === best && best === high) return number(best);
  return `${number(best)} (${number(low)}–${number(high)})`;
}

/** An exact count as an estimate. */
export const counted = (persons: number): Estimate => ({ low: persons, best: persons, high: persons });

export const contingents = (count: number): string =>
  `${number(count)} ${count === 1 ? 'contingent' : 'contingents'}`;

export const events = (count: number): string => `${number(count)} ${count === 1 ? 'event' : 'events'}`;

const VARIANTS = {
  ceasefire: 'ceasefire',
  armistice: 'armistice',
  'frozen-conflict': 'frozen conflict',
  'peace-treaty': 'peace treaty',
} as const;

export function phaseText(phase: Phase): string {
  if (phase.name === 'hostilities') return 'Hostilities';
  return `Ended: ${VARIANTS[phase.variant]}${phase.foreignTroopsBarred ? ', foreign troops barred' : ''}`;
}

/** The Admiralty rating: `B2`; null if there is none. */
export function rating({ reliability, credibility }: Provenance): string | null {
  return reliability === null ? null : `${reliability}${credibility ?? ''}`;
}

/** When it became known, if that was on a later day than it happened. */
export function lateKnowledge({ time, observedtime }: Provenance): string | null {
  return time.slice(0, 10) === observedtime.slice(0, 10) ? null : `known ${day(observedtime)}`;
}

/** The words that mark what is no report: a what-if, a judgement, what nobody announced; null for what was reported. */
export function basisWords({
  basis,
  openedAs,
}: Pick<RollSummary, 'basis' | 'openedAs'>): { mark: string; meaning: string } | null {
  switch (basis) {
    case 'hypothetical':
      return {
        mark: 'HYPOTHETICAL',
        meaning:
          openedAs === 'hypothetical'
            ? 'A what-if. From where it leaves its base, nothing here has happened.'
            : 'What-ifs are among its facts. Figures that rest on them have not happened.',
      };
    case 'assessed':
      return { mark: 'ASSESSED', meaning: "An analyst's judgement, not a report." };
    case null:
      return { mark: 'UNANNOUNCED', meaning: 'Published to, never opened: nobody said what it is.' };
    case 'reported':
      return null;
    default:
      return basis satisfies never;
  }
}

/** `pmcTransferred.russianLed` as people read it: `russian led`. */
export function stateText(state: string): string {
  const leaf = state.slice(state.lastIndexOf('.') + 1);
  return leaf.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
