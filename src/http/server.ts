import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import rateLimit from '@fastify/rate-limit';
import Fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify';
import type { Service } from '../service/service.ts';
import { Access, type Caller, covers } from './access.ts';
import { admit, PAGES } from './admission.ts';
import { BodyBudget } from './body-budget.ts';
import { BuiltPage } from './built-page.ts';
import { Connections } from './connections.ts';
import { answerClientError, answerError } from './error-answers.ts';
import { EVENT_MEDIA_TYPES, maxBytesOf, OTHER_JSON } from './event-bodies.ts';
import { EventStreams } from './event-streams.ts';
import { mayAnything, requireAnyRight, requireOwnName, requireSameOrigin } from './gate.ts';
import { createHandlers } from './handlers.ts';
import { limitsOf } from './limits.ts';
import { Metrics } from './metrics.ts';
import { requireAcceptable } from './negotiation.ts';
import { operations } from './operations.ts';
import { Problem } from './problem.ts';
import { allowReader, setSecurityHeaders } from './security-headers.ts';
import { addSessionPage, signInAddress } from './session-page.ts';
import {
  type HttpOptions,
  type HttpSettings,
  MAX_BATCH_BYTES,
  REQUEST_TIMEOUT_MS,
  settingsOf,
} from './settings.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks; known from the first hook on. */
    caller: Caller;
  }
}

/** Another face of the service that is served beside this one, below an address of its own. */
export interface HttpExtension {
  /** Such as `/inspector`. */
  readonly prefix: string;
  /** The folder in dist with its page, which is served at the prefix. */
  readonly page: string;
  /** Answers a request below the prefix; null if there is nothing. `body` is empty for a GET. */
  answer(request: ExtensionRequest): Promise<ExtensionAnswer | null>;
  /** Takes a connection that asks to become a WebSocket below the prefix. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, asker: Asker): void;
  /** Ends its connections. */
  close(): void;
}

/** Whether the caller may read about a theatre. */
export type MayRead = (theatre: string) => boolean;

/** Who asks for a WebSocket. */
export interface Asker {
  readonly mayRead: MayRead;
  /** Whether it is a page of ours, or a program, at a public address of the proxy before us. */
  readonly isByProxy: boolean;
}

export interface ExtensionRequest {
  readonly method: 'GET' | 'POST';
  /** Below the prefix, from the first slash; without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: Buffer;
  readonly mayRead: MayRead;
}

export interface ExtensionAnswer {
  readonly status: number;
  readonly mediaType: string;
  readonly body: string;
}

export interface HttpSetup {
  readonly extension?: HttpExtension;
  readonly service: Service;
  readonly logger: FastifyBaseLogger;
  readonly options?: HttpOptions;
}

/** How often connections are looked at whose request takes too long; by default a slow one had twice its time. */
const CONNECTIONS_CHECK_MS = 5_000;

/** Open at one time: more than all streams and sockets need, fewer than would use up the process's file descriptors. */
const MAX_CONNECTIONS = 4_096;

/** An id is at most 63 characters, each perhaps percent-encoded. */
const MAX_PARAMETER = 3 * 63;

/**
 * Builds the HTTP server of a service (DESIGN 7), not yet listening: `startHttpServer` has it listen where the
 * options say, which is also what its rules on writing go by. Closing it ends its streams; the service stays.
 */
export function createHttpServer({ service, logger, options = {}, extension }: HttpSetup): FastifyInstance {
  const settings = settingsOf(options);
  const streams = new EventStreams(settings, logger, () => service.telemetry.readerDropped());
  const metrics = new Metrics(service, streams);
  const app = Fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: MAX_BATCH_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    http: { connectionsCheckingInterval: CONNECTIONS_CHECK_MS },
    routerOptions: { maxParamLength: MAX_PARAMETER },
    // Requests under way at the end are answered in full; the body of Fastify's own 503 is no problem document.
    return503OnClosing: false,
    exposeHeadRoutes: true,
    frameworkErrors: answerError,
    clientErrorHandler: answerClientError,
  });

  app.removeAllContentTypeParsers();
  for (const mediaType of [...EVENT_MEDIA_TYPES.keys(), OTHER_JSON]) {
    const parser = { parseAs: 'buffer', bodyLimit: maxBytesOf(mediaType) } as const;
    app.addContentTypeParser(mediaType, parser, (_request, body, done) => done(null, body));
  }

  const access = new Access(settings);
  app.decorateRequest('caller');
  app.addHook('onRequest', async (request, reply) => {
    setSecurityHeaders(reply);
    requireOwnName(settings, request);
    allowReader(settings, request, reply);
    request.caller = access.identify(request.headers);
    if (request.is404) return answerElsewhere(request, reply);
    if (['POST', 'PUT', 'DELETE'].includes(request.method)) requireSameOrigin(settings, request);
  });
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'none';
    metrics.observeRequest(request.method, route, reply.statusCode, reply.elapsedTime / 1000);
    request.log.debug(
      { method: request.method, url: request.url, status: reply.statusCode, ms: reply.elapsedTime },
      'Answered a request',
    );
  });
  app.server.maxConnections = MAX_CONNECTIONS;
  const connections = new Connections(app.server);
  app.addHook('preClose', async () => {
    await streams.close();
    connections.endIdle();
  });
  app.setErrorHandler(answerError);
  app.setNotFoundHandler(answerElsewhere);

  const bodies = new BodyBudget();
  const handlers = createHandlers({ service, metrics, streams });
  if (!settings.isPrivate || access.isGuarded) app.register(rateLimit, limitsOf(settings));
  // In a scope of their own, so that the limits are there before the routes that they are for.
  app.register(async (routes) => {
    for (const [id, operation] of operations()) {
      const offered = Object.values(operation.answers).map(({ mediaType }) => mediaType);
      routes.route({
        method: operation.method,
        url: operation.path,
        onRequest: async (request, reply) => {
          if (PAGES.has(id) && !mayAnything(request.caller))
            return reply.redirect(signInAddress(request.url), 303);
          admit(access, id, request);
          requireAcceptable(request, [...new Set(offered)]);
          if (id === 'submitEvents') bodies.take(request, reply);
        },
        handler: handlers[id],
      });
    }
    addSessionPage(routes, access, settings);
    if (extension !== undefined) addExtension(routes, access, settings, extension);
  });
  return app;
}

