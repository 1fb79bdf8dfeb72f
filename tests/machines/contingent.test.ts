import { isDeepStrictEqual } from 'node:util';
import { describe, expect, test } from 'vitest';
import {
  type AnyStateNode,
  type AnyTransitionDefinition,
  createActor,
  fromTransition,
  type StateValue,
  transition,
} from 'xstate';
import { getShortestPaths } from 'xstate/graph';
import { judgeEvent } from '../../events/event.ts';
import { contingentMachine } from '../../machines/contingent.ts';
import type { ContingentContext } from '../../machines/contingent-context.ts';
import { pathwayByState, pathwayOf } from '../../machines/pathway.ts';
import { judge, type RollState } from '../../src/roll/judge.ts';
import { createKernels, KERNEL_NAMES } from '../../src/roll/kernels.ts';
import type { ContingentState } from '../../src/roll/outcome.ts';
import { Roster } from '../../src/roll/roster.ts';
import { exampleEvent } from '../support/examples.ts';
import { CASES, type Case, MACHINE_EVENT_TYPES, rowsFor, STANDING, STATES } from './cases.ts';
import { contingentTable, FINAL_STATES, PATHWAY_OF, startsIn } from './table.ts';

const STANDING_KEYS = [
  'kind',
  'origin',
  'background',
  'reliability',
  'area',
  'territory',
  'role',
  'region',
  'country',
  'status',
  'hostUnit',
  'leadership',
  'company',
  'sponsor',
  'host',
] as const;

/** What DOMAIN says of the context after an accepted event: written anew, apart from the machine. */
function contextAfter({ context, event, data }: Case, closes: boolean): ContingentContext {
  const { low, best, high } = context.strength;
  const nobody = { low: 0, best: 0, high: 0 };
  switch (event.type) {
    case 'contingent.detached': {
      const { strength: part } = event.data.detachment;
      const strength = {
        low: Math.max(0, low - part.high),
        best: best - part.best,
        high: high - part.low,
      };
      return { ...context, strength };
    }
    case 'contingent.merged': {
      const { strength } = event;
      const sum = { low: low + strength.low, best: best + strength.best, high: high + strength.high };
      return { ...context, strength: closes ? nobody : sum };
    }
    case 'contingent.reinforced': {
      const { strength: more } = event.data;
      return {
        ...context,
        strength: { low: low + more.low, best: best + more.best, high: high + more.high },
      };
    }
    case 'strength.reassessed':
      return {
        ...context,
        strength: event.data.strength,
        unaccounted: context.unaccounted + best - event.data.strength.best,
      };
    case 'casualty.recorded': {
      const { killed = 0, missing = 0, wounded = 0 } = event.data;
      const n = killed + missing;
      return {
        ...context,
        strength: closes ? nobody : { low: Math.max(0, low - n), best: best - n, high: high - n },
        killed: context.killed + killed,
        missing: context.missing + missing,
        wounded: context.wounded + wounded,
      };
    }
    case 'war.ended':
    case 'war.ending-changed':
    case 'war.resumed':
    case 'tension.flared':
    case 'tension.eased':
      return context;
    default: {
      const given = STANDING_KEYS.filter((key) => key in data).map((key) => [key, data[key]]);
      const strength = event.type === 'contingent.deployed' ? event.data.strength : context.strength;
      return { ...context, ...Object.fromEntries(given), strength };
    }
  }
}

/** What the table makes of a case: the state after it, or null for a refusal. */
function expectedOf(one: Case): ContingentState | null {
  const [row] = rowsFor(contingentTable, one);
  if (row === undefined) return null;
  const value = row.to === 'stays' ? one.state : row.to;
  return { value, context: contextAfter(one, value === 'closed'), isFinal: isFinal(value) };
}

/** The answers that the table does not give, in a form that a failing test shows whole. */
function otherThanTheTable(
  answers: readonly { readonly one: Case; readonly answer: ContingentState | null }[],
) {
  return answers.flatMap(({ one, answer }) => {
    const expected = expectedOf(one);
    return isDeepStrictEqual(answer, expected) ? [] : [{ title: one.title, answer, expected }];
  });
}

function nested(state: string): StateValue {
  const [parent = state, child] = state.split('.');
  return child === undefined ? parent : { [parent]: child };
}

function dotted(value: unknown): string {
  return typeof value === 'string'
    ? value
    : Object.entries(value ?? {})
        .map(([parent, child]) => `${parent}.${dotted(child)}`)
        .join();
}

