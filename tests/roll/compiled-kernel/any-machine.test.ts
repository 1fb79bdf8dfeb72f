import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type AnyStateMachine, and, assign, createMachine, not, or, setup, stateIn } from 'xstate';
import { createCompiledKernel } from '../../../src/roll/compiled-kernel.ts';
import type { Kernel, MachineState } from '../../../src/roll/kernel.ts';
import { nodesUnder } from '../../../src/roll/machine-features.ts';
import { createXStateKernel } from '../../../src/roll/xstate-kernel.ts';
import { answerOf, isSame, standsAt } from './questions.ts';

const EVENT_TYPES = ['e1', 'e2', 'e3', 'e4', 'unheard'] as const;

interface Happened {
  readonly type: string;
  /** The guards that hold, by their bit. */
  readonly bits: number;
}

const events: fc.Arbitrary<Happened> = fc.record({
  type: fc.constantFrom(...EVENT_TYPES),
  bits: fc.nat(15),
});

/** Where two kernels part on a walk: the first answer that differs, with what led there. */
function parting(machine: AnyStateMachine, walk: readonly Happened[]): unknown {
  const [compiled, reference] = [createCompiledKernel(machine), createXStateKernel(machine)];
  const names = nodesUnder(machine.root).flatMap(({ path }) => (path.length === 0 ? [] : [path.join('.')]));
  const [ours, theirs] = [compiled, reference].map((kernel) => standsAt(kernel, names, { trace: [] }));
  if (!isSame(ours, theirs)) return { ours, theirs };
  let state = compiled.initial;
  for (const event of walk) {
    const question = { title: '', state: { ...state, context: { ...state.context, trace: [] } }, event };
    const [answer, expected] = [answerOf(compiled, question), answerOf(reference, question)];
    if (!isSame(answer, expected)) return { question, answer, expected };
    const after = stepOrStay(compiled, question.state, event);
    if (after !== null) state = after.isFinal ? compiled.initial : after;
  }
  return null;
}

/** The state after an event; null where nothing is open, or a guard throws. */
function stepOrStay<C, E>({ step }: Kernel<C, E>, state: MachineState<C>, event: E): MachineState<C> | null {
  try {
    return step(state, event);
  } catch {
    return null;
  }
}

const spoken = setup({
  types: {
    context: {} as { readonly trace: readonly string[]; readonly n: number },
    events: {} as Happened,
  },
  guards: {
    bit: ({ event }, { n }: { n: number }) => (event.bits & (1 << n)) !== 0,
    isOdd: ({ context }) => context.n % 2 === 1,
    isBoth: and([({ event }) => event.bits > 4, ({ context }) => context.n > 1]),
    bursts: ({ event }) => {
      if (event.bits === 7) throw new Error('seven');
      return event.bits > 7;
    },
  },
  actions: {
    say: assign(({ context }, { word }: { word: string }) => ({ trace: [...context.trace, word] })),
    count: assign({ n: ({ context }) => context.n + 1 }),
    nothing: assign(({ context }) => context),
  },
});

const say = (word: string) => ({ type: 'say', params: { word } }) as const;

/** Every way to say something, by hand. */
const byHand = spoken.createMachine({
  id: 'm',
  context: { trace: [], n: 0 },
  entry: say('enter m'),
  exit: say('leave m'),
  initial: 'a',
  on: {
    e1: { target: '#m', guard: { type: 'bit', params: { n: 0 } } },
    e2: [
      { target: '#m', reenter: true, guard: and([{ type: 'bit', params: { n: 1 } }, not('isOdd')]) },
      { actions: ['count', say('in place')], guard: or(['isOdd', 'isBoth']) },
    ],
    e3: { target: '.z', guard: and(['bursts', stateIn({ b: 'y' })]) },
    e4: { guard: ({ event }) => event.bits > 12 },
  },
  states: {
    a: {
      entry: [say('enter a'), 'count'],
      exit: say('leave a'),
      initial: { target: 'x', actions: say('begin a') },
      on: {
        e1: [
          { target: 'b.y', guard: ({ context }) => context.n > 2, actions: say('to b.y') },
          { target: 'a', guard: { type: 'bit', params: ({ context }) => ({ n: context.n % 4 }) } },
          { target: 'a', reenter: true, guard: { type: 'bit', params: { n: 2 } }, actions: 'nothing' },
        ],
        e3: {
          target: '.w',
          reenter: true,
          actions: { type: 'say', params: ({ event }) => ({ word: event.type }) },
        },
        e4: {},
      },
      states: {
        x: { entry: say('enter x'), exit: say('leave x'), on: { e2: undefined, e4: 'w' } },
        w: { on: { e1: { target: 'w', reenter: true }, e3: { target: 'w' }, e4: '#m.b' } },
      },
    },
    b: {
      initial: 'y',
      exit: assign({ n: 0 }),
      states: {
        y: { on: { e1: { target: '#m.b', guard: stateIn('#m.b.y') }, e4: 'end', e2: { target: '#m.a.w' } } },
        end: { type: 'final', entry: say('ended in b'), on: { e1: { target: 'y' } } },
      },
    },
    z: { type: 'final', entry: say('enter z'), exit: say('leave z') },
  },
});

