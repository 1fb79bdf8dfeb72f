import type { FastifyReply } from 'fastify';
import type { ProblemDocument } from './problem-schema.ts';

const PROBLEMS = {
  'bad-request': { status: 400, title: 'The request does not fit' },
  malformed: { status: 400, title: 'The event is malformed' },
  unauthorized: { status: 401, title: 'A token is needed' },
  forbidden: { status: 403, title: 'Not allowed' },
  'not-found': { status: 404, title: 'Not found' },
  'method-not-allowed': { status: 405, title: 'This address does not take that method' },
  'not-acceptable': { status: 406, title: 'No answer in a form that the request accepts' },
  timeout: { status: 408, title: 'The request took too long to arrive' },
  closed: { status: 409, title: 'The roll was closed' },
  'other-base': { status: 409, title: 'The roll has another base' },
  overtaken: { status: 409, title: 'Another event came first' },
  'too-large': { status: 413, title: 'Too large' },
  'unsupported-media-type': { status: 415, title: 'Events do not come in this form' },
  misdirected: { status: 421, title: 'Not a name of this server' },
  refused: { status: 422, title: 'The roll refuses the event' },
  'too-many-requests': { status: 429, title: 'Too many requests' },
  'header-too-large': { status: 431, title: 'The header of the request is too large' },
  internal: { status: 500, title: 'Something broke here' },
  unavailable: { status: 503, title: 'Not possible right now' },
} as const;

export type ProblemKind = keyof typeof PROBLEMS;

type Extensions = Pick<ProblemDocument, 'errors' | 'refusal' | 'seq' | 'outcome'>;

/** The media type of every answer that is a problem. */
export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

/** An answer that is no success: thrown by a handler, sent as a problem document (RFC 9457). */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly kind: ProblemKind;
  readonly extensions: Extensions;
  /** Header fields that go with it, such as Allow. */
  readonly headers: Readonly<Record<string, string>>;

  /** `detail` says what is wrong here and what to do about it. */
  constructor(
    kind: ProblemKind,
    detail: string,
    extensions: Extensions = {},
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(detail);
    this.kind = kind;
    this.extensions = extensions;
    this.headers = headers;
  }

  get status(): number {
    return PROBLEMS[this.kind].status;
  }

  get document(): ProblemDocument {
    const { status, title } = PROBLEMS[this.kind];
    const type = `urn:problem-type:muster:${this.kind}`;
    return { type, title, status, detail: this.message, ...this.extensions };
  }
}

/** The statuses that problems have, for the API documents. */
export const PROBLEM_STATUSES: ReadonlyMap<number, string> = new Map(
  Object.values(PROBLEMS).map(({ status, title }) => [status, title]),
);

export function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  return reply
    .code(problem.status)
    .headers(problem.headers)
    .type(PROBLEM_TYPE)
    .send(JSON.stringify(problem.document));
}
