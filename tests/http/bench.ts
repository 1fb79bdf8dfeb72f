import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { beforeAll, onTestFinished } from 'vitest';
import { type RollId, rollName } from '../../events/ids.ts';
import { startHttpServer } from '../../src/http/server.ts';
import type { HttpOptions } from '../../src/http/settings.ts';
import { createInspector } from '../../src/inspector/inspector.ts';
import { openEmbeddedLog } from '../../src/log/embedded/embedded-log.ts';
import type { EventLog } from '../../src/log/port.ts';
import type { Service } from '../../src/service/service.ts';
import { startService } from '../../src/service/start-service.ts';
import { undescribed } from './described-answers.ts';

export const silent = pino({ enabled: false });

/** Where the tests write unless they say otherwise. */
export const RECORD: RollId = { theatre: 'ukraine', timeline: 'record' };
export const ROLL = '/api/rolls/ukraine/record';

export interface Bench {
  readonly app: FastifyInstance;
  readonly log: EventLog;
  readonly service: Service;
  readonly address: string;
  readonly port: number;
  /** Asks the server for a path. Throws if its document does not say what it answers. */
  ask(path: string, init?: RequestInit): Promise<Response>;
  /** Hands in one event, or a body of another media type; the record is opened before the first, if nobody did. */
  post(body: unknown, mediaType?: string, headers?: Readonly<Record<string, string>>): Promise<Response>;
}

/** Takes what has to be done when the bench is needed no more; the last is done first. */
export type AtEnd = (end: () => Promise<void> | void) => void;

/** An empty log on disk, a service over it and a server before it, all real, gone when the test is over. */
export async function startBench(
  options: HttpOptions = {},
  serve: (service: Service) => Service = (service) => service,
  atEnd: AtEnd = onTestFinished,
  logger = silent,
): Promise<Bench> {
  const directory = await mkdtemp(join(tmpdir(), 'muster-http-'));
  atEnd(() => rm(directory, { recursive: true, force: true }));
  const log = await openEmbeddedLog(join(directory, 'log'));
  atEnd(() => log.close());
  const service = await startService({ log, logger: silent });
  atEnd(() => service.close());
  return serveOver(log, serve(service), options, atEnd, logger);
}

/** One bench for the tests of a file that only read; call what it gives within a test. */
export function shareBench(start: (atEnd: AtEnd) => Promise<Bench>): () => Bench {
  let shared: Bench | undefined;
  beforeAll(async () => {
    const ends: (() => Promise<void> | void)[] = [];
    shared = await start((end) => ends.push(end));
    return async () => {
      for (const end of ends.toReversed()) await end();
    };
  });
  return () => {
    if (shared === undefined) throw new Error('Ask for the bench within a test');
    return shared;
  };
}

/** A server of its own before a service that runs already. */
export async function serveOver(
  log: EventLog,
  service: Service,
  options: HttpOptions = {},
  atEnd: AtEnd = onTestFinished,
  logger = silent,
): Promise<Bench> {
  const { app, address } = await startHttpServer({
    service,
    logger,
    options: { port: 0, ...options },
    extension: createInspector(service),
  });
  atEnd(() => app.close());
  const { port } = portOf(app);
  let opened: Promise<void> | undefined;
  const ask = async (path: string, init?: RequestInit) => {
    const answer = await fetch(`${address}${path}`, init);
    const misfit = await undescribed(init?.method ?? 'GET', path, answer);
    if (misfit !== null) throw new Error(misfit);
    return answer;
  };
  return {
    app,
    log,
    service,
    address,
    port,
    ask,
    post: async (body, mediaType = 'application/cloudevents+json', headers = {}) => {
      opened ??= openRecord(log);
      await opened;
      return ask(`${ROLL}/events`, {
        method: 'POST',
        headers: { 'content-type': mediaType, ...headers },
        body: bodyOf(body),
      });
    },
  };
}

async function openRecord(log: EventLog): Promise<void> {
  const isThere = (await log.rolls()).some(({ roll }) => rollName(roll) === rollName(RECORD));
  if (!isThere) await log.open(RECORD, { title: 'record', basis: 'reported', base: null });
}

function portOf(app: FastifyInstance): AddressInfo {
  const address = app.server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port');
  return address;
}

function bodyOf(body: unknown): string | Uint8Array<ArrayBuffer> {
  if (typeof body === 'string') return body;
  return body instanceof Uint8Array ? new Uint8Array(body) : JSON.stringify(body);
}

let ids = 0;

/** An event with an identity of its own unless `attributes` give one. */
export function event(type: string, subject: string | null, data: object, attributes: object = {}) {
  const about = subject === null ? {} : { subject };
  return {
    specversion: '1.0',
    id: `event-${++ids}`,
    source: '/tests/http',
    type,
    ...about,
    time: '2025-01-01T00:00:00Z',
    basis: 'assessed',
    data,
    ...attributes,
  };
}

export const deployed = (contingent: string, strength: unknown, attributes: object = {}) =>
  event('contingent.deployed', contingent, { strength, kind: 'infantry', origin: 'test' }, attributes);

/** The JSON lines of a reference log. */
export function referenceLog(name: string): Promise<string> {
  return readFile(fileURLToPath(new URL(`../data/${name}.jsonl`, import.meta.url)), 'utf8');
}

/** The problem document of an answer, whose media type and status must be right. */
export async function problemIn(response: Response): Promise<Record<string, unknown>> {
  const text = await response.text();
  if (response.headers.get('content-type') !== 'application/problem+json; charset=utf-8') {
    throw new Error(`Expected a problem document: ${response.status} ${text}`);
  }
  const problem: unknown = JSON.parse(text);
  if (typeof problem !== 'object' || problem === null) throw new Error(`No problem document: ${text}`);
  if (!('status' in problem) || problem.status !== response.status) throw new Error(`Two statuses: ${text}`);
  return { ...problem };
}

/** Writes bytes to the server as they are and gives all that comes back until the connection ends. */
export async function raw(port: number, bytes: string | Uint8Array): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  let received = '';
  socket.setEncoding('utf8');
  socket.on('data', (chunk) => {
    received += chunk;
  });
  // A server that has heard enough may close before everything is written.
  socket.on('error', () => {});
  socket.write(bytes);
  await new Promise((resolve) => socket.once('close', resolve));
  return received;
}

/** A request as text, on a connection that ends with its answer. */
export function requestText(method: string, path: string, headers: Readonly<Record<string, string>>): string {
  const lines = Object.entries({ connection: 'close', ...headers }).map(
    ([name, value]) => `${name}: ${value}`,
  );
  return [`${method} ${path} HTTP/1.1`, ...lines, '', ''].join('\r\n');
}
