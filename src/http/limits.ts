import type { RateLimitPluginOptions } from '@fastify/rate-limit';
import { Problem } from './problem.ts';
import type { HttpSettings } from './settings.ts';

const MINUTE_MS = 60_000;

/** How many requests each token, or each address that shows none, may make. Kept in memory, for each process apart. */
export function limitsOf({ requestsPerMinute }: HttpSettings): RateLimitPluginOptions {
  const hidden = { 'x-ratelimit-limit': false, 'x-ratelimit-remaining': false, 'x-ratelimit-reset': false };
  return {
    max: requestsPerMinute,
    timeWindow: MINUTE_MS,
    keyGenerator: ({ caller, ip }) => (caller.name === null ? `from ${ip}` : `by ${caller.name}`),
    errorResponseBuilder: (_request, { max, ttl }) =>
      new Problem(
        'too-many-requests',
        `More than ${max} requests came within a minute from one token or address. Try again in ${Math.ceil(ttl / 1000)} s; send many events in one request.`,
      ),
    addHeaders: { ...hidden, 'retry-after': true },
    addHeadersOnExceeding: hidden,
  };
}
