import type { ContingentEventType, EventOf, TheatreEventType } from '../../events/catalogue.ts';
import type { MusterEvent } from '../../events/event.ts';
import { partOf } from '../../machines/contingent-context.ts';
import type { ContingentEvent } from '../../machines/contingent-event.ts';
import { pathwayOf } from '../../machines/pathway.ts';
import { type Account, type Posting, post } from './accounts.ts';
import type { Impasse } from './kernel.ts';
import type { Kernels } from './kernels.ts';
import { type ContingentState, type Move, refuse, type TheatreState, type Verdict } from './outcome.ts';
import type { Contingents } from './roster.ts';

/** The state of a roll between two events. */
export interface RollState {
  readonly theatre: TheatreState;
  readonly contingents: Contingents;
}

const COUNTERS = ['killed', 'missing', 'unaccounted'] as const;

type ContingentFact = EventOf<ContingentEventType>;
type Merge = EventOf<'contingent.merged'>;

/**
 * Decides what an event does to a roll: steps 4 to 10 of the fold (DOMAIN 7). Pure and total: it changes
 * nothing and answers every well-formed event. Corrections are settled before (see settlement.ts).
 */
export function judge(kernels: Kernels, roll: RollState, seq: number, event: MusterEvent): Verdict {
  switch (event.scope) {
    case 'theatre':
      return judgeTheatreFact(kernels, roll, seq, event);
    case 'contingent':
      return judgeContingentFact(kernels, roll, seq, event);
    case 'information':
      return event.subject === null || roll.contingents.has(event.subject)
        ? accept(seq, event, [])
        : unknownContingent(seq, event, event.subject);
    case 'correction':
      return accept(seq, event, []);
    default:
      return event satisfies never;
  }
}

function judgeTheatreFact(
  { theatre, contingent }: Kernels,
  roll: RollState,
  seq: number,
  event: EventOf<TheatreEventType>,
): Verdict {
  const next = theatre.step(roll.theatre, event);
  if (next === null) {
    const impasse = theatre.explain(roll.theatre, event);
    return refuse(
      seq,
      event,
      'not-allowed',
      impasseMessage('the theatre', roll.theatre.value, event.type, impasse, theatre.takenIn(event.type)),
    );
  }
  const { phase } = next.context;
  const moves: Move[] = [];
  const machineEvent = { ...event, phase };
  for (const { id, state } of roll.contingents.inStates((value) => contingent.takes(value, event.type))) {
    const after = contingent.step(state, machineEvent);
    if (after !== null) moves.push(moveOf(id, state, after));
  }
  return { kind: 'accepted', transition: { seq, event, theatre: next, moves } };
}

function judgeContingentFact(kernels: Kernels, roll: RollState, seq: number, event: ContingentFact): Verdict {
  const { contingent } = kernels;
  const { phase } = roll.theatre.context;
  const id = event.subject ?? '';
  const before = roll.contingents.get(id);

  if (event.type === 'contingent.deployed') {
    if (before !== undefined) {
      const message = `${onRoll(id, before)}; contingent.reinforced adds to it, another contingent needs another id`;
      return refuse(seq, event, 'already-exists', message);
    }
    const after = contingent.step(contingent.initial, { ...event, phase });
    if (after === null) return impasse(kernels, seq, event, id, contingent.initial, { ...event, phase });
    return accept(seq, event, [enrolment(id, after, event.data.strength.best)]);
  }
  if (before === undefined) return unknownContingent(seq, event, id);
  if (before.isFinal) return ended(seq, event, id, before);
  if (event.type === 'contingent.merged') return judgeMerge(kernels, roll, seq, event, before);

  if ('detachment' in event.data && event.data.detachment !== undefined) {
    return judgeDetachment(kernels, roll, seq, event, before, event.data.detachment);
  }
  const after = contingent.step(before, { ...event, phase });
  if (after === null) return impasse(kernels, seq, event, id, before, { ...event, phase });
  return accept(seq, event, [
    event.type === 'contingent.reinforced'
      ? { ...moveOf(id, before, after), postings: arrival(after, event.data.strength.best) }
      : moveOf(id, before, after),
  ]);
}

/** The part leaves first, then the event applies to the part alone; both happen, or neither does (DOMAIN 4). */
function judgeDetachment(
  kernels: Kernels,
  roll: RollState,
  seq: number,
  event: ContingentFact,
  whole: ContingentState,
  detachment: EventOf<'contingent.detached'>['data']['detachment'],
): Verdict {
  const { contingent } = kernels;
  const { phase } = roll.theatre.context;
  const id = event.subject ?? '';
  const existing = roll.contingents.get(detachment.id);
  if (existing !== undefined) {
    const message = `${onRoll(detachment.id, existing)}; give the part of ${id} another id`;
    return refuse(seq, event, 'already-exists', message);
  }
  const leave: ContingentEvent = { type: 'contingent.detached', data: { detachment }, phase };
  const rest = contingent.step(whole, leave);
  if (rest === null) {
    const message = `a part of ${id} has at least 1 and less than its ${whole.context.strength.best}, not ${detachment.strength.best}; a whole contingent moves without a detachment`;
    return refuse(seq, event, 'conservation', message);
  }
  const part = contingent.resolve(whole.value, partOf(id, whole.context, detachment));
  const moves: Move[] = [
    { contingent: id, before: whole, after: rest, postings: [] },
    { contingent: detachment.id, before: null, after: part, postings: [] },
  ];
  if (event.type === 'contingent.detached' || event.type === 'contingent.merged')
    return accept(seq, event, moves);

  const moved = contingent.step(part, { ...event, phase });
  if (moved === null) return impasse(kernels, seq, event, detachment.id, part, { ...event, phase });
  return accept(seq, event, [...moves, moveOf(detachment.id, part, moved)]);
}

