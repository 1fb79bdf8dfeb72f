import type { FastifyReply } from 'fastify';
import type { RollId } from '../../events/ids.ts';
import type { DryVerdict, Service } from '../service/service.ts';
import { sendJson } from './answers.ts';
import type { SentEvents } from './event-bodies.ts';
import { Problem } from './problem.ts';
import { batchItem } from './submit.ts';

/**
 * Answers with what events would come to if they were handed in (DESIGN 6), and the distribution before and after
 * them. One event alone that would not be taken is answered as it would be then: throws a Problem.
 */
export async function dryRun(
  service: Service,
  roll: RollId,
  sent: SentEvents,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const events = sent.kind === 'one' ? [{ bytes: sent.bytes, line: null }] : sent.events;
  const { verdicts, before, after } = await service.dryRun(
    roll,
    events.map(({ bytes }) => bytes),
  );
  const [only] = verdicts;
  if (sent.kind === 'one' && only !== undefined) {
    return sendJson(reply, { dryRun: true, before, after, ...alone(only) });
  }
  const items = verdicts.map((verdict, index) =>
    batchItem(index, events[index]?.line ?? null, verdict.kind, resultOf(verdict)),
  );
  return sendJson(reply, { dryRun: true, before, after, items });
}

function alone(verdict: DryVerdict) {
  switch (verdict.kind) {
    case 'accepted':
      return { kind: verdict.kind, of: null, warnings: verdict.warnings };
    case 'duplicate':
      return { kind: verdict.kind, of: verdict.of, warnings: [] };
    case 'bad-form':
      throw new Problem('malformed', verdict.refusal.message, { refusal: verdict.refusal });
    case 'refused':
      throw new Problem('refused', verdict.refusal.message, { refusal: verdict.refusal });
    default:
      return verdict satisfies never;
  }
}

function resultOf(verdict: DryVerdict) {
  switch (verdict.kind) {
    case 'accepted':
      return { warnings: [...verdict.warnings] };
    case 'duplicate':
      return { seq: verdict.seq, of: verdict.of };
    case 'bad-form':
    case 'refused':
      return { refusal: verdict.refusal };
    default:
      return verdict satisfies never;
  }
}
