import { z } from 'zod';
import type { Fault } from '../summary.ts';

/** A message of MUSTER_OUT, of one roll. */
export interface OutputMessage {
  readonly subject: string;
  readonly seq: number;
  /** The header Muster-Part, such as `1/3`; null on a server line or version without it. */
  readonly part: string | null;
  readonly json: string;
}

/** What a replay says of a log: each entry is accepted (and makes transitions) or refused. */
export interface Verdicts {
  readonly length: number;
  readonly refused: ReadonlySet<number>;
}

const transitionSchema = z.object({
  seq: z.number(),
  event: z.object({ subject: z.string().nullish() }),
  moves: z.array(z.object({ contingent: z.string() })),
});
const refusalSchema = z.object({ seq: z.number() });

/**
 * The outputs of a roll are what its log makes of them: the messages of each entry, in the order of the log, none
 * missing, none twice. A refused entry has one message, an accepted one its own and one for each other contingent
 * that moved with it.
 */
export function checkOutputs(messages: readonly OutputMessage[], verdicts: Verdicts): Fault[] {
  const faults: Fault[] = [];
  const fault = (kind: Fault['kind'], message: string) => faults.push({ kind, message });
  const bySeq = new Map<number, OutputMessage[]>();
  let last = 0;
  for (const message of messages) {
    const { seq, subject } = message;
    if (seq < last) fault('order', `${subject} of entry ${seq} comes after one of entry ${last}`);
    last = Math.max(last, seq);
    const before = bySeq.get(seq) ?? [];
    if (before.some((other) => other.subject === subject))
      fault('repeat', `${subject} of entry ${seq} again`);
    else bySeq.set(seq, [...before, message]);
  }
  for (let seq = 1; seq <= verdicts.length; seq++) {
    const found = bySeq.get(seq);
    bySeq.delete(seq);
    if (found === undefined) fault('gap', `entry ${seq} has no output`);
    else for (const problem of problemsOf(seq, found, verdicts.refused.has(seq))) fault('gap', problem);
  }
  for (const seq of bySeq.keys())
    fault('other', `an output of entry ${seq}, and the log has ${verdicts.length}`);
  return faults;
}

function problemsOf(seq: number, found: readonly OutputMessage[], isRefused: boolean): string[] {
  const [first] = found;
  if (first === undefined) return [];
  const kinds = new Set(found.map(({ subject }) => subject.split('.')[3]));
  const expected = isRefused ? 'refusal' : 'transition';
  if (kinds.size !== 1 || !kinds.has(expected)) {
    return [`entry ${seq} has ${[...kinds].join(' and ')}, and a replay makes it a ${expected}`];
  }
  const document: unknown = JSON.parse(first.json);
  const told = (isRefused ? refusalSchema : transitionSchema).parse(document).seq;
  if (told !== seq) return [`an output of entry ${seq} says that it is of ${told}`];
  const entities = found.map(({ subject }) => subject.split('.')[4] ?? '');
  const wanted = isRefused ? entities.slice(0, 1) : entitiesOf(document);
  const missing = wanted.filter((entity) => !entities.includes(entity));
  const parts = found.flatMap(({ part }) => (part === null ? [] : [part]));
  return [
    ...(missing.length > 0 ? [`entry ${seq} lacks its message for ${missing.join(', ')}`] : []),
    ...(found.length > wanted.length
      ? [`entry ${seq} has ${found.length} outputs, not ${wanted.length}`]
      : []),
    ...(parts.some((part, index) => part !== `${index + 1}/${found.length}`)
      ? [`the outputs of entry ${seq} are parts ${parts.join(', ')}`]
      : []),
  ];
}

function entitiesOf(document: unknown): string[] {
  const { event, moves } = transitionSchema.parse(document);
  return [...new Set([event.subject ?? 'theatre', ...moves.map(({ contingent }) => contingent)])];
}