/** The machine's own snapshot of a case before its event. */
const snapshotOf = ({ state, context }: Case) =>
  contingentMachine.resolveState({ value: nested(state), context });

const isFinal = (state: string) => FINAL_STATES.some((final) => final === state);

describe('the table of cases', () => {
  test('puts no case under two rows', () => {
    const twice = CASES.filter((one) => rowsFor(contingentTable, one).length > 1);
    expect(twice.map(({ title }) => title)).toEqual([]);
  });

  test('meets every row in every state that the row names', () => {
    const met = new Map(contingentTable.map((row) => [row, new Set<string>()]));
    for (const one of CASES) for (const row of rowsFor(contingentTable, one)) met.get(row)?.add(one.state);
    for (const [row, states] of met) {
      const named = STATES.filter((state) => startsIn(row, state));
      expect([row, [...states].sort()]).toEqual([row, [...named].sort()]);
      expect(named.length).toBeGreaterThanOrEqual(row.from.length);
    }
  });

  test('holds many cases of every kind', () => {
    const accepted = CASES.filter((one) => rowsFor(contingentTable, one).length === 1);
    expect(accepted.length).toBeGreaterThan(2_000);
    expect(CASES.length - accepted.length).toBeGreaterThan(5_000);
  });
});

describe.each(MACHINE_EVENT_TYPES)('the machine, in every state and every case, takes %s', (type) => {
  const cases = CASES.filter(({ event }) => event.type === type);

  test('as the table says, and refuses it elsewhere with the same snapshot', () => {
    const answers = cases
      .filter(({ state }) => !isFinal(state))
      .map((one) => {
        const before = snapshotOf(one);
        const [after] = transition(contingentMachine, before, one.event);
        const { context, status } = after;
        const answer = { value: dotted(after.value), context, isFinal: status === 'done' };
        return { one, answer: after === before ? null : answer };
      });
    expect(otherThanTheTable(answers)).toEqual([]);
    expect(answers.length).toBeGreaterThan(100);
  });

  test.each(KERNEL_NAMES)('likewise in the %s kernel, with null for a refusal', (name) => {
    const { contingent } = createKernels(name);
    const answers = cases.map((one) => ({
      one,
      answer: contingent.step(contingent.resolve(one.state, one.context), one.event),
    }));
    expect(otherThanTheTable(answers)).toEqual([]);
    expect(answers.length).toBeGreaterThan(100);
  });

  test.each(KERNEL_NAMES)('and the %s kernel says of every refusal which guards refused, if any', (name) => {
    const { contingent } = createKernels(name);
    const refused = cases.filter((one) => rowsFor(contingentTable, one).length === 0);
    for (const { state, context, event, title } of refused) {
      const { guards } = contingent.explain(contingent.resolve(state, context), event);
      const isTaken = contingentTable.some((row) => row.event === event.type && startsIn(row, state));
      if (isTaken) expect(guards.length, title).toBeGreaterThan(0);
    }
  });
});

test.each(FINAL_STATES)('a machine that is %s has stopped', (state) => {
  const snapshot = contingentMachine.resolveState({ value: state, context: STANDING });
  expect(createActor(contingentMachine, { snapshot }).start().getSnapshot().status).toBe('done');
});

describe('the transitions of the machine and the rows of the table', () => {
  const definitions = nodes(contingentMachine.root).flatMap(transitionsOf);
  const taken = new Set<AnyTransitionDefinition>();
  for (const one of CASES) {
    if (rowsFor(contingentTable, one).length === 0) continue;
    const before = snapshotOf(one);
    for (const definition of contingentMachine.getTransitionData(before, one.event)) taken.add(definition);
  }

  test('no transition is without a row', () => {
    const idle = definitions.filter((definition) => !taken.has(definition));
    expect(idle.map(describeTransition)).toEqual([]);
    expect(definitions.length).toBeGreaterThan(60);
  });

  test('no event that the machine knows is without a row, and none of the table is unknown to it', () => {
    const known = new Set(definitions.map(({ eventType }) => eventType));
    expect([...known].sort()).toEqual([...new Set(contingentTable.map(({ event }) => event))].sort());
  });
});

