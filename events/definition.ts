import type { z } from 'zod';
import { compiled } from './compiled.ts';
import type { Envelope } from './envelope.ts';
import { contingentIdSchema } from './ids.ts';
import { instantOf } from './time.ts';

/**
 * What an event of a type is about: the war itself, one contingent's life, knowledge that moves nobody, or
 * an earlier event.
 */
export type Scope = 'theatre' | 'contingent' | 'information' | 'correction';

/** Whether the envelope's `subject` names a contingent. */
export type SubjectRule = 'required' | 'optional' | 'none';

/** A well-formed event of one type. `data` is parsed: estimates are whole, defaults filled in. */
export interface WellFormed<T extends string, C extends Scope, D> {
  readonly type: T;
  readonly scope: C;
  readonly subject: string | null;
  readonly envelope: Envelope;
  /** When it happened, in milliseconds since 1970 UTC. */
  readonly timeMs: number;
  /** When it became known, likewise. */
  readonly observedMs: number;
  readonly data: D;
}

export type Reading<E> =
  | { readonly ok: true; readonly event: E }
  | { readonly ok: false; readonly path: readonly PropertyKey[]; readonly message: string };

/** What to do instead of writing a key that is unknown at a path of a payload, if that can be told. */
export type UnknownKey = (path: readonly PropertyKey[], key: string) => string | null;

/** One type of the catalogue: its name, what it is about, its payload. */
export interface Definition<T extends string, C extends Scope, S extends z.ZodType> {
  readonly type: T;
  readonly scope: C;
  readonly subject: SubjectRule;
  /** One sentence for people: the README's table, the API documents and the inspector show it. */
  readonly summary: string;
  readonly data: S;
  readonly unknownKey: UnknownKey;
  /** Judges subject and payload of an event whose envelope is well-formed. Never throws. */
  read(envelope: Envelope, data: unknown): Reading<WellFormed<T, C, z.output<S>>>;
}

export function define<T extends string, C extends Scope, S extends z.ZodType>(
  type: T,
  scope: C,
  subject: SubjectRule,
  summary: string,
  data: S,
  unknownKey: UnknownKey = () => null,
): Definition<T, C, S> {
  const parse = compiled(data);
  return {
    type,
    scope,
    subject,
    summary,
    data,
    unknownKey,
    read(envelope, rawData) {
      const subjectProblem = judgeSubject(subject, envelope.subject);
      if (subjectProblem !== null) return { ok: false, path: ['subject'], message: subjectProblem };
      const parsed = parse(rawData);
      if (!parsed.success) return { ok: false, ...firstIssue(parsed.error, 'data', unknownKey) };
      const timeMs = instantOf(envelope.time);
      const observedMs = envelope.observedtime === undefined ? timeMs : instantOf(envelope.observedtime);
      const event = {
        type,
        scope,
        subject: envelope.subject ?? null,
        envelope,
        timeMs,
        observedMs,
        data: parsed.data,
      };
      return { ok: true, event };
    },
  };
}

/**
 * The place and the sentence of the first thing that a schema found wrong, below `root` if one is given. Of an
 * unknown key it says what `unknownKey` knows.
 */
export function firstIssue(
  error: z.ZodError,
  root?: string,
  unknownKey: UnknownKey = () => null,
): { path: readonly PropertyKey[]; message: string } {
  const path = root === undefined ? [] : [root];
  const issue = error.issues[0];
  if (issue === undefined) return { path, message: 'does not fit' };
  if (issue.code === 'unrecognized_keys') {
    const keys = issue.keys.map((key) => JSON.stringify(key)).join(', ');
    const ways = new Set(issue.keys.flatMap((key) => unknownKey(issue.path, key) ?? []));
    const message = [`unknown ${issue.keys.length > 1 ? 'keys' : 'key'} ${keys}`, ...ways].join('; ');
    return { path: [...path, ...issue.path], message };
  }
  return { path: [...path, ...issue.path], message: issue.message };
}

const parseContingentId = compiled(contingentIdSchema);

function judgeSubject(rule: SubjectRule, subject: string | undefined): string | null {
  if (rule === 'none') return subject === undefined ? null : 'this type has no subject';
  if (subject === undefined) {
    return rule === 'required' ? "expected the contingent's id as subject" : null;
  }
  const parsed = parseContingentId(subject);
  return parsed.success ? null : firstIssue(parsed.error).message;
}
