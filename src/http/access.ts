import { timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { Sessions, sessionIn } from './sessions.ts';
import { EVERY_THEATRE, type TokensFile, tokenHash } from './tokens-file.ts';

/** Whoever makes a request, and what that one may do. */
export interface Caller {
  /** The token's name; null for whoever shows none that is known. */
  readonly name: string | null;
  readonly read: readonly string[];
  readonly write: readonly string[];
  /** How it was told who this is; `wrong-token`: by a token that is not known. */
  readonly by: 'nothing' | 'token' | 'wrong-token' | 'session';
}

export interface AccessOptions {
  /** One token that may do everything; null: there is none. */
  readonly token: string | null;
  /** More of them, each with rights; then who shows none may read only what the file says. Null: no such file. */
  readonly tokens: TokensFile | null;
  /** Whether only this machine reaches the server. */
  readonly isPrivate: boolean;
}

interface Known extends Omit<Caller, 'by'> {
  readonly digest: Buffer;
}

/** Tells callers apart. Of tokens it keeps only hashes. */
export class Access {
  /** Whether reading is for those only who show a token, or for whom the tokens file says. */
  readonly isGuarded: boolean;
  readonly #known: readonly Known[];
  readonly #anonymous: Caller;
  readonly #sessions = new Sessions<Known>();

  constructor({ token, tokens, isPrivate }: AccessOptions) {
    const every = [EVERY_THEATRE];
    this.isGuarded = tokens !== null;
    this.#known = [
      ...(token === null
        ? []
        : [{ name: 'MUSTER_TOKEN', digest: digestOf(tokenHash(token)), read: every, write: every }]),
      ...(tokens?.tokens ?? []).map(({ sha256, ...rights }) => ({ ...rights, digest: digestOf(sha256) })),
    ];
    this.#anonymous = {
      name: null,
      by: 'nothing',
      read: tokens === null ? every : (tokens.anonymous?.read ?? []),
      write: isPrivate && this.#known.length === 0 ? every : [],
    };
  }

  /** Whether there is any token that a writer could show. */
  get hasTokens(): boolean {
    return this.#known.length > 0;
  }

  /**
   * Who sends these header fields: the owner of the bearer token, else of the session. A session only reads, so
   * that no page in a browser, whatever it does, writes with somebody's cookie.
   */
  identify(headers: IncomingHttpHeaders): Caller {
    const { authorization } = headers;
    if (authorization !== undefined) {
      const token = /^Bearer +(\S+) *$/i.exec(authorization)?.[1];
      const owner = token === undefined ? null : this.#ownerOf(token);
      if (owner === null) return { ...this.#anonymous, by: 'wrong-token' };
      const { name, read, write } = owner;
      return { name, read, write, by: 'token' };
    }
    const session = sessionIn(headers);
    const owner = session === null ? null : this.#sessions.ownerOf(session);
    if (owner === null) return this.#anonymous;
    return { name: owner.name, read: owner.read, write: [], by: 'session' };
  }

  /** Begins a session for the owner of a token and gives its id; null if the token is not known. */
  signIn(token: string): string | null {
    const owner = this.#ownerOf(token);
    return owner === null ? null : this.#sessions.begin(owner);
  }

  signOut(headers: IncomingHttpHeaders): void {
    const session = sessionIn(headers);
    if (session !== null) this.#sessions.end(session);
  }

  /** Compares digests, and each one: the time it takes tells nothing about a token, not even its length. */
  #ownerOf(token: string): Known | null {
    const digest = digestOf(tokenHash(token));
    let owner: Known | null = null;
    for (const known of this.#known) {
      if (timingSafeEqual(known.digest, digest)) owner = known;
    }
    return owner;
  }
}

/** Whether a list of theatres has this one, by name or as one of all. */
export function covers(theatres: readonly string[], theatre: string): boolean {
  return theatres.includes(EVERY_THEATRE) || theatres.includes(theatre);
}

function digestOf(hex: string): Buffer {
  return Buffer.from(hex, 'hex');
}
