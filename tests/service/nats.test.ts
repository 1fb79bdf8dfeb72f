import { jetstream } from '@nats-io/jetstream';
import { Kvm } from '@nats-io/kv';
import { Svcm } from '@nats-io/services';
import { headers, type NatsConnection } from 'nats';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import type { RollId } from '../../events/ids.ts';
import { openJetStreamLog } from '../../src/log/jetstream/jetstream-log.ts';
import { startMicroService } from '../../src/service/nats/micro-service.ts';
import { startOutputs } from '../../src/service/nats/outputs.ts';
import type { Service } from '../../src/service/service.ts';
import { startService } from '../../src/service/start-service.ts';
import { startThrowawayServer, type ThrowawayServer } from '../support/nats-server.ts';
import { bytesOf, deployed, event, retracted, rollAt, silent, updatesWhile } from './workbench.ts';

let server: ThrowawayServer;
beforeAll(async () => {
  server = await startThrowawayServer();
});
afterAll(() => server.discard());

let theatres = 0;
/** A roll nobody used yet: the server is one for all tests. */
const newRoll = (): RollId => ({ theatre: `theatre-${++theatres}`, timeline: 'record' });

/** Another one, that somebody opened. */
async function openedRoll(service: Service): Promise<RollId> {
  const roll = newRoll();
  await service.open(roll, { title: 'The record', basis: 'reported', base: null });
  return roll;
}

const subjectOf = ({ theatre, timeline }: RollId, rest: string) => `muster.${theatre}.${timeline}.${rest}`;

/** Muster over NATS, and a client that knows nothing of ours but subjects. */
async function start() {
  const connection = await server.connect();
  const log = await openJetStreamLog(connection);
  const service = await startService({ log, logger: silent });
  const outputs = await startOutputs({ connection, holdings: service.holdings, log, logger: silent });
  const micro = await startMicroService(connection, service, silent);
  const stop = async () => {
    await micro.stop();
    await outputs.stop();
    await service.close();
    await log.close();
  };
  onTestFinished(stop);
  return { service, stop, client: await server.connect() };
}

async function next<T>(messages: AsyncIterator<T>): Promise<T> {
  const { done, value } = await messages.next();
  if (done) throw new Error('The subscription ended');
  return value;
}

/** The first messages of a roll in the output stream, as many as asked for, once they are there. */
async function outputsOf(client: NatsConnection, roll: RollId, count: number) {
  const consumer = await jetstream(client).consumers.get('MUSTER_OUT');
  const found: { subject: string; seq: number; body: Record<string, unknown> }[] = [];
  for await (const message of await consumer.consume()) {
    if (!message.subject.startsWith(subjectOf(roll, '')) || message.subject.endsWith('.checkpoint')) continue;
    const seq = Number(message.headers?.get('Muster-Seq'));
    found.push({ subject: message.subject, seq, body: message.json() });
    if (found.length === count) break;
  }
  return found;
}

test('events in binary mode are taken as a request and from the stream', async () => {
  const { service, client } = await start();
  const roll = await openedRoll(service);
  const inBinaryMode = ({ data, ...attributes }: { data: unknown; id: string }) => {
    const fields = headers();
    for (const [name, value] of Object.entries(attributes)) fields.set(`ce-${name}`, String(value));
    return [bytesOf(data), { headers: fields }] as const;
  };
  const request = (content: { data: unknown; id: string }) => {
    const [data, options] = inBinaryMode(content);
    return client.request(subjectOf(roll, 'submit'), data, { ...options, timeout: 10_000 });
  };

  const first = deployed('alpha', 100);
  expect((await request(first)).json()).toMatchObject({ kind: 'accepted', seq: 1 });
  expect((await request(first)).json()).toMatchObject({ kind: 'duplicate', of: 1 });
  expect((await request(deployed('alpha', -1))).json()).toMatchObject({ kind: 'bad-form' });
  client.publish(subjectOf(roll, 'event.alpha'), ...inBinaryMode(event('contingent.committed', 'alpha', {})));
  client.publish(subjectOf(roll, 'event.alpha'), ...inBinaryMode(first));

  const live = await rollAt(service, 3, roll);
  expect(live.distribution()).toMatchObject({ counts: { accepted: 2, duplicates: 1, refused: 0 } });
});

