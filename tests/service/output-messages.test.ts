import { expect, test } from 'vitest';
import type { TransitionDocument } from '../../src/readmodels/transition-document.ts';
import { type OutputMessage, outputMessages } from '../../src/service/nats/output-messages.ts';
import { append, deployed, event, newLog, record, rollAt, serviceOver, updatesWhile } from './workbench.ts';

const roomy = 1_000_000;

/** The transition of the last of some events. */
async function transitionOf(...contents: readonly unknown[]): Promise<TransitionDocument> {
  const log = await newLog();
  const last = await append(log, contents);
  const roll = await rollAt(await serviceOver(log), last);
  const signal = new AbortController().signal;
  const [update] = await updatesWhile(roll.updates(last - 1, signal), () => false);
  if (update?.kind !== 'transition') throw new Error(`${update?.kind} is no transition`);
  return update.transition;
}

const sent = (messages: readonly OutputMessage[]) =>
  messages.map(({ subject, body }) => {
    const { moves } = JSON.parse(Buffer.from(body).toString());
    return [subject, moves.map(({ contingent }: { contingent: string }) => contingent)];
  });

test('whom an event is addressed to gets one message, with all moves; the others theirs', async () => {
  const detachment = { id: 'part', strength: 10 };
  const transition = await transitionOf(
    deployed('alpha', 100),
    event('contingent.committed', 'alpha', { detachment }),
  );
  const messages = outputMessages(record, { kind: 'transition', seq: 2, transition }, roomy);
  expect(sent(messages)).toEqual([
    ['muster.ukraine.record.transition.alpha', ['alpha', 'part', 'part']],
    ['muster.ukraine.record.transition.part', ['part', 'part']],
  ]);
  expect(new Set(messages.map(({ id }) => id)).size).toBe(2);
});

test('a whole transition that fits no message leaves the moves to the messages of those that moved', async () => {
  const transition = await transitionOf(
    deployed('alpha', 100),
    deployed('beta', 100),
    event('war.ended', null, { variant: 'ceasefire' }),
  );
  const update = { kind: 'transition', seq: 3, transition } as const;
  const [whole] = outputMessages(record, update, roomy);
  const most = whole?.body.length ?? 0;
  expect(sent(outputMessages(record, update, most))[0]).toEqual([
    'muster.ukraine.record.transition.theatre',
    ['alpha', 'beta'],
  ]);
  expect(sent(outputMessages(record, update, most - 1))).toEqual([
    ['muster.ukraine.record.transition.theatre', []],
    ['muster.ukraine.record.transition.alpha', ['alpha']],
    ['muster.ukraine.record.transition.beta', ['beta']],
  ]);
});
