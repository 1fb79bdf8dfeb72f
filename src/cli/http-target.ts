import { z } from 'zod';
import { readEvent } from '../../events/event.ts';
import { REFUSAL_CODES } from '../roll/outcome.ts';
import type { Said } from '../scenario/expectation.ts';
import type { PlayTarget } from '../scenario/play-target.ts';
import { type ApiClient, rollPath } from './api-client.ts';
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
const openedSchema = z.object({ base: z.object({ seq: z.number() }).nullable() });

type Item = z.output<typeof answerSchema>['items'][number];

/** Plays into a running service: its submit gate judges each event. */
export function httpTarget(client: ApiClient): PlayTarget {
  return {
    async open(roll, about) {
      return attempt(async () => {
        const opened = await client.json(rollPath(roll), {
          method: 'PUT',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(about),
        });
        const { base } = openedSchema.parse(opened);
        const held = new Set<string>();
        for await (const { text } of remoteEvents(client, roll, base?.seq ?? 0)) {
          const form = readEvent(Buffer.from(text));
          if (form.ok) held.add(`${form.event.envelope.source} ${form.event.envelope.id}`);
        }
        return { ok: true, held };
      });
    },

    async send(roll, events) {
      return attempt(async () => {
        const answer = await client.json(`${rollPath(roll)}/events`, {
          method: 'POST',
          headers: { 'content-type': 'application/x-ndjson' },
          body: events.map(({ bytes }) => Buffer.from(bytes).toString()).join('\n'),
        });
        return { ok: true, said: answerSchema.parse(answer).items.map(saidBy) };
      });
    },
  };
}

function saidBy({ kind, of, refusal, message }: Item): Said {
  if (kind === 'accepted') return { kind };
  if (kind === 'duplicate') return { kind, of: of ?? 0 };
  if (refusal !== null) return { kind: 'refused', ...refusal };
  throw new CommandFailure(EXIT.unreachable, message ?? `the service answered "${kind}"`);
}

async function attempt<T>(work: () => Promise<T>) {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error;
    const kind = error.exitCode === EXIT.unreachable ? 'unreachable' : 'refused';
    return { ok: false, kind, message: error.message } as const;
  }
}
