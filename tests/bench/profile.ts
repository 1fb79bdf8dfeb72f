import { z } from 'zod';

/** A V8 CPU profile, as `node --cpu-prof` writes it. */
export const profileSchema = z.object({
  nodes: z.array(
    z.object({
      id: z.number(),
      callFrame: z.object({ functionName: z.string(), url: z.string() }),
      children: z.array(z.number()).optional(),
    }),
  ),
  /** The node that each sample met, and the microseconds since the one before. */
  samples: z.array(z.number()),
  timeDeltas: z.array(z.number()),
});

export type Profile = z.infer<typeof profileSchema>;
type CallFrame = Profile['nodes'][number]['callFrame'];

/** What code belongs to which part of the work; the first that fits. */
const PARTS: readonly (readonly [part: string, file: RegExp])[] = [
  ['parsing', /^node:internal\/encoding/],
  ['validating', /\/events\/|\/zod\//],
  ['identities', /\/src\/roll\/(?:identities|settlement)\.|internal\/crypto/],
  ['folding', /\/src\/roll\/|\/machines\/|\/xstate\//],
  ['read models', /\/src\/readmodels\//],
  ['log', /\/src\/log\//],
  ['service', /\/src\/service\//],
  ['NATS', /\/@nats-io\/|^node:(?:net|stream|internal\/stream|internal\/streams|internal\/js_stream|dns)/],
  ['Node', /^node:/],
];

const BY_NAME: Readonly<Record<string, string>> = {
  '(garbage collector)': 'garbage collection',
  '(idle)': 'waiting',
  '(program)': 'Node',
  writeBuffer: 'NATS',
};

/** Microseconds of each part's own, by its name. What is native counts for whoever called it. */
export function sharesOf({ nodes, samples, timeDeltas }: Profile): ReadonlyMap<string, number> {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const callers = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id])));
  const parts = new Map<number, string>();
  const partOf = (id: number | undefined): string => {
    const node = id === undefined ? undefined : byId.get(id);
    if (id === undefined || node === undefined) return 'other';
    const part = parts.get(id) ?? partOfCode(node.callFrame) ?? partOf(callers.get(id));
    parts.set(id, part);
    return part;
  };
  const shares = new Map<string, number>();
  for (const [index, id] of samples.entries()) {
    const part = partOf(id);
    shares.set(part, (shares.get(part) ?? 0) + (timeDeltas[index] ?? 0));
  }
  return shares;
}

function partOfCode({ functionName, url }: CallFrame): string | undefined {
  if (url === '') return BY_NAME[functionName];
  // JSON.parse has no frame of its own, and whoever calls it for an event does little else.
  if (functionName === 'readEvent') return 'parsing';
  return PARTS.find(([, file]) => file.test(url))?.[0];
}
