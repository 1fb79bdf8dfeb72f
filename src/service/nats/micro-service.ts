import { type ServiceMsg, Svcm } from '@nats-io/services';
import type { NatsConnection } from 'nats';
import type { Logger } from 'pino';
import { ID_PATTERN, type RollId } from '../../../events/ids.ts';
import { eventBytes } from '../../log/jetstream/event-bytes.ts';
import { querySubject, rollOfSubject, submitSubject } from '../../log/subjects.ts';
import { noSuchRoll, wasClosed } from '../missing-roll.ts';
import type { LiveRoll, Service, Submission } from '../service.ts';

/** The version of the subjects and bodies below, as `nats micro` shows it. */
const CONTRACT_VERSION = '1.0.0';
/** How long a query waits for a roll that is read for it. */
const PATIENCE_MS = 3_000;

interface Answer {
  /** Null for what went well. */
  readonly error: { readonly code: number; readonly description: string } | null;
  readonly body: unknown;
}

export interface MicroService {
  /** Takes no more requests and answers those under way. */
  stop(): Promise<void>;
}

/**
 * Answers requests over NATS as the service `muster` (DESIGN 5): events handed in on `muster.<roll>.submit`,
 * queries on `muster.<roll>.query.*`. Every answer is JSON; one that is no success has the headers of a NATS
 * service error too, with the HTTP status of the same answer as its code. Several processes share the requests.
 */
export async function startMicroService(
  connection: NatsConnection,
  service: Service,
  logger: Logger,
): Promise<MicroService> {
  const underWay = new Set<Promise<void>>();
  const micro = await new Svcm(connection).add({
    name: 'muster',
    version: CONTRACT_VERSION,
    description: 'Takes events in and tells who stands where',
  });
  const endpoint = (name: string, subject: string, answer: (message: ServiceMsg) => Promise<Answer>) => {
    micro.addEndpoint(name, {
      subject,
      handler: (error, message) => {
        if (error !== null) {
          logger.warn({ err: error, subject }, 'A NATS endpoint failed');
          return;
        }
        const answering = respond(message, answer, logger).finally(() => underWay.delete(answering));
        underWay.add(answering);
      },
    });
  };
  endpoint('submit', submitSubject(null), (message) => submit(service, message));
  endpoint('distribution', querySubject(null, 'distribution'), async (message) =>
    ofRoll(service, message, async (live) => ({ error: null, body: live.distribution() })),
  );
  endpoint('contingent', querySubject(null, 'contingent'), async (message) =>
    ofRoll(service, message, (live) => contingent(live, message.string().trim())),
  );
  return {
    async stop() {
      await micro.stop();
      await Promise.all(underWay);
    },
  };
}

async function submit(service: Service, message: ServiceMsg): Promise<Answer> {
  const roll = rollOfSubject(message.subject);
  if (roll === null)
    return failed(400, `${message.subject} names no roll: expected muster.<theatre>.<timeline>.submit`);
  const closed = await whyNoEvents(service, roll);
  if (closed !== null) return closed;
  const submission = await service.submit(
    roll,
    eventBytes(message),
    message.headers?.get('traceparent') || undefined,
  );
  return { error: errorOf(submission), body: submission };
}

/** The answer to an event for a roll that is not there or was closed; null for any other, or if nobody can say. */
async function whyNoEvents(service: Service, roll: RollId): Promise<Answer | null> {
  const live = await service.find(roll).catch(() => null);
  if (live === null) return null;
  const remedy = `Open it first: PUT /api/rolls/${roll.theatre}/${roll.timeline} over HTTP, or play a script.`;
  if (live?.summary.isClosed) return failed(409, `${wasClosed(roll)} ${remedy}`);
  if (live !== undefined) return null;
  return failed(404, `${await noSuchRoll(service, roll, (theatre) => theatre === roll.theatre)} ${remedy}`);
}

function errorOf(submission: Submission): Answer['error'] {
  switch (submission.kind) {
    case 'accepted':
    case 'duplicate':
      return null;
    case 'bad-form':
      return { code: 400, description: submission.refusal.message };
    case 'refused':
      return { code: 422, description: submission.refusal.message };
    case 'overtaken':
      return { code: 409, description: submission.message };
    case 'unavailable':
      return { code: 503, description: submission.message };
    default:
      return submission satisfies never;
  }
}

async function ofRoll(
  service: Service,
  message: ServiceMsg,
  answer: (live: LiveRoll) => Promise<Answer>,
): Promise<Answer> {
  const roll = rollOfSubject(message.subject);
  const live = roll === null ? undefined : service.roll(roll);
  if (live === undefined) return failed(404, `there is no roll for ${message.subject}`);
  if (!(await live.whenCurrent(AbortSignal.timeout(PATIENCE_MS))))
    return failed(503, 'the roll is still reading its log; ask again later');
  return answer(live);
}

async function contingent(live: LiveRoll, id: string): Promise<Answer> {
  if (!ID_PATTERN.test(id)) return failed(400, 'expected the id of a contingent as the body, nothing else');
  const page = await live.contingent(id);
  return page === undefined ? failed(404, `${id} is not on the roll`) : { error: null, body: page };
}

function failed(code: number, description: string): Answer {
  return { error: { code, description }, body: { code, description } };
}

async function respond(
  message: ServiceMsg,
  answer: (message: ServiceMsg) => Promise<Answer>,
  logger: Logger,
): Promise<void> {
  const { subject } = message;
  try {
    const { error, body } = await answer(message);
    const json = JSON.stringify(body);
    if (error === null) message.respond(json);
    else message.respondError(error.code, oneLine(error.description), json);
  } catch (error) {
    logger.error({ err: error, subject }, 'A request over NATS could not be answered');
    try {
      message.respondError(500, 'the service failed, or its answer is too large for a message');
    } catch (cause) {
      logger.error({ err: cause, subject }, 'Not even the failure could be told');
    }
  }
}

/** A header takes no line break, and had better not fill the message. */
function oneLine(description: string): string {
  return description.replaceAll(/[\r\n]+/g, ' ').slice(0, 500);
}
