import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { problemDocument } from '../../src/http/problem-schema.ts';
import * as submissionSchemas from '../../src/http/submission-schemas.ts';
import type { Service, Submission } from '../../src/service/service.ts';
import { deployed, event, problemIn, RECORD, ROLL, raw, startBench } from './bench.ts';

const bytesInLog = async (service: Service): Promise<(string | null)[]> =>
  ((await service.roll(RECORD)?.events(0, 100)) ?? []).map(
    (entry) => entry.text ?? JSON.stringify(entry.event),
  );

/** A service whose gate gives this answer. */
const answering = (submission: Submission) => (service: Service) => ({
  ...service,
  submit: async () => submission,
});

describe('one event', () => {
  test('accepted: 201 with its place and what it did', async () => {
    const { post, ask } = await startBench();

    const response = await post(deployed('alpha', 10));

    expect(response.status).toBe(201);
    const answer = submissionSchemas.accepted.parse(await response.json());
    expect(answer).toMatchObject({
      seq: 1,
      transition: { moves: [{ contingent: 'alpha', to: 'deployed.staging' }] },
    });
    expect((await ask(`${ROLL}/contingents/alpha`)).status).toBe(200);
  });

  test('the log keeps the bytes that were sent', async () => {
    const { post, log } = await startBench();
    const text = `  ${JSON.stringify({ ...deployed('alpha', 10), note: 'é' }, null, 3)}\n`;

    await post(text);

    for await (const entry of log.read(RECORD)) expect(Buffer.from(entry.bytes).toString()).toBe(text);
    expect(await log.head(RECORD)).toBe(1);
  });

  test('sent again: 200 with the place of the first', async () => {
    const { post } = await startBench();
    const twice = deployed('alpha', 10);
    await post(twice);

    const response = await post(twice);

    expect(response.status).toBe(200);
    expect(submissionSchemas.duplicate.parse(await response.json())).toMatchObject({ of: 1 });
  });

  test('malformed: 400 with the place and what was expected, and not in the log', async () => {
    const { post, service } = await startBench();

    const response = await post(deployed('alpha', -5));

    const problem = problemDocument.parse(await problemIn(response));
    expect(problem).toMatchObject({ status: 400, refusal: { code: 'malformed', subject: 'alpha' } });
    expect(problem.detail).toMatch(/^\$\.data\.strength: expected persons/);
    expect(service.roll(RECORD)?.summary.seq).toBe(0);
  });

  test('of an unknown type: 400', async () => {
    const { post } = await startBench();

    const problem = await problemIn(await post(event('contingent.vanished', 'alpha', {})));

    expect(problem).toMatchObject({ status: 400, refusal: { code: 'unknown-type' } });
  });

  test('refused: 422 with the refusal, and not in the log', async () => {
    const { post, log } = await startBench();
    await post(deployed('alpha', 10));

    const response = await post(event('contingent.arrived', 'alpha', {}));

    const problem = problemDocument.parse(await problemIn(response));
    expect(problem).toMatchObject({ status: 422, refusal: { code: 'not-allowed', subject: 'alpha' } });
    expect(await log.head(RECORD)).toBe(1);
  });

  test('overtaken: 409 with where it is in the log', async () => {
    const refusal = {
      seq: 7,
      id: 'x',
      type: 't',
      subject: null,
      code: 'final',
      message: 'too late',
    } as const;
    const { post } = await startBench(
      {},
      answering({ kind: 'overtaken', seq: 7, refusal, message: 'Overtaken.' }),
    );

    const problem = problemDocument.parse(await problemIn(await post(deployed('alpha', 10))));

    expect(problem).toMatchObject({ status: 409, seq: 7, refusal, detail: 'Overtaken.' });
  });

  test('overtaken without end: 409, and it is not in the log', async () => {
    const { post } = await startBench(
      {},
      answering({ kind: 'overtaken', seq: null, refusal: null, message: 'The roll never stood still.' }),
    );

    const problem = problemDocument.parse(await problemIn(await post(deployed('alpha', 10))));

    expect(problem).toMatchObject({ status: 409, seq: null });
    expect(problem).not.toHaveProperty('refusal');
  });

  test.each([
    ['not-taken', /not in the log/],
    ['unknown', /outcome is unknown.*may be in the log or not.*counts once/],
  ] as const)('log unavailable, %s: 503 says so plainly', async (outcome, plainly) => {
    const { post } = await startBench({}, answering({ kind: 'unavailable', outcome, message: 'No disk.' }));

    const response = await post(deployed('alpha', 10));

    expect(response.headers.get('retry-after')).toBe('5');
    const problem = problemDocument.parse(await problemIn(response));
    expect(problem).toMatchObject({ status: 503, outcome });
    expect(problem.detail).toMatch(plainly);
  });

  test.each([
    ['application/json', 201],
    ['application/cloudevents+json; charset=UTF-8', 201],
    ['application/xml', 415],
    ['application/x-www-form-urlencoded', 415],
    ['application/cloudevents+json; charset=latin1', 415],
  ])('as %s → %i', async (mediaType, status) => {
    const { post } = await startBench();

    const response = await post(deployed('alpha', 10), mediaType);

    expect(response.status).toBe(status);
    if (status === 415) {
      expect((await problemIn(response))['detail']).toMatch(
        /Send UTF-8 as one of application\/cloudevents\+json/,
      );
      expect(response.headers.get('accept-post')).toContain('application/x-ndjson');
    }
  });

  test('compressed: 415', async () => {
    const { post } = await startBench();

    const response = await post(deployed('alpha', 10), 'application/json', { 'content-encoding': 'gzip' });

    expect(await problemIn(response)).toMatchObject({ status: 415 });
  });

  test('no body: 400', async () => {
    const { ask, post } = await startBench();

    expect(await problemIn(await ask(`${ROLL}/events`, { method: 'POST' }))).toMatchObject({ status: 400 });
    expect(await problemIn(await post(''))).toMatchObject({ status: 400 });
  });

  test('an answer that the writer would not accept is refused before anything is written', async () => {
    const { post, service } = await startBench();

    const response = await post(deployed('alpha', 10), 'application/json', { accept: 'text/html' });

    expect(await problemIn(response)).toMatchObject({ status: 406 });
    expect(service.roll(RECORD)?.summary.seq).toBe(0);
  });
});

