import { z } from 'zod';
import { rollName } from '../../events/ids.ts';
import { BASES } from '../log/port.ts';
import { REFUSAL_CODES } from '../roll/outcome.ts';
import type { CompiledEvent } from '../scenario/compile.ts';
import type { Said } from '../scenario/expectation.ts';
import { HeldEvents } from '../scenario/held-events.ts';
import { aboutKnown, type PlayTarget } from '../scenario/play-target.ts';
import { type ApiClient, rollPath, ServiceUnavailable } from './api-client.ts';
import { CommandFailure, EXIT } from './exit-codes.ts';
import { remoteEvents } from './remote-events.ts';

const answerSchema = z.object({
  items: z.array(
    z.object({
      kind: z.string(),
      of: z.number().nullable(),
      refusal: z.object({ code: z.enum(REFUSAL_CODES), message: z.string() }).nullable(),
      message: z.string().nullable(),
    }),
  ),
});
const BODY_BYTES = 4 * 1_048_576;

const openedSchema = z.object({
  title: z.string(),
  openedAs: z.enum(BASES),
});

type Item = z.output<typeof answerSchema>['items'][number];

/** Plays into a running service: its submit gate judges each event. */
export function httpTarget(client: ApiClient): PlayTarget {
  return {
    entries: null,

    async open(roll, about, source) {
      return attempt(async () => {
        const known = (await client.rolls()).find((other) => rollName(other) === rollName(roll));
        const opened = await client.read(rollPath(roll), openedSchema, {
          method: 'PUT',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(aboutKnown(known, roll, about)),
        });
        const held = new HeldEvents(source, roll);
        for await (const entry of remoteEvents(client, roll)) held.take(entry);
        return { ok: true, about: { title: opened.title, basis: opened.openedAs }, held };
      });
    },

    async send(roll, events) {
      return attempt(async () => {
        const said: Said[] = [];
        for (const body of bodiesOf(events)) {
          const { items } = await client.read(`${rollPath(roll)}/events`, answerSchema, {
            method: 'POST',
            headers: { 'content-type': 'application/x-ndjson' },
            body,
          });
          said.push(...items.map(saidBy));
        }
        return { ok: true, said };
      });
    },
  };
}

/** Events as JSON lines, in as few bodies as the service takes (it has a limit of 8 MiB, an event one of 1). */
function* bodiesOf(events: readonly CompiledEvent[]): Generator<string> {
  let lines: string[] = [];
  let size = 0;
  for (const { bytes } of events) {
    if (lines.length > 0 && size + bytes.length > BODY_BYTES) {
      yield lines.join('\n');
      lines = [];
      size = 0;
    }
    lines.push(Buffer.from(bytes).toString());
    size += bytes.length + 1;
  }
  if (lines.length > 0) yield lines.join('\n');
}

function saidBy({ kind, of, refusal, message }: Item): Said {
  if (kind === 'accepted') return { kind };
  if (kind === 'duplicate') return { kind, of: of ?? 0 };
  if (refusal !== null) return { kind: 'refused', ...refusal };
  throw new ServiceUnavailable(message ?? `the service answered "${kind}"`, null);
}

async function attempt<T>(work: () => Promise<T>) {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error;
    const { message } = error;
    if (!(error instanceof ServiceUnavailable))
      return {
        ok: false,
        kind: error.exitCode === EXIT.unreachable ? 'unreachable' : 'refused',
        message,
      } as const;
    const later = error.retryAfterMs === null ? {} : { retryAfterMs: error.retryAfterMs };
    return { ok: false, kind: 'unreachable', message, ...later } as const;
  }
}
