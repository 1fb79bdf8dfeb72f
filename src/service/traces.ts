import { hash } from 'node:crypto';
import { z } from 'zod';
import type { LogEntry } from '../log/port.ts';

/** What a span says of itself. */
export type SpanFacts = Readonly<Record<string, string | number>>;

/** A piece of work that a trace shows. */
export interface Span {
  end(facts?: SpanFacts): void;
}

/** The trace that an event belongs to. */
export interface Trace {
  begin(name: string, facts?: SpanFacts): Span;
}

/** Where traces are collected. */
export interface Tracing {
  /** The trace that a `traceparent` (https://www.w3.org/TR/trace-context/) names; null if none, or its producer does not have it recorded. */
  trace(traceparent: string): Trace | null;
  /** Hands over what was collected, as far as the collector takes it, and ends. */
  close(): Promise<void>;
}

const tracedSchema = z.object({ traceparent: z.string() });
const QUOTED = Buffer.from('"traceparent"');

/**
 * Which traces events belong to. An event may name its own in the attribute `traceparent` (CloudEvents: distributed
 * tracing), which every process sees; else the header that it came with counts, in the process that it came to.
 * Without tracing, and for events that bring no trace, there is next to nothing to do.
 */
export class Traces {
  readonly #tracing: Tracing | null;
  /** Headers of events that are on their way into the log, by a digest of the event. */
  readonly #underWay = new Map<string, string>();

  constructor(tracing: Tracing | null) {
    this.#tracing = tracing;
  }

  /** The trace of an event in the log, or on its way there. */
  of({ bytes, traceparent }: Pick<LogEntry, 'bytes' | 'traceparent'>): Trace | null {
    if (this.#tracing === null) return null;
    const named =
      traceparentIn(bytes) ??
      traceparent ??
      (this.#underWay.size === 0 ? undefined : this.#underWay.get(digestOf(bytes)));
    return named === undefined ? null : this.#tracing.trace(named);
  }

  /** Remembers the header that an event comes with, until the function given is called. */
  enter(bytes: Uint8Array, traceparent: string | undefined): () => void {
    if (this.#tracing === null || traceparent === undefined) return () => {};
    const digest = digestOf(bytes);
    this.#underWay.set(digest, traceparent);
    return () => {
      if (this.#underWay.get(digest) === traceparent) this.#underWay.delete(digest);
    };
  }
}

function digestOf(bytes: Uint8Array): string {
  return hash('sha256', bytes);
}

/** What an event says in its attribute, if it is an event at all. */
function traceparentIn(bytes: Uint8Array): string | undefined {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (!buffer.includes(QUOTED)) return undefined;
  let event: unknown;
  try {
    event = JSON.parse(buffer.toString());
  } catch {
    return undefined;
  }
  return tracedSchema.safeParse(event).data?.traceparent;
}
