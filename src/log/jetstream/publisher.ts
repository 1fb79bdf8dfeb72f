import {
  headers,
  type Msg,
  type MsgHdrs,
  type NatsConnection,
  nuid,
  type PublishOptions,
  type Subscription,
} from 'nats';
import pRetry from 'p-retry';
import { z } from 'zod';

const PROBING = { retries: Number.POSITIVE_INFINITY, minTimeout: 100, maxTimeout: 1_000 };

export interface Publication {
  readonly subject: string;
  /** What the server knows a repeat by; without it nothing is taken for one. */
  readonly messageId?: string;
  /** Headers beside those of `Publisher`. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly bytes: Uint8Array;
}

/** What became of one publication. */
export type Outcome =
  | { readonly kind: 'stored'; readonly sequence: number; readonly isDuplicate: boolean }
  /** The server did not take it. `code`: the server's err_code, 0 when nobody listened. */
  | { readonly kind: 'rejected'; readonly code: number; readonly message: string }
  /** No answer came: it may be in the stream or not. */
  | { readonly kind: 'unknown'; readonly message: string };

const answerSchema = z.union([
  z.object({ error: z.object({ err_code: z.number().optional(), description: z.string().optional() }) }),
  z.object({ seq: z.number(), duplicate: z.boolean().optional() }),
]);

/** The server takes 1,000 messages a batch, and holds a batch in memory until it is whole. */
export const MOST_AT_ONCE = 1_000;
export const MOST_BYTES_AT_ONCE = 4_194_304;

/** JetStream's err_codes that say that an expectation did not hold. */
export const WRONG_LAST_SEQUENCE = [10071, 10164];
const WRONG_LAST_MESSAGE_ID = 10070;
export const isExpectationFailed = (code: number) =>
  WRONG_LAST_SEQUENCE.includes(code) || code === WRONG_LAST_MESSAGE_ID;

/**
 * Publishes to a JetStream stream, many at once, with one subscription for all the answers: js.publish makes a
 * request of each, at an eighth of the rate.
 */
export class Publisher {
  readonly #connection: NatsConnection;
  readonly #ackTimeoutMs: number;
  readonly #inbox = `_INBOX.${nuid.next()}`;
  readonly #waiting = new Map<string, (outcome: Outcome) => void>();
  readonly #answers: Subscription;
  readonly #probe: () => Promise<unknown>;
  readonly #closing = new AbortController();
  #last = 0;
  #isConnected = true;
  #silence: string | null = null;

  /** `probe`: a question to the stream, asked after an acknowledgement that never came until it is answered. */
  constructor(connection: NatsConnection, ackTimeoutMs: number, probe: () => Promise<unknown>) {
    this.#connection = connection;
    this.#ackTimeoutMs = ackTimeoutMs;
    this.#probe = probe;
    this.#answers = connection.subscribe(`${this.#inbox}.*`, {
      callback: (error, answer) => {
        const token = answer.subject.slice(this.#inbox.length + 1);
        this.#waiting.get(token)?.(error ? unknown(error.message) : outcomeOf(answer));
      },
    });
    void this.#watch();
  }

  /** Whether there is a server to publish to now. */
  get isConnected(): boolean {
    return this.#isConnected && !this.#connection.isClosed();
  }

  /**
   * Why nothing is taken, as the last answer has it or the lack of one; null if all is well. What is published to a
   * server that does not answer only waits in this process's memory.
   */
  get silence(): string | null {
    return this.#silence;
  }

  /** Throws while there is no server: what is sent then would be kept in memory until there is one. */
  requireConnection(): void {
    if (!this.isConnected) throw new Error('there is no connection to the NATS server');
  }

