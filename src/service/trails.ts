import { rollName } from '../../events/ids.ts';
import type { ReadRange } from '../roll/facts-in-turn.ts';
import type { Fold } from '../roll/fold.ts';
import type { Kernels } from '../roll/kernels.ts';
import { Trail, type TrailOrder } from '../roll/trail.ts';
import { ViewModel, type ViewQuestion } from './view-answer.ts';

/** Trails kept: of two long logs in both orders. */
const TRAILS_KEPT = 4;
/** A milestone takes about a hundred bytes a contingent, and a view from it folds some thousand facts at most. */
const SPACING = { facts: 1_000, contingentsKept: 2_000_000 };

interface KeptTrail {
  readonly trail: Trail<ViewModel>;
  /** The last entry that the trail has. */
  tail: Uint8Array;
}

/** The trails of the logs that were asked about last: the first view of one folds the log, the others little of it. */
export class Trails {
  readonly #kernels: Kernels;
  readonly #kept = new Map<string, KeptTrail>();

  constructor(kernels: Kernels) {
    this.#kernels = kernels;
  }

  /** The fold that a question is about. `read` reads the log of its roll; throws what it throws. One at a time. */
  async fold({ roll, to, view }: ViewQuestion, read: ReadRange): Promise<Fold<ViewModel>> {
    const order: TrailOrder = view.asOfMs === undefined ? 'log' : 'time';
    const key = `${rollName(roll)} ${order}`;
    const known = this.#kept.get(key);
    // Away until it has answered: one that broke off is of no use.
    this.#kept.delete(key);
    const trail =
      known !== undefined && (await isTail(known, read))
        ? known.trail
        : new Trail(this.#kernels, order, SPACING, () => new ViewModel());
    const { fold } = await trail.fold(read, to, view);
    this.#kept.set(key, { trail, tail: await entryAt(read, trail.length) });
    for (const oldest of [...this.#kept.keys()].slice(0, -TRAILS_KEPT)) this.#kept.delete(oldest);
    return fold;
  }
}

/** Whether the log is still the one that was folded: a store can be put back to an earlier one under a running service. */
async function isTail({ trail, tail }: KeptTrail, read: ReadRange): Promise<boolean> {
  return Buffer.compare(await entryAt(read, trail.length), tail) === 0;
}

async function entryAt(read: ReadRange, seq: number): Promise<Uint8Array> {
  for await (const { bytes } of read({ from: seq, to: seq })) return bytes.slice();
  return new Uint8Array();
}
