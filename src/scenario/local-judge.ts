import { setImmediate as nextTurn } from 'node:timers/promises';
import type { RollId } from '../../events/ids.ts';
import { Fold } from '../roll/fold.ts';
import { createKernels, type Kernels } from '../roll/kernels.ts';
import { type RawEntry, Settlement } from '../roll/settlement.ts';
import type { CompiledEvent } from './compile.ts';
import type { Said } from './expectation.ts';
import type { TargetFailure } from './play-target.ts';

const EVENTS_PER_TURN = 64;
const NO_READ_MODEL = { apply: () => {} };

/** Reads the log of a roll from its start. */
type ReadLog = () => AsyncIterable<RawEntry>;

/**
 * What a roll must say to the events that are added to it, where the target only keeps them: judged on all that its log
 * held before.
 */
export class LocalJudge {
  readonly #home: RollId;
  readonly #read: ReadLog;
  readonly #kernels: Kernels;
  readonly #added: RawEntry[] = [];
  #settlement = new Settlement();
  #fold: Fold | null = null;
  /** The seq of the log's last entry before the first event. */
  #before = 0;

  constructor(home: RollId, read: ReadLog, kernels: Kernels = createKernels()) {
    this.#home = home;
    this.#read = read;
    this.#kernels = kernels;
  }

  /** Reads what is there, before the first event is added; again, if that failed. */
  async begin(): Promise<{ readonly ok: true } | TargetFailure> {
    this.#settlement = new Settlement();
    try {
      for await (const entry of this.#read()) {
        this.#settlement.take(entry);
        this.#before = entry.seq;
      }
      return { ok: true };
    } catch (error) {
      return { ok: false, kind: 'unreachable', message: `the log can't be read: ${String(error)}` };
    }
  }

  /** What it must say to the next events, in their order; what else is under way has its turn in between. */
  async saidToEach(events: readonly CompiledEvent[]): Promise<readonly Said[]> {
    const said: Said[] = [];
    for (const [place, event] of events.entries()) {
      if (place % EVENTS_PER_TURN === 0) await nextTurn();
      said.push(this.#said(event, this.#fold ?? (await this.#folded())));
    }
    return said;
  }

  #said({ bytes }: CompiledEvent, fold: Fold): Said {
    const entry = { seq: this.#before + this.#added.length + 1, bytes, home: this.#home };
    this.#added.push(entry);
    const settled = this.#settlement.take(entry);
    switch (settled.kind) {
      case 'fact': {
        const verdict = fold.take(settled);
        if (verdict.kind === 'accepted') return { kind: 'accepted' };
        const { code, message } = verdict.refusal;
        return { kind: 'refused', code, message };
      }
      case 'correction':
        this.#fold = null;
        return { kind: 'accepted' };
      case 'duplicate':
        return { kind: 'duplicate', of: settled.of };
      case 'refused':
        return { kind: 'refused', code: settled.refusal.code, message: settled.refusal.message };
      default:
        return settled satisfies never;
    }
  }

  /** The roll so far; a correction has it folded again, for it changes what came before. */
  async #folded(): Promise<Fold> {
    const fold = new Fold(this.#kernels, {}, NO_READ_MODEL);
    const take = (entry: RawEntry) => {
      const recalled = this.#settlement.recall(entry, {});
      if (recalled?.kind === 'fact') fold.take(recalled);
    };
    if (this.#before > 0) {
      for await (const entry of this.#read()) {
        if (entry.seq > this.#before) break;
        take(entry);
      }
    }
    for (const entry of this.#added) take(entry);
    this.#fold = fold;
    return fold;
  }
}
