import { createHash } from 'node:crypto';
import { type RollId, rollName } from '../../../events/ids.ts';

const LONGEST = 512;

/**
 * The Nats-Msg-Id of an event: its identity, within its roll. The server's duplicate window is the stream's, and
 * all rolls share one: with the identity alone, a script played on a second timeline would vanish.
 */
export function messageIdOf(roll: RollId, identity: string): string {
  // As JSON, because a header takes no line break and loses blanks at its end; and short, because headers share
  // the room of the message.
  const written = JSON.stringify(identity);
  const id =
    written.length <= LONGEST ? written : `sha256-${createHash('sha256').update(written).digest('hex')}`;
  return `${rollName(roll)} ${id}`;
}