describe('the graph of the machine', () => {
  const values = (paths: readonly { readonly state: { readonly value: unknown } }[]) =>
    new Set(paths.map(({ state }) => dotted(state.value)));

  test('leads from no contingent to every state', () => {
    const events = CASES.filter(({ state }) => state === 'absent').map(({ event }) => event);
    const paths = getShortestPaths(contingentMachine, {
      events,
      serializeState: ({ value }) => dotted(value),
    });
    expect([...values(paths)].sort()).toEqual([...STATES].sort());
  });

  interface Rostered extends RollState {
    readonly contingents: Roster;
  }

  test('leads to every state through events of a log alone, with the theatre that they make', () => {
    const kernels = createKernels();
    const types = MACHINE_EVENT_TYPES;
    const events = types.flatMap((type) =>
      CASES.filter(({ state, event }) => state === 'absent' && event.type === type).map(({ data }) => data),
    );
    const logged = types.flatMap((type) =>
      [...new Set(events.map((data) => JSON.stringify(data)))].flatMap((json) => {
        const form = judgeEvent(exampleEvent(type, { data: JSON.parse(json) }));
        return form.ok ? [form.event] : [];
      }),
    );
    const empty: Rostered = { theatre: kernels.theatre.initial, contingents: new Roster() };
    const fold = fromTransition(
      (roll: Rostered, { fact }: { type: string; fact: (typeof logged)[number] }) => {
        const verdict = judge(kernels, roll, 1, fact);
        if (verdict.kind === 'refused') return roll;
        const { theatre, moves } = verdict.transition;
        const contingents = roll.contingents.fork();
        for (const { contingent, after } of moves) contingents.set(contingent, after);
        return { theatre: theatre ?? roll.theatre, contingents };
      },
      empty,
    );
    const alpha = (roll: Rostered) => roll.contingents.get('alpha')?.value ?? 'absent';
    const paths = getShortestPaths(fold, {
      events: logged.map((fact) => ({ type: fact.type, fact })),
      serializeState: ({ context }) => `${JSON.stringify(context.theatre.context.phase)} ${alpha(context)}`,
    });
    expect([...new Set(paths.map(({ state }) => alpha(state.context)))].sort()).toEqual([...STATES].sort());
    expect(Math.max(...paths.map(({ weight }) => weight))).toBeLessThan(12);
  });
});

describe('the definition of the machine', () => {
  const all = nodes(contingentMachine.root);

  test('has the states of the contract, no more and no fewer', () => {
    const leaves = all.filter(({ states }) => Object.keys(states).length === 0);
    expect(leaves.map(({ path }) => path.join('.')).sort()).toEqual([...STATES].sort());
  });

  test('says of every state what it is, and of every transition what happens', () => {
    const nameless = all.filter(({ description }) => (description ?? '').length < 3);
    expect(nameless.map(({ id }) => id)).toEqual([]);
    const silent = all.flatMap(transitionsOf).filter(({ description }) => (description ?? '').length < 3);
    expect(silent.map(describeTransition)).toEqual([]);
  });

  test('counts every state in its pathway', () => {
    expect(Object.fromEntries(pathwayByState)).toEqual({ ...PATHWAY_OF, absent: null });
    for (const [state, pathway] of Object.entries(PATHWAY_OF)) {
      expect(pathwayOf(state)).toBe(pathway);
      const { tags } = contingentMachine.resolveState({ value: nested(state), context: STANDING });
      expect([state, [...tags]]).toEqual([state, pathway === null ? [] : [pathway]]);
    }
  });

  test('names no pathway for a state that it does not have', () => {
    expect(pathwayOf('deployed')).toBeNull();
    expect(pathwayOf('vanished')).toBeNull();
  });

  test('ends in the finals of the contract, which are at the top', () => {
    const finals = all.filter(({ type }) => type === 'final');
    expect(finals.map(({ path }) => path.join('.'))).toEqual([...FINAL_STATES]);
  });

  test('uses nothing that would make a replay differ', () => {
    for (const node of all) {
      expect(node.type, node.id).toMatch(/^(atomic|compound|final)$/);
      expect([node.after, node.invoke, node.always ?? [], node.entry, node.exit], node.id).toEqual([
        [],
        [],
        [],
        [],
        [],
      ]);
      expect([...node.transitions.keys()].filter((event) => event.includes('*'))).toEqual([]);
    }
  });
});

function nodes(node: AnyStateNode): AnyStateNode[] {
  return [node, ...Object.values(node.states).flatMap(nodes)];
}

function transitionsOf(node: AnyStateNode): AnyTransitionDefinition[] {
  return [...node.transitions.values()].flat();
}

function describeTransition({ source, eventType, target }: AnyTransitionDefinition): string {
  return `${source.id} on ${eventType} to ${target?.map(({ id }) => id).join() ?? 'itself'}`;
}
