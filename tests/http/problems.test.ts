import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { ProblemKind } from '../../src/http/problem.ts';
import { openEmbeddedLog } from '../../src/log/embedded/embedded-log.ts';
import { startService } from '../../src/service/start-service.ts';
import { countingLog } from '../service/counting-log.ts';
import {
  type Bench,
  deployed,
  event,
  problemIn,
  ROLL,
  raw,
  requestText,
  serveOver,
  silent,
  startBench,
} from './bench.ts';

interface Made {
  readonly status: number;
  readonly title: string;
  readonly detail: string | RegExp;
  readonly by: () => Promise<Response>;
}

/** The answer to bytes that are written as they are. */
async function rawly({ port }: Bench, bytes: string): Promise<Response> {
  const [head = '', body = ''] = (await raw(port, bytes)).split('\r\n\r\n');
  const type = /^content-type: (.*)$/im.exec(head)?.[1] ?? '';
  const status = Number(/^HTTP\/1.1 (\d+)/.exec(head)?.[1]);
  return new Response(body, { status, headers: { 'content-type': type } });
}

const asks =
  (path: string, init?: RequestInit): Made['by'] =>
  async () =>
    (await startBench()).ask(path, init);

const posts =
  (...sent: Parameters<Bench['post']>): Made['by'] =>
  async () =>
    (await startBench()).post(...sent);