interface Plan {
  readonly states: readonly {
    /** The state that it is in, of those before it; the machine itself is at 0. */
    readonly within: number;
    readonly isFinal: boolean;
    readonly says: number;
    readonly on: readonly { readonly type: string; readonly to: readonly Going[] }[];
  }[];
}

interface Going {
  /** A state by its place; 0 the machine; null where it stays. */
  readonly target: number | null;
  readonly reenter: boolean;
  readonly guard: number;
  readonly says: boolean;
}

const goings: fc.Arbitrary<Going> = fc.record({
  target: fc.option(fc.nat(20), { nil: null }),
  reenter: fc.boolean(),
  guard: fc.nat(9),
  says: fc.boolean(),
});

const plans: fc.Arbitrary<Plan> = fc.record({
  states: fc.array(
    fc.record({
      within: fc.nat(20),
      isFinal: fc.integer({ min: 0, max: 5 }).map((n) => n === 0),
      says: fc.nat(7),
      on: fc.array(
        fc.record({
          type: fc.constantFrom('e1', 'e2', 'e3', 'e4'),
          to: fc.array(goings, { maxLength: 3 }),
        }),
        { maxLength: 4 },
      ),
    }),
    { minLength: 2, maxLength: 9, size: 'max' },
  ),
});

const GUARDS = [
  undefined,
  { type: 'bit', params: { n: 0 } },
  { type: 'bit', params: { n: 1 } },
  and([
    { type: 'bit', params: { n: 1 } },
    { type: 'bit', params: { n: 2 } },
  ]),
  or([{ type: 'bit', params: { n: 0 } }, 'isOdd']),
  not({ type: 'bit', params: { n: 3 } }),
  and([not('isOdd'), or([{ type: 'bit', params: { n: 2 } }, and(['isOdd', 'isBoth'])])]),
  'bursts',
  'isBoth',
  ({ event }: { readonly event: Happened }) => event.bits % 3 === 0,
] as const;

/** A machine of a plan: states within states, each saying what it does. */
function machineOf({ states }: Plan): AnyStateMachine {
  const [root, ...rest] = states;
  if (root === undefined) throw new Error('A plan has two states at least');
  const parents = [null, ...rest.map(({ within }, place) => within % (place + 1))];
  const isLeaf = (place: number) => !parents.includes(place);
  const placed = (place: number): object => {
    const { says, isFinal, on } = states[place] ?? root;
    const within = parents.flatMap((parent, child) => (parent === place ? [child] : []));
    const first = within[says % within.length] ?? 0;
    return {
      id: `s${place}`,
      ...(says & 1 ? { entry: [say(`enter ${place}`)] } : {}),
      ...(says & 2 ? { exit: [say(`leave ${place}`), { type: 'count' }] } : {}),
      ...(isFinal && isLeaf(place) && place > 0 ? { type: 'final' } : {}),
      ...(within.length === 0
        ? {}
        : {
            initial: says & 4 ? { target: `n${first}`, actions: say(`begin ${place}`) } : `n${first}`,
            states: Object.fromEntries(within.map((child) => [`n${child}`, placed(child)])),
          }),
      on: Object.fromEntries(on.map(({ type, to }) => [type, to.map(transitionOf)])),
    };
  };
  const transitionOf = ({ target, reenter, guard, says }: Going): object => ({
    ...(target === null ? {} : { target: `#s${target % states.length}` }),
    reenter,
    guard: GUARDS[guard],
    ...(says ? { actions: [say('on the way'), 'count'] } : {}),
  });
  return createMachine({ ...placed(0), context: { trace: [], n: 0 } }, byHand.implementations);
}

describe('a compiled machine does as XState does', () => {
  test('where every way to say something is used', () => {
    fc.assert(
      fc.property(fc.array(events, { minLength: 60, maxLength: 60 }), (walk) => {
        expect(parting(byHand, walk)).toBeNull();
      }),
      { numRuns: 60 },
    );
  });

  test('whatever its states are within, whatever they do when they are entered and left', () => {
    fc.assert(
      fc.property(plans, fc.array(events, { minLength: 20, maxLength: 20 }), (plan, walk) => {
        expect(parting(machineOf(plan), walk)).toBeNull();
      }),
      { numRuns: 150 },
    );
  });
});
