import { createInbox, headers, type MsgHdrs, type NatsConnection } from 'nats';
import { ID_PATTERN, type RollId, rollName, THEATRE_ENTITY } from '../../../events/ids.ts';
import type { Random } from '../random.ts';
import type { Delivery } from './delivery.ts';
import { type Answer, PATIENCE_MS } from './http-client.ts';
import type { Mutant } from './mutations.ts';
import type { RollGuess } from './roll-guess.ts';

/** As over HTTP, apart from what only HTTP has. */
const VERDICTS = [200, 400, 404, 409, 422, 503];

const ODD_ENTITIES = [
  'Theatre',
  'x.y.z',
  'a_b',
  '-a',
  '$JS',
  '北',
  `x${'y'.repeat(100)}`,
  'a..b',
  '__proto__',
  '%00',
] as const;
const ODD_ROLLS = [
  'A.b',
  'a_.b',
  'fuzz.-x',
  '北.京',
  '$SYS.x',
  `${'x'.repeat(64)}.y`,
  '__proto__.constructor',
] as const;

/** An event on its subject or beside it, with the header of a producer or of none. */
export function publication(
  connection: NatsConnection,
  roll: RollGuess,
  mutant: Mutant,
  random: Random,
): Delivery {
  const { bytes, how } = mutant;
  const chance = random.next();
  const name = chance < 0.02 ? random.pick(ODD_ROLLS) : rollName(roll.id);
  const entity = chance > 0.95 ? random.pick(ODD_ENTITIES) : entityOf(bytes, random);
  const subject = `muster.${name}.event.${entity}`;
  const isAsking = random.next() < 0.1;
  const header = random.next() < 0.15 ? oddHeader(roll.id, random) : null;
  return {
    ...{
      how: `${how}, on ${subject}, header ${header}`,
      inputs: 1,
      sent: bytes,
      allowed: VERDICTS,
      mayHangUp: true,
    },
    async send() {
      const options = {
        ...(header !== null && { headers: header }),
        ...(isAsking && { reply: createInbox() }),
      };
      // The client takes no subject with a blank and no message over the server's limit.
      try {
        connection.publish(subject, bytes, options);
      } catch {}
      return null;
    },
  };
}

/** A request to the service `muster`. */
export function asking(
  connection: NatsConnection,
  { id, contingents }: RollGuess,
  mutant: Mutant,
  random: Random,
): Delivery {
  const { bytes, how } = mutant;
  const [name, sent] = random.pick<readonly [string, Uint8Array]>([
    ['submit', bytes],
    ['submit', bytes],
    ['submit', bytes],
    ['query.distribution', bytes],
    ['query.contingent', Buffer.from(contingents[0] ?? THEATRE_ENTITY)],
    ['query.contingent', bytes.subarray(0, 100)],
  ]);
  const roll = random.next() < 0.95 ? rollName(id) : random.pick(ODD_ROLLS);
  const subject = `muster.${roll}.${name}`;
  return {
    ...{ how: `${how}, asked on ${subject}`, inputs: 1, sent, allowed: VERDICTS, mayHangUp: false },
    send: () => ask(connection, subject, sent),
  };
}

async function ask(connection: NatsConnection, subject: string, sent: Uint8Array): Promise<Answer | null> {
  const { headers: answered, data } = await connection.request(subject, sent, { timeout: PATIENCE_MS });
  const status = Number(answered?.get('Nats-Service-Error-Code') || 200);
  return { status, mediaType: 'application/json', body: Buffer.from(data).toString() };
}

/** Where a producer would publish it. */
function entityOf(bytes: Uint8Array, random: Random): string {
  const subject = /"subject":"([^"]*)"/.exec(Buffer.from(bytes.subarray(0, 400)).toString('latin1'))?.[1];
  const isRight = subject !== undefined && ID_PATTERN.test(subject) && random.next() < 0.95;
  return isRight ? subject : THEATRE_ENTITY;
}

function oddHeader(id: RollId, random: Random): MsgHdrs {
  const header = headers();
  const [name, ...values] = random.pick<readonly [string, ...string[]]>([
    ['Nats-Msg-Id', `fuzz ${random.between(1, 50)}`],
    ['Nats-Msg-Id', 'one', 'two'],
    ['Nats-Msg-Id', ''],
    ['Nats-Msg-Id', `${rollName(id)} "x"`],
    ['Nats-Expected-Stream', 'OTHER'],
    ['Nats-Expected-Last-Sequence', '1'],
    ['Nats-Expected-Last-Sequence', 'x'],
    ['Nats-Expected-Last-Subject-Sequence', '18446744073709551616'],
    ['Nats-Expected-Last-Msg-Id', 'nobody'],
    ['Nats-Rollup', 'all'],
    ['Nats-TTL', '1s'],
    ['Nats-Schedule', '@every 1s'],
    ['Nats-Batch-Id', 'fuzz'],
    ['Nats-Batch-Sequence', '1'],
    ['Muster-Seq', '-1'],
    ['traceparent', '00-0-0-zz'],
    ['Content-Type', '北\u0000'],
    ['X-Long', 'y'.repeat(3_000)],
  ]);
  for (const value of values) header.append(name, value);
  if (name === 'Nats-Batch-Id' && random.next() < 0.7) {
    header.append('Nats-Batch-Sequence', random.pick(['1', '2', '0', 'x']));
    if (random.next() < 0.5) header.append('Nats-Batch-Commit', random.pick(['1', 'eob', 'x']));
  }
  return header;
}
