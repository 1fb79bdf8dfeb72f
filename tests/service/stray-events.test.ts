import { jetstream } from '@nats-io/jetstream';
import type { NatsConnection } from 'nats';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { RollId } from '../../events/ids.ts';
import { openJetStreamLog } from '../../src/log/jetstream/jetstream-log.ts';
import { foldLog } from '../../src/roll/fold.ts';
import { createKernels } from '../../src/roll/kernels.ts';
import { Checkpoints } from '../../src/service/checkpoints.ts';
import { givingPages, readPages } from '../../src/service/entry-pages.ts';
import { type Muster, openMuster } from '../../src/service/lifecycle.ts';
import { outputsWitness } from '../../src/service/nats/output-witnesses.ts';
import { RollLog } from '../../src/service/roll-log.ts';
import { checkpointWitness, verifyRoll } from '../../src/service/verification.ts';
import { currentServer, startThrowawayServer, type ThrowawayServer } from '../support/nats-server.ts';
import { bytesOf, deployed, event, newDirectory, record, rollAt, silent, updatesWhile } from './workbench.ts';

/** What is published where, and what is wrong with it; null for what is right. */
const published: readonly (readonly [string, object, string | null])[] = [
  ['storm-corps', deployed('storm-corps', 1_000), null],
  ['builders', deployed('builders', 500), null],
  [
    'storm-corps',
    event('contingent.committed', 'builders', {}),
    '$.subject: names "builders" but is published for "storm-corps"',
  ],
  [
    'theatre',
    event('casualty.recorded', 'builders', { killed: 5 }),
    '$.subject: names "builders" but is published for "theatre"',
  ],
  [
    'storm-corps',
    event('war.ended', null, { variant: 'ceasefire' }),
    '$.subject: names no contingent but is published for "storm-corps"',
  ],
  [
    'builders.x',
    event('contingent.committed', 'builders', {}),
    '$.subject: names "builders" but is published for "builders.x"',
  ],
  [
    'Builders',
    event('contingent.committed', 'builders', {}),
    '$.subject: names "builders" but is published for "Builders"',
  ],
  ['builders', event('contingent.committed', 'builders', {}), null],
  ['theatre', event('movement.announced', null, { strength: 3 }), null],
];
const wrong = published.flatMap(([, , message], index) =>
  message === null ? [] : [{ seq: index + 1, message }],
);

describe.each([
  { line: 'the nats-server on PATH', server: { binary: 'nats-server' } },
  { line: 'a current nats-server', server: currentServer() },
])('an event published for another than it names, on $line', ({ server }) => {
  const isMissing = 'missing' in server;
  let running: ThrowawayServer;
  let client: NatsConnection;
  beforeAll(async () => {
    if (isMissing) return;
    running = await startThrowawayServer(server.binary);
    client = await running.connect();
  });
  afterAll(() => running?.discard());

  const publish = ({ theatre, timeline }: RollId, publishedFor: string, content: unknown) =>
    jetstream(client).publish(`muster.${theatre}.${timeline}.event.${publishedFor}`, bytesOf(content));

  async function start(dataDirectory: string): Promise<Muster> {
    const muster = await openMuster({ dataDirectory, nats: running.url, logger: silent });
    onTestFinished(() => muster.close());
    return muster;
  }

  test.skipIf(isMissing)('moves nobody, however the log is folded', async () => {
    const dataDirectory = await newDirectory();
    const muster = await start(dataDirectory);
    for (const [publishedFor, content] of published) await publish(record, publishedFor, content);
    const followed = await rollAt(muster.service, published.length);
    const told = (await followed.document()).refusals.map(({ seq, code, message }) => ({
      seq,
      code,
      message,
    }));
    expect(told).toEqual(wrong.map((refusal) => ({ ...refusal, code: 'malformed' })));
    expect(followed.distribution()).toMatchObject({
      phase: { name: 'hostilities' },
      losses: { killed: 0 },
      counts: { accepted: 4, refused: 5 },
    });
    const reading = new AbortController();
    const updates = followed.updates(0, reading.signal);
    const again = await updatesWhile(updates, ({ seq }) => seq < published.length);
    reading.abort();
    expect(again.filter(({ kind }) => kind === 'refusal')).toHaveLength(wrong.length);
    const [stray] = await followed.events(2, 1);
    expect(stray).toMatchObject({ event: { subject: 'builders' }, publishedfor: 'storm-corps' });
    expect((await followed.events(0, 2)).map(({ publishedfor }) => publishedfor)).toEqual([null, null]);

    const view = await followed.document({ asOfMs: Date.UTC(2030, 0, 1) });
    expect(view.refusals).toHaveLength(wrong.length);
    expect(view.contingents).toEqual((await followed.document()).contingents);
    await muster.close();

    const { length } = published;
    const restarted = await start(dataDirectory);
    const { counts } = (await rollAt(restarted.service, length)).distribution();
    expect(counts).toMatchObject({ accepted: 4, refused: wrong.length });
    const log = await openJetStreamLog(client);
    onTestFinished(() => log.close());
    const rollLog = new RollLog(log, record, await log.rolls());
    // As a thread is given them.
    const pages = await givingPages(rollLog, async (port) => {
      const { fold } = await foldLog(
        createKernels(),
        () => readPages(port, { from: 1, to: length }),
        {},
        () => ({ apply() {} }),
      );
      port.close();
      return fold.counts;
    });
    expect(pages).toEqual(counts);
    const ended = new AbortController();
    onTestFinished(() => ended.abort());
    const check = async () => {
      const checkpoints = new Checkpoints(`${dataDirectory}/checkpoints`);
      const witnesses = [
        checkpointWitness(await checkpoints.load(record, null)),
        await outputsWitness(client, record, ended.signal),
      ];
      const difference = await verifyRoll(createKernels(), rollLog, length, witnesses, () => {});
      return difference ?? witnesses.map((witness) => witness.summary(length));
    };
    await expect.poll(check).toEqual([`the same at ${length}`, `${length} messages, the same`]);
  });

  test.skipIf(isMissing)('is refused where it was published', async () => {
    const roll = { theatre: 'elsewhere', timeline: 'record' };
    const subjects: string[] = [];
    const subscription = client.subscribe(`muster.elsewhere.record.refusal.>`, {
      callback: (_, { subject }) => void subjects.push(subject.split('.').at(-1) ?? ''),
    });
    await start(await newDirectory());
    for (const [publishedFor, content] of published) await publish(roll, publishedFor, content);
    await expect
      .poll(() => subjects)
      .toEqual(['storm-corps', 'theatre', 'storm-corps', 'theatre', 'theatre']);
    subscription.unsubscribe();
  });
});
