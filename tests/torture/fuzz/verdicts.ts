import { headers, type NatsConnection } from 'nats';
import { type RollId, rollName } from '../../../events/ids.ts';
import { eventSubject, transitionSubject } from '../../../src/log/subjects.ts';
import { type HttpClient, PATIENCE_MS } from './http-client.ts';
import type { EventTree } from './valid-events.ts';

/** Hands in an event that the roll takes. Throws if it does not say so. */
export async function verdictOverHttp(
  client: HttpClient,
  { theatre, timeline }: RollId,
  event: EventTree,
): Promise<void> {
  const { status, body } = await client.ask({
    ...{ method: 'POST', path: `/api/rolls/${theatre}/${timeline}/events?open=true` },
    headers: { 'content-type': 'application/cloudevents+json' },
    body: Buffer.from(JSON.stringify(event)),
  });
  if (status !== 201) throw new Error(`status ${status}: ${body.slice(0, 500)}`);
}

/** Publishes an event that the roll takes, and waits for the transition that says so. */
export async function verdictOverNats(
  connection: NatsConnection,
  roll: RollId,
  event: EventTree,
): Promise<void> {
  const contingent = String(event['subject']);
  const transitions = connection.subscribe(transitionSubject(roll, contingent), {
    max: 1,
    timeout: PATIENCE_MS,
  });
  const header = headers();
  header.set('Nats-Msg-Id', `${rollName(roll)} ${String(event['source'])} ${String(event['id'])}`);
  connection.publish(eventSubject(roll, contingent), JSON.stringify(event), { headers: header });
  for await (const _transition of transitions) return;
  throw new Error('no transition');
}
