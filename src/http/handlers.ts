import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { loadModel } from '../model/load.ts';
import { REPORT_NAMES, REPORTS } from '../readmodels/reports/catalogue.ts';
import { DEFAULT_SETTINGS } from '../readmodels/reports/report.ts';
import { downsample } from '../readmodels/series.ts';
import { ourReference } from '../service/reference.ts';
import type { Service } from '../service/service.ts';
import { covers } from './access.ts';
import { missing, pageOf, requireRoll, rollItem, sendJson, sendRoll } from './answers.ts';
import { asyncApiDocument } from './asyncapi.ts';
import { BuiltPage } from './built-page.ts';
import { dryRun } from './dry-run.ts';
import { readEventBody, unsupported } from './event-bodies.ts';
import { eventFields } from './event-fields.ts';
import type { EventStreams } from './event-streams.ts';
import type { Metrics } from './metrics.ts';
import { openApiDocument } from './openapi.ts';
import { openingFailed, readOpening, requireOpen } from './opening.ts';
import { OPERATIONS, type OperationId } from './operations.ts';
import { readParameters, readStreamStart, viewOf } from './parameters.ts';
import { Problem } from './problem.ts';
import { DEFAULT_PAGE, DEFAULT_POINTS } from './settings.ts';
import { submitMany, submitOne } from './submit.ts';
import { EVERY_THEATRE } from './tokens-file.ts';

export interface Workings {
  readonly service: Service;
  readonly metrics: Metrics;
  readonly streams: EventStreams;
}

