import type { FastifyReply, FastifyRequest } from 'fastify';
import type { HttpSettings } from './settings.ts';

const HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
} as const;

/** Nothing from elsewhere runs, nobody frames us, no other origin reads us unless told, and nothing is kept that changes. */
export function setSecurityHeaders(reply: FastifyReply): void {
  reply.headers(HEADERS);
}

/** What a page elsewhere may do after it asked: resume a stream and show a token, but not write. */
const PREFLIGHT = {
  'access-control-allow-methods': 'GET, HEAD',
  'access-control-allow-headers': 'last-event-id, authorization, cache-control',
  'access-control-max-age': '3600',
} as const;

/**
 * Lets a page of another origin that the settings name read the answer, and ask before it reads with a token or
 * resumes a stream (https://fetch.spec.whatwg.org/#http-cors-protocol). Cookies are never let through.
 */
export function allowReader({ readers }: HttpSettings, request: FastifyRequest, reply: FastifyReply): void {
  const isPreflight = request.method === 'OPTIONS';
  const method = isPreflight ? request.headers['access-control-request-method'] : request.method;
  if (readers.length === 0 || (method !== 'GET' && method !== 'HEAD')) return;
  const { origin } = request.headers;
  const isAny = readers.includes('*');
  if (!isAny) reply.header('vary', 'origin');
  if (!isAny && (origin === undefined || !readers.includes(origin))) return;
  reply.header('access-control-allow-origin', isAny ? '*' : origin);
  if (isPreflight) reply.headers(PREFLIGHT);
}
