import { maxHeaderSize, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { BusyError } from '../service/view-threads.ts';
import { unsupported, unsupportedData } from './event-bodies.ts';
import { eventFields } from './event-fields.ts';
import { PROBLEM_TYPE, Problem, sendProblem } from './problem.ts';
import { MAX_BATCH_BYTES, REQUEST_TIMEOUT_MS } from './settings.ts';

/** The longest body that is read to its end although it is too large. */
const DRAINED_BYTES = 8 * MAX_BATCH_BYTES;

/** Answers with the problem that an error amounts to; of an unforeseen one only the log gets the inside. */
export function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const problem = problemOf(error, request);
  if (problem.status === 500) {
    request.log.error({ err: error, method: request.method, url: request.url }, 'A request failed');
  }
  // Fastify closes under the writer, and many read the answer only once all is sent. Where the end is in sight
  // the connection is kept: Node then takes the rest and drops it.
  const isEndInSight = Number(request.headers['content-length']) <= DRAINED_BYTES;
  if (problem.kind === 'too-large' && isEndInSight) reply.header('connection', 'keep-alive');
  return sendProblem(reply, problem);
}

function problemOf(error: unknown, request: FastifyRequest): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof BusyError) {
    return new Problem('unavailable', `${error.message}.`, {}, { 'retry-after': '30' });
  }
  // The answer reaches nobody, but log and metrics must not take a caller who hung up for a fault of ours.
  if (error === request.raw.errored) {
    return new Problem('bad-request', 'The connection ended before the body did.');
  }
  switch (codeOf(error)) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new Problem(
        'too-large',
        'The body is larger than this address takes: 1 MiB for one event, 8 MiB for many. Send the events in parts.',
      );
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return unsupportedBody(request);
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
      return new Problem(
        'bad-request',
        'The body is not as long as Content-Length says. Send both alike, or leave the length out.',
      );
    case 'FST_ERR_BAD_URL':
      return new Problem(
        'bad-request',
        'The address has a % that is not followed by UTF-8 in hexadecimal. Write the % itself as %25.',
      );
    case 'FST_ERR_MAX_PARAM_LENGTH':
      return new Problem(
        'bad-request',
        'A part of the address is longer than any id: 63 characters. Look at the address again.',
      );
    default:
      return new Problem(
        'internal',
        'The server failed to answer, through no fault of the request. Its log says why: tell whoever runs it.',
      );
  }
}

function unsupportedBody({ method, raw, headers: { 'content-type': type } }: FastifyRequest): Problem {
  if (method === 'POST' && eventFields(raw).length > 0) return unsupportedData(type ?? '');
  return unsupported(`The body is ${type === undefined ? 'of no type' : JSON.stringify(type)}`);
}

function codeOf(error: unknown): FastifyError['code'] | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** Answers what is no HTTP request at all, straight to its connection. */
export function answerClientError(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  if (socket.writable) {
    const problem =
      error.code === 'HPE_HEADER_OVERFLOW'
        ? new Problem(
            'header-too-large',
            `The header is longer than ${maxHeaderSize} bytes. Send fewer or shorter header fields.`,
          )
        : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
          ? new Problem(
              'timeout',
              `The request was not there whole after ${REQUEST_TIMEOUT_MS / 1_000} s. Send it faster, or its events in parts.`,
            )
          : new Problem(
              'bad-request',
              'What arrived is no HTTP request. Send HTTP/1.1 to this port, without TLS.',
            );
    const body = JSON.stringify(problem.document);
    const { status } = problem;
    socket.write(
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Type: ${PROBLEM_TYPE}\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
    );
  }
  socket.destroy();
}
