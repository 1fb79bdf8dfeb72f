import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { join } from 'node:path';
import { DeliverPolicy, jetstream, jetstreamManager, StorageType } from '@nats-io/jetstream';
import type { NatsConnection } from 'nats';
import type { RollId } from '../../../events/ids.ts';
import { type Served, serve } from '../commands.ts';
import { median, quantile } from '../measure.ts';
import { atRate, until } from '../pace.ts';
import { atMost, line } from '../result.ts';
import { newRoll } from '../rolls.ts';
import type { Bench, Figure } from './figure.ts';

const PER_SECOND = 1_000;
const PATIENCE_MS = 20_000;
const STREAM = 'BENCH';
const STREAM_SUBJECT = 'bench.stored';

/** From an event's publication until a reader of the event stream has it, all clocks being one. */
export const latency: Figure = {
  name: 'latency',
  seconds: 40,
  async measure({ sizes, startServer, directory }: Bench) {
    const server = await startServer();
    const publisher = await server.connect();
    const subscriber = await server.connect();
    const service = await serve(server.url, join(directory, 'latency'));
    const roll = newRoll('latency');
    const count = PER_SECOND * sizes.latencySeconds;
    try {
      const reader = await readerOf(service, publisher, roll);
      const [own, bare, durable]: [number[][], number[][], number[][]] = [[], [], []];
      await (await jetstreamManager(subscriber)).streams.add({
        name: STREAM,
        subjects: [STREAM_SUBJECT],
        storage: StorageType.File,
      });
      // The first run of each warms up.
      for (let run = 0; run <= sizes.runs; run++) {
        const ours = await reader.latencies(run, count);
        const theirs = await roundTrips(publisher, subscriber, count);
        const stored = await throughStream(publisher, subscriber, count);
        if (run === 0 && sizes.runs > 1) continue;
        own.push(ours);
        bare.push(theirs);
        durable.push(stored);
      }
      reader.end();
      const at = (share: number, runs: number[][]) => median(runs.map((run) => quantile(run, share)));
      const about = { unit: 'ms', beside: 'bare publish → subscribe' };
      const figure = (name: string) => `publish → SSE frame at ${PER_SECOND}/s, ${name}`;
      return {
        lines: [
          line({ ...about, figure: figure('p50') }, at(0.5, own), at(0.5, bare), atMost(3)),
          line(
            { ...about, figure: figure('p50'), beside: 'bare publish → disk → consumer' },
            at(0.5, own),
            at(0.5, durable),
            atMost(3),
          ),
          line({ ...about, figure: figure('p99') }, at(0.99, own), at(0.99, bare), {
            ...{ of: 'ours', bound: 'most', value: 10 },
          }),
        ],
      };
    } finally {
      await service.end();
      await Promise.all([publisher.close(), subscriber.close()]);
    }
  },
};

/** Milliseconds from each publication to its arrival at another connection. */
async function roundTrips(
  publisher: NatsConnection,
  subscriber: NatsConnection,
  count: number,
): Promise<number[]> {
  const subject = 'bench.latency';
  const trips = timedTrips(publisher, subject, count);
  const subscription = subscriber.subscribe(subject, {
    callback: (_error, message) => trips.arrived(message.json()),
  });
  await subscriber.flush();
  const took = await trips.done();
  subscription.unsubscribe();
  return took;
}

/** The same through a stream of which the service knows nothing, each written to the disk before it goes on. */
async function throughStream(
  publisher: NatsConnection,
  subscriber: NatsConnection,
  count: number,
): Promise<number[]> {
  const trips = timedTrips(publisher, STREAM_SUBJECT, count);
  const consumer = await jetstream(subscriber).consumers.get(STREAM, { deliver_policy: DeliverPolicy.New });
  const reading = await consumer.consume({ callback: (message) => trips.arrived(message.json()) });
  const took = await trips.done();
  await reading.close();
  return took;
}

/** Publishes so many events, once `done` is called, and notes when each arrives. */
function timedTrips(publisher: NatsConnection, subject: string, count: number) {
  const [sent, took]: [number[], number[]] = [[], []];
  return {
    arrived({ id }: { readonly id: string }): void {
      took.push(performance.now() - (sent[Number(id.split('-').at(-1))] ?? Number.NaN));
    },
    async done(): Promise<number[]> {
      await atRate(PER_SECOND, count, (index) => {
        sent[index] = performance.now();
        publisher.publish(subject, reinforced(`at-0-${index}`));
      });
      await until(() => took.length === count);
      return took;
    },
  };
}

/** One reader of a roll's event stream, and a contingent that grows. */
async function readerOf({ url }: Served, publisher: NatsConnection, roll: RollId) {
  const subject = `muster.${roll.theatre}.${roll.timeline}.event.unit`;
  await publisher.request(subject, deployed, { timeout: PATIENCE_MS });
  const stream = `${url}/api/rolls/${roll.theatre}/${roll.timeline}/stream`;
  const asked = request(stream, { agent: false }).end();
  const [response]: IncomingMessage[] = await once(asked, 'response');
  if (response === undefined) throw new Error('there is no event stream');
  let arrived: (run: number, index: number, atMs: number) => void = () => {};
  let text = '';
  response.setEncoding('utf8').on('data', (chunk: string) => {
    const atMs = performance.now();
    const frames = (text + chunk).split('\n\n');
    text = frames.pop() ?? '';
    for (const frame of frames) {
      const [, run, index] = /"id":"at-(\d+)-(\d+)"/.exec(frame) ?? [];
      if (run !== undefined) arrived(Number(run), Number(index), atMs);
    }
  });
  return {
    async latencies(of: number, count: number): Promise<number[]> {
      const [sent, took]: [number[], number[]] = [[], []];
      arrived = (run, index, atMs) => {
        if (run === of) took.push(atMs - (sent[index] ?? Number.NaN));
      };
      await atRate(PER_SECOND, count, (index) => {
        sent[index] = performance.now();
        publisher.publish(subject, reinforced(`at-${of}-${index}`));
      });
      await until(() => took.length === count);
      return took;
    },
    end: () => asked.destroy(),
  };
}

const event = (id: string, type: string, data: object) =>
  JSON.stringify({
    specversion: '1.0',
    ...{ id, source: '/bench/latency', type, subject: 'unit', time: '2025-01-01T00:00:00Z' },
    ...{ basis: 'reported', reliability: 'B', credibility: 2, reporter: 'NIS', data },
  });
const deployed = event('deployed', 'contingent.deployed', {
  ...{ strength: 1_000, kind: 'infantry', origin: 'bench' },
});
const reinforced = (id: string) => event(id, 'contingent.reinforced', { strength: 1 });