function judgeMerge(
  kernels: Kernels,
  roll: RollState,
  seq: number,
  event: Merge,
  absorber: ContingentState,
): Verdict {
  const { contingent } = kernels;
  const { phase } = roll.theatre.context;
  const id = event.subject ?? '';
  const other = event.data.absorbed;
  const absorbed = roll.contingents.get(other);
  if (absorbed === undefined) return unknownContingent(seq, event, other);
  if (absorbed.isFinal) return ended(seq, event, other, absorbed);
  if (other === id) {
    const message = `${id} is ${absorber.value}; ${event.type} is refused: it cannot absorb itself, name another in absorbed`;
    return refuse(seq, event, 'not-allowed', message);
  }
  const [pathway, otherPathway] = [pathwayOf(absorber.value), pathwayOf(absorbed.value)];
  if (pathway !== otherPathway) {
    const message = `${id} is in ${pathway}, ${other} in ${otherPathway}: ${event.type} stays within one pathway; bring them into one first`;
    return refuse(seq, event, 'not-allowed', message);
  }
  const { strength } = absorbed.context;
  const take: ContingentEvent = { type: event.type, phase, strength, side: 'absorber' };
  const give: ContingentEvent = { type: event.type, phase, strength, side: 'absorbed' };
  const grown = contingent.step(absorber, take);
  if (grown === null) return impasse(kernels, seq, event, id, absorber, take);
  const closed = contingent.step(absorbed, give);
  if (closed === null) return impasse(kernels, seq, event, other, absorbed, give);
  return accept(seq, event, [
    { contingent: id, before: absorber, after: grown, postings: [] },
    { contingent: other, before: absorbed, after: closed, postings: [] },
  ]);
}

function accept(seq: number, event: MusterEvent, moves: readonly Move[]): Verdict {
  return { kind: 'accepted', transition: { seq, event, theatre: null, moves } };
}

function unknownContingent(seq: number, event: MusterEvent, id: string): Verdict {
  return refuse(
    seq,
    event,
    'unknown-contingent',
    `${id} is not on the roll: no event deployed or detached it; check the id, or deploy it before`,
  );
}

function ended(seq: number, event: MusterEvent, id: string, { value }: ContingentState): Verdict {
  const message = `${id} is ${value}: nothing more happens to it; if that is wrong, correct or retract the event that ended it`;
  return refuse(seq, event, 'final', message);
}

function onRoll(id: string, { value }: ContingentState): string {
  return `${id} is on the roll already: ${value}`;
}

function impasse(
  { contingent }: Kernels,
  seq: number,
  event: ContingentFact,
  id: string,
  state: ContingentState,
  machineEvent: ContingentEvent,
): Verdict {
  if (event.type === 'casualty.recorded') {
    const { killed = 0, missing = 0 } = event.data;
    const message = `${killed + missing} killed and missing are more than the ${state.context.strength.best} of ${id}; count each once, or send strength.reassessed before`;
    return refuse(seq, event, 'conservation', message);
  }
  const why = contingent.explain(state, machineEvent);
  const states = contingent.takenIn(event.type);
  return refuse(seq, event, 'not-allowed', impasseMessage(id, state.value, event.type, why, states));
}

/** `states`: those that take such an event. */
function impasseMessage(
  who: string,
  state: string,
  eventType: string,
  { guards }: Impasse,
  states: readonly string[],
): string {
  if (guards.length > 0) {
    const once = guards.length === 1 ? 'that holds' : 'one of them holds';
    return `${who} is ${state}; ${eventType} is refused by ${guards.join(', ')}: send it once ${once}`;
  }
  const place = states.length === 0 ? 'no state takes it' : `it is taken in ${states.join(', ')}`;
  return `${who} is ${state}, which does not take ${eventType}; ${place}`;
}

/** A move with the postings that follow from it: losses and reassessments leave, the rest changes pathway. */
function moveOf(contingent: string, before: ContingentState, after: ContingentState): Move {
  const from = pathwayOf(before.value);
  const to = pathwayOf(after.value);
  if (from === null) return { contingent, before, after, postings: [] };
  const postings: Posting[] = [];
  for (const counter of COUNTERS) {
    post(postings, from, counter, after.context[counter] - before.context[counter]);
  }
  if (to !== null) post(postings, from, to, after.context.strength.best);
  return { contingent, before, after, postings };
}

function enrolment(contingent: string, after: ContingentState, persons: number): Move {
  return { contingent, before: null, after, postings: arrival(after, persons) };
}

function arrival({ value }: ContingentState, persons: number): Posting[] {
  const to: Account | null = pathwayOf(value);
  const postings: Posting[] = [];
  if (to !== null) post(postings, 'inflow', to, persons);
  return postings;
}