test('one event published by a plain client changes distribution, KV entry and updates', async () => {
  const { service, client } = await start();
  const roll = newRoll();
  const distributions = client.subscribe(subjectOf(roll, 'distribution'))[Symbol.asyncIterator]();
  const bucket = await new Kvm(client).open('MUSTER_ROLLS');
  const watch = await bucket.watch({ key: `${roll.theatre}.${roll.timeline}` });

  client.publish(subjectOf(roll, 'event.alpha'), bytesOf(deployed('alpha', 100)));
  expect((await next(distributions)).json()).toMatchObject({ ...roll, seq: 1, inflow: { best: 100 } });
  for await (const entry of watch) {
    expect(entry.json()).toMatchObject({ ...roll, seq: 1, pathways: { deployed: { best: 100 } } });
    break;
  }
  const live = await rollAt(service, 1, roll);
  const reading = updatesWhile(live.updates(1, new AbortController().signal), ({ seq }) => seq < 2);
  client.publish(subjectOf(roll, 'event.alpha'), bytesOf(event('contingent.committed', 'alpha', {})));
  expect((await reading).at(-1)).toMatchObject({ kind: 'transition', seq: 2 });
});

test('a what-if published straight marks the roll in both buckets, as long as it counts; a closed roll leaves them', async () => {
  const { service, client } = await start();
  const roll = newRoll();
  const kv = new Kvm(client);
  const key = `${roll.theatre}.${roll.timeline}`;
  const [rolls, timelines] = [await kv.open('MUSTER_ROLLS'), await kv.open('MUSTER_TIMELINES')];
  const found = async (bucket: typeof rolls) => {
    const entry = await bucket.get(key);
    return entry?.operation === 'PUT' ? entry.json() : null;
  };
  const publish = (content: object, entity = 'theatre') =>
    client.publish(subjectOf(roll, `event.${entity}`), bytesOf(content));

  publish(deployed('alpha', 100), 'alpha');
  await expect.poll(() => found(rolls)).toMatchObject({ seq: 1, basis: null });
  expect(await found(timelines)).toBeNull();
  const whatIf = deployed('beta', 100, { basis: 'hypothetical' });
  publish(whatIf, 'beta');
  await expect.poll(() => found(rolls)).toMatchObject({ seq: 2, basis: 'hypothetical' });
  await expect.poll(() => found(timelines)).toMatchObject({ basis: null, hypothetical: true });
  await service.open(roll, { title: 'Record', basis: 'reported', base: null });
  expect(await found(timelines)).toMatchObject({ title: 'Record', basis: 'reported', hypothetical: true });

  const { source, id } = whatIf;
  publish(event('event.retracted', null, { target: { source, id }, reason: 'a slip' }));
  await expect.poll(() => found(rolls)).toMatchObject({ seq: 3, basis: 'reported' });
  await expect
    .poll(() => found(timelines))
    .toEqual({ title: 'Record', basis: 'reported', base: null, seq: null });

  await service.closeRoll(roll);
  await expect.poll(() => found(rolls)).toBeNull();
  publish(deployed('gamma', 100), 'gamma');
  await rollAt(service, 4, roll);
  await service.open(roll, { title: 'Record', basis: 'reported', base: null });
  await expect.poll(() => found(rolls)).toMatchObject({ seq: 4, basis: 'reported' });
});

test('the reports about a roll stand in a bucket, and follow it', async () => {
  const { client } = await start();
  const roll = newRoll();
  client.publish(subjectOf(roll, 'event.alpha'), bytesOf(deployed('alpha', 100)));
  const bucket = await new Kvm(client).open('MUSTER_REPORTS');
  const watch = await bucket.watch({ key: `${roll.theatre}.${roll.timeline}.lives` });
  let hasToldLosses = false;
  for await (const entry of watch) {
    const report = z
      .object({ report: z.literal('lives'), seq: z.int(), tables: z.array(z.any()) })
      .parse(entry.json());
    if (report.seq === 2) break;
    if (!hasToldLosses) {
      client.publish(
        subjectOf(roll, 'event.alpha'),
        bytesOf(event('casualty.recorded', 'alpha', { killed: 3 })),
      );
    }
    hasToldLosses = true;
  }
  expect(hasToldLosses).toBe(true);
});

