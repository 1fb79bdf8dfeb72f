import Table from 'cli-table3';
import { PATHWAYS, type Pathway } from '../../events/vocabulary.ts';
import type { ContingentDocument, DistributionDocument, RollDocument } from '../readmodels/roll-document.ts';
import type { RollSummary } from '../service/service.ts';
import { outColours as pc } from './colours.ts';
import { formatCount, formatEstimate } from './numbers.ts';
import { printable } from './printable.ts';

/** The width of output that goes to no terminal. */
const DEFAULT_COLUMNS = 120;

/** How wide stdout is: 0 columns, as some terminals say, means that they do not know. */
export function stdoutColumns(): number {
  return process.stdout.columns || DEFAULT_COLUMNS;
}

const BAR_WIDTH = 24;
/** Columns that the pathways, numbers and bars take. */
const LEFT_OF_CONTINGENTS = 66;

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** What a roll is called where people read it. */
export interface RollTitle {
  readonly title: string;
  readonly isHypothetical: boolean;
}

/** The title of a roll, with what a list would say of it. */
export function titleOf({
  title,
  openedAs,
  isClosed,
}: Pick<RollSummary, 'title' | 'openedAs' | 'isClosed'>): string {
  const remarks = [
    ...(openedAs === null ? ['unannounced: published to, never opened'] : []),
    ...(isClosed ? ['closed'] : []),
  ];
  return remarks.length === 0 ? title : `${title} (${remarks.join('; ')})`;
}

type Shown = DistributionDocument & Partial<Pick<RollDocument, 'contingents' | 'refusals'>>;

/**
 * A roll as a table for people: a line and a bar per pathway, who stands there, losses, refusals; of a
 * distribution, what it has of that. `columns` is the width to fit in.
 */
export function showRoll(roll: Shown, { title, isHypothetical }: RollTitle, columns: number): string {
  const banner = isHypothetical ? `${pc.bold(pc.yellow('HYPOTHETICAL'))} ` : '';
  return [
    `${banner}${pc.bold(printable(title))}`,
    pc.dim(
      `${phaseText(roll)} · ${formatCount(roll.seq)} ${roll.seq === 1 ? 'event' : 'events'} · last fact ${dayOf(roll.time)}`,
    ),
    pathwayTable(roll, columns - LEFT_OF_CONTINGENTS),
    ...lossesLines(roll),
    ...refusalLines(roll),
  ].join('\n');
}

function phaseText({ phase }: Shown): string {
  if (phase.name === 'hostilities') return 'hostilities';
  return `war ended: ${phase.variant}${phase.foreignTroopsBarred ? ', foreign troops barred' : ''}`;
}

function dayOf(time: string | null): string {
  if (time === null) return 'none';
  const day = new Date(time);
  return `${day.getUTCDate()} ${MONTHS[day.getUTCMonth()]} ${day.getUTCFullYear()}`;
}

function pathwayTable(roll: Shown, contingentsWidth: number): string {
  const table = new Table({
    chars: {
      top: '',
      'top-mid': '',
      'top-left': '',
      'top-right': '',
      bottom: '',
      'bottom-mid': '',
      'bottom-left': '',
      'bottom-right': '',
      left: '',
      'left-mid': '',
      mid: '',
      'mid-mid': '',
      right: '',
      'right-mid': '',
      middle: '  ',
    },
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [], compact: true },
    colAligns: ['left', 'right', 'left', 'left', 'left'],
  });
  const widest = Math.max(1, ...PATHWAYS.map((pathway) => roll.pathways[pathway].high));
  for (const pathway of PATHWAYS) {
    const { low, best, high, contingents } = roll.pathways[pathway];
    const isEmpty = contingents === 0;
    table.push([
      `  ${isEmpty ? pc.dim(pathway) : pathway}`,
      isEmpty ? pc.dim('–') : pc.bold(formatCount(best)),
      low === high ? '' : pc.dim(`(${formatCount(low)}–${formatCount(high)})`),
      isEmpty ? '' : bar(best / widest, high / widest),
      isEmpty ? '' : pc.dim(contingentsIn(roll, pathway, contingentsWidth)),
    ]);
  }
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

/** Solid up to the best estimate, shaded up to the high one. */
function bar(best: number, high: number): string {
  const solid = Math.max(1, Math.round(best * BAR_WIDTH));
  const shaded = Math.max(0, Math.round(high * BAR_WIDTH) - solid);
  return pc.cyan('█'.repeat(solid)) + pc.dim('░'.repeat(shaded));
}

/** The largest contingents of a pathway, as many as fit; their number where nothing is known but that. */
function contingentsIn({ contingents, pathways }: Shown, pathway: Pathway, width: number): string {
  const countText = (n: number) => `${formatCount(n)} ${n === 1 ? 'contingent' : 'contingents'}`;
  if (contingents === undefined) return countText(pathways[pathway].contingents);
  const standing = contingents
    .filter((contingent) => contingent.pathway === pathway)
    .sort((a, b) => b.strength.best - a.strength.best)
    .map(contingentText);
  const all = standing.join(', ');
  if (all.length <= width) return all;
  const andMore = (named: number) =>
    named === 0
      ? countText(standing.length)
      : [...standing.slice(0, named), `and ${formatCount(standing.length - named)} more`].join(', ');
  let named = 0;
  while (andMore(named + 1).length <= width && named + 1 < standing.length) named += 1;
  return andMore(named);
}

function contingentText({ id, strength }: ContingentDocument): string {
  return `${id} ${formatEstimate(strength)}`;
}

function lossesLines({ losses, unaccounted, inflow, balance }: Shown): string[] {
  const killed = `killed ${formatCount(losses.killed)} · missing ${formatCount(losses.missing)}`;
  const wounded = pc.dim(`wounded ${formatCount(losses.wounded)}, counted where they stand`);
  const gap = `unaccounted ${formatCount(unaccounted)}`;
  return [
    `  ${killed} · ${gap} · ${wounded}`,
    `  inflow ${formatEstimate(inflow)} · balance ${formatCount(balance)}`,
  ];
}

function refusalLines({ counts, refusals = [] }: Shown): string[] {
  const { refused, duplicates, retracted } = counts;
  const notes = [
    ...(refused > 0 ? [`${formatCount(refused)} refused`] : []),
    ...(duplicates > 0 ? [`${formatCount(duplicates)} duplicates`] : []),
    ...(retracted > 0 ? [`${formatCount(retracted)} retracted`] : []),
  ];
  if (notes.length === 0) return [];
  const shown = refusals.slice(0, 20).map(({ seq, id, code, message }) => {
    return `    ${pc.red(code)} ${pc.dim(`seq ${seq}${id === null ? '' : ` ${printable(id)}`}`)} ${printable(message)}`;
  });
  const rest = refusals.length - shown.length;
  return [
    `  ${notes.join(' · ')}`,
    ...shown,
    ...(rest > 0 ? [pc.dim(`    and ${formatCount(rest)} more refusals: --json lists them all`)] : []),
  ];
}
