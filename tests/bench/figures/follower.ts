import { jetstream } from '@nats-io/jetstream';
import type { NatsConnection } from 'nats';
import { pino } from 'pino';
import type { RollId } from '../../../events/ids.ts';
import { openJetStreamLog } from '../../../src/log/jetstream/jetstream-log.ts';
import { EVENTS_STREAM, eventsOfRoll } from '../../../src/log/subjects.ts';
import { startService } from '../../../src/service/start-service.ts';
import { interleaved } from '../measure.ts';
import { atLeast, line } from '../result.ts';
import { newRoll, publishBare } from '../rolls.ts';
import { written } from '../work.ts';
import type { Bench, Figure } from './figure.ts';

/** As many as a consumer may ask for without growing slower. */
const ASKED_FOR = 10_000;

/** A roll that the service reads from its first event, until it is current. */
export const follower: Figure = {
  name: 'follower',
  seconds: 40,
  async measure({ sizes, startServer, isAtomic }: Bench) {
    const server = await startServer();
    const connection = await server.connect();
    const roll = newRoll('follower');
    const count = sizes.followed;
    const log = await openJetStreamLog(connection);
    await publishBare(connection, isAtomic, roll, [
      ...written({ events: count, contingents: sizes.contingents }),
    ]);
    await log.close();
    const [own = 0, bare = 0] = await interleaved(sizes.runs, [
      { work: () => follow(connection, roll, count) },
      { work: () => consume(connection, roll, count) },
    ]);
    await connection.close();
    const about = { figure: 'follower, JetStream to read models', unit: 'events/s' };
    const rate = (ms: number) => count / (ms / 1_000);
    return {
      lines: [line({ ...about, beside: 'a bare ordered consumer' }, rate(own), rate(bare), atLeast(0.6))],
    };
  },
};

/** Has the service follow a roll until it has folded that many events. */
export async function follow(connection: NatsConnection, roll: RollId, count: number): Promise<void> {
  const log = await openJetStreamLog(connection);
  const service = await startService({ log, logger: pino({ enabled: false }) });
  const live = await service.find(roll);
  const isThere = await live?.reached(count, AbortSignal.timeout(120_000));
  const { counts } = live?.distribution() ?? {};
  await service.close();
  await log.close();
  const sum = counts === undefined ? 0 : counts.accepted + counts.refused + counts.duplicates;
  if (isThere !== true || sum !== count) throw new Error(`the follower came to ${sum} of ${count} events`);
}

async function consume(connection: NatsConnection, roll: RollId, count: number): Promise<void> {
  const filter_subjects = eventsOfRoll(roll);
  const consumer = await jetstream(connection).consumers.get(EVENTS_STREAM, { filter_subjects });
  let seen = 0;
  await new Promise<void>((resolve, reject) => {
    const callback = () => {
      if (++seen === count) resolve();
    };
    consumer.consume({ callback, max_messages: ASKED_FOR }).catch(reject);
  });
  await consumer.delete();
}
