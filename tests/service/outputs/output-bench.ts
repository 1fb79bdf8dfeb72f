import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, connect as dial, type Socket } from 'node:net';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from 'nats';
import { expect, onTestFinished } from 'vitest';
import type { RollId } from '../../../events/ids.ts';
import { openJetStreamLog } from '../../../src/log/jetstream/jetstream-log.ts';
import { checkpointSubject, OUT_STREAM, outputsOfRoll } from '../../../src/log/subjects.ts';
import { holdEverything } from '../../../src/service/holdings.ts';
import { startOutputs } from '../../../src/service/nats/outputs.ts';
import { isAfter, type OutputPlace, START } from '../../../src/service/outputs/output.ts';
import { outputCheckpointSchema } from '../../../src/service/outputs/output-checkpoint.ts';
import { outputsOf } from '../../../src/service/outputs/output-messages.ts';
import type { Service } from '../../../src/service/service.ts';
import { startService } from '../../../src/service/start-service.ts';
import { append, deployed, event, retracted, rollAt, silent } from '../workbench.ts';

/** What a reader of the stream sees of an output. */
export type Seen = readonly [subject: string, seq: string, part: string, body: string];

/** Contingents, a theatre event that moves all of them, a refusal, a repeated event, a correction, garbage. */
export function eventful(contingents: number): readonly unknown[] {
  const units = Array.from({ length: contingents }, (_, index) =>
    deployed(`unit-${index}`, 10, { id: `deployed-${index}` }),
  );
  const [first] = units;
  const ended = event(
    'war.ended',
    null,
    { variant: 'ceasefire' },
    { id: 'ended', time: '2025-02-01T00:00:00Z' },
  );
  return [
    ...units,
    event('contingent.committed', 'nobody', {}, { id: 'refused' }),
    ...(first === undefined ? [] : [first]),
    ended,
    Buffer.from('no JSON at all'),
    ...(first === undefined ? [] : [{ ...retracted(first), id: 'retracted' }]),
    event('friction.reported', null, { kind: 'x', severity: 'low' }, { id: 'friction' }),
  ];
}

/** A follower with a log and a service of its own; `publish` starts to write its outputs. */
export async function follower(connection: NatsConnection) {
  const log = await openJetStreamLog(connection, { ackTimeoutMs: 3_000 });
  const service = await startService({ log, logger: silent });
  onTestFinished(async () => {
    await service.close();
    await log.close();
  });
  const publish = async (writer: string, through = connection) => {
    const holdings = holdEverything(service);
    const outputs = await startOutputs({
      ...{ connection: through, holdings, log, writer, logger: silent },
      ackTimeoutMs: 3_000,
    });
    onTestFinished(() => outputs.stop());
    return outputs;
  };
  return {
    log,
    service,
    publish,
    put: (contents: readonly unknown[], roll: RollId) => append(log, contents, roll),
  };
}

/** The digest that a checkpoint after these must have, worked out as its documentation says. */
export function digestOf(outputs: readonly Seen[]): string {
  return outputs.reduce(
    (digest, [subject, seq, part, body]) =>
      createHash('sha256').update(`${digest}\n${seq} ${part}\n${subject}\n${body}`).digest('hex'),
    '0'.repeat(64),
  );
}

/** All that the first `head` entries of a roll come to, worked out without the stream. */
export async function dueOf(service: Service, roll: RollId, head: number) {
  const live = await rollAt(service, head, roll);
  const reading = new AbortController();
  const due: Seen[] = [];
  for await (const update of live.updates(0, reading.signal)) {
    if (update.kind === 'distribution' && update.seq >= head) break;
    for (const output of outputsOf(roll, update)) {
      const { subject, seq, part, parts, body } = output;
      due.push([subject, String(seq), `${part}/${parts}`, Buffer.from(body).toString()]);
    }
  }
  reading.abort();
  return due;
}

