import type { MusterEvent } from '../../events/event.ts';
import { PATHWAYS, type Pathway } from '../../events/vocabulary.ts';
import { Fold } from '../roll/fold.ts';
import type { Kernels } from '../roll/kernels.ts';
import type { ContingentState, Verdict } from '../roll/outcome.ts';
import { type RawEntry, Settlement } from '../roll/settlement.ts';
import { type ContingentDocument, contingentDocument, RollModel } from './roll-document.ts';
import { transitionDocument } from './transition-document.ts';

/** The first event of which two versions of the machines made something else. */
export interface Divergence {
  readonly seq: number;
  readonly id: string;
  readonly type: string;
  /** What each made of it, in words. */
  readonly old: string;
  readonly new: string;
}

/** What two versions of the machines make of one log. Heads are best estimates. */
export interface MachineDiff {
  /** Entries folded. */
  readonly seq: number;
  readonly pathways: readonly { readonly pathway: Pathway; readonly old: number; readonly new: number }[];
  /** Those that land differently, by id; null where a version does not know one. */
  readonly contingents: readonly {
    readonly id: string;
    readonly old: ContingentDocument | null;
    readonly new: ContingentDocument | null;
  }[];
  /** Heads of those: all of one that stands in another pathway, what is gained or lost of one that does not. */
  readonly heads: number;
  /** Null if every event did the same. */
  readonly first: Divergence | null;
}

/**
 * Folds a log with two versions of the machines, in the view "now". `read` gives the log from its start and is
 * called twice: corrections change what came before them.
 */
export async function diffMachines(
  old: Kernels,
  young: Kernels,
  read: () => AsyncIterable<RawEntry>,
): Promise<MachineDiff> {
  const settlement = new Settlement();
  let seq = 0;
  for await (const entry of read()) {
    settlement.take(entry);
    seq = entry.seq;
  }
  const folds = [new Fold(old, {}, new RollModel()), new Fold(young, {}, new RollModel())] as const;
  let first: Divergence | null = null;
  for await (const entry of read()) {
    const fact = settlement.recall(entry, {});
    if (fact?.kind === 'fact') {
      const [one, other] = [folds[0].take(fact), folds[1].take(fact)];
      if (first === null && said(one) !== said(other)) first = divergence(fact.event, one, other);
    }
    if (entry.seq === seq) break;
  }
  const [before, after] = folds;
  const [pathsBefore, pathsAfter] = folds.map(({ readModel }) => readModel.distribution.pathways());
  const ids = [...new Set([...before.contingents.keys(), ...after.contingents.keys()])].sort();
  const contingents = ids
    .map((id) => ({ id, old: shown(id, before.contingents), new: shown(id, after.contingents) }))
    .filter((one) => JSON.stringify(one.old) !== JSON.stringify(one.new));
  return {
    seq,
    pathways: PATHWAYS.map((pathway) => ({
      pathway,
      old: pathsBefore?.[pathway].best ?? 0,
      new: pathsAfter?.[pathway].best ?? 0,
    })),
    contingents,
    heads: contingents.reduce((sum, one) => sum + headsOf(one), 0),
    first,
  };
}

function headsOf({ old, new: young }: MachineDiff['contingents'][number]): number {
  const [before, after] = [old?.strength.best ?? 0, young?.strength.best ?? 0];
  return old?.pathway === young?.pathway ? Math.abs(after - before) : Math.max(before, after);
}

function shown(id: string, contingents: ReadonlyMap<string, ContingentState>): ContingentDocument | null {
  const state = contingents.get(id);
  return state === undefined ? null : contingentDocument(id, state);
}

/** Everything that an event did, to be compared. */
function said(verdict: Verdict): string {
  if (verdict.kind === 'refused') return JSON.stringify([verdict.refusal.code, verdict.refusal.message]);
  const { moves, theatre } = verdict.transition;
  return JSON.stringify([moves, theatre]);
}

function divergence({ envelope, type }: MusterEvent, old: Verdict, young: Verdict): Divergence {
  const seq = old.kind === 'refused' ? old.seq : old.transition.seq;
  return { seq, id: envelope.id, type, old: inWords(old), new: inWords(young) };
}

function inWords(verdict: Verdict): string {
  if (verdict.kind === 'refused') return `refused: ${verdict.refusal.code}: ${verdict.refusal.message}`;
  const { moves, phase } = transitionDocument(verdict.transition);
  const steps = moves.map(
    ({ contingent, from, to, strength }) => `${contingent} ${from ?? 'new'} → ${to}, ${strength.best} heads`,
  );
  if (phase !== null) steps.unshift(`the theatre is in ${phase.name}`);
  return `accepted: ${steps.length === 0 ? 'nobody moved' : steps.join('; ')}`;
}
