import { createHash, randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

const COOKIE = 'muster-session';
const LASTS_MS = 12 * 3_600_000;
/** Begun at one time; the oldest goes for a newer one. */
const MOST = 10_000;

interface Session<T> {
  readonly owner: T;
  readonly endsAt: number;
}

/**
 * Sessions of browsers, which can't send a token with each request. A session is 256 random bits in a cookie; it
 * ends after twelve hours or with the process, and the token itself stays in no browser.
 */
export class Sessions<T> {
  readonly #byHash = new Map<string, Session<T>>();

  begin(owner: T): string {
    const id = randomBytes(32).toString('base64url');
    for (const oldest of this.#byHash.keys()) {
      if (this.#byHash.size < MOST) break;
      this.#byHash.delete(oldest);
    }
    this.#byHash.set(hashOf(id), { owner, endsAt: performance.now() + LASTS_MS });
    return id;
  }

  ownerOf(id: string): T | null {
    const session = this.#byHash.get(hashOf(id));
    if (session === undefined) return null;
    if (session.endsAt > performance.now()) return session.owner;
    this.#byHash.delete(hashOf(id));
    return null;
  }

  end(id: string): void {
    this.#byHash.delete(hashOf(id));
  }
}

/** The session that a request shows; null if none. */
export function sessionIn({ cookie = '' }: IncomingHttpHeaders): string | null {
  return new RegExp(`(?:^|; *)${COOKIE}=([\\w-]{43})(?:;|$)`).exec(cookie)?.[1] ?? null;
}

/**
 * The Set-Cookie field that begins a session, or ends it (null). No script reads it, no other site's page or link
 * sends it. Behind a proxy that speaks TLS it is sent over TLS only.
 */
export function sessionCookie(id: string | null, isTls: boolean): string {
  const about = `Path=/; HttpOnly; SameSite=Strict${isTls ? '; Secure' : ''}`;
  return id === null
    ? `${COOKIE}=; Max-Age=0; ${about}`
    : `${COOKIE}=${id}; Max-Age=${LASTS_MS / 1000}; ${about}`;
}

/** Found by the hash, so that the time of a look-up tells nothing about the id. */
function hashOf(id: string): string {
  return createHash('sha256').update(id).digest('hex');
}
