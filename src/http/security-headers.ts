import type { FastifyReply } from 'fastify';

const HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
} as const;

/** Nothing from elsewhere runs, nobody frames us, no other origin reads us, and nothing is kept that changes. */
export function setSecurityHeaders(reply: FastifyReply): void {
  reply.headers(HEADERS);
}
