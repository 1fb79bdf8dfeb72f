import Table from 'cli-table3';
import { type Divergence, diffMachines, type MachineDiff } from '../readmodels/machine-diff.ts';
import { createKernels } from '../roll/kernels.ts';
import type { RawEntry } from '../roll/settlement.ts';
import { CommandFailure, EXIT } from './exit-codes.ts';
import { formatCount } from './numbers.ts';
import { placeOf } from './open-log.ts';
import { loadMachines } from './other-machines.ts';
import { printable } from './printable.ts';
import { numbered, openInputs } from './replay-inputs.ts';
import { entriesOf, openSource, rollOf } from './roll-source.ts';

interface DiffOptions {
  readonly json?: true;
  readonly nats?: string;
  readonly data?: string;
}

interface Folded {
  read(): AsyncIterable<RawEntry>;
  close(): Promise<void>;
}

/** `muster diff-machine`: what another version of the statecharts makes of a log. Differences are no failure. */
export async function diffMachine(
  old: string,
  young: string,
  files: readonly string[],
  options: DiffOptions,
): Promise<void> {
  const [before, after] = [await loadMachines(old), await loadMachines(young)];
  const { read, close } = await opened(files, options);
  try {
    // Each version runs on the XState that it was built with, whatever it uses of it.
    const diff = await diffMachines(createKernels('xstate', before), createKernels('xstate', after), read);
    process.stdout.write(`${options.json ? JSON.stringify(diff, null, 2) : shown(diff)}\n`);
  } finally {
    await close();
  }
}

async function opened(files: readonly string[], options: DiffOptions): Promise<Folded> {
  if (placeOf(options) === null) {
    const inputs = await openInputs(files, {});
    return { read: () => numbered(inputs.read(), Number.POSITIVE_INFINITY), close: () => inputs.dispose() };
  }
  const [name, ...others] = files;
  if (name === undefined || others.length > 0) {
    throw new CommandFailure(EXIT.usage, 'of a log one roll at a time is folded; name one');
  }
  const source = await openSource({ server: '', ...options });
  const rolls = await source.rolls();
  const { roll } = rollOf(name, rolls, source);
  return { read: () => entriesOf(source, roll, rolls), close: () => source.close() };
}

function shown({ seq, pathways, contingents, heads, first }: MachineDiff): string {
  const events = `${formatCount(seq)} ${seq === 1 ? 'event' : 'events'}`;
  if (first === null) return `the same: each of ${events} does what it did, and all land where they did`;
  const landing =
    contingents.length === 1 ? '1 contingent lands' : `${formatCount(contingents.length)} contingents land`;
  const heading = `of ${events}: ${landing} differently, ${formatCount(heads)} heads`;
  const byPathway = table(['pathway', 'old', 'new', 'difference']);
  for (const { pathway, old, new: young } of pathways) {
    if (old === 0 && young === 0) continue;
    byPathway.push([pathway, formatCount(old), formatCount(young), signed(young - old)]);
  }
  const byContingent = table(['contingent', 'old', 'new']);
  for (const one of contingents) byContingent.push([one.id, stand(one.old), stand(one.new)]);
  return [heading, firstText(first), byPathway.toString(), byContingent.toString()].join('\n\n');
}

function firstText({ seq, id, type, old, new: young }: Divergence): string {
  return printable(`first at seq ${seq}, ${id}, ${type}`).concat(
    `\n  old  ${printable(old)}\n  new  ${printable(young)}`,
  );
}

function stand(contingent: MachineDiff['contingents'][number]['old']): string {
  return contingent === null ? 'not there' : `${contingent.state}, ${formatCount(contingent.strength.best)}`;
}

function signed(n: number): string {
  return n > 0 ? `+${formatCount(n)}` : formatCount(n);
}

function table(head: string[]) {
  return new Table({ head, style: { head: [], border: [] } });
}
