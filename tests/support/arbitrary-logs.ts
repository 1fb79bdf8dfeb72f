import fc from 'fast-check';
import { catalogueEntry } from '../../events/catalogue.ts';
import { judgeEvent } from '../../events/event.ts';
import { RollModel } from '../../src/readmodels/roll-document.ts';
import { Fold } from '../../src/roll/fold.ts';
import {
  bytesOf,
  EVENT_TYPES,
  type EventJson,
  EXAMPLE_SOURCE,
  exampleEvent,
  examples,
  mustBeGood,
} from './examples.ts';
import { dayOf, fact, kernels, written } from './roll-scenario.ts';

const CONTINGENTS = ['alpha', 'bravo', 'charlie'] as const;

/** A prime above the number of candidates: steps of that width visit them all, neighbours far apart. */
const STRIDE = 101;

/** Strengths whose ranges overlap, so that parts and losses meet their bounds. */
const estimates = fc
  .tuple(fc.nat(60), fc.nat(60), fc.nat(60))
  .map(([low, more, most]) => ({ low, best: low + more + 1, high: low + more + most + 1 }));

/** What guides one event: which of the open ones it is, whom it is about, how many. */
const steps = fc.record({
  wild: fc.integer({ min: 0, max: 9 }),
  who: fc.constantFrom(...CONTINGENTS),
  other: fc.constantFrom(...CONTINGENTS, 'echo', 'foxtrot', 'golf'),
  pick: fc.nat(),
  strength: estimates,
  losses: fc.record({ killed: fc.nat(40), missing: fc.nat(20), wounded: fc.nat(90) }),
  day: fc.integer({ min: 1, max: 60 }),
  observed: fc.option(fc.integer({ min: 1, max: 60 }), { nil: undefined }),
});

type Step = typeof steps extends fc.Arbitrary<infer S> ? S : never;

/** Every fact that a step could be about, in all the variants that a guard tells apart. */
function candidates({ who, other, strength, losses }: Step): EventJson[] {
  const on = (type: (typeof EVENT_TYPES)[number], data: EventJson) => fact(type, who, data);
  const part = { id: other, strength };
  const anyway = EVENT_TYPES.flatMap((type) => {
    const example: EventJson = { ...examples[type] };
    const { detachment, ...whole } = example;
    switch (catalogueEntry(type)?.scope) {
      case 'theatre':
        return [fact(type, null, whole)];
      case 'contingent':
        return detachment === undefined || type === 'contingent.detached'
          ? []
          : [on(type, whole), on(type, { ...whole, detachment: part })];
      default:
        return [];
    }
  });
  const variants = [
    fact('war.ended', null, { variant: 'armistice' }),
    fact('war.ending-changed', null, { variant: 'ceasefire', foreignTroopsBarred: true }),
    ...['cleared', 'honoured', 're-education', 'punishment'].map((outcome) =>
      on('contingent.screened', { outcome }),
    ),
    on('contingent.garrisoned', { role: 'monitoring', area: 'border', territory: 'occupied' }),
    on('contingent.recaptured', { by: 'north-korea' }),
    on('contingent.leadership-changed', { leadership: 'russian' }),
    on('contingent.detached', { detachment: part }),
    on('contingent.merged', { absorbed: other }),
    on('contingent.reinforced', { strength }),
    on('strength.reassessed', { strength, reason: 'imagery' }),
    on('casualty.recorded', { ...losses, wounded: losses.wounded + 1 }),
    on('casualty.recorded', { killed: strength.best }),
  ];
  return [...anyway, ...variants];
}

function deployment({ who, strength }: Step): EventJson {
  return fact('contingent.deployed', who, { strength, kind: 'infantry', origin: 'corps', area: 'border' });
}

/** A log grown step by step: mostly facts that the roll takes where it stands, now and then one that it may not. */
function grow(plan: readonly Step[], inOrder: boolean): EventJson[] {
  const fold = new Fold(kernels, {}, new RollModel());
  return plan.map((step, index) => {
    const seq = index + 1;
    const { wild, who, pick } = step;
    const read = (event: EventJson) => mustBeGood(judgeEvent(written(seq, event))).event;
    const all = fold.contingents.has(who) && wild > 0 ? candidates(step) : [deployment(step)];
    const shuffled = all.map((_, index) => all[(pick + index * STRIDE) % all.length] ?? deployment(step));
    const open = shuffled.find((event) => fold.judge(seq, read(event)).kind === 'accepted');
    const event = (wild > 1 ? open : undefined) ?? shuffled[0] ?? deployment(step);
    fold.take({ kind: 'fact', seq, event: read(event) });
    return written(seq, {
      ...event,
      ...(inOrder ? {} : { time: dayOf(step.day) }),
      ...(step.observed === undefined ? {} : { observedtime: dayOf(step.observed) }),
    });
  });
}

