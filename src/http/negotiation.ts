import type { FastifyRequest } from 'fastify';
import { Problem } from './problem.ts';

/** Refuses a request whose Accept header leaves out everything that an address can answer with. */
export function requireAcceptable(request: FastifyRequest, offered: readonly string[]): void {
  const { accept } = request.headers;
  if (accept === undefined || offered.some((type) => isAccepted(accept, type))) return;
  throw new Problem(
    'not-acceptable',
    `Accept is ${JSON.stringify(accept)}, and this address answers with ${offered.join(' or ')}. Ask for that, or leave the header out.`,
  );
}

/** Whether an Accept header lets a media type through; of the ranges that fit, the most exact one decides. */
export function isAccepted(accept: string, type: string): boolean {
  const family = `${type.slice(0, type.indexOf('/'))}/*`;
  const ranges = accept.split(',').map((range) => {
    const [name = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    const weight = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
    return { name, isWanted: weight === undefined || Number(weight) > 0 };
  });
  const deciding = [type, family, '*/*'].flatMap((name) => ranges.filter((range) => range.name === name));
  return deciding[0]?.isWanted ?? false;
}
