import { describe, expect, test } from 'vitest';
import { problemDocument } from '../../src/http/problem-schema.ts';
import * as submissionSchemas from '../../src/http/submission-schemas.ts';
import { deployed, event, problemIn, RECORD, ROLL, startBench } from './bench.ts';

/** A bench, and a way to ask what events would come to; each answer fits its schema. */
async function bench() {
  const started = await startBench();
  const send = (body: unknown, mediaType = 'application/cloudevents+json') =>
    started.ask(`${ROLL}/events?dryRun=true`, {
      method: 'POST',
      headers: { 'content-type': mediaType },
      body: JSON.stringify(body),
    });
  return {
    ...started,
    send,
    one: async (content: unknown) => submissionSchemas.dryRun.parse(await (await send(content)).json()),
    many: async (contents: readonly unknown[]) =>
      submissionSchemas.dryBatch.parse(
        await (await send(contents, 'application/cloudevents-batch+json')).json(),
      ),
  };
}

describe('a dry run', () => {
  test('tells the verdict and the distribution before and after; nothing is appended, no roll opened', async () => {
    const { one, log, service } = await bench();
    const answer = await one({ ...deployed('alpha', 10), observdtime: 'x' });
    expect(answer).toMatchObject({
      dryRun: true,
      kind: 'accepted',
      warnings: ['observdtime is ignored; did you mean observedtime?'],
      before: { ...RECORD, seq: 0, inflow: { best: 0 } },
      after: {
        ...RECORD,
        seq: 1,
        inflow: { best: 10 },
        pathways: { deployed: { best: 10, contingents: 1 } },
      },
    });
    expect(await log.rolls()).toEqual([]);
    expect(await service.rolls()).toEqual([]);
  });

  test('is judged on all that was appended before it, and comes true', async () => {
    const { one, post, ask } = await bench();
    await post(deployed('alpha', 10));
    const gone = event('contingent.repatriated', 'alpha', {});
    const { before, after } = await one(gone);
    expect(before).toEqual(await (await ask(`${ROLL}?fields=distribution`)).json());
    await post(gone);
    expect(after).toEqual(await (await ask(`${ROLL}?fields=distribution`)).json());
    expect(await one(gone)).toMatchObject({ kind: 'duplicate', of: 2, after });
  });

  test.each([
    [400, 'malformed', deployed('alpha', -5)],
    [422, 'unknown-contingent', event('contingent.arrived', 'nobody', {})],
  ])('of one that would not be taken is answered as a submit: %i', async (status, code, content) => {
    const { send, log } = await bench();
    const response = await send(content);
    expect(response.status).toBe(status);
    const problem = problemDocument.parse(await problemIn(response));
    expect(problem).toMatchObject({ status, refusal: { code } });
    expect(await log.rolls()).toEqual([]);
  });

  test('judges many one after another, corrections too', async () => {
    const { many, post, log } = await bench();
    const first = deployed('alpha', 100);
    await post(first);
    const target = { source: first.source, id: first.id };
    const correction = event('event.corrected', null, {
      target,
      reason: 'a typo',
      data: { strength: 1_000, kind: 'infantry', origin: 'test' },
    });
    const lost = event('casualty.recorded', 'alpha', { killed: 500 });
    const answer = await many([lost, correction, { ...lost, id: 'again' }, first, { nothing: true }]);
    expect(answer.items.map(({ kind, status, refusal }) => [kind, status, refusal?.code ?? null])).toEqual([
      ['refused', 422, 'conservation'],
      ['accepted', 201, null],
      ['accepted', 201, null],
      ['duplicate', 200, null],
      ['bad-form', 400, 'malformed'],
    ]);
    expect(answer).toMatchObject({
      before: { seq: 1, losses: { killed: 0 }, inflow: { best: 100 } },
      after: {
        seq: 3,
        losses: { killed: 500 },
        inflow: { best: 1_000 },
        counts: { accepted: 3, refused: 0 },
      },
    });
    expect(await log.head(RECORD)).toBe(1);
  });
});