describe('an event in binary mode', () => {
  const { data, ...attributes } = deployed('alpha', 10, {
    basis: 'reported',
    reliability: 'B',
    credibility: 2,
  });
  const fields = Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [`ce-${name}`, `${value}`]),
  );

  test('is accepted, and the log has it as JSON, numbers and all', async () => {
    const { post, service } = await startBench();

    const response = await post(data, 'application/json; charset=utf-8', {
      ...fields,
      'ce-note': 'a%20%E2%82%AC',
    });

    expect(response.status).toBe(201);
    const [logged] = await bytesInLog(service);
    expect(JSON.parse(logged ?? '')).toEqual({
      ...attributes,
      note: 'a €',
      datacontenttype: 'application/json; charset=utf-8',
      data,
    });
    const again = await post({ ...attributes, note: 'a €', data });
    expect(again.status).toBe(200);
  });

  test.each(['application/json', 'application/vnd.muster.deployed+json', 'Application/JSON'])(
    'its data may be %s',
    async (mediaType) => {
      const { post } = await startBench();

      expect((await post(data, mediaType, fields)).status).toBe(201);
    },
  );

  test.each([
    [
      'text/plain',
      415,
      /in binary mode \(header fields ce-…\), and its data is "text\/plain".*as application\/json/,
    ],
    ['application/x-ndjson', 415, /its data is "application\/x-ndjson"/],
    ['application/cloudevents-batch+json', 415, /its data is "application\/cloudevents-batch\+json"/],
    ['application/xml', 415, /its data is "application\/xml"/],
    ['application/json; charset=latin1', 415, /another encoding/],
    [
      'application/cloudevents+json',
      400,
      /^\$\["ce-specversion \(not what the body says\)"\]: a header field/,
    ],
  ])('with data as %s: %i', async (mediaType, status, detail) => {
    const { post, service } = await startBench();

    const problem = await problemIn(await post(data, mediaType, fields));

    expect(problem).toMatchObject({ status, detail: expect.stringMatching(detail) });
    expect(service.roll(RECORD)?.summary.seq).toBe(0);
  });

  test.each([
    ['no JSON', 'x', {}, 400, /\$\.data: expected the payload, an object/],
    ['no body', '', {}, 400, /The body is empty/],
    ['a misspelt payload', { ...data, aera: 1 }, {}, 400, /aera/],
    ['an attribute in capitals', data, { 'ce-credibility': 'B' }, 400, /\$\.credibility/],
    ['too much', { ...data, origin: 'x'.repeat(1_044_480) }, {}, 413, /its attributes included/],
  ])('%s is refused', async (_what, body, more, status, detail) => {
    const { post } = await startBench();

    const problem = await problemIn(await post(body, 'application/json', { ...fields, ...more }));

    expect(problem).toMatchObject({ status, detail: expect.stringMatching(detail) });
  });

  test('a field that is sent twice is refused; Latin-1 and UTF-8 are read', async () => {
    const { port, service } = await startBench();
    const body = JSON.stringify(data);
    const send = (more: string, encoding: BufferEncoding, id: string) => {
      const lines = Object.entries({ ...fields, 'ce-id': id }).map(
        ([name, value]) => `${name}: ${value}\r\n`,
      );
      const head = `POST ${ROLL}/events?open=true HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n`;
      return raw(port, Buffer.from(`${head}${lines.join('')}${more}\r\n${body}`, encoding));
    };

    expect(await send('ce-source: /other\r\n', 'utf8', 'x1')).toMatch(/ 400 .*ce-source \(given twice\)/s);
    expect(await send('ce-note: Zürich\r\n', 'latin1', 'x2')).toMatch(/ 201 /);
    expect(await send('ce-note: Київ\r\n', 'utf8', 'x3')).toMatch(/already-exists/);
    expect((await bytesInLog(service))[0]).toContain('"note":"Zürich"');
  });
});

