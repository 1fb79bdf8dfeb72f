import { z } from 'zod';
import { type Running, type Setting, start } from './muster.ts';

/** A `muster serve` or `muster start` that answers. */
export interface Serving extends Running {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
}

/** Starts a service on a free port and waits until it says where it serves. */
export async function serving(
  command: 'serve' | 'start',
  args: readonly string[],
  setting: Setting = {},
): Promise<Serving> {
  const port = args.includes('--port') ? [] : ['--port', '0'];
  const running = await start([command, ...port, ...args], setting);
  const [, url = ''] = await running.says(/^Muster serves at (http:\/\/[\d.]+:\d+)/m);
  return { ...running, url };
}

const pageSchema = z.object({
  items: z.array(z.object({ seq: z.number(), event: z.object({ id: z.string() }) })),
  next: z.number().nullable(),
});

async function getJson(url: string): Promise<unknown> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
  return response.json();
}

/** The ids of every event of a roll, in order; each stands at its place. */
export async function idsOf(url: string, roll: string): Promise<string[]> {
  const ids: string[] = [];
  for (let next: number | null = 0; next !== null; ) {
    const path = `${url}/api/rolls/${roll}/events?after=${next}&limit=1000`;
    const page: z.output<typeof pageSchema> = pageSchema.parse(await getJson(path));
    for (const { seq, event } of page.items) {
      ids.push(event.id);
      if (seq !== ids.length) throw new Error(`${event.id} has seq ${seq} at place ${ids.length}`);
    }
    next = page.next;
  }
  return ids;
}

const rollsSchema = z.object({
  items: z.array(z.object({ theatre: z.string(), timeline: z.string(), seq: z.number() })),
});

/** The names of the rolls of a service, with their lengths. */
export async function rollsOf(url: string): Promise<Record<string, number>> {
  const { items } = rollsSchema.parse(await getJson(`${url}/api/rolls`));
  return Object.fromEntries(items.map(({ theatre, timeline, seq }) => [`${theatre}.${timeline}`, seq]));
}

const documentSchema = z.looseObject({
  machineVersion: z.string(),
  theatre: z.string(),
  timeline: z.string(),
});

/** The roll document, without what a log file does not know: its place and the machine version. */
export async function documentOf(url: string, roll: string): Promise<Record<string, unknown>> {
  const { machineVersion, theatre, timeline, ...document } = documentSchema.parse(
    await getJson(`${url}/api/rolls/${roll}`),
  );
  return document;
}

export async function post(url: string, roll: string, event: unknown): Promise<Response> {
  return fetch(`${url}/api/rolls/${roll}/events?open=true`, {
    method: 'POST',
    headers: { 'content-type': 'application/cloudevents+json' },
    body: JSON.stringify(event),
  });
}
