import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { catalogue } from '../../events/catalogue.ts';
import { contingentMachine } from '../../machines/contingent.ts';
import { mermaidOf } from '../../src/inspector/chart/mermaid.ts';
import { REFUSAL_CODES } from '../../src/roll/outcome.ts';
import { resultsSchema } from '../bench/result.ts';
import { resultMarkdown } from '../bench/table.ts';

/** The parts of the README that are made from the code, by the name in their markers. */
export function generatedSections(): Readonly<Record<string, string>> {
  return {
    events: eventTable(),
    states: `\`\`\`mermaid\n${mermaidOf(contingentMachine)}\n\`\`\``,
    refusals: REFUSAL_CODES.map((code) => `\`${code}\``).join(' · '),
    bench: benchTable(),
  };
}

/** The last full run of `npm run bench` that was kept. */
function benchTable(): string {
  const file = new URL('../bench/results.json', import.meta.url);
  return resultMarkdown(resultsSchema.parse(JSON.parse(readFileSync(file, 'utf8'))));
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
