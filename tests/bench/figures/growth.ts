import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { NatsConnection } from 'nats';
import { Fold, foldLog } from '../../../src/roll/fold.ts';
import { createKernels } from '../../../src/roll/kernels.ts';
import { type RawEntry, Settlement } from '../../../src/roll/settlement.ts';
import { ServiceModel } from '../../../src/service/roll-fold.ts';
import { type Served, serve, startScript } from '../commands.ts';
import { timed } from '../measure.ts';
import { atRate, until } from '../pace.ts';
import type { Curve } from '../result.ts';
import { newRoll } from '../rolls.ts';
import { entries, type Work, written } from '../work.ts';
import type { Bench, Figure } from './figure.ts';

const HOME = { theatre: 'bench', timeline: 'growth' };
/** Events that are timed on a roll of many contingents. */
const TIMED = 20_000;
/** Events a second that readers are sent, and for how many seconds. */
const TOLD = { perSecond: 100, count: 200 };
/** Clock ticks a second in which the system counts a process's time, on Linux. */
const TICKS = 100;

/** How cost grows with the log, the roll and the readers: once each, for the slope tells and not the figure. */
export const growth: Figure = {
  name: 'growth',
  seconds: 60,
  async measure(bench: Bench) {
    return { curves: [await withEvents(bench), withContingents(bench), await withReaders(bench)] };
  },
};

async function withEvents({ sizes }: Bench): Promise<Curve> {
  const points: { x: number; y: number }[] = [];
  for (const events of sizes.logLengths) {
    const log = packed({ events, contingents: Math.ceil(events / 100) });
    const fold = () => foldLog(createKernels(), log, {}, () => new ServiceModel());
    points.push({ x: events, y: (await timed({ work: fold })) / 1_000 });
  }
  return { name: 'A log folded, with all read models', x: 'events', y: 'seconds', points };
}

/** A log in one piece of memory, so that a million of entries do not burden the collector. */
function packed(work: Work): () => Iterable<RawEntry> {
  const pieces: Uint8Array[] = [];
  for (const { bytes } of written(work)) pieces.push(bytes);
  const whole = Buffer.concat(pieces);
  const ends = Float64Array.from(pieces, ({ length }) => length);
  pieces.length = 0;
  for (let index = 1; index < ends.length; index++) ends[index] = (ends[index - 1] ?? 0) + (ends[index] ?? 0);
  return function* () {
    for (let seq = 1; seq <= ends.length; seq++) {
      yield { seq, bytes: whole.subarray(ends[seq - 2] ?? 0, ends[seq - 1]), home: HOME };
    }
  };
}

function withContingents({ sizes }: Bench): Curve {
  const points = sizes.rollSizes.map((contingents) => {
    const events = contingents + Math.min(TIMED, 10 * contingents);
    const fold = new Fold(createKernels(), {}, new ServiceModel());
    const settlement = new Settlement();
    let begun = performance.now();
    const log = [...entries(written({ events, contingents, endsWar: false }), HOME)];
    for (const entry of log) {
      if (entry.seq === contingents + 1) begun = performance.now();
      const settled = settlement.take(entry);
      if (settled.kind === 'fact') fold.take(settled);
    }
    return { x: contingents, y: ((performance.now() - begun) * 1_000) / (events - contingents) };
  });
  return { name: 'An event folded into a roll', x: 'contingents', y: 'microseconds', points };
}

async function withReaders({ sizes, startServer, directory }: Bench): Promise<Curve> {
  const server = await startServer();
  const publisher = await server.connect();
  const service = await serve(server.url, join(directory, 'growth'));
  const points: { x: number; y: number }[] = [];
  try {
    for (const readers of sizes.readers) {
      points.push({ x: readers, y: await costOfTelling(service, publisher, readers) });
    }
  } finally {
    await service.end();
    await publisher.close();
  }
  return { name: 'An event told to all its readers', x: 'readers', y: 'ms of the service', points };
}

/** Milliseconds of the service's processor time for an event that so many readers of its roll are told. */
async function costOfTelling({ url, pid }: Served, publisher: NatsConnection, readers: number) {
  const { theatre, timeline } = newRoll('told');
  const publish = (id: string, type: string, data: object) => {
    const about = { source: '/bench/told', type, subject: 'unit', time: '2025-01-01T00:00:00Z' };
    const event = { specversion: '1.0', id, ...about, basis: 'assessed', data };
    publisher.publish(`muster.${theatre}.${timeline}.event.unit`, JSON.stringify(event));
  };
  publish('deployed', 'contingent.deployed', { strength: 1_000, kind: 'infantry', origin: 'bench' });
  const stream = `${url}/api/rolls/${theatre}/${timeline}/stream`;
  const reading = startScript('readers-process.js', [stream, readers]);
  let told = 0;
  reading.onLine((text) => {
    told = Number(text);
  });
  try {
    await reading.says(/^0$/m);
    const before = await processorMs(pid);
    await atRate(TOLD.perSecond, TOLD.count, (index) =>
      publish(`told-${index}`, 'contingent.reinforced', { strength: 1 }),
    );
    await until(() => told >= readers * TOLD.count);
    return ((await processorMs(pid)) - before) / TOLD.count;
  } finally {
    await reading.signal('SIGKILL');
  }
}

async function processorMs(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  const [user, system] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13);
  return ((Number(user) + Number(system)) * 1_000) / TICKS;
}