function addExtension(
  app: FastifyInstance,
  access: Access,
  { publicUrls }: HttpSettings,
  { prefix, page, answer, upgrade, close }: HttpExtension,
): void {
  const built = new BuiltPage(page);
  for (const url of [prefix, `${prefix}/`]) {
    app.get(url, (request, reply) =>
      mayAnything(request.caller)
        ? built.page(request, reply)
        : reply.redirect(signInAddress(request.url), 303),
    );
  }
  app.get<{ Params: { file: string } }>(`${prefix}/assets/:file`, ({ params }, reply) =>
    built.asset(params.file, reply),
  );
  app.route({
    method: ['GET', 'POST'],
    url: `${prefix}/*`,
    handler: async (request, reply) => {
      requireAnyRight(request.caller);
      const { pathname, searchParams } = new URL(request.url, 'http://localhost');
      const path = pathname.slice(prefix.length);
      const method = request.method === 'POST' ? 'POST' : 'GET';
      const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      const mayRead = (theatre: string) => covers(request.caller.read, theatre);
      const found = await answer({ method, path, query: searchParams, body, mayRead });
      if (found === null)
        throw new Problem(
          'not-found',
          `There is nothing at this address of ${prefix}. Its page is at ${prefix}/.`,
        );
      return reply.code(found.status).type(found.mediaType).send(found.body);
    },
  });
  app.server.on('upgrade', (request, socket, head) => {
    // Node hands the connection over with nobody listening for its end: a client that resets it would end us all.
    socket.on('error', () => socket.destroy());
    if (!request.url?.startsWith(`${prefix}/`)) {
      socket.destroy();
      return;
    }
    const { read } = access.identify(request.headers);
    const mayRead = (theatre: string) => covers(read, theatre);
    upgrade(request, socket, head, { mayRead, isByProxy: publicUrls.areAskedBy(request.headers) });
  });
  app.addHook('preClose', async () => close());
}

export interface RunningHttpServer {
  readonly app: FastifyInstance;
  /** Where it listens: `http://127.0.0.1:4700`. */
  readonly address: string;
}

/** Builds the server and has it listen. Rejects if the address is taken or not ours (EADDRINUSE, EADDRNOTAVAIL, EACCES). */
export async function startHttpServer(setup: HttpSetup): Promise<RunningHttpServer> {
  const { host, port } = settingsOf(setup.options ?? {});
  const app = createHttpServer(setup);
  const address = await app.listen({ host, port });
  return { app, address };
}

/** Answers what no operation takes: another method on an address of ours, or an address that is none. */
function answerElsewhere(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const path = request.url.replace(/[?#].*$/s, '');
  const methods = operations()
    .filter(([, operation]) => patternOf(operation.path).test(path))
    .map(([, { method }]) => method);
  if (methods.length === 0) {
    throw new Problem('not-found', 'There is nothing at this address. /openapi.json lists what there is.');
  }
  const allow = [...new Set([...methods, 'HEAD', 'OPTIONS'])].join(', ');
  if (request.method === 'OPTIONS') return reply.code(204).header('allow', allow).send();
  throw new Problem(
    'method-not-allowed',
    `This address takes ${allow}, not ${request.method}. Ask with one of them.`,
    {},
    { allow },
  );
}

function patternOf(path: string): RegExp {
  return new RegExp(`^${path.replaceAll('.', '\\.').replace(/:\w+/g, '[^/]+')}$`);
}
