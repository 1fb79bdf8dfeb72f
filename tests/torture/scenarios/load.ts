import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { jetstream } from '@nats-io/jetstream';
import { z } from 'zod';
import { expectThat } from '../expectation.ts';
import { loadRoll } from '../load-rolls.ts';
import { nowMs } from '../machine-clock.ts';
import { type MachineProbe, probeMachine } from '../machine-probe.ts';
import { startScript } from '../processes.ts';
import { verify } from '../round.ts';
import { startTorturedService, type TorturedService } from '../service.ts';
import { overNats } from '../site.ts';
import { addFaults, type Tally } from '../summary.ts';
import { cpuOf, megabytes, rssOf } from '../usage.ts';
import type { Scenario, Settings } from './scenario.ts';

/** Rolls that the events and the readers are spread over. */
const ROLLS = 20;
const CONTINGENTS = 12;
const TICK_MS = 100;
/** No event may be later than this at a reader who reads. */
const LATEST_MS = 1_000;
const SLOW_SHARE = 0.05;
const DEAD_SHARE = 0.05;
/** What the system buffers for a reader fills first, then 15 seconds go by, so a short run drops nobody. */
const DROPS_AFTER_S = 180;
const END_MS = 60_000;
const SAMPLE_MS = 1_000;
/** A roll keeps a step of history for each event, in memory. Besides, memory is to stay as it was. */
const MOST_BYTES_AN_EVENT = 1_024;
const MOST_GROWTH = 1.15;

const talliedSchema = z.object({
  open: z.number(),
  received: z.number(),
  latestMs: z.number(),
  late: z.number(),
  told: z.number(),
  goodEnded: z.number(),
  lateAtS: z.array(z.number()),
});

/** Logs events of one roll; resolves when all are acknowledged. */
type Send = (roll: string, events: readonly object[]) => Promise<void>;

async function underLoad(
  tally: Tally,
  settings: Settings,
  service: TorturedService,
  directory: string,
  send: Send,
) {
  const { seconds, readers } = settings;
  const rolls = Array.from({ length: ROLLS }, (_, index) => loadRoll(index));
  for (const roll of rolls)
    await send(
      roll,
      Array.from({ length: CONTINGENTS }, (_, index) => deployed(index)),
    );
  const [slow, dead] = [Math.floor(readers * SLOW_SHARE), Math.floor(readers * DEAD_SHARE)];
  const good = readers - slow - dead;
  const reading = startReaders([service.url, ROLLS, good, slow, dead, LATEST_MS]);
  const probe = probeMachine(directory);
  try {
    await reading.until(({ open }) => open === readers);
    const rss: number[] = [];
    const sampling = setInterval(async () => rss.push(await rssOf(service.pid)), SAMPLE_MS);
    const [begunMs, begunCpuS] = [nowMs(), await cpuOf(service.pid)];
    const counts = await Promise.all(
      rolls.map((roll, index) => produce(roll, index, begunMs, settings, send)),
    );
    clearInterval(sampling);
    const tookS = (nowMs() - begunMs) / 1_000;
    const expected = counts.reduce((sum, count, index) => sum + count * readersOf(index, good), 0);
    const count = counts.reduce((sum, one) => sum + one, 0);
    tally.acknowledged += count;
    const { received, latestMs, late, told, goodEnded, lateAtS } = await reading.until(
      (now) => now.received >= expected,
    );
    const cpuS = (await cpuOf(service.pid)) - begunCpuS;
    const dropped = service.stderr().split('Dropped a reader').length - 1;

    tally.notes.push(
      `${Math.round(count / tookS)} events a second for ${Math.round(tookS)} s, ${good} readers who read, ${slow} slow, ${dead} dead: the latest event was ${Math.round(latestMs)} ms late, ${late} of ${received} transitions were later than ${LATEST_MS} ms; ${dropped} readers dropped, ${told} of the slow saw the notice`,
    );
    tally.notes.push(`the machine meanwhile: ${worstOf(probe)}`);
    if (lateAtS.length > 0) {
      const seconds = lateAtS.map((atS) => Math.max(Math.round(atS - begunMs / 1_000), 0));
      const then = worstOf(probe, new Set(lateAtS));
      tally.notes.push(`the late ones came in the seconds ${[...new Set(seconds)].join(', ')}; then ${then}`);
    }
    tally.notes.push(
      `the service worked ${cpuS.toFixed(1)} s of a processor's time: ${((1e6 * cpuS) / received).toFixed(1)} µs for each transition sent, ${((1e6 * cpuS) / count).toFixed(0)} µs for each event`,
    );
    if (received !== expected) {
      addFaults(tally, [
        {
          kind: received < expected ? 'loss' : 'repeat',
          message: `readers got ${received} transitions of ${expected}`,
        },
      ]);
    }
    expectThat(tally, latestMs <= LATEST_MS, `no event is later than ${LATEST_MS} ms`, `${latestMs} ms`);
    expectThat(tally, tookS < seconds * 1.1, 'the service keeps up', `${tookS} s for ${seconds} s of events`);
    expectThat(tally, goodEnded === 0, 'nobody who reads is dropped', `${goodEnded}`);
    if (seconds >= DROPS_AFTER_S) {
      expectThat(
        tally,
        dropped === slow + dead,
        'who does not read is dropped, and the log says so',
        `${dropped}`,
      );
    }
    checkMemory(tally, rss, count);
    expectThat(tally, service.crashes.length === 0, 'the service stays up', service.crashes.join());
  } finally {
    await Promise.all([reading.end(), probe.end()]);
  }
  tally.rounds += 1;
}

