import type { FastifyReply } from 'fastify';
import type { RollId } from '../../events/ids.ts';
import type { BatchSubmission, Service } from '../service/service.ts';
import { sendJson } from './answers.ts';
import type { SentEvent } from './event-bodies.ts';
import { Problem } from './problem.ts';
import type { BatchItem } from './submission-schemas.ts';

const STATUS = {
  accepted: 201,
  duplicate: 200,
  'bad-form': 400,
  refused: 422,
  overtaken: 409,
  unavailable: 503,
  'not-tried': 503,
} as const satisfies Record<BatchItem['kind'], number>;

/** Hands in one event and answers with its verdict (DESIGN 6). Throws a Problem unless it is in the log for good. */
export async function submitOne(
  service: Service,
  roll: RollId,
  bytes: Uint8Array,
  traceparent: string | undefined,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const submission = await service.submit(roll, bytes, traceparent);
  switch (submission.kind) {
    case 'accepted':
    case 'duplicate':
      return sendJson(reply, submission, STATUS[submission.kind]);
    case 'bad-form':
      throw new Problem('malformed', submission.refusal.message, { refusal: submission.refusal });
    case 'refused':
      throw new Problem('refused', submission.refusal.message, { refusal: submission.refusal });
    case 'overtaken': {
      const { message, seq, refusal } = submission;
      throw new Problem('overtaken', message, { seq, ...(refusal !== null && { refusal }) });
    }
    case 'unavailable': {
      const { outcome } = submission;
      const plainly = `${submission.message} ${REMEDY[outcome]}`;
      throw new Problem('unavailable', plainly, { outcome }, { 'retry-after': '5' });
    }
    default:
      return submission satisfies never;
  }
}

const REMEDY = {
  'not-taken': 'The event is not in the log. Send it again later.',
  unknown:
    'The outcome is unknown: the event may be in the log or not. Send it again unchanged, with the same source and id; it counts once.',
} as const;

/**
 * Hands in events, each judged on what those before it did, and answers with all verdicts. Stops where the log
 * became unavailable: what comes later may build on what is missing.
 */
export async function submitMany(
  service: Service,
  roll: RollId,
  events: readonly SentEvent[],
  traceparent: string | undefined,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const submissions = await service.submitMany(
    roll,
    events.map(({ bytes }) => bytes),
    traceparent,
  );
  const items = submissions.map((submission, index) =>
    batchItem(index, events[index]?.line ?? null, submission.kind, resultOf(submission)),
  );
  if (items.length === 0) return sendJson(reply, { items });
  return sendJson(reply, { items }, items.every(({ kind }) => kind === 'accepted') ? 201 : 207);
}

type Result = Partial<Pick<BatchItem, 'seq' | 'of' | 'refusal' | 'message' | 'warnings'>>;

/** The answer to one of several events; `line` is its line in the body, if it came in one. */
export function batchItem(
  index: number,
  line: number | null,
  kind: BatchItem['kind'],
  result: Result,
): BatchItem {
  const nothing = { seq: null, of: null, refusal: null, message: null, warnings: [] };
  return { index, line, status: STATUS[kind], kind, ...nothing, ...result };
}

function resultOf(submission: BatchSubmission): Result {
  switch (submission.kind) {
    case 'accepted':
      return { seq: submission.seq, warnings: [...submission.warnings] };
    case 'duplicate':
      return { seq: submission.seq, of: submission.of };
    case 'bad-form':
    case 'refused':
      return { refusal: submission.refusal };
    case 'overtaken': {
      const { seq, message } = submission;
      if (submission.refusal === null) return { seq, message };
      const { seq: _seq, ...refusal } = submission.refusal;
      return { seq, message, refusal };
    }
    case 'unavailable':
      return { message: `${submission.message} ${REMEDY[submission.outcome]}` };
    case 'not-tried':
      return { message: 'An event before it got no verdict.' };
    default:
      return submission satisfies never;
  }
}
