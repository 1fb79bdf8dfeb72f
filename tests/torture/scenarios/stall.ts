import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { connect } from 'nats';
import { z } from 'zod';
import { startLocalServer } from '../../../src/log/local-server.ts';
import { checkOverNats } from '../check/check.ts';
import { expectThat } from '../expectation.ts';
import { verify } from '../round.ts';
import { startTorturedService } from '../service.ts';
import { addFaults } from '../summary.ts';
import { megabytes, rssFor } from '../usage.ts';
import type { Scenario } from './scenario.ts';

const ROLL = 'torture.record';
const BEFORE_MS = 5_000;
const STALL_MS = 60_000;
/** As many hand in events side by side, so many in a batch of so many bytes each, and begin again after a while. */
const PRODUCERS = 32;
const BATCH = 20;
const NOTE_BYTES = 4_000;
const PACE_MS = 500;
/** How soon after the stall every producer's batch is in the log. */
const BACK_MS = 60_000;
/** What is turned away is some 300 MiB in that time; what lies about until it is collected is less. */
const MOST_MORE = 192 * 1_048_576;

const answerSchema = z.object({ items: z.array(z.object({ status: z.number() })) });

/** Hands in batch after batch, each unchanged until all of it is acknowledged, and ends after one when told to. */
async function press(url: string, name: string, acknowledged: Map<string, null>, enough: AbortSignal) {
  for (let batch = 0; batch === 0 || !enough.aborted; batch++) {
    const ids = Array.from({ length: BATCH }, (_, index) => `${batch}-${index}`);
    const body = JSON.stringify(ids.map((id) => eventOf(name, id)));
    for (let isIn = false; !isIn; await delay(PACE_MS)) {
      isIn = await postedAll(url, body);
    }
    for (const id of ids) acknowledged.set(`/torture/${name} ${id}`, null);
  }
}

async function postedAll(url: string, body: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/api/rolls/${ROLL.replace('.', '/')}/events?open=true`, {
      method: 'POST',
      headers: { 'content-type': 'application/cloudevents-batch+json' },
      body,
    });
    const { items } = answerSchema.parse(await response.json());
    return items.every(({ status }) => status === 201 || status === 200);
  } catch {
    return false; // turned away as a whole
  }
}

const eventOf = (name: string, id: string) => ({
  specversion: '1.0',
  ...{ id, source: `/torture/${name}`, type: 'contingent.deployed', subject: `${name}-${id}` },
  ...{ time: '2025-01-01T00:00:00Z', basis: 'assessed', note: 'x'.repeat(NOTE_BYTES) },
  data: { strength: 1, kind: 'infantry', origin: 'torture' },
});

/** A server that is there and does nothing is the worst of them: what is sent to it is taken by nobody, and refused by nobody. */
export const stall: Scenario = {
  name: 'stall',
  about:
    'nats-server stopped (SIGSTOP) for a minute while producers press on: memory bounded, then all goes on',
  lines: 'each',
  async run(tally, _settings, line) {
    const directory = await mkdtemp(join(tmpdir(), 'muster-torture-stall-'));
    const server = await startLocalServer({ directory: join(directory, 'nats'), binary: line.binary });
    const where = ['--nats', server.url, '--data', join(directory, 'data')];
    const service = await startTorturedService(where);
    try {
      const acknowledged = new Map<string, null>();
      const enough = new AbortController();
      const pressing = Promise.all(
        Array.from({ length: PRODUCERS }, (_, index) =>
          press(service.url, `p${index}`, acknowledged, enough.signal),
        ),
      );
      const before = Math.max(...(await rssFor(service.pid, BEFORE_MS)));
      const taken = acknowledged.size;
      server.process.kill('SIGSTOP');
      tally.kills += 1;
      const during = await rssFor(service.pid, STALL_MS);
      const ready = await fetch(`${service.url}/readyz`);
      expectThat(tally, ready.status === 503, '/readyz says that nothing is taken', await ready.text());
      server.process.kill('SIGCONT');
      enough.abort();
      const begun = performance.now();
      await Promise.race([pressing, delay(BACK_MS, undefined, { ref: false })]);
      const backMs = performance.now() - begun;
      expectThat(tally, backMs < BACK_MS, 'every producer gets rid of its events', `${backMs} ms`);

      const peak = Math.max(...during);
      tally.notes.push(
        `memory: ${megabytes(before)} before, at most ${megabytes(peak)} in a stall of ${STALL_MS / 1_000} s; ${taken} events acknowledged before, ${acknowledged.size} in all, the last ${(backMs / 1_000).toFixed(1)} s after it`,
      );
      expectThat(
        tally,
        peak <= before + MOST_MORE,
        `memory grows by ${megabytes(MOST_MORE)} at most`,
        megabytes(peak),
      );
      tally.acknowledged += acknowledged.size;
      const connection = await connect({ servers: server.url });
      addFaults(tally, await checkOverNats(connection, ROLL, acknowledged));
      await connection.close();
      await verify(tally, ROLL, where);
      expectThat(tally, service.crashes.length === 0, 'the service stays up', service.crashes.join());
      tally.rounds += 1;
    } finally {
      server.process.kill('SIGCONT');
      await service.kill();
      await server.stop();
      await rm(directory, { recursive: true });
    }
  },
};