test('what the roll can not apply comes back on the refusal subject, with code and reason', async () => {
  const { client } = await start();
  const roll = newRoll();
  const refusals = client.subscribe(subjectOf(roll, 'refusal.*'))[Symbol.asyncIterator]();
  client.publish(
    subjectOf(roll, 'event.alpha'),
    bytesOf(event('contingent.committed', 'alpha', {}, { id: 'x' })),
  );
  const first = await next(refusals);
  expect(first.subject).toBe(subjectOf(roll, 'refusal.alpha'));
  expect(first.headers?.get('Muster-Seq')).toBe('1');
  expect(first.json()).toMatchObject({
    ...roll,
    seq: 1,
    id: 'x',
    code: 'unknown-contingent',
    message: expect.stringContaining('not on the roll'),
  });
  client.publish(subjectOf(roll, 'event.alpha'), 'no JSON at all');
  const second = await next(refusals);
  expect(second.subject).toBe(subjectOf(roll, 'refusal.theatre'));
  expect(second.json()).toMatchObject({ seq: 2, id: null, code: 'malformed' });
});

test('the output stream has each transition on whom it is addressed to and on whom it moved', async () => {
  const { client } = await start();
  const roll = newRoll();
  const js = jetstream(client);
  for (const content of [
    deployed('alpha', 100),
    deployed('beta', 50),
    event('contingent.committed', 'alpha', { detachment: { id: 'part', strength: 10 } }),
    event('war.ended', null, { variant: 'ceasefire' }),
    event('friction.reported', null, { kind: 'x', severity: 'low' }),
    deployed('beta', 50),
  ]) {
    await js.publish(subjectOf(roll, `event.${content.subject ?? 'theatre'}`), bytesOf(content));
  }
  const outputs = await outputsOf(client, roll, 10);
  const seen = outputs.map(({ seq, subject, body }) => {
    const moves = Array.isArray(body['moves']) ? body['moves'].map(({ contingent }) => contingent) : null;
    return [seq, subject.split('.').slice(3).join('.'), moves];
  });
  expect(seen).toEqual([
    [1, 'transition.alpha', ['alpha']],
    [2, 'transition.beta', ['beta']],
    [3, 'transition.alpha', ['alpha', 'part', 'part']],
    [3, 'transition.part', ['part', 'part']],
    [4, 'transition.theatre', ['alpha', 'beta', 'part']],
    [4, 'transition.alpha', ['alpha']],
    [4, 'transition.beta', ['beta']],
    [4, 'transition.part', ['part']],
    [5, 'transition.theatre', []],
    [6, 'refusal.beta', null],
  ]);
  expect(outputs[3]?.body).toMatchObject({ ...roll, seq: 3, event: { type: 'contingent.committed' } });
});

test('outputs go on where the stream ends: what happened in between is there once, in order', async () => {
  const roll = newRoll();
  const first = await start();
  const wrong = deployed('alpha', 1);
  first.client.publish(subjectOf(roll, 'event.alpha'), bytesOf(wrong));
  await outputsOf(first.client, roll, 1);
  await first.stop();

  const js = jetstream(first.client);
  for (let index = 2; index <= 20; index++) {
    await js.publish(subjectOf(roll, 'event.x'), bytesOf(deployed(`unit-${index}`, 1)));
  }
  await js.publish(subjectOf(roll, 'event.theatre'), bytesOf(retracted(wrong)));

  const second = await start();
  expect((await outputsOf(second.client, roll, 21)).map(({ seq }) => seq)).toEqual(
    Array.from({ length: 21 }, (_, index) => index + 1),
  );
  await second.stop();
  const third = await start();
  await js.publish(subjectOf(roll, 'event.x'), bytesOf(deployed('last', 1)));
  expect((await outputsOf(third.client, roll, 22)).map(({ seq }) => seq)).toEqual(
    Array.from({ length: 22 }, (_, index) => index + 1),
  );
});