describe('a body that begins with a byte order mark', () => {
  const bom = '\uFEFF';

  test.each([
    ['application/cloudevents+json', deployed('alpha', 10), 201],
    ['application/json', deployed('alpha', 10), 201],
    ['application/json', [deployed('alpha', 10)], 201],
    ['application/cloudevents-batch+json', [deployed('alpha', 10)], 201],
    ['application/x-ndjson', deployed('alpha', 10), 201],
  ])('as %s is taken', async (mediaType, content, status) => {
    const { post, service } = await startBench();

    expect((await post(`${bom}${JSON.stringify(content)}`, mediaType)).status).toBe(status);
    expect((await bytesInLog(service))[0]?.startsWith('{')).toBe(true);
  });
});

const BATCH = 'application/cloudevents-batch+json';

describe('many events', () => {
  test.each([BATCH, 'application/json'])('an array as %s, all accepted: 201', async (mediaType) => {
    const { post } = await startBench();

    const response = await post(
      [deployed('alpha', 10), event('contingent.committed', 'alpha', {})],
      mediaType,
    );

    expect(response.status).toBe(201);
    const { items } = submissionSchemas.batchAnswer.parse(await response.json());
    expect(items).toMatchObject([
      { index: 0, line: null, kind: 'accepted', status: 201, seq: 1 },
      { index: 1, line: null, kind: 'accepted', status: 201, seq: 2 },
    ]);
  });

  test('each is judged alone, on what those before it did: 207', async () => {
    const { post } = await startBench();
    const first = deployed('alpha', 10);

    const response = await post(
      [
        event('contingent.committed', 'alpha', {}),
        17,
        first,
        event('contingent.committed', 'alpha', {}),
        first,
      ],
      BATCH,
    );

    expect(response.status).toBe(207);
    const { items } = submissionSchemas.batchAnswer.parse(await response.json());
    expect(items).toMatchObject([
      { kind: 'refused', status: 422, seq: null, refusal: { code: 'unknown-contingent' } },
      { kind: 'bad-form', status: 400, seq: null, refusal: { code: 'malformed' } },
      { kind: 'accepted', status: 201, seq: 1 },
      { kind: 'accepted', status: 201, seq: 2 },
      { kind: 'duplicate', status: 200, of: 1 },
    ]);
  });

  test('an array keeps the bytes of each element, commas and brackets in texts too', async () => {
    const { post, log } = await startBench();
    const first = JSON.stringify({ ...deployed('alpha', 10), note: 'a "],[\\' }, null, 1);
    const second = JSON.stringify(deployed('beta', { low: 1, best: 2, high: 3 }));

    await post(` [${first}\n,\t${second} ] `, BATCH);

    const kept: string[] = [];
    for await (const { bytes } of log.read(RECORD)) kept.push(Buffer.from(bytes).toString());
    expect(kept).toEqual([first, second]);
  });

  test.each(['application/x-ndjson', 'application/jsonl', 'text/plain'])(
    'lines as %s, each with its number, blank ones skipped',
    async (mediaType) => {
      const { post, service } = await startBench();
      const lines = [
        JSON.stringify(deployed('alpha', 10)),
        '',
        'not json\r',
        JSON.stringify(deployed('beta', 5)),
      ];

      const response = await post(lines.join('\n'), mediaType);

      expect(response.status).toBe(207);
      const { items } = submissionSchemas.batchAnswer.parse(await response.json());
      expect(items).toMatchObject([
        { index: 0, line: 1, kind: 'accepted' },
        { index: 1, line: 3, kind: 'bad-form' },
        { index: 2, line: 4, kind: 'accepted', seq: 2 },
      ]);
      expect(await bytesInLog(service)).toEqual([lines[0], lines[3]]);
    },
  );

  test('after the log became unavailable the rest is not tried', async () => {
    const { post } = await startBench({}, (service) => ({
      ...service,
      submitMany: async (roll, events) => [
        ...(await service.submitMany(roll, events.slice(0, 1))),
        { kind: 'unavailable', outcome: 'unknown', message: 'No disk.' },
        { kind: 'not-tried' },
      ],
    }));

    const response = await post([deployed('alpha', 1), deployed('beta', 1), deployed('gamma', 1)], BATCH);

    expect(response.status).toBe(207);
    const { items } = submissionSchemas.batchAnswer.parse(await response.json());
    expect(items.map(({ kind }) => kind)).toEqual(['accepted', 'unavailable', 'not-tried']);
    expect(items.map(({ status }) => status)).toEqual([201, 503, 503]);
    expect(items[1]?.message).toMatch(/outcome is unknown/);
    expect(items[2]?.message).toMatch(/An event before it/);
  });

  test('no more bodies are read than the log takes in: the rest is to come later', async () => {
    const going = new AbortController();
    const { post } = await startBench({}, (service) => ({
      ...service,
      async submitMany(roll, events) {
        if (!going.signal.aborted) await once(going.signal, 'abort');
        return service.submitMany(roll, events);
      },
    }));
    // Mostly blank: large to read and quick to take.
    const large = (id: string) => `${JSON.stringify(deployed(id, 1))}${' '.repeat(7_900_000)}`;
    const answers = Array.from({ length: 9 }, (_, index) =>
      post(large(`unit-${index}`), 'application/x-ndjson'),
    );
    const first = await Promise.race(answers);
    expect(first.status).toBe(503);
    expect(first.headers.get('retry-after')).toBe('5');
    expect(await first.json()).toMatchObject({ outcome: 'not-taken' });
    going.abort();
    const statuses = (await Promise.all(answers)).map(({ status }) => status);
    expect(statuses.sort()).toEqual([...Array(8).fill(201), 503]);
    expect((await post(large('later'), 'application/x-ndjson')).status).toBe(201);
  });

  test('none at all: 200 and an empty list', async () => {
    const { post } = await startBench();

    const response = await post('[]', BATCH);

    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ items: [] });
  });

  test.each([
    ['{}', /Expected a JSON array/],
    ['[{},', /no JSON/],
    ['[{"id": "\ud800"}]'.replace('\\ud800', 'x'), null],
  ])('an array that is none: %s', async (body, detail) => {
    const { post } = await startBench();

    const response = await post(body, BATCH);

    if (detail === null) expect(response.status).toBe(207);
    else
      expect(await problemIn(response)).toMatchObject({ status: 400, detail: expect.stringMatching(detail) });
  });

  test('10,001 are too many, and none of them is taken', async () => {
    const { post, service } = await startBench();

    const response = await post('{}\n'.repeat(10_001), 'application/x-ndjson');

    expect(await problemIn(response)).toMatchObject({ status: 413 });
    expect(service.roll(RECORD)?.summary.seq).toBe(0);
  });
});
