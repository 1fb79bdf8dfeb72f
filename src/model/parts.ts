import type { AnyStateMachine, AnyStateNode } from 'xstate';
import { z } from 'zod';
import { type CatalogueEntry, catalogue } from '../../events/catalogue.ts';
import { envelopeSchema } from '../../events/envelope.ts';
import { jsonSchemaOf } from '../../events/json-schema.ts';
import type { Pathway } from '../../events/vocabulary.ts';
import { contingentMachine } from '../../machines/contingent.ts';
import { pathwayOf } from '../../machines/pathway.ts';
import { theatreMachine } from '../../machines/theatre.ts';
import { REPORTS } from '../readmodels/reports/catalogue.ts';
import { conjuncts } from '../roll/guards.ts';

export type MachineName = 'contingent' | 'theatre';

export interface StatePart {
  /** Dotted name. */
  readonly name: string;
  readonly machine: MachineName;
  readonly pathway: Pathway | null;
  readonly description: string | null;
}

export interface GuardPart {
  readonly name: string;
  readonly machine: MachineName;
  /** The transitions that it guards; `to` is null where the state stays. */
  readonly transitions: readonly {
    readonly from: string;
    readonly event: string;
    readonly to: string | null;
  }[];
}

export interface FieldPart {
  readonly name: string;
  readonly isRequired: boolean;
  /** What it may say, if that is a list of words; else empty. */
  readonly values: readonly string[];
}

export interface TypePart {
  /** A type of the catalogue, or `envelope` for what every event carries. */
  readonly type: string;
  readonly scope: CatalogueEntry['scope'] | null;
  readonly summary: string;
  readonly fields: readonly FieldPart[];
}

export interface ReportPart {
  readonly name: string;
  readonly title: string;
  readonly question: string;
}

/** What the model is made of: what a statement can have its place in. */
export interface ModelParts {
  readonly states: readonly StatePart[];
  readonly guards: readonly GuardPart[];
  readonly types: readonly TypePart[];
  readonly reports: readonly ReportPart[];
}

const MACHINES: Readonly<Record<MachineName, AnyStateMachine>> = {
  contingent: contingentMachine,
  theatre: theatreMachine,
};

/** Taken from the machines, the catalogue and the reports themselves: nothing is said twice. */
export function modelParts(): ModelParts {
  const nodes = (['contingent', 'theatre'] as const).flatMap((machine) =>
    nodesUnder(MACHINES[machine].root).map((node) => ({ machine, node })),
  );
  return {
    states: nodes
      .filter(({ node }) => node.parent !== undefined && Object.keys(node.states).length === 0)
      .map(({ machine, node }) => {
        const name = node.path.join('.');
        return {
          name,
          machine,
          pathway: machine === 'contingent' ? pathwayOf(name) : null,
          description: node.description ?? null,
        };
      })
      .filter(({ name }) => name !== 'absent'),
    guards: guardsOf(nodes),
    types: [
      {
        type: 'envelope',
        scope: null,
        summary: 'What every event carries',
        fields: fieldsOf(jsonSchemaOf(envelopeSchema, 'input')),
      },
      ...catalogue.map(({ type, scope, summary, data }) => ({
        type,
        scope,
        summary,
        fields: fieldsOf(jsonSchemaOf(data, 'input')),
      })),
    ],
    reports: Object.entries(REPORTS).map(([name, { title, question }]) => ({ name, title, question })),
  };
}

function guardsOf(
  nodes: readonly { readonly machine: MachineName; readonly node: AnyStateNode }[],
): GuardPart[] {
  const guards = new Map<string, { machine: MachineName; transitions: GuardPart['transitions'][number][] }>();
  for (const { machine, node } of nodes) {
    for (const transition of [...node.transitions.values()].flat()) {
      const from = node.path.join('.');
      const to = transition.target?.[0]?.path.join('.') ?? null;
      if (transition.guard === undefined) continue;
      for (const guard of conjuncts(transition.guard)) {
        const name = typeof guard === 'object' ? guard.type : String(guard);
        const known = guards.get(name) ?? { machine, transitions: [] };
        known.transitions.push({ from, event: transition.eventType, to });
        guards.set(name, known);
      }
    }
  }
  return [...guards].map(([name, guard]) => ({ name, ...guard }));
}

function nodesUnder(node: AnyStateNode): AnyStateNode[] {
  return [node, ...Object.values(node.states).flatMap(nodesUnder)];
}

const fieldsSchema = z.object({
  properties: z.record(z.string(), z.object({ enum: z.array(z.string()).optional() })).default({}),
  required: z.array(z.string()).default([]),
});

function fieldsOf(schema: unknown): readonly FieldPart[] {
  const { properties, required } = fieldsSchema.parse(schema);
  return Object.entries(properties).map(([name, { enum: values = [] }]) => ({
    name,
    isRequired: required.includes(name),
    values,
  }));
}
