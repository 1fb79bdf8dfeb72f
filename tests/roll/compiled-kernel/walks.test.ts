import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { getShortestPaths } from 'xstate/graph';
import { contingentMachine } from '../../../machines/contingent.ts';
import type { ContingentContext } from '../../../machines/contingent-context.ts';
import type { ContingentEvent } from '../../../machines/contingent-event.ts';
import { HOSTILITIES, type Phase } from '../../../machines/phase.ts';
import { type TheatreContext, type TheatreEvent, theatreMachine } from '../../../machines/theatre.ts';
import { createCompiledKernel } from '../../../src/roll/compiled-kernel.ts';
import type { Kernel, MachineState } from '../../../src/roll/kernel.ts';
import { createXStateKernel } from '../../../src/roll/xstate-kernel.ts';
import { CASES } from '../../machines/cases.ts';
import { answerOf, askedOf, differing, isSame } from './questions.ts';

/** Steps of each machine; a nightly run walks a million: `MUSTER_KERNEL_STEPS=1000000`. */
const STEPS = Number(process.env['MUSTER_KERNEL_STEPS'] ?? 10_000);
const STRIDE = 100;

vi.setConfig({ testTimeout: Math.max(60_000, STEPS * 5) });

const areas = fc.constantFrom('here', 'elsewhere', 'border');
const variants = fc.constantFrom('ceasefire', 'armistice', 'frozen-conflict', 'peace-treaty');
const ended = fc
  .tuple(variants, fc.boolean())
  .map(([variant, foreignTroopsBarred]) => ({ variant, foreignTroopsBarred }));
const phases: fc.Arbitrary<Phase> = fc.oneof(
  fc.constant(HOSTILITIES),
  ended.map((ending): Phase => ({ name: 'ended', ...ending })),
);
const strengths = fc
  .tuple(fc.nat(60), fc.nat(60), fc.nat(60))
  .map(([low, more, most]) => ({ low, best: low + more, high: low + more + most }));

/** What guides a step: where the search for an event begins, how wild it is, and what its payload says. */
const guides = fc.record({
  pick: fc.nat(),
  isWild: fc.integer({ min: 0, max: 4 }).map((n) => n === 0),
  phase: phases,
  strength: strengths,
  losses: fc.record({ killed: fc.nat(40), missing: fc.nat(20), wounded: fc.nat(90) }),
  area: areas,
});

type Guide = typeof guides extends fc.Arbitrary<infer G> ? G : never;

const EVENTS: readonly ContingentEvent[] = CASES.filter(({ state }) => state === 'absent').map(
  ({ event }) => event,
);

/** An event of the cases with the payload of a guide. */
function contingentEvent(
  { pick, isWild, phase, strength, losses, area }: Guide,
  isTaken: (type: string) => boolean,
): ContingentEvent {
  const open = isWild ? EVENTS : EVENTS.filter(({ type }) => isTaken(type));
  const event = open[pick % open.length] ?? EVENTS[0];
  if (event === undefined) throw new Error('There is no case');
  switch (event.type) {
    case 'contingent.reinforced':
      return { ...event, phase, data: { ...event.data, strength } };
    case 'strength.reassessed':
      return { ...event, phase, data: { ...event.data, strength } };
    case 'contingent.merged':
      return { ...event, phase, strength };
    case 'contingent.detached':
      return { ...event, phase, data: { ...event.data, detachment: { ...event.data.detachment, strength } } };
    case 'casualty.recorded':
      return pick % 2 === 0 ? { ...event, phase } : { ...event, phase, data: { ...event.data, ...losses } };
    case 'tension.flared':
      return { ...event, phase, data: { area } };
    case 'tension.eased':
      return { ...event, phase, data: { area } };
    default:
      return { ...event, phase };
  }
}

const theatreEvents: fc.Arbitrary<TheatreEvent> = fc.oneof(
  ended.map((data) => ({ type: 'war.ended' as const, data })),
  ended.map((data) => ({ type: 'war.ending-changed' as const, data })),
  fc.constant({ type: 'war.resumed' as const, data: {} }),
  areas.map((area) => ({ type: 'tension.flared' as const, data: { area } })),
  areas.map((area) => ({ type: 'tension.eased' as const, data: { area } })),
);

/** Walks both kernels side by side and says where they part; back at the start where a state is final. */
function walked<C, E extends { readonly type: string }>(
  [compiled, reference]: readonly [Kernel<C, E>, Kernel<C, E>],
  start: MachineState<C>,
  events: Iterable<(state: MachineState<C>) => E>,
): void {
  let state = start;
  for (const next of events) {
    const question = { title: 'a step', state, event: next(state) };
    const [answer, expected] = [answerOf(compiled, question), answerOf(reference, question)];
    if (!isSame(answer, expected)) expect({ ...question, answer }).toEqual({ ...question, answer: expected });
    const after = compiled.step(state, question.event);
    if (after !== null) state = after.isFinal ? start : after;
  }
}

describe('the compiled contingent machine', () => {
  const kernels = [createCompiledKernel(contingentMachine), createXStateKernel(contingentMachine)] as const;

  // Every case of them all: tests/machines/contingent.test.ts, where the contract decides.
  test('does as XState does with payloads and contexts that guards tell apart', () => {
    const questions = CASES.filter((_, place) => place % 7 === 0).map(({ title, state, context, event }) => ({
      title,
      state: kernels[1].resolve(state, context),
      event,
    }));
    expect(differing(kernels[0], askedOf(kernels[1], questions))).toEqual([]);
    expect(questions.length).toBeGreaterThan(1_000);
  });

  test('walks as XState walks, from every state that its graph leads to', () => {
    const paths = getShortestPaths(contingentMachine, {
      events: [...EVENTS],
      serializeState: ({ value }) => JSON.stringify(value),
    });
    const starts = paths
      .map(({ state: { value, context } }): MachineState<ContingentContext> => {
        const name = typeof value === 'string' ? value : Object.entries(value).flat().join('.');
        return kernels[1].resolve(name, context);
      })
      .filter(({ isFinal }) => !isFinal);
    expect(starts.length).toBe(20);
    const plan = fc.tuple(
      fc.constantFrom(...starts),
      fc.array(guides, { minLength: STRIDE, maxLength: STRIDE }),
    );
    fc.assert(
      fc.property(plan, ([start, steps]) => {
        const takes = (state: MachineState<ContingentContext>) => (type: string) =>
          kernels[1].takes(state.value, type);
        walked(
          kernels,
          start,
          steps.map((guide) => (state) => contingentEvent(guide, takes(state))),
        );
      }),
      { numRuns: Math.ceil(STEPS / STRIDE) },
    );
  });
});

test('the compiled theatre machine walks as XState walks', () => {
  const kernels = [createCompiledKernel(theatreMachine), createXStateKernel(theatreMachine)] as const;
  const start: MachineState<TheatreContext> = kernels[1].initial;
  fc.assert(
    fc.property(fc.array(theatreEvents, { minLength: STRIDE, maxLength: STRIDE }), (events) => {
      walked(
        kernels,
        start,
        events.map((event) => () => event),
      );
    }),
    { numRuns: Math.ceil(STEPS / STRIDE / 5) },
  );
});
