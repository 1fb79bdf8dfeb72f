import { z } from 'zod';
import { catalogue } from '../../events/catalogue.ts';
import { contingentMachine } from '../../machines/contingent.ts';
import { REFUSAL_CODES } from '../../src/roll/outcome.ts';

/** The parts of the README that are made from the code, by the name in their markers. */
export function generatedSections(): Readonly<Record<string, string>> {
  return {
    events: eventTable(),
    states: stateDiagram(),
    refusals: REFUSAL_CODES.map((code) => `\`${code}\``).join(' · '),
  };
}

/** A README with its generated parts, between `<!-- name -->` and `<!-- /name -->`, made anew. */
export function regenerated(readme: string): string {
  return Object.entries(generatedSections()).reduce((text, [name, section]) => {
    const [start, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
    const from = text.indexOf(start);
    const to = text.indexOf(end);
    if (from < 0 || to < from) throw new Error(`The README has no part between ${start} and ${end}`);
    const gap = section.includes('\n') ? '\n' : '';
    return `${text.slice(0, from + start.length)}${gap}${section}${gap}${text.slice(to)}`;
  }, readme);
}

const propertySchema = z.looseObject({
  enum: z.array(z.unknown()).optional(),
  type: z.string().optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
});
const payloadSchema = z.looseObject({
  properties: z.record(z.string(), propertySchema).default({}),
  required: z.array(z.string()).default([]),
});

function eventTable(): string {
  const rows = catalogue.map(({ type, scope, subject, summary, data }) => {
    const { properties, required } = payloadSchema.parse(z.toJSONSchema(data, { io: 'input' }));
    const fields = Object.entries(properties).map(([name, { enum: values, type: kind }]) => {
      const label = `${name}${kind === 'array' ? '[]' : ''}`;
      const marked = required.includes(name) ? `**${label}**` : label;
      return values === undefined ? marked : `${marked} (${values.map((value) => `\`${value}\``).join(' ')})`;
    });
    const about =
      subject === 'required'
        ? 'a contingent'
        : subject === 'optional'
          ? 'anything'
          : scope === 'correction'
            ? 'an event'
            : 'the theatre';
    return `| \`${type}\` | ${about} | ${summary} | ${fields.join('; ')} |`;
  });
  return ['| Type | About | What happened | data (**required**) |', '|---|---|---|---|', ...rows].join('\n');
}

interface StateNode {
  readonly key: string;
  readonly path: string[];
  readonly type: string;
  readonly states: Readonly<Record<string, StateNode>>;
  readonly transitions: ReadonlyMap<string, readonly { readonly target: readonly StateNode[] | undefined }[]>;
}

/** The contingent's statechart as Mermaid; events that stay in their state are left out. */
function stateDiagram(): string {
  const lines: string[] = [];
  const id = (node: StateNode) => node.path.join('_');
  const states = (node: StateNode, indent: string) => {
    for (const child of Object.values(node.states)) {
      if (Object.keys(child.states).length > 0) {
        lines.push(`${indent}state ${child.key} {`);
        lines.push(...Object.values(child.states).map((leaf) => `${indent}  ${id(leaf)} : ${leaf.key}`));
        lines.push(`${indent}}`);
      }
    }
  };
  const labels = new Map<string, string[]>();
  const collect = (node: StateNode) => {
    for (const [event, transitions] of node.transitions) {
      for (const { target } of transitions) {
        const to = target?.[0];
        if (to === undefined || to === node) continue;
        const from = node.path.length === 0 ? null : node.path[0] === 'absent' ? '[*]' : id(node);
        if (from === null) continue;
        const edge = `${from} --> ${id(to)}`;
        const label = event.replace('contingent.', '');
        const known = labels.get(edge) ?? [];
        if (!known.includes(label)) labels.set(edge, [...known, label]);
      }
    }
    for (const child of Object.values(node.states)) collect(child);
  };
  states(contingentMachine.root, '  ');
  collect(contingentMachine.root);
  const edges = [...labels].map(([edge, events]) => `  ${edge} : ${events.join(', ')}`);
  return ['```mermaid', 'stateDiagram-v2', ...lines, ...edges, '```'].join('\n');
}
