import { gzipSync } from 'node:zlib';
import { type RollId, THEATRE_ENTITY } from '../../../events/ids.ts';
import { REPORT_NAMES } from '../../../src/readmodels/reports/catalogue.ts';
import type { Random } from '../random.ts';
import type { Delivery } from './delivery.ts';
import { hostileTime } from './hostile-values.ts';
import type { HttpClient, Question } from './http-client.ts';
import type { Mutant } from './mutations.ts';
import type { RollGuess } from './roll-guess.ts';

/** What the API documents say of handing in events. */
const ON_EVENTS = [200, 201, 207, 400, 409, 413, 415, 422, 429, 503];
/** And of whatever else may be asked. */
const ANYWHERE = [...ON_EVENTS, 204, 304, 403, 404, 405, 406, 408, 421, 431];

const ONE = 'application/cloudevents+json';
const BATCH = 'application/cloudevents-batch+json';
const LINES = 'application/x-ndjson';

const rollPath = ({ theatre, timeline }: RollId) => `/api/rolls/${theatre}/${timeline}`;

function asked(
  client: HttpClient,
  how: string,
  question: Question,
  inputs: number,
  allowed = ON_EVENTS,
): Delivery {
  const sent = Buffer.from(question.body ?? question.path);
  return { how, inputs, sent, allowed, mayHangUp: false, send: () => client.ask(question) };
}

function post(
  client: HttpClient,
  roll: RollId,
  how: string,
  mediaType: string,
  body: Uint8Array,
  inputs: number,
) {
  const headers = { 'content-type': mediaType };
  return asked(
    client,
    how,
    { method: 'POST', path: `${rollPath(roll)}/events?open=true`, headers, body },
    inputs,
  );
}

/** One event in a request of its own. */
export function single(
  client: HttpClient,
  { id }: RollGuess,
  { bytes, how }: Mutant,
  random: Random,
): Delivery {
  const mediaType = random.pick([ONE, ONE, ONE, 'application/json', 'text/plain', `${ONE}; charset=utf-8`]);
  return post(client, id, `${how}, as ${mediaType}`, mediaType, bytes, 1);
}

/** Many events in one request, as an array or in lines; the array may be none any more. */
export function batch(
  client: HttpClient,
  { id }: RollGuess,
  mutants: readonly Mutant[],
  random: Random,
): Delivery {
  const how = mutants.map((one) => one.how).join(', ');
  const count = mutants.length;
  const pieces = (separator: string) => mutants.flatMap(({ bytes }) => [bytes, Buffer.from(separator)]);
  if (random.next() < 0.6) {
    const body = Buffer.concat(pieces(random.pick(['\n', '\r\n', '\n\n', '\r\n \r\n\t\n', '\n\r'])));
    return post(
      client,
      id,
      `lines: ${how}`,
      random.pick([LINES, 'application/jsonl', 'text/plain']),
      body,
      count,
    );
  }
  const body = Buffer.concat([
    Buffer.from('['),
    ...pieces(',').slice(0, -1),
    Buffer.from(random.pick([']', ']', ']', '', ',]'])),
  ]);
  return post(
    client,
    id,
    `an array: ${how}`,
    random.pick([BATCH, BATCH, 'application/json', ONE]),
    body,
    count,
  );
}

/** A request that HTTP, the media type or the address makes odd. */
export function oddRequest(
  client: HttpClient,
  roll: RollGuess,
  { bytes, how }: Mutant,
  random: Random,
): Delivery {
  const chance = random.next();
  if (chance < 0.35) return oddPost(client, roll, bytes, how, random);
  return chance < 0.8 ? oddReading(client, roll, random) : oddFraming(client, roll, bytes, how, random);
}

function oddPost(
  client: HttpClient,
  { id }: RollGuess,
  bytes: Uint8Array,
  how: string,
  random: Random,
): Delivery {
  const path = `${rollPath(id)}/events`;
  const headers: Readonly<Record<string, string>> = random.pick([
    { 'content-type': 'text/html' },
    { 'content-type': `${ONE}; charset=utf-16` },
    { 'content-type': ';;;' },
    { 'content-type': '' },
    { 'content-type': ONE.toUpperCase() },
    { 'content-type': ONE, 'content-encoding': 'gzip' },
    { 'content-type': ONE, origin: 'https://elsewhere.example' },
    { 'content-type': ONE, host: 'elsewhere.example' },
    { 'content-type': ONE, accept: 'text/html' },
    { 'content-type': ONE, traceparent: '00-zz-zz-00', authorization: 'Bearer \u00ff' },
    { 'content-type': ONE, 'idempotency-key': 'x'.repeat(2_000) },
  ]);
  const body = headers['content-encoding'] === 'gzip' ? gzipSync(bytes) : bytes;
  const paths = [
    path,
    path,
    path,
    `/api/rolls/${id.theatre.toUpperCase()}/${id.timeline}/events`,
    `${path}/`,
    `${path}?x=1`,
  ] as const;
  const question = {
    method: random.pick(['POST', 'POST', 'POST', 'PUT', 'PATCH', 'DELETE']),
    path: random.pick(paths),
    headers,
    body,
  };
  return asked(client, `${how}, ${JSON.stringify(headers)}`, question, 1, ANYWHERE);
}

