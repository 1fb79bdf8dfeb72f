import { readFile, writeFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { contingentMachine } from '../../machines/contingent.ts';
import type { Box, ChartGeometry } from '../../src/inspector/chart/geometry.ts';
import { everyNode, graphOf, guardInWords } from '../../src/inspector/chart/graph.ts';
import { layOut } from '../../src/inspector/chart/layout.ts';
import { diagram } from '../../src/inspector/diagram.ts';
import { packageFile } from '../../src/inspector/package-file.ts';

const graph = graphOf(contingentMachine);

describe('the graph of a machine', () => {
  it('has every state and every transition once', () => {
    const leaves = everyNode(graph.root).filter(({ children }) => children.length === 0);
    expect(leaves).toHaveLength(22);
    const labelled = graph.edges.filter(({ isLabelled }) => isLabelled).flatMap((edge) => edge.transitions);
    const listed = everyNode(graph.root).flatMap((node) => node.listed);
    expect([...labelled, ...listed].map(({ id }) => id).sort()).toEqual(
      graph.transitions.map(({ id }) => id).sort(),
    );
  });

  it('merges what leads from one state to another into one line', () => {
    const edge = graph.edges.find(({ id }) => id === 'garrisoned.stationed>garrisoned.flareUp');
    expect(edge?.transitions.map(({ event }) => event)).toEqual(['war.resumed', 'tension.flared']);
  });

  it.each([
    ['isWarOver', 'war over'],
    ['hasOutcome re-education', 'outcome re-education'],
    ['isNorthKoreanLedWithSponsor', 'north korean led with sponsor'],
  ])('says %s as %s', (guard, words) => {
    expect(guardInWords(guard)).toBe(words);
  });
});

describe.each(['full', 'compact'] as const)('the %s layout', (detail) => {
  let geometry: ChartGeometry;
  beforeAll(async () => {
    geometry = await layOut(graph, detail);
  });

  it('fits a laptop screen', () => {
    const scale = Math.min(1440 / geometry.width, 860 / geometry.height);
    expect(scale).toBeGreaterThan(detail === 'full' ? 0.85 : 1);
  });

  it('keeps cards apart, and inside the state that they are in', () => {
    const cards = geometry.nodes.slice(1);
    for (const [index, card] of cards.entries()) {
      for (const other of cards.slice(index + 1)) {
        const isInside = other.node.id.startsWith(`${card.node.id}.`);
        expect([card.node.id, other.node.id, overlap(card, other)]).toEqual([
          card.node.id,
          other.node.id,
          isInside ? 'inside' : 'apart',
        ]);
      }
    }
  });
});

describe('muster diagram', () => {
  it.each(['contingent', 'theatre'] as const)('draws what machines/%s.svg holds', async (name) => {
    const file = packageFile(`machines/${name}.svg`);
    const drawn = await diagram(name, 'svg');
    if (process.env['UPDATE_README'] !== undefined) await writeFile(file, drawn);
    else expect(drawn).toBe(await readFile(file, 'utf8'));
  });

  it('writes Mermaid', async () => {
    const text = await diagram('theatre', 'mermaid');
    expect(text).toBe(
      'stateDiagram-v2\n  hostilities --> ended : war.ended\n  ended --> hostilities : war.resumed\n',
    );
  });
});

function overlap(a: Box, b: Box): 'apart' | 'inside' | 'crossing' {
  const isApart =
    a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;
  if (isApart) return 'apart';
  const isInside =
    a.x <= b.x && a.y <= b.y && b.x + b.width <= a.x + a.width && b.y + b.height <= a.y + a.height;
  return isInside ? 'inside' : 'crossing';
}