/** What the stream has of a roll now. */
export async function seenOf(connection: NatsConnection, roll: RollId) {
  const manager = await jetstreamManager(connection);
  const last = await manager.streams.getMessage(OUT_STREAM, { last_by_subj: outputsOfRoll(roll) });
  const seen: Seen[] = [];
  if (last === null) return seen;
  // Unfiltered: nats-server 2.9 takes no filter that spans several of the stream's subjects.
  const consumer = await jetstream(connection).consumers.get(OUT_STREAM);
  const [prefix] = outputsOfRoll(roll).split('*');
  for await (const message of await consumer.consume()) {
    const header = (name: string) => message.headers?.get(name) ?? '';
    if (message.subject.startsWith(prefix ?? '') && message.subject !== checkpointSubject(roll)) {
      seen.push([message.subject, header('Muster-Seq'), header('Muster-Part'), message.string()]);
    }
    if (message.seq >= last.seq) break;
  }
  return seen;
}

export async function checkpointOf(connection: NatsConnection, roll: RollId) {
  const manager = await jetstreamManager(connection);
  const message = await manager.streams.getMessage(OUT_STREAM, { last_by_subj: checkpointSubject(roll) });
  return message === null ? null : outputCheckpointSchema.parse(message.json());
}

/** How many outputs a roll has by now; cheap to ask. */
export async function countOf(connection: NatsConnection, roll: RollId): Promise<number> {
  const manager = await jetstreamManager(connection);
  const { state } = await manager.streams.info(OUT_STREAM, { subjects_filter: outputsOfRoll(roll) });
  return Object.values(state.subjects ?? {}).reduce((sum, count) => sum + count, 0);
}

/** Waits until the outputs end where they should, and expects each there once, in order, and in the digest. */
export async function expectExact(connection: NatsConnection, service: Service, roll: RollId, head: number) {
  const due = await dueOf(service, roll, head);
  // The digest begins anew where a writer of another machine version went on; so does one that was compiled otherwise.
  const digestSince = ({ seq, part }: OutputPlace) =>
    digestOf(
      due.filter(([, at, ofParts]) =>
        isAfter({ seq: Number(at), part: Number.parseInt(ofParts, 10) }, { seq, part }),
      ),
    );
  const isAtEnd = async () => {
    const checkpoint = await checkpointOf(connection, roll);
    return checkpoint?.digest === digestSince(checkpoint?.since ?? START);
  };
  await expect.poll(isAtEnd, { timeout: 90_000, interval: 100 }).toBe(true);
  const seen = await seenOf(connection, roll);
  expect(seen.map(([, seq, part]) => `${seq} ${part}`)).toEqual(due.map(([, seq, part]) => `${seq} ${part}`));
  expect(seen).toEqual(due);
  return seen;
}

/** A way to a server that can be cut at any moment, in the middle of whatever is on its way. */
export async function cuttable(url: string) {
  const pairs = new Set<readonly [Socket, Socket]>();
  const { hostname, port } = new URL(url);
  let isDeaf = false;
  const proxy = createServer((inner) => {
    const outer = dial({ host: hostname, port: Number(port) });
    const pair = [inner, outer] as const;
    pairs.add(pair);
    inner.on('data', (data) => outer.write(data));
    outer.on('data', (data) => {
      if (!isDeaf) inner.write(data);
    });
    for (const socket of pair) {
      socket.on('error', () => {});
      socket.on('close', () => {
        pairs.delete(pair);
        for (const each of pair) each.destroy();
      });
    }
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const address = proxy.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port');
  const connection = await connect({
    servers: `127.0.0.1:${address.port}`,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 50,
  });
  const cut = () => {
    for (const pair of pairs) for (const socket of pair) socket.destroy();
    isDeaf = false;
  };
  onTestFinished(async () => {
    await connection.close();
    cut();
    proxy.close();
  });
  return {
    connection,
    /** Both directions end; the client comes back by itself. */
    cut,
    /** From now on no answer comes back, until the next cut: what is sent still arrives. */
    deafen: () => {
      isDeaf = true;
    },
  };
}
