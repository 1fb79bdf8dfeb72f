import { describe, expect, test } from 'vitest';
import type { AnyStateMachine } from 'xstate';
import { contingentMachine } from '../../../machines/contingent.ts';
import { theatreMachine } from '../../../machines/theatre.ts';
import { compileMachine } from '../../../src/roll/compile-machine.ts';
import { createCompiledKernel, kernelOf } from '../../../src/roll/compiled-kernel.ts';
import { nodesUnder } from '../../../src/roll/machine-features.ts';
import { createXStateKernel } from '../../../src/roll/xstate-kernel.ts';
import { MACHINE_EVENT_TYPES } from '../../machines/cases.ts';
import { forced } from './forced.ts';
import { mutantsOf } from './mutants.ts';
import { askedOf, differing, isSame, standsAt } from './questions.ts';

const MACHINES: readonly (readonly [string, AnyStateMachine])[] = [
  ['contingent', contingentMachine],
  ['theatre', theatreMachine],
];

const namesIn = ({ root }: AnyStateMachine) => [
  ...nodesUnder(root).flatMap(({ path }) => (path.length === 0 ? [] : [path.join('.')])),
];

describe.each(MACHINES)('the compiled %s machine', (_name, machine) => {
  const types = [...MACHINE_EVENT_TYPES, 'war.forgotten'];
  const puppet = forced(machine);
  const reference = createXStateKernel(puppet.machine);
  const expected = askedOf(reference, puppet.questions(reference, types));

  test('does as XState does in every state, with every type of event, whatever its guards say', () => {
    expect(differing(createCompiledKernel(puppet.machine), expected)).toEqual([]);
    expect(expected.length).toBeGreaterThan(types.length);
  });

  test('starts where XState starts, and knows its states by name', () => {
    const names = namesIn(machine);
    const compiled = createCompiledKernel(machine);
    const { context } = compiled.initial;
    expect(standsAt(compiled, names, context)).toEqual(standsAt(createXStateKernel(machine), names, context));
    expect(() => compiled.resolve('vanished', context)).toThrow('has no state vanished');
    expect(() => compiled.step({ ...compiled.initial, value: 'vanished' }, { type: 'war.ended' })).toThrow(
      'has no state vanished',
    );
  });

  test('is caught with any one thing of its tables wrong', () => {
    const names = namesIn(machine);
    const start = standsAt(reference, names, { trace: [] });
    const byCell = new Map<string, typeof expected>();
    for (const one of expected) {
      const { state, event } = one.question;
      const cell = `${state.value} ${event.type}`;
      byCell.set(cell, [...(byCell.get(cell) ?? []), one]);
    }
    const mutants = mutantsOf(compileMachine<{ trace: string[] }, { type: string }>(puppet.machine));
    const survivors = mutants.filter(({ tables, at }) => {
      const kernel = kernelOf(tables);
      const asked = at === null ? [] : (byCell.get(`${at.value} ${at.type}`) ?? []);
      return differing(kernel, asked).length === 0 && isSame(standsAt(kernel, names, { trace: [] }), start);
    });
    expect(survivors.map(({ title }) => title)).toEqual([]);
    expect(mutants.length).toBeGreaterThan(40);
  });
});
