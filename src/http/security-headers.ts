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

/**
 * Lets a page of another origin that the settings name read the answer (https://fetch.spec.whatwg.org/#http-cors-protocol).
 * A read needs no preflight, so there is none: a page elsewhere still writes nothing.
 */
export function allowReader({ readers }: HttpSettings, request: FastifyRequest, reply: FastifyReply): void {
  if (readers.length === 0 || (request.method !== 'GET' && request.method !== 'HEAD')) return;
  const { origin } = request.headers;
  if (readers.includes('*')) reply.header('access-control-allow-origin', '*');
  else reply.header('vary', 'origin');
  if (origin !== undefined && readers.includes(origin)) reply.header('access-control-allow-origin', origin);
}
