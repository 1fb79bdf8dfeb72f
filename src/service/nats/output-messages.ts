import { ID_PATTERN, type RollId, rollName, THEATRE_ENTITY } from '../../../events/ids.ts';
import { refusalSubject, transitionSubject } from '../../log/subjects.ts';
import type { MoveDocument, TransitionDocument } from '../../readmodels/transition-document.ts';
import type { Refusal } from '../../roll/outcome.ts';
import type { Update } from '../service.ts';

/** The header that names the entry behind an output. */
export const SEQ_HEADER = 'Muster-Seq';

export interface OutputMessage {
  readonly subject: string;
  /** The same for the same output of the same log, so that the server can drop a repeat. */
  readonly id: string;
  readonly seq: number;
  readonly body: Uint8Array;
}

/**
 * What the output stream gets of an update (DESIGN 5): a refusal once; a transition whole on the entity that the
 * event is addressed to, and on each other contingent that moved with that one's moves. If a whole one has more
 * than `mostBytes`, the others' moves are left to their messages.
 */
export function outputMessages(roll: RollId, update: Update, mostBytes: number): OutputMessage[] {
  switch (update.kind) {
    case 'transition':
      return transitionMessages(roll, update.transition, mostBytes);
    case 'refusal':
      return [refusalMessage(roll, update.refusal)];
    case 'distribution':
      return [];
    default:
      return update satisfies never;
  }
}

function transitionMessages(
  roll: RollId,
  transition: TransitionDocument,
  mostBytes: number,
): OutputMessage[] {
  const addressed = transition.event.subject ?? THEATRE_ENTITY;
  const message = (entity: string, document: TransitionDocument): OutputMessage => ({
    subject: transitionSubject(roll, entity),
    id: `${rollName(roll)} ${transition.seq} transition ${entity}`,
    seq: transition.seq,
    body: encode({ ...place(roll), ...document }),
  });
  // A war that ends may move every contingent there is: each must not look through all moves for its own.
  const byContingent = new Map<string, MoveDocument[]>();
  for (const move of transition.moves) {
    const own = byContingent.get(move.contingent);
    if (own === undefined) byContingent.set(move.contingent, [move]);
    else own.push(move);
  }
  const movesOf = (entity: string) => byContingent.get(entity) ?? [];
  const whole = message(addressed, transition);
  const first =
    whole.body.length <= mostBytes ? whole : message(addressed, { ...transition, moves: movesOf(addressed) });
  const others = [...byContingent.keys()].filter((contingent) => contingent !== addressed);
  return [first, ...others.map((entity) => message(entity, { ...transition, moves: movesOf(entity) }))];
}

function refusalMessage(roll: RollId, refusal: Refusal): OutputMessage {
  // A malformed event may name anything as its subject.
  const { subject, seq } = refusal;
  const entity = subject !== null && ID_PATTERN.test(subject) ? subject : THEATRE_ENTITY;
  return {
    subject: refusalSubject(roll, entity),
    id: `${rollName(roll)} ${seq} refusal`,
    seq,
    body: encode({ ...place(roll), ...refusal }),
  };
}

const place = ({ theatre, timeline }: RollId) => ({ theatre, timeline });

const encode = (body: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(body));
