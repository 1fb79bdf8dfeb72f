import { jetstream } from '@nats-io/jetstream';
import { Kvm } from '@nats-io/kv';
import type { NatsConnection } from 'nats';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startThrowawayServer, type ThrowawayServer } from '../support/nats-server.ts';
import { temporaryDirectory } from './support/muster.ts';
import { documentOf, post, rollsOf, type Serving, serving } from './support/serving.ts';

const PATIENCE = { timeout: 60_000, interval: 200 };
const ROLLS = Array.from({ length: 12 }, (_, index) => `theatre-${index % 4}.timeline-${index}`);

let server: ThrowawayServer;
let client: NatsConnection;
beforeAll(async () => {
  server = await startThrowawayServer();
  client = await server.connect();
}, 60_000);
afterAll(() => server.discard());

async function join(): Promise<Serving> {
  const data = await temporaryDirectory();
  return serving('serve', ['--nats', server.url, '--data', data], {
    env: { MUSTER_LEASE: '3', MUSTER_LOG: 'warn' },
  });
}

/** The process that holds each roll, by its id, among those that give signs of life. */
async function holders(): Promise<Map<string, number>> {
  const bucket = await new Kvm(client).open('MUSTER_LEASES');
  const [members, rolls]: [Set<string>, Map<string, string>] = [new Set(), new Map()];
  for await (const key of await bucket.keys()) {
    const holder = (await bucket.get(key))?.string();
    if (!key.includes('.')) members.add(key);
    else if (holder !== undefined) rolls.set(key, holder);
  }
  const living = [...rolls].filter(([, holder]) => members.has(holder));
  return new Map(living.map(([roll, holder]) => [roll, Number(/-(\d+)-[0-9a-f]+$/.exec(holder)?.[1])]));
}

/** Waits until exactly these hold all rolls, with equal shares. */
async function areShared(...processes: readonly Serving[]): Promise<void> {
  const share = ROLLS.length / processes.length;
  const wanted = processes.map((running): [number, number] => [running.process.pid ?? 0, share]);
  await expect
    .poll(async () => {
      const counts = new Map<number, number>();
      for (const pid of (await holders()).values()) counts.set(pid, (counts.get(pid) ?? 0) + 1);
      return [...counts].sort(([one], [other]) => one - other);
    }, PATIENCE)
    .toEqual(wanted.sort(([one], [other]) => one - other));
}

let rounds = 0;

/** Publishes an event to every roll, and waits until whoever holds it has published what follows. */
async function allRollsMove(): Promise<void> {
  const id = `brigade-${++rounds}`;
  for (const roll of ROLLS) {
    await jetstream(client).publish(`muster.${roll}.event.${id}`, JSON.stringify(deployed(id)));
  }
  await distributionsAre(rounds);
}

async function distributionsAre(seq: number): Promise<void> {
  const bucket = await new Kvm(client).open('MUSTER_ROLLS');
  const seqs = async () =>
    Promise.all(ROLLS.map(async (roll) => (await bucket.get(roll))?.json<{ seq: number }>().seq));
  await expect.poll(seqs, PATIENCE).toEqual(ROLLS.map(() => seq));
}

function deployed(id: string) {
  return {
    specversion: '1.0',
    id,
    source: '/tests/sharing',
    type: 'contingent.deployed',
    subject: id,
    time: '2025-01-01T00:00:00Z',
    basis: 'assessed',
    data: { strength: 100, kind: 'infantry', origin: 'test' },
  };
}

/** The entries behind the outputs of each roll, in the order of the stream. */
async function outputs(): Promise<Map<string, number[]>> {
  const seqs = new Map<string, number[]>();
  const consumer = await jetstream(client).consumers.get('MUSTER_OUT', {
    filter_subjects: 'muster.*.*.transition.*',
  });
  for (let left = (await consumer.info()).num_pending; left > 0; ) {
    for await (const { subject, headers } of await consumer.fetch({ max_messages: left, expires: 5_000 })) {
      const roll = subject.split('.').slice(1, 3).join('.');
      seqs.set(roll, [...(seqs.get(roll) ?? []), Number(headers?.get('Muster-Seq'))]);
      left--;
    }
  }
  return seqs;
}

test('processes share the rolls of one NATS, whatever becomes of one of them', {
  timeout: 240_000,
}, async () => {
  const [one, two, three] = await Promise.all([join(), join(), join()]);
  await allRollsMove();
  await areShared(one, two, three);

  // Each answers for all rolls, held or not.
  const lengths = Object.fromEntries(ROLLS.map((roll) => [roll, 1]));
  for (const { url } of [one, two, three]) expect(await rollsOf(url)).toEqual(lengths);
  const [elsewhere = ''] = [...(await holders())].find(([, pid]) => pid !== one.process.pid) ?? [];
  const path = elsewhere.replace('.', '/');
  expect(await documentOf(one.url, path)).toMatchObject({ seq: 1, inflow: { best: 100 } });
  expect((await post(one.url, path, { ...deployed('brigade-1'), id: 'again' })).status).toBe(422);
  expect((await post(one.url, path, deployed('brigade-1'))).status).toBe(200); // said already

  await three.kill('SIGKILL');
  await areShared(one, two);
  await allRollsMove();

  const four = await join();
  await areShared(one, two, four);
  await allRollsMove();

  two.process.kill('SIGSTOP');
  await areShared(one, four);
  await allRollsMove();
  two.process.kill('SIGCONT');
  await two.says(/Lost all rolls/, 'stderr');
  await areShared(one, two, four);
  await allRollsMove();

  expect((await four.kill('SIGTERM')).code).toBe(0);
  await areShared(one, two);
  await allRollsMove();
  const taken = new RegExp(`-${four.process.pid}-[^"]*","msg":"A process gave no sign of life`);
  expect(one.stderr() + two.stderr()).not.toMatch(taken);

  const all = Array.from({ length: rounds }, (_, index) => index + 1);
  await expect.poll(outputs, PATIENCE).toEqual(new Map(ROLLS.map((roll) => [roll, all])));
});
