import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { ZodError } from 'zod';
import { ID_PATTERN } from '../../events/ids.ts';
import { MACHINE_VERSION } from '../readmodels/machine-version.ts';
import type { Service } from '../service/service.ts';
import { graphOf } from './chart/graph.ts';
import { chartBody } from './chart/svg.ts';
import { compactLayout } from './compact-layout.ts';
import type { ChartDocument, MachineName } from './documents.ts';
import { historyOf } from './history.ts';
import { isMachineName, MACHINES } from './machines.ts';
import { type Asker, InspectSockets, type MayRead } from './sockets.ts';
import { statechartOf } from './statechart.ts';
import type { Mirror } from './stately.ts';
import { payloadSchema, whatIf } from './what-if.ts';

/** The longest log that is gone through event by event: each answer folds it. */
const LONGEST_WALK = 20_000;

interface Question {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: Buffer;
  readonly mayRead: MayRead;
}

interface Answer {
  readonly status: number;
  readonly mediaType: string;
  readonly body: string;
}

/** The inspector, for an HTTP server to serve below `prefix`. */
export interface Inspector {
  readonly prefix: string;
  /** The folder in dist with its page. */
  readonly page: string;
  answer(question: Question): Promise<Answer | null>;
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, asker: Asker): void;
  close(): void;
}

export interface InspectorOptions {
  /** Origins of pages elsewhere, such as `https://stately.ai`, that may attach to the WebSocket; none unless named. */
  readonly origins?: readonly string[];
  /** Where else what is watched is shown; nowhere unless given. */
  readonly mirror?: Mirror | null;
}

/**
 * The page, the charts, histories and what-ifs, and the WebSocket of @xstate/inspect. It reads the service and
 * writes nothing.
 */
export function createInspector(
  service: Service,
  { origins = [], mirror = null }: InspectorOptions = {},
): Inspector {
  const sockets = new InspectSockets(service, origins, mirror);

  const about = async (
    { method, query, body, mayRead }: Question,
    what: string,
    names: readonly string[],
  ) => {
    const [theatre = '', timeline = '', subject, ...more] = names;
    if (more.length > 0 || !names.every((name) => ID_PATTERN.test(name)) || !mayRead(theatre)) return null;
    const roll = await service.find({ theatre, timeline });
    if (roll === undefined) return null;
    if (what === 'history' && method === 'GET') {
      const at = query.get('at');
      if (at !== null && !/^\d{1,15}$/.test(at))
        return json({ message: 'Expected a whole number as at.' }, 400);
      if (subject === undefined && roll.summary.seq > LONGEST_WALK) {
        const message = `The log is too long to go through event by event (over ${LONGEST_WALK}). Pick a contingent.`;
        return json({ message }, 422);
      }
      const event = query.get('event');
      const history = await historyOf(roll, subject ?? null, {
        ...(at !== null && { at: Number(at) }),
        ...(event !== null && { event }),
      });
      return history === null ? null : json(history);
    }
    if (what === 'statecharts' && method === 'GET' && subject !== undefined) {
      const drawn = await statechartOf(roll, subject, Number(query.get('seq')));
      return drawn === null ? null : { status: 200, mediaType: 'image/svg+xml', body: drawn };
    }
    if (what !== 'what-if' || method !== 'POST' || subject === undefined) return null;
    try {
      return json(await whatIf(roll, subject, body.toString()));
    } catch (error) {
      if (!(error instanceof SyntaxError || error instanceof ZodError)) throw error;
      return json({ message: `Expected { type, data, seq } as JSON. ${error.message}` }, 400);
    }
  };

  return {
    prefix: '/inspector',
    page: 'inspector',
    upgrade: (request, socket, head, asker) => sockets.upgrade(request, socket, head, asker),
    close: () => sockets.close(),
    answer: async (question) => {
      const [, what = '', name = '', ...more] = question.path.split('/');
      if (what === 'charts' && isMachineName(name) && more.length === 0) return json(await chartOf(name));
      if (what === 'payloads' && more.length === 0) {
        const schema = payloadSchema(name);
        return schema === null ? null : json(schema);
      }
      if (['history', 'statecharts', 'what-if'].includes(what)) return about(question, what, [name, ...more]);
      return null;
    },
  };
}

function json(body: unknown, status = 200): Answer {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return { status, mediaType: 'application/json; charset=utf-8', body: text };
}

/** Drawn once: a process has one version of the machines. */
const charts = new Map<MachineName, Promise<string>>();

function chartOf(name: MachineName): Promise<string> {
  const drawn = charts.get(name) ?? drawChart(name);
  charts.set(name, drawn);
  return drawn;
}

/** A chart with what a page needs to bring it to life. */
async function drawChart(name: MachineName): Promise<string> {
  const graph = graphOf(MACHINES[name]);
  const geometry = await compactLayout(name);
  return JSON.stringify({
    machine: name,
    machineVersion: MACHINE_VERSION,
    width: geometry.width,
    height: geometry.height,
    body: chartBody(geometry),
    edges: graph.edges.map(({ id, transitions }) => ({ id, transitions: transitions.map((one) => one.id) })),
    transitions: graph.transitions,
  } satisfies ChartDocument);
}
