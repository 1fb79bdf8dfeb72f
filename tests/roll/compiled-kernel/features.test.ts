import { describe, expect, test } from 'vitest';
import {
  type AnyStateMachine,
  and,
  assign,
  cancel,
  createMachine,
  emit,
  enqueueActions,
  fromPromise,
  log,
  raise,
  sendTo,
  spawnChild,
  stateIn,
  stopChild,
} from 'xstate';
import { createCompiledKernel } from '../../../src/roll/compiled-kernel.ts';

const child = fromPromise(() => Promise.resolve());

interface Spawning {
  readonly spawn: (logic: typeof child) => unknown;
}
function acting(actions: NonNullable<Parameters<typeof createMachine>[0]['entry']>): AnyStateMachine {
  return createMachine({ id: 'm', initial: 'a', states: { a: { on: { GO: { actions } } }, b: {} } });
}

const refused: readonly (readonly [string, string, () => AnyStateMachine])[] = [
  [
    'a parallel state',
    'm.a',
    () =>
      createMachine({ id: 'm', initial: 'a', states: { a: { type: 'parallel', states: { x: {}, y: {} } } } }),
  ],
  [
    'a machine that is parallel',
    'm',
    () => createMachine({ id: 'm', type: 'parallel', states: { x: {}, y: {} } }),
  ],
  ['a machine that is atomic', 'm', () => createMachine({ id: 'm' })],
  [
    'a history state',
    'm.a.h',
    () =>
      createMachine({
        id: 'm',
        initial: 'a',
        states: { a: { initial: 'x', states: { x: {}, h: { type: 'history' } } } },
      }),
  ],
  ['always', 'm.a', () => createMachine({ id: 'm', initial: 'a', states: { a: { always: 'b' }, b: {} } })],
  [
    'invoke',
    'm.a',
    () => createMachine({ id: 'm', initial: 'a', states: { a: { invoke: { src: child } } } }),
  ],
  [
    'after',
    'm.a',
    () => createMachine({ id: 'm', initial: 'a', states: { a: { after: { 1000: 'b' } }, b: {} } }),
  ],
  [
    'onDone',
    'm.a',
    () =>
      createMachine({
        id: 'm',
        initial: 'a',
        states: { a: { initial: 'x', states: { x: { type: 'final' } }, onDone: 'b' }, b: {} },
      }),
  ],
  [
    'output',
    'm.z',
    () => createMachine({ id: 'm', initial: 'z', states: { z: { type: 'final', output: 1 } } }),
  ],
  [
    'output',
    'm',
    () => createMachine({ id: 'm', initial: 'z', output: 1, states: { z: { type: 'final' } } }),
  ],
  [
    'a wildcard',
    'on * in the state m.a',
    () => createMachine({ id: 'm', initial: 'a', states: { a: { on: { '*': 'b' } }, b: {} } }),
  ],
  [
    'a wildcard',
    'on war.* in the state m',
    () => createMachine({ id: 'm', initial: 'a', on: { 'war.*': '.b' }, states: { a: {}, b: {} } }),
  ],
  [
    'an event of XState itself',
    'on xstate.done.state.m.a in the state m',
    () =>
      createMachine({
        id: 'm',
        initial: 'a',
        on: { 'xstate.done.state.m.a': '.b' },
        states: { a: {}, b: {} },
      }),
  ],
  [
    'a transition with several targets',
    'on GO in the state m.a',
    () =>
      createMachine({
        id: 'm',
        initial: 'a',
        states: { a: { on: { GO: { target: ['b', 'c'] } } }, b: {}, c: {} },
      }),
  ],
  [
    'a state whose name cannot be dotted',
    'm.a.b',
    () => createMachine({ id: 'm', initial: 'a.b', states: { 'a.b': {} } }),
  ],
  ['the action raise', 'on GO in the state m.a', () => acting(raise({ type: 'GO' }))],
  ['the action sendTo', 'on GO in the state m.a', () => acting(sendTo('other', { type: 'GO' }))],
  ['the action emit', 'on GO in the state m.a', () => acting(emit({ type: 'GONE' }))],
  ['the action log', 'on GO in the state m.a', () => acting(log('going'))],
  ['the action cancel', 'on GO in the state m.a', () => acting(cancel('later'))],
  ['the action stopChild', 'on GO in the state m.a', () => acting(stopChild('other'))],
  ['the action spawnChild', 'on GO in the state m.a', () => acting(spawnChild(child))],
  ['the action enqueueActions', 'on GO in the state m.a', () => acting(enqueueActions(() => {}))],
  ['the action ring, a function of its own', 'on GO in the state m.a', () => acting(function ring() {})],
  ['the action nowhere, not implemented', 'on GO in the state m.a', () => acting('nowhere')],
  [
    'the action log',
    'entry of the state m.b',
    () =>
      createMachine({ id: 'm', initial: 'a', states: { a: { on: { GO: 'b' } }, b: { entry: log('in') } } }),
  ],
  [
    'the action log',
    'exit of the state m.a',
    () =>
      createMachine({ id: 'm', initial: 'a', states: { a: { exit: log('out'), on: { GO: 'b' } }, b: {} } }),
  ],
  [
    'the guard nowhere is not implemented',
    'on GO in the state m.a',
    () =>
      createMachine({
        id: 'm',
        initial: 'a',
        states: { a: { on: { GO: { guard: 'nowhere', target: 'b' } } }, b: {} },
      }),
  ],
  [
    'the guard nowhere is not implemented',
    'on GO in the state m.a',
    () =>
      createMachine({
        id: 'm',
        initial: 'a',
        states: { a: { on: { GO: { guard: and([stateIn('a'), 'nowhere']), target: 'b' } } }, b: {} },
      }),
  ],
  [
    'spawn',
    'in the initial context',
    () =>
      createMachine({
        id: 'm',
        context: ({ spawn }: Spawning) => ({ one: spawn(child) }),
        initial: 'a',
        states: { a: {} },
      }),
  ],
];

describe('the compiled kernel refuses by name when it compiles', () => {
  test.each(refused)('%s (%s)', (feature, where, machine) => {
    expect(() => createCompiledKernel(machine())).toThrow(
      expect.objectContaining({ name: 'UnsupportedFeature', message: expect.stringContaining(feature) }),
    );
    expect(() => createCompiledKernel(machine())).toThrow(where);
  });
});

test.each(['spawn', 'self', 'system'] as const)('an assign that uses %s throws by that name', (name) => {
  const uses = {
    spawn: assign(({ spawn }: Spawning) => ({
      one: spawn(child),
    })),
    self: assign(({ self }) => ({ one: self })),
    system: assign(({ system }) => ({ one: system })),
  };
  const machine = createMachine({
    context: {},
    initial: 'a',
    states: { a: { on: { GO: { actions: uses[name] } } } },
  });
  const { step, initial } = createCompiledKernel(machine);
  expect(() => step(initial, { type: 'GO' })).toThrow(`does not run ${name} (in an assign)`);
});

test('what says something and does nothing is no hindrance: tags, meta, descriptions', () => {
  const machine = createMachine({
    initial: 'a',
    states: {
      a: { tags: 'x', meta: { y: 1 }, description: 'z', on: { GO: { target: 'b', meta: {} } } },
      b: {},
    },
  });
  const { step, initial } = createCompiledKernel(machine);
  expect(step(initial, { type: 'GO' })?.value).toBe('b');
});
