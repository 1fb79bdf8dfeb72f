import { setImmediate as nextTurn } from 'node:timers/promises';
import { deserialize } from 'node:v8';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import type { Tinypool } from 'tinypool';
import type { Gazetteer } from '../readmodels/map/locate.ts';
import type { ReportDocument } from '../readmodels/reports/reports.ts';
import type { ContingentDocument } from '../readmodels/roll-document.ts';
import type { Kernels } from '../roll/kernels.ts';
import type { RawEntry } from '../roll/settlement.ts';
import { givePages } from './entry-pages.ts';
import { answerReports, type ReportsQuestion } from './reports-answer.ts';
import type { RollLog } from './roll-log.ts';
import { answerView, type ViewAnswer, type ViewQuestion } from './view-answer.ts';
import type { PackedAnswer } from './view-worker.ts';

/** Entries that are folded here: to start a thread would take longer. */
const FOLDED_HERE = 1_000;
/** Views of long logs that may wait while one is folded. */
const WAITING_MOST = 8;
/** A thread that has nothing to do for so long ends, and its memory is free. */
const IDLE_MS = 60_000;

/** So many views of long logs are asked for that another would wait too long. */
export class BusyError extends Error {
  override readonly name = 'BusyError';
}

/**
 * Folds logs in views, one long log at a time and in a thread of its own: folding a million entries takes minutes,
 * in which the service goes on to answer.
 */
export class ViewThreads {
  readonly #kernels: Kernels;
  readonly #gazetteer: Gazetteer;
  #pool: Promise<Tinypool> | null = null;
  #waiting = 0;

  constructor(kernels: Kernels, gazetteer: Gazetteer) {
    this.#kernels = kernels;
    this.#gazetteer = gazetteer;
  }

  /** Throws BusyError if too many wait already, and what the log throws. */
  ask(log: RollLog, question: ViewQuestion): Promise<ViewAnswer> {
    return this.#fold(
      log,
      question.to,
      (read) => answerView(this.#kernels, this.#gazetteer, question, read),
      async (pool, port) => {
        const packed: PackedAnswer = await pool.run({ question, port }, { transferList: [port] });
        return unpacked(packed);
      },
    );
  }

  /** Every report about a roll; throws as `ask` does. */
  askReports(log: RollLog, question: ReportsQuestion): Promise<readonly ReportDocument[]> {
    return this.#fold(
      log,
      question.to,
      (read) => answerReports(this.#kernels, question, read),
      (pool, port) => pool.run({ question, port }, { transferList: [port], name: 'reports' }),
    );
  }

  /** A short log is folded here, a long one in the thread. */
  async #fold<A>(
    log: RollLog,
    to: number,
    here: (read: () => AsyncIterable<RawEntry>) => Promise<A>,
    there: (pool: Tinypool, port: MessagePort) => Promise<A>,
  ): Promise<A> {
    if (to <= FOLDED_HERE) return here(() => log.read({ to }));
    if (this.#waiting > WAITING_MOST) {
      throw new BusyError(`${this.#waiting} views of long logs are being read; ask again in a while`);
    }
    this.#waiting += 1;
    try {
      this.#pool ??= startPool();
      const pool = await this.#pool;
      const { port1: ours, port2: theirs } = new MessageChannel();
      givePages(ours, log, to);
      try {
        return await there(pool, theirs);
      } finally {
        ours.close();
      }
    } finally {
      this.#waiting -= 1;
    }
  }

  /** Ends the thread; what it was asked is answered with an error. */
  async close(): Promise<void> {
    await (await this.#pool)?.destroy();
  }
}

async function startPool(): Promise<Tinypool> {
  const { Tinypool } = await import('tinypool');
  const filename = new URL('./view-worker.js', import.meta.url).href;
  return new Tinypool({ filename, minThreads: 0, maxThreads: 1, idleTimeout: IDLE_MS });
}

async function unpacked({ document, slices, ...rest }: PackedAnswer): Promise<ViewAnswer> {
  if (document === null) return { ...rest, document };
  const contingents: ContingentDocument[] = [];
  for (const slice of slices) {
    const some: readonly ContingentDocument[] = deserialize(slice);
    contingents.push(...some);
    await nextTurn();
  }
  return { ...rest, document: { ...document, contingents } };
}