function worstOf(probe: MachineProbe, seconds?: ReadonlySet<number>): string {
  const { fsyncMs, timerMs } = probe.worst(seconds);
  return `an fsync took ${Math.round(fsyncMs)} ms at most, and a timer came ${Math.round(timerMs)} ms late at most`;
}

/** Sends a tick's events of a roll when they are due, or as soon as the last ones are acknowledged; how many in all. */
async function produce(
  roll: string,
  index: number,
  begunMs: number,
  { seconds, rate }: Settings,
  send: Send,
) {
  let count = 0;
  // The rolls take turns within a tick.
  for (let dueMs = begunMs + (TICK_MS * index) / ROLLS; dueMs < begunMs + seconds * 1_000; dueMs += TICK_MS) {
    if (dueMs > nowMs()) await delay(dueMs - nowMs());
    const until = Math.floor((rate / ROLLS) * ((dueMs + TICK_MS - begunMs) / 1_000));
    // Each is stamped with the moment it was due: what waits behind a slow answer counts as late.
    const events = Array.from({ length: until - count }, (_, more) => reinforced(dueMs, roll, count + more));
    if (events.length > 0) await send(roll, events);
    count = until;
  }
  return count;
}

function checkMemory(tally: Tally, rss: readonly number[], events: number): void {
  const quarter = Math.floor(rss.length / 4);
  const median = (from: number) =>
    rss.slice(from, from + quarter).sort((a, b) => a - b)[Math.floor(quarter / 2)] ?? 0;
  const [early, late] = [median(quarter), median(3 * quarter)];
  const allowed = early * MOST_GROWTH + (events / 2) * MOST_BYTES_AN_EVENT;
  tally.notes.push(
    `memory (median of a quarter of the time): ${megabytes(early)} in the second, ${megabytes(late)} in the last; at most ${megabytes(allowed)}: ${MOST_GROWTH} times, and ${MOST_BYTES_AN_EVENT} bytes of history for each event between`,
  );
  expectThat(tally, late <= allowed, `memory stays below ${megabytes(allowed)}`, megabytes(late));
}

/** How many of so many readers follow a roll. */
const readersOf = (index: number, readers: number) => Math.ceil((readers - index) / ROLLS);

function startReaders(args: readonly (string | number)[]) {
  const running = startScript('load-readers-process.ts', args.map(String));
  let now: z.infer<typeof talliedSchema> = {
    open: 0,
    received: 0,
    latestMs: 0,
    late: 0,
    told: 0,
    goodEnded: 0,
    lateAtS: [],
  };
  running.onLine((line) => {
    now = talliedSchema.parse(JSON.parse(line));
  });
  return {
    /** Resolves to what the readers got once that is so, or after a minute. */
    async until(isSo: (tallied: typeof now) => boolean) {
      for (const deadline = performance.now() + END_MS; performance.now() < deadline && !isSo(now); ) {
        if (running.isOver) throw new Error(`the readers ended: ${running.stderr()}`);
        await delay(200);
      }
      return now;
    },
    end: () => running.signal('SIGKILL'),
  };
}

const event = (id: string, type: string, index: number, data: object) => ({
  specversion: '1.0',
  ...{ id, source: '/torture/load', type, subject: `contingent-${index % CONTINGENTS}` },
  ...{ time: '2025-01-01T00:00:00Z', basis: 'assessed', data },
});
const deployed = (index: number) =>
  event(`deployed-${index}`, 'contingent.deployed', index, {
    strength: 1_000,
    kind: 'infantry',
    origin: 'torture',
  });
const reinforced = (dueMs: number, roll: string, index: number) =>
  event(`at-${dueMs.toFixed(1)}-${roll}-${index}`, 'contingent.reinforced', index, { strength: 1 });

function sendOverHttp({ url }: TorturedService): Send {
  return async (roll, events) => {
    const response = await fetch(`${url}/api/rolls/${roll.replace('.', '/')}/events?open=true`, {
      method: 'POST',
      headers: { 'content-type': 'application/cloudevents-batch+json' },
      body: JSON.stringify(events),
    });
    const text = await response.text();
    if (!response.ok || /"status":(?!201)\d/.test(text))
      throw new Error(`${response.status} ${text.slice(0, 500)}`);
  };
}

/** Few are wrong from the beginning, so nothing is retried here: what breaks off is a fault. */
export const loads: readonly Scenario[] = [
  {
    name: 'load-embedded',
    about:
      '--rate events a second for --seconds, --readers event streams, some slow, some dead; embedded log',
    lines: null,
    async run(tally, settings) {
      const directory = await mkdtemp(join(tmpdir(), 'muster-torture-load-'));
      const service = await startTorturedService(['--data', directory]);
      try {
        await underLoad(tally, settings, service, directory, sendOverHttp(service));
        await verify(tally, loadRoll(0), ['--data', directory]);
      } finally {
        await service.kill();
        await rm(directory, { recursive: true });
      }
    },
  },
  {
    name: 'load-nats',
    about: 'the same over NATS, with producers that publish to JetStream',
    lines: 'each',
    async run(tally, settings, line) {
      await overNats(line, async ({ server, connection, directory }) => {
        const where = ['--nats', server.url, '--data', join(directory, 'data')];
        const service = await startTorturedService(where);
        const js = jetstream(connection);
        const send: Send = async (roll, events) => {
          await Promise.all(
            events.map((one) =>
              js.publish(`muster.${roll}.event.load`, JSON.stringify(one), { timeout: 20_000 }),
            ),
          );
        };
        try {
          await underLoad(tally, settings, service, directory, send);
          await verify(tally, loadRoll(0), where);
        } finally {
          await service.kill();
        }
      });
    },
  },
];
