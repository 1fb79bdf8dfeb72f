import { hash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { deserialize } from 'node:v8';
import type { MessagePort } from 'node:worker_threads';
import type { Tinypool } from 'tinypool';
import { type RollId, rollName } from '../../events/ids.ts';
import type { Gazetteer } from '../readmodels/map/locate.ts';
import type { ReportDocument } from '../readmodels/reports/reports.ts';
import type { ContingentDocument } from '../readmodels/roll-document.ts';
import { foldLog } from '../roll/fold.ts';
import type { Kernels } from '../roll/kernels.ts';
import type { RawEntry } from '../roll/settlement.ts';
import { answerCourse, type CourseAnswer } from './course-answer.ts';
import { givingPages } from './entry-pages.ts';
import { answerReports, type ReportsQuestion } from './reports-answer.ts';
import type { RollLog } from './roll-log.ts';
import { type ViewAnswer, type ViewedLog, ViewModel, type ViewQuestion, viewAnswer } from './view-answer.ts';
import type { PackedAnswer } from './view-worker.ts';
import { startPool, THREADS_MOST } from './worker-pool.ts';

/** Entries that are folded here: to start a thread would take longer. */
const FOLDED_HERE = 1_000;
/** Views of long logs that may wait while one is folded. */
const WAITING_MOST = 8;
/** A thread that has nothing to do for so long ends, and the memory of its trails is free. */
const IDLE_MS = 600_000;

/** So many views of long logs are asked for that another would wait too long. */
export class BusyError extends Error {
  override readonly name = 'BusyError';
}

/**
 * Answers questions about views. Long logs are folded in threads of their own, several rolls side by side, and the
 * service goes on to answer meanwhile; a thread keeps what makes the next view of the same roll quick.
 */
export class ViewThreads {
  readonly #kernels: Kernels;
  readonly #gazetteer: Gazetteer;
  /** A thread each: which one is asked about a roll is always the same, since it has the roll's trails. */
  readonly #pools = new Map<number, Promise<Tinypool>>();
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
      async (read) => {
        const { fold } = await foldLog(this.#kernels, read, question.view, () => new ViewModel());
        return viewAnswer(question, fold, this.#gazetteer);
      },
      async (pool, port) => {
        const packed: PackedAnswer = await pool.run({ question, port }, { transferList: [port] });
        return unpacked(packed);
      },
    );
  }

  /** How a view came to be; throws as `ask` does. */
  askCourse(log: RollLog, question: ViewedLog): Promise<CourseAnswer> {
    return this.#fold(
      log,
      question.to,
      (read) => answerCourse(this.#kernels, question, read),
      (pool, port) => pool.run({ question, port }, { transferList: [port], name: 'course' }),
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
      const pool = await this.#poolOf(log.roll);
      return await givingPages(log, (port) => there(pool, port));
    } finally {
      this.#waiting -= 1;
    }
  }

  #poolOf(roll: RollId): Promise<Tinypool> {
    const number = hash('sha256', rollName(roll), 'buffer').readUInt32BE() % THREADS_MOST;
    const pool = this.#pools.get(number) ?? startPool('view-worker', { maxThreads: 1, idleTimeout: IDLE_MS });
    this.#pools.set(number, pool);
    return pool;
  }

  /** Ends the threads; what they were asked is answered with an error. */
  async close(): Promise<void> {
    const pools = await Promise.all(this.#pools.values());
    await Promise.all(pools.map((pool) => pool.destroy()));
  }
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
