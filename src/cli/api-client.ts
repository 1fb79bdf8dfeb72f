import { z } from 'zod';
import type { RollId } from '../../events/ids.ts';
import { BASES } from '../log/port.ts';
import { CommandFailure, EXIT } from './exit-codes.ts';
import { printable } from './printable.ts';
import { rollCalled } from './roll-called.ts';

/** How long an answer may take: behind a correction that is as long as folding a long log again. */
const PATIENCE_MS = 300_000;

const rollSchema = z.object({
  theatre: z.string(),
  timeline: z.string(),
  title: z.string(),
  basis: z.enum(BASES).nullable(),
  openedAs: z.enum(BASES).nullable(),
  closed: z.boolean(),
  base: z.object({ timeline: z.string(), seq: z.number() }).nullable(),
  seq: z.number(),
});
const rollsSchema = z.object({ items: z.array(rollSchema) });
const problemSchema = z.object({ title: z.string(), detail: z.string().optional() });

/** The service can't be reached or is not able to right now; the same request may succeed later. */
export class ServiceUnavailable extends CommandFailure {
  /** How long the service asks to be left alone; null if it says nothing. */
  readonly retryAfterMs: number | null;

  constructor(message: string, retryAfterMs: number | null, options?: ErrorOptions) {
    super(EXIT.unreachable, message, options);
    this.retryAfterMs = retryAfterMs;
  }
}

/** A roll of a running service. */
export type RemoteRoll = z.output<typeof rollSchema>;

/** Talks to a running service over HTTP (DESIGN 7). What can't be had ends the command with its exit code. */
export class ApiClient {
  readonly #server: string;
  readonly #token: string | undefined;

  constructor(server: string, token: string | undefined) {
    this.#server = server;
    this.#token = token;
  }

  /** The header field that shows the token; none without one. */
  get authorization(): { readonly authorization?: string } {
    return this.#token === undefined ? {} : { authorization: `Bearer ${this.#token}` };
  }

  /** Every roll, closed ones too. */
  async rolls(): Promise<readonly RemoteRoll[]> {
    return this.read('/api/rolls?closed=true', rollsSchema).then(({ items }) => items);
  }

  /** As `rollCalled`. */
  async findRoll(name: string): Promise<RemoteRoll> {
    return rollCalled(name, await this.rolls(), 'the service');
  }

  /** The JSON of an answer that must fit a schema; what does not comes from no Muster, and ends the command. */
  async read<T extends z.ZodType>(path: string, schema: T, init?: RequestInit): Promise<z.output<T>> {
    const patience = new AbortController();
    // The timer also keeps the process alive: a request over a connection that closes just then does not.
    const timer = setTimeout(() => {
      const message = `the service at ${this.#server} did not answer within ${PATIENCE_MS / 60_000} minutes`;
      patience.abort(new ServiceUnavailable(message, null));
    }, PATIENCE_MS);
    try {
      const signals = [patience.signal, ...(init?.signal ? [init.signal] : [])];
      const response = await this.#request(path, { ...init, signal: AbortSignal.any(signals) });
      const answer = schema.safeParse(await response.json().catch(() => undefined));
      if (answer.success) return answer.data;
    } finally {
      clearTimeout(timer);
    }
    throw new CommandFailure(
      EXIT.unreachable,
      `what answers at ${this.#server} is no Muster service of this version; name another with --server`,
    );
  }

  /** Answers other than success end the command: 3 for a service that is not able to, 1 for a request it refuses. */
  async #request(path: string, { headers, ...init }: RequestInit): Promise<Response> {
    let response: Response;
    try {
      response = await fetch(`${this.#server}${path}`, {
        ...init,
        headers: {
          ...this.authorization,
          ...Object.fromEntries(new Headers(headers)),
        },
      });
    } catch (cause) {
      if (cause instanceof ServiceUnavailable) throw cause;
      if (cause instanceof Error && cause.name === 'AbortError') throw cause;
      const message = `no service answers at ${this.#server}; start one with "muster serve", or name another with --server`;
      throw new ServiceUnavailable(message, null, { cause });
    }
    if (response.ok) return response;
    const problem = problemSchema.safeParse(await response.json().catch(() => null));
    const why = problem.success ? (problem.data.detail ?? problem.data.title) : response.statusText;
    const message = `the service at ${this.#server} answered ${response.status}: ${printable(why)}`;
    if (response.status === 503) throw new ServiceUnavailable(message, retryAfterMs(response));
    throw new CommandFailure(response.status >= 500 ? EXIT.unreachable : EXIT.inputWrong, message);
  }
}

function retryAfterMs({ headers }: Response): number | null {
  const seconds = headers.get('retry-after');
  return seconds !== null && /^\d+$/.test(seconds) ? Number(seconds) * 1_000 : null;
}

/** Where a roll is in the API. */
export function rollPath({ theatre, timeline }: RollId): string {
  return `/api/rolls/${theatre}/${timeline}`;
}