  /**
   * Publishes one by one without waiting in between. With `lastSequence` each is taken only where the one before
   * was and nothing came between: the first right after that sequence of the stream, each other right after the
   * message id before it. (Counting on from the sequence would let a later one in where a stranger took the
   * place of an earlier one.) So what is stored is a beginning of them. All of them need a message id then.
   */
  async each(publications: readonly Publication[], lastSequence: number | null): Promise<readonly Outcome[]> {
    return this.#sendAll(publications, (publication, index) => {
      const header = this.#header(publication);
      const before = publications[index - 1];
      if (lastSequence !== null && before === undefined) {
        header.set('Nats-Expected-Last-Sequence', String(lastSequence));
      } else if (lastSequence !== null && before?.messageId !== undefined) {
        header.set('Nats-Expected-Last-Msg-Id', before.messageId);
      }
      return { header, isAnswered: true };
    });
  }

  /**
   * As `each` after that sequence, but one after the other, each when the one before is acknowledged; ends with the
   * first that was not taken. For streams of several copies: there a message id that is not the one expected shows
   * only when the copies store it, and nats-server 2.15 takes that for a failure to write and stops the stream.
   */
  async inTurn(publications: readonly Publication[], lastSequence: number): Promise<readonly Outcome[]> {
    const outcomes: Outcome[] = [];
    let last = lastSequence;
    for (const publication of publications) {
      const sent = await this.each([publication], last);
      outcomes.push(...sent);
      for (const outcome of sent) {
        if (outcome.kind !== 'stored') return outcomes;
        if (!outcome.isDuplicate) last = outcome.sequence;
      }
    }
    return outcomes;
  }

  /**
   * Publishes as one atomic batch (nats-server 2.12 and later), at most 1,000: all are stored side by side, or
   * none is and the one outcome says why.
   */
  async batch(
    publications: readonly Publication[],
    lastSequence: number | null,
  ): Promise<readonly Outcome[]> {
    const id = nuid.next();
    const answers = await this.#sendAll(publications, (publication, index) => {
      const header = this.#header(publication);
      const isFirst = index === 0;
      const isLast = index === publications.length - 1;
      header.set('Nats-Batch-Id', id);
      header.set('Nats-Batch-Sequence', String(index + 1));
      if (isFirst && lastSequence !== null) {
        header.set('Nats-Expected-Last-Sequence', String(lastSequence));
      }
      if (isLast) {
        header.set('Nats-Batch-Commit', '1');
      }
      // The server answers the first at once, in case there can be no batch at all.
      return { header, isAnswered: isFirst || isLast };
    });
    const commit = answers.at(-1);
    if (commit?.kind === 'stored') {
      const first = commit.sequence - publications.length + 1;
      return publications.map((_, index) => ({
        kind: 'stored',
        sequence: first + index,
        isDuplicate: false,
      }));
    }
    // The first refusal has the reason; after it the server does not know the batch.
    const refusal = answers.find((answer) => answer.kind === 'rejected');
    return commit === undefined || commit.kind === 'unknown' ? answers.slice(-1) : [refusal ?? commit];
  }

  /** Takes no more answers. */
  close(): void {
    this.#answers.unsubscribe();
    this.#closing.abort();
  }

  #header(publication: Publication): MsgHdrs {
    const header = headers();
    if (publication.messageId !== undefined) header.set('Nats-Msg-Id', publication.messageId);
    for (const [name, value] of Object.entries(publication.headers ?? {})) header.set(name, value);
    return header;
  }

  /** `address` makes what goes with each as it is sent, so that nothing of it waits for the answers. */
  async #sendAll(
    publications: readonly Publication[],
    address: (publication: Publication, index: number) => { header: MsgHdrs; isAnswered: boolean },
  ): Promise<readonly Outcome[]> {
    const tokens: string[] = [];
    const giveUp = () => {
      for (const token of tokens) {
        this.#waiting.get(token)?.(unknown(`no acknowledgement within ${this.#ackTimeoutMs} ms`));
      }
      void this.#awaitAnswer('it does not answer');
    };
    const timer = setTimeout(giveUp, this.#ackTimeoutMs);
    try {
      const outcomes: Promise<Outcome>[] = [];
      for (const [index, publication] of publications.entries()) {
        const { header, isAnswered } = address(publication, index);
        const { subject, bytes } = publication;
        if (!isAnswered) {
          this.#send(subject, bytes, { headers: header });
          continue;
        }
        const token = (++this.#last).toString(36);
        tokens.push(token);
        outcomes.push(
          new Promise((resolve) => {
            this.#waiting.set(token, (outcome) => {
              this.#waiting.delete(token);
              timer.refresh();
              resolve(outcome);
            });
          }),
        );
        const problem = this.#send(subject, bytes, { headers: header, reply: `${this.#inbox}.${token}` });
        if (problem !== null) {
          this.#waiting.get(token)?.({ kind: 'rejected', code: 0, message: problem });
        }
      }
      const all = await Promise.all(outcomes);
      // Nobody leads the stream, or there is none.
      const unheard = all.find((outcome) => outcome.kind === 'rejected' && outcome.code === 0);
      if (unheard?.kind === 'rejected') void this.#awaitAnswer(unheard.message);
      return all;
    } finally {
      clearTimeout(timer);
      for (const token of tokens) {
        this.#waiting.delete(token);
      }
    }
  }

  /** Hands one to the connection; the reason if it takes none any more. */
  #send(subject: string, bytes: Uint8Array, options: PublishOptions): string | null {
    try {
      this.#connection.publish(subject, bytes, options);
      return null;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }

  async #awaitAnswer(silence: string): Promise<void> {
    if (this.#silence !== null) return;
    this.#silence = silence;
    const { signal } = this.#closing;
    // It rejects when the log is closed only.
    await pRetry(this.#probe, { ...PROBING, signal }).catch(() => {});
    this.#silence = null;
  }

  /** A lost connection takes the answers with it: nobody need wait for them until the timeout. */
  async #watch(): Promise<void> {
    for await (const status of this.#connection.status()) {
      if (this.#closing.signal.aborted) {
        return;
      }
      if (status.type === 'reconnect') {
        this.#isConnected = true;
      } else if (status.type === 'disconnect' || status.type === 'close') {
        this.#isConnected = false;
        for (const settle of [...this.#waiting.values()]) {
          settle(unknown('the connection was lost before the acknowledgement came'));
        }
      }
    }
  }
}

function unknown(message: string): Outcome {
  return { kind: 'unknown', message };
}

function outcomeOf(answer: Msg): Outcome {
  if (answer.data.length === 0) {
    // Nobody listens there (a status, no body), or the go-ahead after the first of a batch.
    return answer.headers?.code === 503
      ? { kind: 'rejected', code: 0, message: 'the server keeps no stream for these events (no responders)' }
      : { kind: 'stored', sequence: 0, isDuplicate: false };
  }
  let parsed: unknown;
  try {
    parsed = answer.json();
  } catch {
    parsed = null;
  }
  const { data } = answerSchema.safeParse(parsed);
  if (data === undefined) {
    return unknown(`an acknowledgement that is none: ${answer.string().slice(0, 200)}`);
  }
  if ('error' in data) {
    const { err_code: code = -1, description = 'no reason given' } = data.error;
    return { kind: 'rejected', code, message: `${description} (${code})` };
  }
  return { kind: 'stored', sequence: data.seq, isDuplicate: data.duplicate ?? false };
}
