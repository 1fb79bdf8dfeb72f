import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import { onTestFinished } from 'vitest';
import { z } from 'zod';
import { idSchema, type RollId, THEATRE_ENTITY } from '../../events/ids.ts';
import { openEmbeddedLog } from '../../src/log/embedded/embedded-log.ts';
import type { EventLog } from '../../src/log/port.ts';
import type { ServiceOptions } from '../../src/service/rolls.ts';
import type { LiveRoll, Service, Submission, Update } from '../../src/service/service.ts';
import { startService } from '../../src/service/start-service.ts';

export const record: RollId = { theatre: 'ukraine', timeline: 'record' };
export const silent = pino({ enabled: false });

/** A directory that is there until the test is over. */
export async function newDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'muster-service-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

/** An empty log on disk, closed when the test is over. */
export async function newLog(directory?: string): Promise<EventLog> {
  const log = await openEmbeddedLog(join(directory ?? (await newDirectory()), 'log'));
  onTestFinished(() => log.close());
  return log;
}

/** A service over a log, current with it, closed when the test is over. */
export async function serviceOver(log: EventLog, options: Partial<ServiceOptions> = {}): Promise<Service> {
  const service = await startService({ log, logger: silent, ...options });
  onTestFinished(() => service.close());
  await service.whenReady();
  return service;
}

type Attributes = Readonly<Record<string, unknown>>;

let ids = 0;

/** A well-formed event with an identity of its own, unless `attributes` give one. */
export function event(type: string, subject: string | null, data: Attributes, attributes: Attributes = {}) {
  return {
    specversion: '1.0',
    id: `event-${++ids}`,
    source: '/tests',
    type,
    ...(subject !== null && { subject }),
    time: '2025-01-01T00:00:00Z',
    basis: 'assessed',
    data,
    ...attributes,
  };
}

export const deployed = (contingent: string, strength: number, attributes: Attributes = {}) =>
  event('contingent.deployed', contingent, { strength, kind: 'infantry', origin: 'test' }, attributes);

export const retracted = ({ id, source }: { id: string; source: string }) =>
  event('event.retracted', null, { target: { source, id }, reason: 'it was wrong' });

export const bytesOf = (content: unknown): Uint8Array => Buffer.from(JSON.stringify(content));

export const submit = (service: Service, content: unknown, roll = record): Promise<Submission> =>
  service.submit(roll, bytesOf(content));

const subjectSchema = z.object({ subject: idSchema });

function subjectOf(content: unknown): string | undefined {
  return subjectSchema.safeParse(content).data?.subject;
}

let appended = 0;

/** Puts events into a log past the service, as another writer does; gives the seq of the last. */
export async function append(log: EventLog, contents: readonly unknown[], roll = record): Promise<number> {
  const events = contents.map((content) => ({
    entity: subjectOf(content) ?? THEATRE_ENTITY,
    identity: `/direct ${++appended}`,
    bytes: content instanceof Uint8Array ? content : bytesOf(content),
  }));
  const result = await log.append(roll, events);
  if (!result.ok) throw new Error(result.error.message);
  return result.value.at(-1) ?? 0;
}

/** The roll, once it is there and has folded an entry. */
export async function rollAt(service: Service, seq: number, id = record): Promise<LiveRoll> {
  for (;;) {
    const roll = service.roll(id);
    if (roll === undefined) {
      await new Promise((resolve) => setImmediate(resolve));
      continue;
    }
    if (roll.summary.isCurrent && roll.summary.seq >= seq) return roll;
    const reading = new AbortController();
    for await (const update of roll.updates(null, reading.signal)) {
      if (update.seq >= seq) break;
    }
    reading.abort();
  }
}

/** Updates as they come, for as long as `isWanted` says; then the reading ends. */
export async function updatesWhile(
  updates: AsyncIterable<Update>,
  isWanted: (update: Update) => boolean,
): Promise<Update[]> {
  const found: Update[] = [];
  for await (const update of updates) {
    found.push(update);
    if (!isWanted(update)) break;
  }
  return found;
}

const dataFile = (name: string) => fileURLToPath(new URL(`../data/${name}`, import.meta.url));

/** The events of a log kept with the tests, one per line. */
export async function eventsOf(name: string): Promise<unknown[]> {
  const text = await readFile(dataFile(`${name}.jsonl`), 'utf8');
  return text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line)]));
}

/** A roll document that was worked out apart from this program. */
export async function expectedDocument(name: string): Promise<Record<string, unknown>> {
  return JSON.parse(await readFile(dataFile(`expected/${name}.json`), 'utf8'));
}
