import type { FastifyRequest } from 'fastify';
import { type Access, type Caller, covers } from './access.ts';
import { Problem } from './problem.ts';
import { type HttpSettings, isLoopbackName } from './settings.ts';
import { EVERY_THEATRE } from './tokens-file.ts';

/**
 * Refuses a request by a name that is not this machine's, on a server that only this machine can reach: a web
 * page whose name was pointed at 127.0.0.1 (DNS rebinding) would otherwise count as our own origin.
 */
export function requireOwnName(settings: HttpSettings, request: FastifyRequest): void {
  const { host } = request.headers;
  if (!settings.isLoopback || isLoopbackName(hostName(host)) || settings.publicUrls.hasHost(host)) return;
  throw new Problem(
    'misdirected',
    'This server answers to localhost and loopback addresses only. Use http://127.0.0.1 and its port; if a proxy on this machine brought you here, start the server with --public-url and the address of the proxy.',
  );
}

/** Refuses what a page of another origin sends with the reader's browser. */
export function requireSameOrigin({ publicUrls }: HttpSettings, request: FastifyRequest): void {
  const { origin, host } = request.headers;
  const site = request.headers['sec-fetch-site'];
  const isForeign =
    (site !== undefined && site !== 'same-origin' && site !== 'none') ||
    (origin !== undefined && !isOriginOf(origin, host) && !publicUrls.hasOrigin(origin));
  if (!isForeign) return;
  throw new Problem(
    'forbidden',
    'A page of another origin may not write here. Send events from a program, or from the page of this server; if that came through a proxy, start the server with --public-url and the address of the proxy.',
  );
}

/** Refuses a write about a theatre by whom the server does not let. */
export function requireWriter(access: Access, caller: Caller, theatre: string): void {
  if (covers(caller.write, theatre)) return;
  if (!access.hasTokens) {
    throw new Problem(
      'forbidden',
      'This server can be reached from elsewhere and has no token, so it takes no events. Start it with a token, or on 127.0.0.1 and without --public-url.',
    );
  }
  if (caller.by === 'session') {
    throw new Problem(
      'forbidden',
      'A session in a browser only reads. Write from a program, with the header "Authorization: Bearer TOKEN".',
    );
  }
  throw refusal(caller, `write to theatre ${theatre}`);
}

/** Refuses to tell about a theatre (`*`: about all) whom the server does not let read it. */
export function requireReader(caller: Caller, theatre: string): void {
  if (covers(caller.read, theatre)) return;
  throw refusal(caller, theatre === EVERY_THEATRE ? 'read every theatre' : `read theatre ${theatre}`);
}

/** Refuses what is about no theatre to whom may see none. */
export function requireAnyRight(caller: Caller): void {
  if (mayAnything(caller)) return;
  throw refusal(caller, 'read anything');
}

export function mayAnything({ read, write }: Caller): boolean {
  return read.length > 0 || write.length > 0;
}

/** Says the same whether the theatre is there or not. */
function refusal({ by, name }: Caller, what: string): Problem {
  if (name !== null) {
    return new Problem(
      'forbidden',
      `The token ${name} may not ${what}. Ask whoever runs the server for one that may.`,
    );
  }
  return new Problem(
    'unauthorized',
    by === 'wrong-token'
      ? 'This is no token of this server. Send one that is, or ask whoever runs the server for one.'
      : 'Send the header "Authorization: Bearer TOKEN" with a token of this server; in a browser, sign in at /session.',
    {},
    { 'www-authenticate': `Bearer realm="muster"${by === 'wrong-token' ? ', error="invalid_token"' : ''}` },
  );
}

function isOriginOf(origin: string, host: string | undefined): boolean {
  try {
    return new URL(origin).host === new URL(`http://${host}`).host;
  } catch {
    return false;
  }
}

function hostName(host: string | undefined): string {
  try {
    return new URL(`http://${host}`).hostname.replace(/^\[(.*)\]$/, '$1');
  } catch {
    return '';
  }
}
