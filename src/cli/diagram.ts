import { type DiagramFormat, diagram } from '../inspector/diagram.ts';
import type { MachineName } from '../inspector/documents.ts';

/** `muster diagram`: a statechart for documents, on stdout. */
export async function showDiagram(name: MachineName, format: DiagramFormat): Promise<void> {
  process.stdout.write(await diagram(name, format));
}