type Handler = (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply> | FastifyReply;

/** What answers each operation. */
export function createHandlers({
  service,
  metrics,
  streams,
}: Workings): Readonly<Record<OperationId, Handler>> {
  const openApi = once(() => openApiDocument());
  const asyncApi = once(() => asyncApiDocument());
  const model = once(() => loadModel());
  const dashboard = new BuiltPage('dashboard');
  const modelPage = new BuiltPage('model');

  return {
    dashboard: handle(OPERATIONS.dashboard, (_parameters, reply, request) => dashboard.page(request, reply)),
    dashboardAsset: handle(OPERATIONS.dashboardAsset, ({ params }, reply) =>
      dashboard.asset(params.file, reply),
    ),

    modelPage: handle(OPERATIONS.modelPage, (_parameters, reply, request) => modelPage.page(request, reply)),
    modelAsset: handle(OPERATIONS.modelAsset, ({ params }, reply) => modelPage.asset(params.file, reply)),
    getModel: handle(OPERATIONS.getModel, async (_parameters, reply) => sendJson(reply, await model())),

    listRolls: handle(OPERATIONS.listRolls, async ({ query }, reply, { caller }) => {
      const rolls = await service.rolls();
      const readable = rolls.filter(
        ({ roll, isClosed = false }) =>
          covers(caller.read, roll.theatre) && (!isClosed || query.closed === 'true'),
      );
      return sendJson(reply, { items: readable.map(rollItem), next: null });
    }),
    getRoll: handle(OPERATIONS.getRoll, async ({ params, query }, reply, { caller }) => {
      const roll = await requireRoll(service, params, caller);
      const view = viewOf(query);
      return query.fields === undefined
        ? sendRoll(reply, await roll.document(view))
        : sendJson(reply, await roll.distributionIn(view));
    }),
    openRoll: handle(OPERATIONS.openRoll, async ({ params }, reply, request) => {
      const opened = await service.open(params, readOpening(request.body));
      if (opened.ok) return sendJson(reply, rollItem(opened.value));
      throw openingFailed(opened.error);
    }),
    closeRoll: handle(OPERATIONS.closeRoll, async ({ params }, reply, { caller }) => {
      const closed = await service.closeRoll(params);
      if (closed.ok) return sendJson(reply, rollItem(closed.value));
      if (closed.error.kind === 'unavailable') throw new Problem('unavailable', closed.error.message);
      throw await missing(service, params, caller);
    }),
    getContingent: handle(OPERATIONS.getContingent, async ({ params }, reply, { caller }) => {
      const page = await (await requireRoll(service, params, caller)).contingent(params.id);
      if (page !== undefined) return sendJson(reply, page);
      throw new Problem(
        'not-found',
        `There is no contingent ${params.id} on this roll. Its /contingents lists those there are.`,
      );
    }),
    listContingents: handle(OPERATIONS.listContingents, async ({ params, query }, reply, { caller }) => {
      const { after, parent, only, pathway, having, limit = DEFAULT_PAGE } = query;
      const found = await (await requireRoll(service, params, caller)).contingents({
        limit: limit + 1,
        ...(after !== undefined && { after }),
        ...(parent !== undefined && { parent }),
        ...(only !== undefined && { only }),
        ...(pathway !== undefined && { pathway }),
        ...(having !== undefined && { having }),
      });
      const items = found.slice(0, limit);
      return sendJson(reply, { items, next: found.length > limit ? (items.at(-1)?.id ?? null) : null });
    }),
    listHistory: handle(OPERATIONS.listHistory, async ({ params, query }, reply, { caller }) => {
      const { after = 0, limit = DEFAULT_PAGE } = query;
      const page = await (await requireRoll(service, params, caller)).history(params.id, after, limit);
      if (page !== undefined) return sendJson(reply, page);
      throw new Problem(
        'not-found',
        `There is no contingent ${params.id} on this roll. Its /contingents lists those there are.`,
      );
    }),
    getSeries: handle(OPERATIONS.getSeries, async ({ params, query }, reply, { caller }) => {
      const points = await (await requireRoll(service, params, caller)).series(query.asKnown);
      return sendJson(reply, { items: downsample(points, query.points ?? DEFAULT_POINTS), next: null });
    }),
    getMap: handle(OPERATIONS.getMap, async ({ params, query }, reply, { caller }) => {
      const map = await (await requireRoll(service, params, caller)).map(viewOf(query));
      return sendJson(reply, map, 200, 'application/geo+json; charset=utf-8');
    }),
    listClaims: handle(OPERATIONS.listClaims, async ({ params, query }, reply, { caller }) => {
      const roll = await requireRoll(service, params, caller);
      return sendJson(reply, await pageOf(query, (after, limit) => roll.claims(after, limit, query.asKnown)));
    }),
    listReports: handle(OPERATIONS.listReports, (_, reply) => {
      const items = REPORT_NAMES.map((name) => {
        const { title, question } = REPORTS[name];
        return { name, title, question };
      });
      return sendJson(reply, { items, next: null });
    }),
    getReport: handle(OPERATIONS.getReport, async ({ params, query }, reply, { caller }) => {
      const roll = await requireRoll(service, params, caller);
      const { footprintDays = DEFAULT_SETTINGS.footprintDays } = query;
      return sendJson(reply, await roll.report(params.name, viewOf(query), { footprintDays }));
    }),
    getReference: handle(OPERATIONS.getReference, async (_, reply) => sendJson(reply, await ourReference())),
    listGrounds: handle(OPERATIONS.listGrounds, async ({ params, query }, reply, { caller }) => {
      const roll = await requireRoll(service, params, caller);
      return sendJson(reply, await pageOf(query, (after, limit) => roll.grounds(query.of, after, limit)));
    }),
    listEvents: handle(OPERATIONS.listEvents, async ({ params, query }, reply, { caller }) => {
      const roll = await requireRoll(service, params, caller);
      return sendJson(reply, await pageOf(query, (after, limit) => roll.events(after, limit)));
    }),
    listRefusals: handle(OPERATIONS.listRefusals, async ({ params, query }, reply, { caller }) => {
      const roll = await requireRoll(service, params, caller);
      return sendJson(reply, await pageOf(query, (after, limit) => roll.refusals(after, limit)));
    }),
    listFlows: handle(OPERATIONS.listFlows, async ({ params }, reply, { caller }) => {
      const roll = await requireRoll(service, params, caller);
      return sendJson(reply, { items: roll.flows(), next: null });
    }),
    submitEvents: handle(OPERATIONS.submitEvents, async ({ params, query }, reply, request) => {
      const { 'content-encoding': encoding, traceparent } = request.headers;
      if (encoding !== undefined && encoding !== 'identity') {
        throw unsupported(`The body is compressed (${encoding})`);
      }
      if (!Buffer.isBuffer(request.body) || request.body.length === 0) {
        throw new Problem(
          'bad-request',
          'The body is empty. Send an event as a CloudEvents JSON object, or its data where header fields have its attributes.',
        );
      }
      const sent = readEventBody(request.headers['content-type'], eventFields(request.raw), request.body);
      if (query.dryRun === 'true') return dryRun(service, params, sent, reply);
      const events = sent.kind === 'one' ? [sent.bytes] : sent.events.map(({ bytes }) => bytes);
      await requireOpen(service, params, request.caller, query.open === 'true' ? events : null);
      return sent.kind === 'one'
        ? submitOne(service, params, sent.bytes, traceparent?.toString(), reply)
        : submitMany(service, params, sent.events, traceparent?.toString(), reply);
    }),
    streamRoll: handle(OPERATIONS.streamRoll, async ({ params, query }, reply, request) => {
      const roll = await requireRoll(service, params, request.caller);
      const after = readStreamStart(request.headers['last-event-id'], query);
      if (request.method === 'HEAD') return reply.type('text/event-stream; charset=utf-8').send();
      streams.start(reply, roll, after);
      return reply;
    }),

    getHealth: handle(OPERATIONS.getHealth, (_parameters, reply) => sendJson(reply, { status: 'ok' })),
    getReadiness: handle(OPERATIONS.getReadiness, (_parameters, reply, { caller }) => {
      const found = service.unreadiness();
      if (found === null) return sendJson(reply, { status: 'ready' });
      // It names rolls and servers, and anybody may ask.
      const reason = covers(caller.read, EVERY_THEATRE) ? found : 'Muster is not ready';
      throw new Problem('unavailable', `${reason}. Ask again in a moment.`, {}, { 'retry-after': '1' });
    }),
    getMetrics: handle(OPERATIONS.getMetrics, async (_parameters, reply) =>
      reply.type(metrics.contentType).send(await metrics.text()),
    ),
    getOpenApi: handle(OPERATIONS.getOpenApi, (_parameters, reply) => sendJson(reply, openApi())),
    getAsyncApi: handle(OPERATIONS.getAsyncApi, (_parameters, reply) => sendJson(reply, asyncApi())),
  };
}

/** Reads path and query by what the operation says of them, then answers. */
function handle<P extends z.ZodObject, Q extends z.ZodObject>(
  { params, query }: { readonly params: P; readonly query: Q },
  answer: (
    parameters: { readonly params: z.output<P>; readonly query: z.output<Q> },
    reply: FastifyReply,
    request: FastifyRequest,
  ) => Promise<FastifyReply> | FastifyReply,
): Handler {
  return (request, reply) => {
    const parameters = {
      params: readParameters('path', params, request.params),
      query: readParameters('query', query, request.query),
    };
    return answer(parameters, reply, request);
  };
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
