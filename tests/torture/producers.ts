import { setTimeout as delay } from 'node:timers/promises';
import { jetstream } from '@nats-io/jetstream';
import type { NatsConnection } from 'nats';
import { z } from 'zod';
import type { Fact } from './facts.ts';

/** Told that an event is in the log; `seq` is its place in the roll, null if the answer does not say. */
export type OnAcknowledged = (identity: string, seq: number | null) => void;

/** An answer that no retry mends. */
class UnexpectedAnswer extends Error {
  override readonly name = 'UnexpectedAnswer';
}

const RETRY_MS = 100;
const ANSWER_TIMEOUT_MS = 5_000;

/** Publishes each event until JetStream acknowledges it, with the same identity each time, then the next. */
export async function produceOverJetStream(
  connection: NatsConnection,
  roll: string,
  facts: Iterable<Fact> | AsyncIterable<Fact>,
  onAcknowledged: OnAcknowledged,
  signal?: AbortSignal,
): Promise<void> {
  const js = jetstream(connection);
  for await (const { identity, entity, json } of facts) {
    const subject = `muster.${roll}.event.${entity}`;
    await until(signal, async () => {
      await js.publish(subject, json, { msgID: `${roll} ${identity}`, timeout: ANSWER_TIMEOUT_MS });
      onAcknowledged(identity, null);
    });
  }
}

const answerSchema = z.object({ seq: z.number().nullish() });

/**
 * Posts each event until it has a verdict, unchanged each time, then the next. What is accepted (201), was already
 * (200) or was overtaken and logged (409) is in the log; what the roll refuses (422) is not.
 */
export async function produceOverHttp(
  url: string,
  roll: string,
  facts: Iterable<Fact> | AsyncIterable<Fact>,
  onAcknowledged: OnAcknowledged,
  signal?: AbortSignal,
): Promise<void> {
  const address = `${url}/api/rolls/${roll.replace('.', '/')}/events?open=true`;
  for await (const { identity, json } of facts) {
    await until(signal, async () => {
      const response = await fetch(address, {
        method: 'POST',
        headers: { 'content-type': 'application/cloudevents+json' },
        body: json,
        signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS),
      });
      const body = await response.json();
      const { status } = response;
      const { seq } = answerSchema.parse(body);
      if (typeof seq === 'number') onAcknowledged(identity, seq);
      else if (status >= 500 || status === 429 || status === 409) throw new Error(`answered ${status}`);
      else if (status !== 422) throw new UnexpectedAnswer(`${address}: ${status} ${JSON.stringify(body)}`);
    });
  }
}

/** Tries until it goes well, or the signal aborts. */
async function until(signal: AbortSignal | undefined, attempt: () => Promise<void>): Promise<void> {
  while (signal?.aborted !== true) {
    try {
      return await attempt();
    } catch (error) {
      if (error instanceof UnexpectedAnswer) throw error;
      await delay(RETRY_MS);
    }
  }
}
