import { ID_PATTERN, type RollId, THEATRE_ENTITY } from '../../../events/ids.ts';
import { MAX_EVENT_BYTES } from '../../../events/limits.ts';
import { refusalSubject, transitionSubject } from '../../log/subjects.ts';
import type { MoveDocument, TransitionDocument } from '../../readmodels/transition-document.ts';
import type { Refusal } from '../../roll/outcome.ts';
import type { Update } from '../service.ts';
import type { Output } from './output.ts';

/** The most bytes of a body. The same whatever the server would take, or two followers would differ. */
export const MOST_BODY_BYTES = MAX_EVENT_BYTES;
/** Less than any move has as JSON: saves writing a transition that can't fit. */
const LEAST_MOVE_BYTES = 80;
/** What is left of a text where a body would be too large with it. */
const SHORT_TEXT = 1_000;

/**
 * What the output stream gets of an update (DESIGN 5): a refusal once; a transition whole on the entity that the
 * event is addressed to, and on each other contingent that moved with that one's moves. If a whole one is too
 * large, the others' moves are left to their messages. Made one by one: an event may move 100,000 contingents.
 */
export function* outputsOf(roll: RollId, update: Update): Generator<Output, void, undefined> {
  switch (update.kind) {
    case 'transition':
      yield* transitionOutputs(roll, update.transition);
      return;
    case 'refusal':
      yield refusalOutput(roll, update.refusal, update.publishedFor);
      return;
    case 'distribution':
      return;
    default:
      update satisfies never;
  }
}

function* transitionOutputs(roll: RollId, transition: TransitionDocument): Generator<Output> {
  const { seq, moves } = transition;
  const addressed = transition.event.subject ?? THEATRE_ENTITY;
  // A war that ends may move every contingent there is: each must not look through all moves for its own.
  const byContingent = new Map<string, MoveDocument[]>();
  for (const move of moves) {
    const own = byContingent.get(move.contingent);
    if (own === undefined) byContingent.set(move.contingent, [move]);
    else own.push(move);
  }
  const movesOf = (entity: string) => byContingent.get(entity) ?? [];
  const place = placeOf(roll);
  const own = (entity: string) => fitting({ ...place, ...transition, moves: movesOf(entity) });
  const whole =
    moves.length * LEAST_MOVE_BYTES > MOST_BODY_BYTES ? null : encode({ ...place, ...transition });
  const others = [...byContingent.keys()].filter((contingent) => contingent !== addressed);
  const parts = 1 + others.length;
  const fits = whole !== null && whole.length <= MOST_BODY_BYTES;
  yield {
    seq,
    part: 1,
    parts,
    subject: transitionSubject(roll, addressed),
    body: fits ? whole : own(addressed),
  };
  for (const [index, entity] of others.entries()) {
    yield { seq, part: 2 + index, parts, subject: transitionSubject(roll, entity), body: own(entity) };
  }
}

/** Told where the event was published: who may write about one contingent has no say on what another's readers get. */
function refusalOutput(roll: RollId, refusal: Refusal, publishedFor: string | undefined): Output {
  const { seq } = refusal;
  const addressed = publishedFor ?? refusal.subject;
  // A malformed event may name anything as its subject, and be published for anybody.
  const entity = addressed !== null && ID_PATTERN.test(addressed) ? addressed : THEATRE_ENTITY;
  return {
    seq,
    part: 1,
    parts: 1,
    subject: refusalSubject(roll, entity),
    body: fitting({ ...placeOf(roll), ...refusal }),
  };
}

const placeOf = ({ theatre, timeline }: RollId) => ({ theatre, timeline });

/** As JSON; with its texts cut short if an event wrote so much that it would fit no message. */
function fitting(body: unknown): Uint8Array {
  const whole = encode(body);
  return whole.length <= MOST_BODY_BYTES ? whole : encode(body, cutShort);
}

function cutShort(_: string, value: unknown): unknown {
  return typeof value === 'string' && value.length > SHORT_TEXT ? `${value.slice(0, SHORT_TEXT)}…` : value;
}

function encode(body: unknown, replace?: (key: string, value: unknown) => unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(body, replace));
}
