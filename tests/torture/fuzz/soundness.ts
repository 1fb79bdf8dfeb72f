import { z } from 'zod';
import { problemDocument } from '../../../src/http/problem-schema.ts';
import { rollDocument } from '../../../src/http/roll-schemas.ts';
import { batchAnswer } from '../../../src/http/submission-schemas.ts';
import type { Delivery } from './delivery.ts';
import type { Answer } from './http-client.ts';

const PROBLEM = 'application/problem+json; charset=utf-8';
const VERDICTS = [200, 201, 400, 409, 422, 503];

/** What is wrong with an answer, or null. */
export function unsound({ allowed, mayHangUp }: Delivery, answer: Answer | null): string | null {
  if (answer === null) return mayHangUp ? null : 'no answer';
  const { status, mediaType, body } = answer;
  if (!allowed.includes(status)) return `status ${status}: ${body.slice(0, 500)}`;
  // A request without an answer's body (HEAD), one that was hung up upon, or an answer over NATS.
  if (body === '' || mayHangUp || mediaType === 'application/json') return null;
  if (status >= 400) {
    if (mediaType !== PROBLEM) return `status ${status} as ${mediaType}: ${body.slice(0, 500)}`;
    const problem = problemDocument.safeParse(parsed(body));
    if (!problem.success)
      return `no problem document: ${z.prettifyError(problem.error)}: ${body.slice(0, 500)}`;
    return problem.data.status === status ? null : `status ${status}, in the document ${problem.data.status}`;
  }
  if (status !== 207) return null;
  const many = batchAnswer.safeParse(parsed(body));
  if (!many.success) return `no answer to a batch: ${z.prettifyError(many.error)}: ${body.slice(0, 500)}`;
  const odd = many.data.items.find((item) => !VERDICTS.includes(item.status));
  return odd === undefined ? null : `an event of a batch got ${odd.status}`;
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}

/** A roll document whose heads are all there. Throws if it is none, or they are not. */
export function conserved(body: string): z.output<typeof rollDocument> {
  const roll = rollDocument.parse(JSON.parse(body));
  const { inflow, unaccounted, balance, contingents } = roll;
  const sum = (of: (one: (typeof contingents)[number]) => number) =>
    contingents.reduce((total, one) => total + of(one), 0);
  const [strength, killed, missing] = [
    sum((one) => one.strength.best),
    sum((one) => one.killed),
    sum((one) => one.missing),
  ];
  const found = strength + killed + missing + unaccounted;
  if (balance !== 0 || inflow.best !== found) {
    throw new Error(`inflow ${inflow.best}, found ${found}, balance ${balance}`);
  }
  if (unaccounted !== sum((one) => one.unaccounted))
    throw new Error('unaccounted is not the sum of the contingents');
  return roll;
}