/** Logs of facts, each with an identity of its own; `inOrder` of time, or in any. */
export function factLogs(inOrder: boolean): fc.Arbitrary<EventJson[]> {
  return fc.array(steps, { minLength: 1, maxLength: 30, size: 'max' }).map((plan) => grow(plan, inOrder));
}

const correction = fc.record({
  place: fc.nat(),
  kind: fc.constantFrom('retract', 'reinstate', 'time', 'data', 'attributes', 'all', 'nonsense'),
  target: fc.nat(),
  day: fc.integer({ min: 1, max: 60 }),
  known: fc.integer({ min: 1, max: 60 }),
  observed: fc.integer({ min: 1, max: 60 }),
  strength: estimates,
});

/** A correction of some event of a log, with a new payload that mostly fits. */
function correct(
  log: readonly EventJson[],
  change: typeof correction extends fc.Arbitrary<infer C> ? C : never,
) {
  const target = log[change.target % log.length] ?? {};
  const about = { target: { source: EXAMPLE_SOURCE, id: String(target['id']) }, reason: 'found out' };
  const when = { time: dayOf(change.day), observedtime: dayOf(change.observed) };
  if (change.kind === 'retract') return fact('event.retracted', null, about, when);
  if (change.kind === 'reinstate') return fact('event.reinstated', null, about, when);
  const data = {
    ...Object(target['data']),
    ...('strength' in Object(target['data']) ? { strength: change.strength } : {}),
  };
  const time = dayOf(change.day);
  const attributes = { observedtime: dayOf(change.known), reporter: `reporter ${change.known}` };
  const news = {
    time: { time },
    data: { data },
    attributes: { attributes },
    all: { time, data, attributes },
    nonsense: { data: { nonsense: 1 } },
  };
  return fact('event.corrected', null, { ...about, ...news[change.kind] }, when);
}

/** Logs of facts in any order with corrections, repeats and conflicts among them. */
export const correctedLogs: fc.Arbitrary<EventJson[]> = fc
  .tuple(
    factLogs(false),
    fc.array(correction, { maxLength: 6 }),
    fc.array(fc.tuple(fc.nat(), fc.nat(), fc.boolean()), { maxLength: 3 }),
  )
  .map(([facts, corrections, repeats]) => {
    const log = [...facts];
    corrections.forEach((change, index) => {
      const id = `c${index}`;
      log.splice(change.place % (log.length + 1), 0, written(1, { ...correct(log, change), id }));
    });
    for (const [what, place, same] of repeats) {
      const again = log[what % log.length] ?? {};
      log.splice(place % (log.length + 1), 0, same ? again : { ...again, time: dayOf(61) });
    }
    return log;
  });

const nonsense: fc.Arbitrary<Uint8Array> = fc.oneof(
  fc.uint8Array({ maxLength: 60 }),
  fc.jsonValue().map(bytesOf),
  fc
    .tuple(
      fc.constantFrom(...EVENT_TYPES),
      fc.constantFrom('id', 'source', 'type', 'subject', 'time', 'data', 'basis', 'note', '__proto__'),
      fc.jsonValue(),
    )
    .map(([type, name, value]) => bytesOf(exampleEvent(type, { [name]: value }))),
  fc.constantFrom(...EVENT_TYPES).map((type) => bytesOf(exampleEvent(type, { id: type }))),
  fc.constant(bytesOf(exampleEvent('war.resumed', { type: 'war.forgotten' }))),
);

/** Logs of anything: events that make sense where they stand, corrections, and garbage. */
export const wildLogs: fc.Arbitrary<Uint8Array[]> = fc
  .tuple(correctedLogs, fc.array(fc.tuple(fc.nat(), nonsense), { maxLength: 8 }))
  .map(([log, garbage]) => {
    const bytes = log.map(bytesOf);
    for (const [place, piece] of garbage) bytes.splice(place % (bytes.length + 1), 0, piece);
    return bytes;
  });