const PAGES = [
  '',
  '/contingents',
  '/map',
  '/claims',
  '/grounds',
  '/series',
  '/events',
  '/refusals',
  '/flows',
] as const;
const NUMBERS = [
  '0',
  '-1',
  '1',
  '999999999999999',
  '9999999999999999',
  '1e3',
  'NaN',
  '',
  '1.5',
  '%D9%A3',
  '1000',
  '1001',
] as const;

function oddReading(client: HttpClient, { id, contingents }: RollGuess, random: Random): Delivery {
  const known = contingents[random.between(0, contingents.length)] ?? THEATRE_ENTITY;
  const page = random.pick([
    ...PAGES,
    `/contingents/${known}`,
    `/contingents/${known}/history`,
    `/contingents/${random.pick(['%00', '__proto__', 'constructor', '..%2f..', '%e0%a4%a', 'A', 'x'.repeat(200)])}`,
    `/reports/${random.pick(['card', 'lives', 'money', 'footprint', 'constructor', 'x'])}`,
    `/reports/${REPORT_NAMES[random.between(0, REPORT_NAMES.length - 1)]}`,
  ]);
  const parameters = [
    `asOf=${encodeURIComponent(timeText(random))}`,
    `asKnown=${encodeURIComponent(timeText(random))}`,
    ...['seq', 'after', 'limit', 'points', 'footprintDays'].map((name) => `${name}=${random.pick(NUMBERS)}`),
    ...[
      'fields=distribution',
      'of=phase',
      'of=constructor',
      'parent=',
      'having=killed',
      '__proto__=1',
      '%=%',
      'x[y]=1',
    ],
  ];
  const count = random.between(0, 2);
  const query = Array.from(
    { length: count },
    () => parameters[random.between(0, parameters.length - 1)],
  ).join('&');
  const path = `${rollPath(id)}${page}${query === '' ? '' : `?${query}`}`;
  const headers = random.pick([
    {},
    {},
    { accept: 'text/html' },
    { 'if-none-match': '*' },
    { range: 'bytes=0-1' },
  ]);
  return asked(
    client,
    path,
    { method: random.pick(['GET', 'GET', 'GET', 'HEAD', 'OPTIONS']), path, headers },
    1,
    ANYWHERE,
  );
}

const timeText = (random: Random) =>
  random.pick([String(hostileTime(random)), '2025-03-31', '9999-12-31', '0000-01-01', '2025-02-30']);

const HANG_UP_MS = 300;

function oddFraming(
  client: HttpClient,
  { id }: RollGuess,
  bytes: Uint8Array,
  how: string,
  random: Random,
): Delivery {
  const path = `${rollPath(id)}/events`;
  const head = (method: string, headers: readonly string[], target = path) =>
    Buffer.from(
      [`${method} ${target} HTTP/1.1`, 'host: localhost', ...headers, '', ''].join('\r\n'),
      'latin1',
    );
  const type = `content-type: ${ONE}`;
  const half = bytes.subarray(0, bytes.byteLength >> 1);
  const chunk = Buffer.concat([Buffer.from(`${bytes.byteLength.toString(16)}\r\n`), half]);
  const [name, sent] = random.pick<readonly [string, Uint8Array]>([
    ['a chunk cut in the middle', Buffer.concat([head('POST', [type, 'transfer-encoding: chunked']), chunk])],
    [
      'a chunk of a wrong size',
      Buffer.concat([head('POST', [type, 'transfer-encoding: chunked']), Buffer.from('zz\r\n'), bytes]),
    ],
    [
      'a body shorter than said',
      Buffer.concat([head('POST', [type, `content-length: ${bytes.byteLength + 9}`]), bytes]),
    ],
    [
      'a body longer than said',
      Buffer.concat([head('POST', [type, 'content-length: 3', 'connection: close']), bytes]),
    ],
    ['two lengths', Buffer.concat([head('POST', [type, 'content-length: 3', 'content-length: 4']), bytes])],
    [
      'length and chunks',
      Buffer.concat([head('POST', [type, 'content-length: 3', 'transfer-encoding: chunked']), bytes]),
    ],
    [
      'a flood of header fields',
      head(
        'GET',
        Array.from({ length: 3_000 }, (_, index) => `x-${index}: y`),
      ),
    ],
    ['a long header field', head('GET', [`x-long: ${'y'.repeat(40_000)}`])],
    ['a field with a zero', head('GET', ['x-zero: a\0b'])],
    ['no HTTP', bytes],
    ['HTTP/2', Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')],
    ['an address above the root', head('GET', ['connection: close'], '/../../../etc/passwd')],
    ['a long address', head('GET', ['connection: close'], `/${'a'.repeat(14_000)}`)],
    ['a body without a type', Buffer.concat([head('POST', [`content-length: ${bytes.byteLength}`]), bytes])],
    ['a stream from nowhere', head('GET', ['last-event-id: -1'], `${rollPath(id)}/stream`)],
    ['a stream that nobody reads', head('GET', [], `${rollPath(id)}/stream?after=0`)],
    [
      'an upgrade',
      head(
        'GET',
        ['connection: upgrade', 'upgrade: websocket', 'sec-websocket-key: x'],
        '/inspector/ws?watch=x',
      ),
    ],
    [
      'a hundred requests at once',
      Buffer.concat(Array.from({ length: 100 }, () => head('GET', [], '/healthz'))),
    ],
  ]);
  const send = () => client.write(sent, HANG_UP_MS);
  return { how: `${name}: ${how}`, inputs: 1, sent, allowed: ANYWHERE, mayHangUp: true, send };
}
