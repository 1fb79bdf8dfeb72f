import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { Problem } from './problem.ts';
import { type HttpSettings, isLoopbackName } from './settings.ts';

/**
 * Refuses a request by a name that is not this machine's, on a server that only this machine can reach: a web
 * page whose name was pointed at 127.0.0.1 (DNS rebinding) would otherwise count as our own origin.
 */
export function requireOwnName(settings: HttpSettings, request: FastifyRequest): void {
  if (!settings.isLoopback || isLoopbackName(hostName(request.headers.host))) return;
  throw new Problem(
    'misdirected',
    'This server answers to localhost and loopback addresses only. Use http://127.0.0.1 and its port.',
  );
}

/** Refuses a write that a page of another origin makes with the reader's browser, and one without the token. */
export function requireWriter(settings: HttpSettings, request: FastifyRequest): void {
  requireSameOrigin(request);
  if (settings.token === null && settings.isLoopback) return;
  if (settings.token === null) {
    throw new Problem(
      'forbidden',
      'This server can be reached from elsewhere and has no token, so it takes no events. Start it with a token, or on 127.0.0.1.',
    );
  }
  const shown = /^Bearer +(\S+) *$/i.exec(request.headers.authorization ?? '')?.[1];
  if (shown !== undefined && isSame(shown, settings.token)) return;
  throw new Problem(
    'unauthorized',
    shown === undefined
      ? 'Send the header "Authorization: Bearer TOKEN" with the token that the server was started with.'
      : 'This is not the token that the server was started with.',
    {},
    { 'www-authenticate': `Bearer realm="muster"${shown === undefined ? '' : ', error="invalid_token"'}` },
  );
}

function requireSameOrigin(request: FastifyRequest): void {
  const { origin, host } = request.headers;
  const site = request.headers['sec-fetch-site'];
  const isForeign =
    (site !== undefined && site !== 'same-origin' && site !== 'none') ||
    (origin !== undefined && !isOriginOf(origin, host));
  if (!isForeign) return;
  throw new Problem(
    'forbidden',
    'A page of another origin may not write here. Send events from a program, or from the page of this server.',
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

/** Compares digests, so that the time it takes tells nothing about the token, not even its length. */
function isSame(shown: string, token: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(shown), digest(token));
}
