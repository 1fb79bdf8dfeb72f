import { readFile } from 'node:fs/promises';
import { graphOf } from './chart/graph.ts';
import { layOut } from './chart/layout.ts';
import { mermaidOf } from './chart/mermaid.ts';
import { chartDocument } from './chart/svg.ts';
import type { MachineName } from './documents.ts';
import { MACHINES } from './machines.ts';
import { packageFile } from './package-file.ts';

export type DiagramFormat = 'svg' | 'mermaid';

/** A statechart for documents: an SVG that stands alone, or Mermaid. The same code gives the same text. */
export async function diagram(name: MachineName, format: DiagramFormat): Promise<string> {
  const machine = MACHINES[name];
  if (format === 'mermaid') return `${mermaidOf(machine)}\n`;
  const geometry = await layOut(graphOf(machine), 'full');
  return chartDocument(geometry, { title: `The statechart of a ${name}`, css: await chartCss() });
}

/** How charts look. */
export function chartCss(): Promise<string> {
  return readFile(packageFile('src/inspector/chart/chart.css'), 'utf8');
}
