import { readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { jetstream } from '@nats-io/jetstream';
import { Kvm } from '@nats-io/kv';
import { headers, type NatsConnection } from 'nats';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { openJetStreamLog } from '../../src/log/jetstream/jetstream-log.ts';
import type { EventLog } from '../../src/log/port.ts';
import { OUT_STREAM, ROLLS_BUCKET, rollKey, transitionSubject } from '../../src/log/subjects.ts';
import { createKernels } from '../../src/roll/kernels.ts';
import { Checkpoints } from '../../src/service/checkpoints.ts';
import { openMuster } from '../../src/service/lifecycle.ts';
import { distributionWitness, outputsWitness } from '../../src/service/nats/output-witnesses.ts';
import { RollLog } from '../../src/service/roll-log.ts';
import { checkpointWitness, verifyRoll, type Witness } from '../../src/service/verification.ts';
import { currentServer, startThrowawayServer, type ThrowawayServer } from '../support/nats-server.ts';
import {
  append,
  deployed,
  event,
  newDirectory,
  newLog,
  record,
  retracted,
  serviceOver,
  silent,
} from './workbench.ts';

async function verified(log: EventLog, witnesses: readonly Witness[]) {
  const head = await log.head(record);
  const rollLog = new RollLog(log, record, await log.rolls());
  const difference = await verifyRoll(createKernels(), rollLog, head, witnesses, () => {});
  return difference ?? witnesses.map((witness) => witness.summary(head));
}

/** Facts, refusals, a duplicate, a retraction with facts after it. */
function someEvents(): readonly unknown[] {
  const [alpha, wrong] = [deployed('alpha', 100), deployed('wrong', 10)];
  return [
    alpha,
    wrong,
    alpha,
    event('contingent.committed', 'nobody', {}),
    retracted(wrong),
    'no event',
    event('contingent.committed', 'alpha', {}),
    event('war.ended', null, { variant: 'ceasefire' }),
  ];
}

describe('a checkpoint', () => {
  async function given() {
    const [log, directory] = [await newLog(), await newDirectory()];
    await append(log, someEvents());
    const service = await serviceOver(log, { checkpoints: { directory } });
    await service.close();
    const checkpoints = new Checkpoints(directory);
    const file = join(directory, 'ukraine.record.checkpoint');
    return {
      log,
      checkpoints,
      file,
      check: async () => verified(log, [checkpointWitness(await checkpoints.load(record, null))]),
    };
  }

  test('is the same as a replay, also behind the head', async () => {
    const { log, check } = await given();
    expect(await check()).toEqual(['the same at 8']);
    await append(log, [deployed('late', 5)]);
    expect(await check()).toEqual(['the same at 8']);
  });

  test('that is whole and says something else is a difference', async () => {
    const { checkpoints, check } = await given();
    const loaded = await checkpoints.load(record, null);
    if (loaded.kind !== 'loaded') throw new Error('no checkpoint');
    const { position, dump } = loaded.checkpoint;
    const fold = { ...dump.fold, counts: { ...dump.fold.counts, accepted: 99 } };
    await checkpoints.store(record, null, { position, dump: { ...dump, fold } });
    expect(await check()).toEqual({
      what: 'checkpoint',
      seq: 8,
      path: '$.dump.fold.counts.accepted',
      expected: 4,
      found: 99,
    });
    await checkpoints.store(record, null, { position: { ...position, digest: 'of another' }, dump });
    expect(await check()).toMatchObject({ seq: 8, path: '$.position.digest', found: 'of another' });
    await checkpoints.store(record, null, { position: { ...position, seq: 9 }, dump });
    expect(await check()).toMatchObject({ seq: 9, path: '$.position.seq', expected: 'at most 8', found: 9 });
  });

  test('that is damaged is a difference; one of another build, or none, is not', async () => {
    const { file, check } = await given();
    const text = await readFile(file, 'latin1');
    await writeFile(file, text.replace('"machineVersion":"', '"machineVersion":"0'), 'latin1');
    expect(await check()).toEqual(['made by another machine version: the next start discards it']);
    await writeFile(file, text, 'latin1');
    await truncate(file, text.length - 1);
    expect(await check()).toMatchObject({ path: '$', found: 'damaged' });
    expect(await verified(await newLog(), [checkpointWitness({ kind: 'absent' })])).toEqual(['none']);
  });
});

const current = currentServer();
describe.each([
  ['the oldest nats-server', { binary: 'nats-server' }],
  ['a current nats-server', current],
])('what %s has of a roll', (_, found) => {
  if ('missing' in found) return test.skip(found.missing);
  let nats: ThrowawayServer;
  beforeAll(async () => {
    nats = await startThrowawayServer(found.binary);
  });
  afterAll(() => nats.discard());

  test('is the same beside a running service; what is changed, repeated or extra is named', async () => {
    const connection: NatsConnection = await nats.connect();
    const log = await openJetStreamLog(connection);
    onTestFinished(() => log.close());
    const reading = new AbortController();
    onTestFinished(() => reading.abort());
    const check = async () =>
      verified(log, [
        await distributionWitness(connection, { roll: record, title: 'record', basis: null, base: null }),
        await outputsWitness(connection, record, reading.signal),
      ]);
    await append(log, someEvents());
    expect(await check()).toEqual(['nothing, behind by 8', '0 messages, the same, behind by 8']);

    const muster = await openMuster({
      dataDirectory: await newDirectory(),
      nats: nats.url,
      logger: silent,
    });
    onTestFinished(() => muster.close());
    await expect.poll(check).toEqual(['the same at 8', '8 messages, the same']);
    const last = await append(log, [deployed('bravo', 7)]);
    await expect.poll(check).toEqual([`the same at ${last}`, '9 messages, the same']);
    await muster.close();

    const bucket = await new Kvm(jetstream(connection)).open(ROLLS_BUCKET);
    const stored = await bucket.get(rollKey(record));
    const document = stored?.json<{ counts: object }>();
    const changed = { ...document, counts: { ...document?.counts, refused: 0 } };
    await append(log, [deployed('carol', 7)]);
    await bucket.put(rollKey(record), JSON.stringify(document));
    expect(await check()).toEqual([`the same at ${last}, behind by 1`, '9 messages, the same, behind by 1']);
    await bucket.put(rollKey(record), JSON.stringify(changed));
    expect(await check()).toEqual({
      what: ROLLS_BUCKET,
      seq: last,
      path: '$.counts.refused',
      expected: 2,
      found: 0,
    });
    await bucket.put(rollKey(record), JSON.stringify(document));

    const repeat = headers();
    repeat.set('Muster-Seq', String(last));
    await jetstream(connection).publish(transitionSubject(record, 'bravo'), '{}', { headers: repeat });
    expect(await check()).toMatchObject({
      what: OUT_STREAM,
      seq: last + 1,
      path: '$["Muster-Seq"]',
      expected: last + 1,
      found: last,
    });
  });
});
