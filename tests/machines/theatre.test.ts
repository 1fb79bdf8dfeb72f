import { describe, expect, test } from 'vitest';
import { type AnyStateNode, transition } from 'xstate';
import { getShortestPaths } from 'xstate/graph';
import { HOSTILITIES, type Phase } from '../../machines/phase.ts';
import { type TheatreContext, type TheatreEvent, theatreMachine } from '../../machines/theatre.ts';
import { createKernels, KERNEL_NAMES } from '../../src/roll/kernels.ts';

const VARIANTS = ['ceasefire', 'armistice', 'frozen-conflict', 'peace-treaty'] as const;
const ENDINGS = VARIANTS.flatMap((variant) =>
  [false, true].map((foreignTroopsBarred) => ({ variant, foreignTroopsBarred })),
);
const PHASES: readonly Phase[] = [
  HOSTILITIES,
  ...ENDINGS.map((ending) => ({ name: 'ended' as const, ...ending })),
];
const EVENTS: readonly TheatreEvent[] = [
  ...ENDINGS.flatMap((data) => [
    { type: 'war.ended' as const, data },
    { type: 'war.ending-changed' as const, data },
  ]),
  { type: 'war.resumed', data: {} },
  { type: 'tension.flared', data: { area: 'here' } },
  { type: 'tension.flared', data: { area: 'there' } },
  { type: 'tension.eased', data: { area: 'here' } },
  { type: 'tension.eased', data: { area: 'nowhere' } },
];

/** The second table of DOMAIN 3, its column on the theatre: the phase after an event, null for a refusal. */
function phaseAfter(phase: Phase, event: TheatreEvent): Phase | null {
  switch (event.type) {
    case 'war.ended':
      return phase.name === 'hostilities' ? ended(event.data) : null;
    case 'war.ending-changed': {
      if (phase.name === 'hostilities') return null;
      const { variant, foreignTroopsBarred } = event.data;
      const same = variant === phase.variant && foreignTroopsBarred === phase.foreignTroopsBarred;
      return same ? null : ended(event.data);
    }
    case 'war.resumed':
      return phase.name === 'ended' && phase.variant !== 'peace-treaty' ? HOSTILITIES : null;
    case 'tension.flared':
    case 'tension.eased':
      return phase;
  }
}

const ended = ({ variant, foreignTroopsBarred }: (typeof ENDINGS)[number]): Phase => ({
  name: 'ended',
  variant,
  foreignTroopsBarred,
});

const contextIn = (phase: Phase, ...flaredAreas: readonly string[]): TheatreContext => ({
  phase,
  flaredAreas,
});

const nodes = (node: AnyStateNode): AnyStateNode[] => [node, ...Object.values(node.states).flatMap(nodes)];

test('a new theatre is in hostilities', () => {
  expect(createKernels().theatre.initial).toEqual({
    value: 'hostilities',
    context: { phase: { name: 'hostilities' }, flaredAreas: [] },
    isFinal: false,
  });
});

describe.each(PHASES.map((phase) => [JSON.stringify(phase), phase] as const))(
  'in the phase %s',
  (_name, phase) => {
    test.each(EVENTS.map((event) => [event.type, JSON.stringify(event.data), event] as const))(
      '%s %s does what the table says',
      (_type, _data, event) => {
        const context = contextIn(phase, 'here');
        const before = theatreMachine.resolveState({ value: phase.name, context });
        const [after] = transition(theatreMachine, before, event);
        const expected = phaseAfter(phase, event);
        if (expected === null) expect(after).toBe(before);
        else expect([after.value, after.context.phase]).toEqual([expected.name, expected]);

        for (const name of KERNEL_NAMES) {
          const { theatre } = createKernels(name);
          const next = theatre.step(theatre.resolve(phase.name, context), event);
          expect(next === null ? null : [next.value, next.context.phase, next.isFinal]).toEqual(
            expected === null ? null : [expected.name, expected, false],
          );
        }
      },
    );
  },
);

describe('tension', () => {
  const { theatre } = createKernels();
  const areasAfter = (event: TheatreEvent, ...areas: readonly string[]) =>
    theatre.step(theatre.resolve('hostilities', contextIn(HOSTILITIES, ...areas)), event)?.context
      .flaredAreas;

  test('is remembered per area, once', () => {
    expect(areasAfter({ type: 'tension.flared', data: { area: 'b' } }, 'a')).toEqual(['a', 'b']);
    expect(areasAfter({ type: 'tension.flared', data: { area: 'a' } }, 'a')).toEqual(['a']);
  });

  test('is forgotten where it eases', () => {
    expect(areasAfter({ type: 'tension.eased', data: { area: 'a' } }, 'a', 'b')).toEqual(['b']);
    expect(areasAfter({ type: 'tension.eased', data: { area: 'c' } }, 'a', 'b')).toEqual(['a', 'b']);
  });
});

describe('the definition of the theatre machine', () => {
  const all = nodes(theatreMachine.root);

  test('knows the theatre-wide types alone', () => {
    const known = new Set(all.flatMap((node) => [...node.transitions.keys()]));
    expect([...known].sort()).toEqual([...new Set(EVENTS.map(({ type }) => type))].sort());
  });

  test('says of every state and transition what it is', () => {
    for (const node of all) {
      expect((node.description ?? '').length, node.id).toBeGreaterThan(2);
      for (const { description, eventType } of [...node.transitions.values()].flat()) {
        expect((description ?? '').length, `${node.id} ${eventType}`).toBeGreaterThan(2);
      }
    }
  });

  test('uses nothing that would make a replay differ', () => {
    for (const node of all) {
      expect(node.type, node.id).toMatch(/^(atomic|compound)$/);
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

  test('reaches every phase from hostilities', () => {
    const paths = getShortestPaths(theatreMachine, {
      events: EVENTS,
      serializeState: ({ context }) => JSON.stringify(context.phase),
    });
    expect(new Set(paths.map(({ state }) => JSON.stringify(state.context.phase)))).toEqual(
      new Set(PHASES.map((phase) => JSON.stringify(phase))),
    );
  });
});
