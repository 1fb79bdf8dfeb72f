import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect, headers } from 'nats';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { z } from 'zod';
import { startHttpServer } from '../../src/http/server.ts';
import { eventSubject } from '../../src/log/subjects.ts';
import { openMuster } from '../../src/service/lifecycle.ts';
import { collectTraces } from '../../src/service/open-telemetry.ts';
import { startThrowawayServer, type ThrowawayServer } from '../support/nats-server.ts';
import { checkpointOf } from './outputs/output-bench.ts';
import { bytesOf, deployed, newDirectory, record, silent } from './workbench.ts';

let nats: ThrowawayServer;
beforeAll(async () => {
  nats = await startThrowawayServer();
});
afterAll(() => nats.discard());

const attributeSchema = z.object({
  key: z.string(),
  value: z.looseObject({ stringValue: z.string().optional() }),
});
const exportSchema = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({ attributes: z.array(attributeSchema) }),
      scopeSpans: z.array(
        z.object({
          spans: z.array(
            z.object({ traceId: z.string(), parentSpanId: z.string().optional(), name: z.string() }),
          ),
        }),
      ),
    }),
  ),
});

/** A collector of OpenTelemetry's protocol over HTTP, as far as our exporter needs one. */
async function collector() {
  const spans: { readonly trace: string; readonly parent: string | undefined; readonly name: string }[] = [];
  const services = new Set<string>();
  const server = createServer(async (request, response) => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { resourceSpans } = exportSchema.parse(JSON.parse(Buffer.concat(chunks).toString()));
    for (const { resource, scopeSpans } of resourceSpans) {
      for (const { key, value } of resource.attributes) {
        if (key === 'service.name') services.add(value.stringValue ?? '');
      }
      for (const { traceId, parentSpanId, name } of scopeSpans.flatMap((scope) => scope.spans)) {
        spans.push({ trace: traceId, parent: parentSpanId, name });
      }
    }
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the collector has no port');
  return { url: `http://127.0.0.1:${address.port}`, spans, services };
}

/** Reads a stream of server-sent events until a text comes. */
async function readUntil(url: string, text: string): Promise<void> {
  const response = await fetch(url);
  let seen = '';
  for await (const chunk of response.body ?? []) {
    seen += Buffer.from(chunk).toString();
    if (seen.includes(text)) return;
  }
  throw new Error(`the stream ended before ${text}`);
}

const traceOf = (digit: string) => digit.repeat(32);
const SPAN = 'b7ad6b7169203331';
const traceparent = (digit: string, flags = '01') => `00-${traceOf(digit)}-${SPAN}-${flags}`;

test('an event that brings a trace shows in it from submit to server-sent event, however it brings it', async () => {
  const { url, spans, services } = await collector();
  vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', url);
  onTestFinished(() => void vi.unstubAllEnvs());
  const tracing = collectTraces('1.2.3', silent);
  const muster = await openMuster({
    dataDirectory: await newDirectory(),
    nats: nats.url,
    logger: silent,
    tracing,
  });
  const http = await startHttpServer({ service: muster.service, logger: silent, options: { port: 0 } });
  const connection = await connect({ servers: nats.url });
  let isClosed = false;
  const close = async () => {
    if (isClosed) return;
    isClosed = true;
    await http.app.close();
    await connection.close();
    await muster.close();
    await tracing.close();
  };
  onTestFinished(close);
  await muster.service.whenReady();

  const roll = `${http.address}/api/rolls/ukraine/record`;
  const post = async (event: unknown, more: Readonly<Record<string, string>> = {}) => {
    const response = await fetch(`${roll}/events?open=true`, {
      method: 'POST',
      headers: { 'content-type': 'application/cloudevents+json', ...more },
      body: JSON.stringify(event),
    });
    expect(response.status, await response.text()).toBe(201);
  };
  const outputsAt = (seq: number) =>
    expect
      .poll(async () => (await checkpointOf(connection, record))?.seq, { interval: 20, timeout: 20_000 })
      .toBe(seq);
  // The first makes the roll; nobody traces it.
  await post(deployed('plain', 10));
  // What is in the log before the outputs begin is read from there, without its trace.
  await outputsAt(1);
  const reading = readUntil(`${roll}/stream?after=1`, 'by-nats-header');
  await post(deployed('by-attribute', 10, { traceparent: traceparent('a') }));
  await post(deployed('by-header', 10), { traceparent: traceparent('b') });
  await post(deployed('not-sampled', 10, { traceparent: traceparent('c', '00') }));
  await post(deployed('no-trace', 10, { traceparent: 'nonsense' }));
  const direct = headers();
  direct.set('traceparent', traceparent('d'));
  connection.publish(eventSubject(record, 'by-nats-header'), bytesOf(deployed('by-nats-header', 10)), {
    headers: direct,
  });
  await reading;
  await outputsAt(6);
  await close();

  const namesIn = (digit: string) =>
    [...new Set(spans.filter(({ trace }) => trace === traceOf(digit)).map(({ name }) => name))].sort();
  const whole = ['muster append', 'muster fold', 'muster send', 'muster submit', 'muster write outputs'];
  expect(namesIn('a')).toEqual(whole);
  expect(namesIn('b')).toEqual(whole);
  expect(namesIn('d')).toEqual(['muster fold', 'muster send', 'muster write outputs']);
  expect(new Set(spans.map(({ trace }) => trace))).toEqual(new Set(['a', 'b', 'd'].map(traceOf)));
  expect(new Set(spans.map(({ parent }) => parent))).toEqual(new Set([SPAN]));
  expect(services).toEqual(new Set(['muster']));
}, 60_000);

test('a collector that is away is told of, and holds up nothing', async () => {
  vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', 'http://127.0.0.1:9');
  vi.stubEnv('OTEL_EXPORTER_OTLP_TIMEOUT', '500');
  onTestFinished(() => void vi.unstubAllEnvs());
  const tracing = collectTraces('1.2.3', silent);
  const muster = await openMuster({ dataDirectory: await newDirectory(), logger: silent, tracing });
  onTestFinished(() => muster.close());

  const answer = await muster.service.submit(
    record,
    bytesOf(deployed('alpha', 10, { traceparent: traceparent('e') })),
  );

  expect(answer.kind).toBe('accepted');
  await tracing.close();
}, 60_000);