describe('the NATS service', () => {
  const ask = async (client: NatsConnection, subject: string, body: Uint8Array | string = '') => {
    const answer = await client.request(subject, body, { timeout: 10_000 });
    const code = answer.headers?.get('Nats-Service-Error-Code') ?? '';
    const description = answer.headers?.get('Nats-Service-Error') ?? '';
    return { code, description, body: answer.data.length > 0 ? answer.json() : null };
  };

  test('takes an event and answers with the verdict', async () => {
    const { client, service } = await start();
    const roll = await openedRoll(service);
    const content = deployed('alpha', 100);
    const submit = (body: Uint8Array | string) => ask(client, subjectOf(roll, 'submit'), body);
    expect(await submit(bytesOf(content))).toMatchObject({ code: '', body: { kind: 'accepted', seq: 1 } });
    expect(await submit(bytesOf(content))).toMatchObject({ code: '', body: { kind: 'duplicate', seq: 1 } });
    expect(await submit(bytesOf(deployed('alpha', 1)))).toMatchObject({
      code: '422',
      description:
        'alpha is on the roll already: deployed.staging; contingent.reinforced adds to it, another contingent needs another id',
      body: { kind: 'refused', refusal: { code: 'already-exists' } },
    });
  });

  test.each([
    ['nothing', ''],
    ['garbage', '\u0000\r\n{'],
    ['an event with a line break in its id', bytesOf({ ...deployed('alpha', 1), type: 'a\r\nb' })],
    ['a number', '7'],
  ])('answers %s with an error, and lives on', async (_, body) => {
    const { client, service } = await start();
    const roll = await openedRoll(service);
    expect(await ask(client, subjectOf(roll, 'submit'), body)).toMatchObject({
      code: '400',
      description: expect.stringMatching(/./),
      body: { kind: 'bad-form' },
    });
    expect(await ask(client, subjectOf(roll, 'submit'), bytesOf(deployed('alpha', 1)))).toMatchObject({
      body: { kind: 'accepted', seq: 1 },
    });
  });

  test('takes no event for a roll that nobody opened or that was closed, and says how to open it', async () => {
    const { client, service } = await start();
    const roll = await openedRoll(service);
    const slip = { ...roll, timeline: 'recrod' };
    expect(await ask(client, subjectOf(slip, 'submit'), bytesOf(deployed('alpha', 1)))).toMatchObject({
      code: '404',
      description: `There is no roll ${roll.theatre}/recrod. Did you mean ${roll.theatre}/record? Open it first: PUT /api/rolls/${roll.theatre}/recrod over HTTP, or play a script.`,
    });
    await service.closeRoll(roll);
    expect(await ask(client, subjectOf(roll, 'submit'), bytesOf(deployed('alpha', 1)))).toMatchObject({
      code: '409',
      description: expect.stringMatching(/was closed.*Open it first/),
    });
    expect((await service.rolls()).filter((one) => one.roll.theatre === roll.theatre)).toMatchObject([
      { isClosed: true, seq: 0 },
    ]);
  });

  test('answers a subject that names no roll with an error', async () => {
    const { client } = await start();
    expect(await ask(client, 'muster.Upper.record.submit', bytesOf(deployed('alpha', 1)))).toMatchObject({
      code: '400',
    });
    expect(await ask(client, 'muster.Upper.record.query.distribution')).toMatchObject({ code: '404' });
  });

  test('answers queries', async () => {
    const { client, service } = await start();
    const roll = newRoll();
    await service.submit(roll, bytesOf(deployed('alpha', 100)));
    expect(await ask(client, subjectOf(roll, 'query.distribution'))).toMatchObject({
      code: '',
      body: { ...roll, seq: 1, inflow: { best: 100 } },
    });
    expect(await ask(client, subjectOf(roll, 'query.contingent'), 'alpha')).toMatchObject({
      code: '',
      body: { contingent: { id: 'alpha' }, history: [{ seq: 1, event: { type: 'contingent.deployed' } }] },
    });
    expect(await ask(client, subjectOf(roll, 'query.contingent'), 'nobody')).toMatchObject({ code: '404' });
    expect(await ask(client, subjectOf(roll, 'query.contingent'), 'No Id!')).toMatchObject({ code: '400' });
    expect(await ask(client, subjectOf(newRoll(), 'query.distribution'))).toMatchObject({ code: '404' });
  });

  test('is found by whoever looks for services', async () => {
    const { client } = await start();
    const endpoints = new Set<string>();
    for await (const info of await new Svcm(client).client().info('muster')) {
      for (const { subject } of info.endpoints) endpoints.add(subject);
    }
    expect([...endpoints].sort()).toEqual([
      'muster.*.*.query.contingent',
      'muster.*.*.query.distribution',
      'muster.*.*.submit',
    ]);
  });
});

test('when the server was killed and is back, service and outputs go on', async () => {
  const { service, client } = await start();
  const roll = newRoll();
  expect(await service.submit(roll, bytesOf(deployed('alpha', 1)))).toMatchObject({
    kind: 'accepted',
    seq: 1,
  });
  await outputsOf(client, roll, 1);
  await server.kill();
  await server.restart();
  // Until the log is back it can't be reached, or does not say whether it took the event: hand it in again.
  const beta = bytesOf(deployed('beta', 1));
  const answer = async () => (await service.submit(roll, beta)).kind;
  await expect.poll(answer, { timeout: 30_000 }).toMatch(/^(accepted|duplicate)$/);
  const outputs = await outputsOf(client, roll, 2);
  expect(outputs.map(({ seq }) => seq)).toEqual([1, 2]);
});
