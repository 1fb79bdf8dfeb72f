import { setTimeout as delay } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from 'nats';
import { z } from 'zod';
import { PATIENT } from '../patient.ts';
import { muster } from '../processes.ts';
import type { Fault } from '../summary.ts';
import { type Acknowledged, checkAcknowledged } from './acknowledged.ts';
import { eventsInLmdb } from './lmdb-store.ts';
import { eventsInNats, outputsInNats, valueInNats } from './nats-store.ts';
import { checkOutputs } from './outputs.ts';
import { distributionOf, type Replayed, replay } from './replay.ts';

/** How long the outputs may take to be whole once the producers have ended. */
const CATCH_UP_MS = 90_000;

/** A roll over NATS, all of it: its log, its outputs, its key. Waits until the outputs have caught up. */
export async function checkOverNats(
  connection: NatsConnection,
  roll: string,
  acknowledged: Acknowledged,
): Promise<Fault[]> {
  const log = await eventsInNats(connection, roll);
  const faults = checkAcknowledged(log, acknowledged);
  const replayed = await replay(roll, log);
  // The key first: it is one message, and is written when the outputs are.
  const key = await settled(
    async () =>
      checkDistribution('MUSTER_ROLLS', await valueInNats(connection, 'MUSTER_ROLLS', roll), replayed),
    (found) => found.length === 0,
  );
  const outputs = await settled(
    async () => checkOutputs(await outputsInNats(connection, roll), replayed.verdicts),
    (found) => found.every(({ kind }) => kind !== 'gap'),
  );
  const lengthAfter = (await eventsInNats(connection, roll)).length;
  if (lengthAfter !== log.length) {
    const message = `${roll} grew from ${log.length} to ${lengthAfter} while nobody produced`;
    faults.push({ kind: 'other', message });
  }
  return [...faults, ...outputs, ...key];
}

/** A roll in an embedded log, and the service that has just been started on it again. */
export async function checkEmbedded(
  directory: string,
  url: string,
  roll: string,
  acknowledged: Acknowledged,
): Promise<Fault[]> {
  const log = await eventsInLmdb(directory, roll);
  const replayed = await replay(roll, log);
  const response = await fetch(`${url}/api/rolls/${roll.replace('.', '/')}?fields=distribution`);
  return [
    ...checkAcknowledged(log, acknowledged),
    ...checkDistribution('the service', await response.json(), replayed),
  ];
}

/** `muster verify` of a roll; null: of every roll. */
export async function checkVerified(roll: string | null, where: readonly string[]): Promise<Fault[]> {
  const chosen = roll === null ? [] : [roll];
  const { code, stdout, stderr } = await muster(['verify', ...chosen, ...where]);
  const message = `muster verify ${chosen} exited with ${code}: ${stdout}${stderr}`;
  return code === 0 && /^ {2}clean$/m.test(stdout) ? [] : [{ kind: 'verify', message }];
}

/** Resolves when a roll's log has not grown, nor its outputs changed, for two seconds. */
export async function quiet(connection: NatsConnection): Promise<void> {
  const manager = await jetstreamManager(connection, PATIENT);
  for (let before = ''; ; ) {
    const states: number[] = [];
    for (const stream of ['MUSTER_EVENTS', 'MUSTER_OUT', 'KV_MUSTER_ROLLS']) {
      states.push((await manager.streams.info(stream)).state.last_seq);
    }
    const now = states.join(' ');
    if (now === before) return;
    before = now;
    await delay(2_000);
  }
}

const foundSchema = z.record(z.string(), z.unknown());

function checkDistribution(where: string, json: unknown, { document }: Replayed): Fault[] {
  const [expected, found] = [distributionOf(document), distributionOf(foundSchema.catch({}).parse(json))];
  if (isDeepStrictEqual(found, expected)) return [];
  const brief = (value: unknown) => JSON.stringify(value)?.slice(0, 300);
  const message = `${where} has ${brief(found)}, a replay gives ${brief(expected)}`;
  return [{ kind: 'other', message }];
}

async function settled(
  check: () => Promise<Fault[]>,
  isSettled: (faults: Fault[]) => boolean,
): Promise<Fault[]> {
  for (const deadline = performance.now() + CATCH_UP_MS; ; ) {
    const faults = await check();
    if (isSettled(faults) || performance.now() > deadline) return faults;
    await delay(100);
  }
}
