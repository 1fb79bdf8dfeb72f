import { isDeepStrictEqual } from 'node:util';
import type { EventObject } from 'xstate';
import type { Kernel, MachineState } from '../../../src/roll/kernel.ts';

/** A state and an event that a kernel is asked about. */
export interface Question<C, E> {
  readonly title: string;
  readonly state: MachineState<C>;
  readonly event: E;
  /** Makes the guards of a forced machine answer so. */
  readonly force?: () => void;
}

/** All that a kernel says to a question. */
export function answerOf<C, E extends EventObject>(kernel: Kernel<C, E>, question: Question<C, E>): unknown {
  const { state, event, force } = question;
  force?.();
  return {
    step: outcome(() => kernel.step(state, event)),
    takes: outcome(() => kernel.takes(state.value, event.type)),
    explain: outcome(() => kernel.explain(state, event)),
    resolved: outcome(() => kernel.resolve(state.value, state.context)),
  };
}

/** What a kernel says before any event, and of the states of a machine by name: those with others within as well. */
export function standsAt<C, E>(kernel: Kernel<C, E>, names: readonly string[], context: C): unknown {
  return [kernel.initial, names.map((name) => outcome(() => kernel.resolve(name, context)))];
}

/** The same to the letter: the order of keys included. */
export function isSame(one: unknown, other: unknown): boolean {
  return isDeepStrictEqual(one, other) && JSON.stringify(one) === JSON.stringify(other);
}

/** What a kernel answers otherwise than the reference, by the titles of the questions. */
export function differing<C, E extends EventObject>(
  kernel: Kernel<C, E>,
  expected: readonly { readonly question: Question<C, E>; readonly answer: unknown }[],
): { title: string; expected: unknown; answer: unknown }[] {
  return expected.flatMap(({ question, answer: wanted }) => {
    const answer = answerOf(kernel, question);
    return isSame(answer, wanted) ? [] : [{ title: question.title, expected: wanted, answer }];
  });
}

/** Questions with what the reference answers. */
export function askedOf<C, E extends EventObject>(
  reference: Kernel<C, E>,
  questions: readonly Question<C, E>[],
): { question: Question<C, E>; answer: unknown }[] {
  return questions.map((question) => ({ question, answer: answerOf(reference, question) }));
}

function outcome(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    return { threw: error instanceof Error ? error.message : error };
  }
}