/** A server before a log to which somebody else always writes first. */
async function contested(): Promise<Bench> {
  const directory = await mkdtemp(join(tmpdir(), 'muster-contested-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const log = await openEmbeddedLog(join(directory, 'log'));
  onTestFinished(() => log.close());
  const { log: passed } = countingLog(log);
  const first: typeof log.append = async (roll, events, ...more) => {
    const bytes = new TextEncoder().encode(JSON.stringify(deployed(`other-${Math.random()}`, 1)));
    await log.append(
      roll,
      events.slice(0, 1).map((one) => ({ ...one, bytes })),
    );
    return log.append(roll, events, ...more);
  };
  const service = await startService({ log: { ...passed, append: first }, logger: silent });
  onTestFinished(() => service.close());
  return serveOver(log, service);
}

/** Each problem as whoever asks meets it; one that is new has no row, and this does not compile. */
const PROBLEMS: Readonly<Record<ProblemKind, Made>> = {
  'bad-request': {
    status: 400,
    title: 'The request does not fit',
    detail: 'query colour: unknown parameter; this address knows: closed.',
    by: asks('/api/rolls?colour=red'),
  },
  malformed: {
    status: 400,
    title: 'The event is malformed',
    detail: '$: not JSON; expected one CloudEvents JSON object',
    by: posts('{'),
  },
  unauthorized: {
    status: 401,
    title: 'A token is needed',
    detail:
      'Send the header "Authorization: Bearer TOKEN" with a token of this server; in a browser, sign in at /session.',
    by: async () => (await startBench({ token: 'muster_secret' })).post(deployed('alpha', 1)),
  },
  forbidden: {
    status: 403,
    title: 'Not allowed',
    detail:
      'A page of another origin may not write here. Send events from a program, or from the page of this server; if that came through a proxy, start the server with --public-url and the address of the proxy.',
    by: posts(deployed('alpha', 1), undefined, { origin: 'https://evil.example' }),
  },
  'not-found': {
    status: 404,
    title: 'Not found',
    detail: 'There is nothing at this address. /openapi.json lists what there is.',
    by: asks('/api/roll'),
  },
  'method-not-allowed': {
    status: 405,
    title: 'This address does not take that method',
    detail: 'This address takes GET, HEAD, OPTIONS, not DELETE. Ask with one of them.',
    by: asks('/api/rolls', { method: 'DELETE' }),
  },
  'not-acceptable': {
    status: 406,
    title: 'No answer in a form that the request accepts',
    detail:
      'Accept is "text/csv", and this address answers with application/json. Ask for that, or leave the header out.',
    by: asks('/api/rolls', { headers: { accept: 'text/csv' } }),
  },
  timeout: {
    status: 408,
    title: 'The request took too long to arrive',
    detail: 'The request was not there whole after 30 s. Send it faster, or its events in parts.',
    by: async () => {
      const bench = await startBench();
      // The same timer as ever, only sooner.
      Object.assign(bench.app.server, { requestTimeout: 1, headersTimeout: 1 });
      return rawly(bench, 'GET / HTTP/1.1\r\nHost: ');
    },
  },
  'other-base': {
    status: 409,
    title: 'The roll has another base',
    detail:
      "ukraine.record exists already, without a base, and can't be opened as a branch of plan at 0. Choose another timeline.",
    by: async () => {
      const { ask, post } = await startBench();
      const opening = (base: string | null) => ({
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ title: 'A war', basis: 'reported', base }),
      });
      await post(deployed('alpha', 1));
      await ask('/api/rolls/ukraine/plan', opening(null));
      return ask(ROLL, opening('plan'));
    },
  },
  closed: {
    status: 409,
    title: 'The roll was closed',
    detail:
      'ukraine.record was closed: nobody lists it, and it takes no events. PUT /api/rolls/ukraine/record with title, basis and base opens it, and so does ?open=true at the end of this address.',
    by: async () => {
      const { ask, post } = await startBench();
      await post(deployed('alpha', 1));
      await ask(ROLL, { method: 'DELETE' });
      return post(deployed('bravo', 1));
    },
  },
  overtaken: {
    status: 409,
    title: 'Another event came first',
    detail: /^other writers came first \d+ times; nothing was appended\. Hand the event in again\.$/,
    by: async () => (await contested()).post(deployed('alpha', 1)),
  },
  'too-large': {
    status: 413,
    title: 'Too large',
    detail:
      'The body is larger than this address takes: 1 MiB for one event, 8 MiB for many. Send the events in parts.',
    by: posts(' '.repeat(2 * 1_048_576)),
  },
  'unsupported-media-type': {
    status: 415,
    title: 'Events do not come in this form',
    detail: /^The body is "text\/csv"\. Send UTF-8 as one of application\/cloudevents\+json, /,
    by: posts('{}', 'text/csv'),
  },
  misdirected: {
    status: 421,
    title: 'Not a name of this server',
    detail:
      'This server answers to localhost and loopback addresses only. Use http://127.0.0.1 and its port; if a proxy on this machine brought you here, start the server with --public-url and the address of the proxy.',
    by: async () => rawly(await startBench(), requestText('GET', '/', { host: 'evil.example' })),
  },
  refused: {
    status: 422,
    title: 'The roll refuses the event',
    detail: 'alpha is not on the roll: no event deployed or detached it; check the id, or deploy it before',
    by: posts(event('contingent.committed', 'alpha', {})),
  },
  'too-many-requests': {
    status: 429,
    title: 'Too many requests',
    detail:
      /^More than 1 requests came within a minute from one token or address\. Try again in \d+ s; send many events in one request\.$/,
    by: async () => {
      const { ask } = await startBench({ publicUrls: ['https://muster.example'], requestsPerMinute: 1 });
      await ask('/api/rolls');
      return ask('/api/rolls');
    },
  },
  'header-too-large': {
    status: 431,
    title: 'The header of the request is too large',
    detail: 'The header is longer than 16384 bytes. Send fewer or shorter header fields.',
    by: async () =>
      rawly(await startBench(), requestText('GET', '/', { host: 'localhost', 'x-long': 'x'.repeat(20_000) })),
  },
  internal: {
    status: 500,
    title: 'Something broke here',
    detail:
      'The server failed to answer, through no fault of the request. Its log says why: tell whoever runs it.',
    by: async () => {
      const failing = () => Promise.reject(new Error('a fault of ours, with a secret'));
      return (await startBench({}, (service) => ({ ...service, rolls: failing }))).ask('/api/rolls');
    },
  },
  unavailable: {
    status: 503,
    title: 'Not possible right now',
    detail: "1 streams are open, and there can't be more. Close one or come back later.",
    by: async () => {
      const { ask, post } = await startBench({ maxStreams: 1 });
      await post(deployed('alpha', 1));
      const open = await ask(`${ROLL}/stream`);
      onTestFinished(() => open.body?.cancel());
      return ask(`${ROLL}/stream`);
    },
  },
};

describe('every problem says what was found, where, and what to do', () => {
  test.each(Object.entries(PROBLEMS))('%s', async (kind, { status, title, detail, by }) => {
    const problem = await problemIn(await by());
    expect(problem).toMatchObject({
      type: `urn:problem-type:muster:${kind}`,
      status,
      title,
      detail: typeof detail === 'string' ? detail : expect.stringMatching(detail),
    });
  });
});
