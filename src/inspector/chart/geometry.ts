import type { ChartEdge, ChartNode } from './graph.ts';

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Box extends Point {
  readonly width: number;
  readonly height: number;
}

/** A text about one transition, with the place of its first line's baseline. */
export interface PlacedText extends Point {
  /** The id of the transition. */
  readonly id: string;
  readonly lines: readonly string[];
}

export interface PlacedNode extends Box {
  readonly node: ChartNode;
  readonly depth: number;
  readonly texts: readonly PlacedText[];
}

export interface PlacedEdge {
  readonly edge: ChartEdge;
  readonly points: readonly Point[];
  /** Where the label stands; null for a line without one. */
  readonly label: Box | null;
  readonly texts: readonly PlacedText[];
}

/** A statechart with a place for everything, in pixels from the top left corner. */
export interface ChartGeometry {
  readonly id: string;
  readonly width: number;
  readonly height: number;
  /** Outer ones before those inside them. */
  readonly nodes: readonly PlacedNode[];
  readonly edges: readonly PlacedEdge[];
}
