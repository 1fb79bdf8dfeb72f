import { deepStrictEqual } from 'node:assert/strict';
import { type Actor, createActor } from 'xstate';
import { type MusterEvent, readEvent } from '../../../events/event.ts';
import { contingentMachine } from '../../../machines/contingent.ts';
import type { ContingentContext } from '../../../machines/contingent-context.ts';
import { HOSTILITIES } from '../../../machines/phase.ts';
import { RollModel } from '../../../src/readmodels/roll-document.ts';
import { Fold } from '../../../src/roll/fold.ts';
import { createKernels } from '../../../src/roll/kernels.ts';
import { byEmmett } from '../by-emmett.ts';
import { interleaved } from '../measure.ts';
import { atLeast, line } from '../result.ts';
import type { Standings } from '../standings.ts';
import { written } from '../work.ts';
import type { Bench, Figure } from './figure.ts';

const EVENTS_A_CONTINGENT = 100;

/** The same well-formed facts, and where they leave everybody, worked out in other ways. */
export const rivals: Figure = {
  name: 'rivals',
  seconds: 20,
  async measure({ sizes }: Bench) {
    const facts = factsOf(sizes.rivals);
    const ours = byFold(facts);
    deepStrictEqual(byActors(facts), ours);
    deepStrictEqual(await byEmmett(facts), ours);
    const [own = 0, emmett = 0, actors = 0] = await interleaved(sizes.runs, [
      { work: () => byFold(facts) },
      { work: () => byEmmett(facts) },
      { work: () => byActors(facts) },
    ]);
    const about = { figure: 'the same facts to the same standings', unit: 'events/s' };
    const rate = (ms: number) => facts.length / (ms / 1_000);
    return {
      lines: [
        line({ ...about, beside: "Emmett's in-memory store, by hand" }, rate(own), rate(emmett), atLeast(3)),
        line({ ...about, beside: 'an XState actor for each' }, rate(own), rate(actors), atLeast(3)),
      ],
    };
  },
};

function factsOf(count: number): MusterEvent[] {
  const facts: MusterEvent[] = [];
  const contingents = Math.ceil(count / EVENTS_A_CONTINGENT);
  const seen = new Set<string>();
  for (const { id, bytes } of written({ events: count, contingents, endsWar: false })) {
    const form = readEvent(bytes);
    if (form.ok && !seen.has(id)) facts.push(form.event);
    seen.add(id);
  }
  return facts;
}

function byFold(facts: readonly MusterEvent[]): Standings {
  const fold = new Fold(createKernels(), {}, new RollModel());
  for (const [index, event] of facts.entries()) fold.take({ kind: 'fact', seq: index + 1, event });
  const contingents = [...fold.contingents].map(([id, { value, context }]) => standing(id, value, context));
  return { refused: fold.counts.refused, contingents };
}

function byActors(facts: readonly MusterEvent[]): Standings {
  const actors = new Map<string, Actor<typeof contingentMachine>>();
  let refused = 0;
  for (const fact of facts) {
    if (fact.scope !== 'contingent' || fact.type === 'contingent.merged') continue;
    const id = fact.subject ?? '';
    let actor = actors.get(id);
    if (actor === undefined) {
      actor = createActor(contingentMachine).start();
      actors.set(id, actor);
    }
    const before = actor.getSnapshot();
    actor.send({ ...fact, phase: HOSTILITIES });
    if (actor.getSnapshot() === before) refused++;
  }
  const contingents = [...actors].map(([id, actor]) => {
    const { value, context } = actor.getSnapshot();
    const [[parent = '', child = ''] = []] = Object.entries(Object(value));
    return standing(id, `${parent}.${child}`, context);
  });
  return { refused, contingents };
}

function standing(id: string, value: string, context: ContingentContext) {
  const { strength, killed, missing, wounded } = context;
  return { id, value, strength, killed, missing, wounded };
}
