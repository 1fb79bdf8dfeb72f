import { expect, test } from 'vitest';
import { MAX_EVENT_BYTES } from '../../../events/limits.ts';
import type { TransitionDocument } from '../../../src/readmodels/transition-document.ts';
import type { Output } from '../../../src/service/outputs/output.ts';
import { MOST_BODY_BYTES, outputsOf } from '../../../src/service/outputs/output-messages.ts';
import { append, deployed, event, newLog, record, rollAt, serviceOver, updatesWhile } from '../workbench.ts';

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

const sent = (messages: readonly Output[]) =>
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
  const messages = [...outputsOf(record, { kind: 'transition', seq: 2, transition })];
  expect(sent(messages)).toEqual([
    ['muster.ukraine.record.transition.alpha', ['alpha', 'part', 'part']],
    ['muster.ukraine.record.transition.part', ['part', 'part']],
  ]);
  expect(messages.map(({ seq, part, parts }) => [seq, part, parts])).toEqual([
    [2, 1, 2],
    [2, 2, 2],
  ]);
});

test('a whole transition that fits no message leaves the moves to the messages of those that moved', async () => {
  const ended = (note: number) =>
    event('war.ended', null, { variant: 'ceasefire' }, { note: 'x'.repeat(note) });
  const of = async (note: number) => {
    const transition = await transitionOf(deployed('alpha', 100), deployed('beta', 100), ended(note));
    return [...outputsOf(record, { kind: 'transition', seq: 3, transition })];
  };
  const most = MOST_BODY_BYTES - ((await of(0))[0]?.body.length ?? 0);
  const [whole, own] = [await of(most), await of(most + 1)];
  expect(sent(whole)[0]).toEqual(['muster.ukraine.record.transition.theatre', ['alpha', 'beta']]);
  expect(sent(own)).toEqual([
    ['muster.ukraine.record.transition.theatre', []],
    ['muster.ukraine.record.transition.alpha', ['alpha']],
    ['muster.ukraine.record.transition.beta', ['beta']],
  ]);
});

test('a text that would fit no message is cut short', async () => {
  const base = deployed('alpha', 100);
  const room = MAX_EVENT_BYTES - JSON.stringify({ ...base, note: '' }).length;
  const transition = await transitionOf({ ...base, note: 'é'.repeat(Math.floor(room / 2)) });
  const [only] = [...outputsOf(record, { kind: 'transition', seq: 1, transition })];
  expect(only?.body.length).toBeLessThan(10_000);
  expect(JSON.parse(Buffer.from(only?.body ?? []).toString())).toMatchObject({
    event: { subject: 'alpha', note: `${'é'.repeat(1_000)}…` },
    moves: [{ contingent: 'alpha' }],
  });
});

test('a transition that moves very many is told one by one, and not made whole', () => {
  const move = {
    contingent: 'x',
    from: null,
    to: 'closed',
    fromPathway: null,
    toPathway: null,
    strength: { low: 0, best: 0, high: 0 },
    postings: [],
  };
  const moves = Array.from({ length: 100_000 }, (_, index) => ({ ...move, contingent: `c-${index}` }));
  const event = {
    ...{ id: '1', source: '/tests', type: 'war.ended', subject: null, time: '', observedtime: '', basis: '' },
    ...{ reporter: null, reporterkind: null, reporturl: null, reliability: null, credibility: null },
    ...{ claim: 'fact', note: null },
  };
  const outputs = outputsOf(record, {
    kind: 'transition',
    seq: 9,
    transition: { seq: 9, event, phase: null, moves },
  });
  let place = 0;
  let wrong = 0;
  for (const { part, parts, body } of outputs) {
    place += 1;
    if (part !== place || parts !== 100_001 || body.length > 1_000) wrong += 1;
  }
  expect({ place, wrong }).toEqual({ place: 100_001, wrong: 0 });
});
