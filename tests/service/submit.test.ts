import { expect, test } from 'vitest';
import { MAX_EVENT_BYTES } from '../../events/limits.ts';
import { APART_FROM_LOG, headsOn } from './heads.ts';
import {
  append,
  bytesOf,
  deployed,
  event,
  eventsOf,
  expectedDocument,
  newLog,
  record,
  retracted,
  rollAt,
  serviceOver,
  submit,
} from './workbench.ts';

test('an accepted event is in the log, and its transition is the answer', async () => {
  const log = await newLog();
  const service = await serviceOver(log);
  const answer = await submit(service, deployed('alpha', 100, { id: 'first' }));
  expect(answer).toMatchObject({
    kind: 'accepted',
    seq: 1,
    transition: {
      seq: 1,
      event: { id: 'first', type: 'contingent.deployed', subject: 'alpha' },
      moves: [{ contingent: 'alpha', from: null, to: 'deployed.staging', toPathway: 'deployed' }],
    },
  });
  expect(service.roll(record)?.distribution()).toMatchObject({
    theatre: 'ukraine',
    timeline: 'record',
    seq: 1,
    pathways: { deployed: { best: 100, contingents: 1 } },
    inflow: { best: 100 },
    balance: 0,
  });
});

test('a roll comes into being with its first accepted event, not before', async () => {
  const log = await newLog();
  const service = await serviceOver(log);
  expect(await submit(service, event('contingent.committed', 'alpha', {}))).toMatchObject({
    kind: 'refused',
    refusal: { code: 'unknown-contingent' },
  });
  expect(await submit(service, { nothing: true })).toMatchObject({ kind: 'bad-form' });
  expect(await service.rolls()).toEqual([]);
  expect(await log.rolls()).toEqual([]);

  await submit(service, deployed('alpha', 100));
  expect(await service.rolls()).toEqual([
    { roll: record, title: 'record', basis: null, openedAs: null, base: null, seq: 1, isCurrent: true },
  ]);
});

test.each([
  ['no JSON', Buffer.from('{'), 'malformed', null],
  ['no object', bytesOf([]), 'malformed', null],
  ['a payload that does not fit', bytesOf(deployed('alpha', -1, { id: 'x' })), 'malformed', 'x'],
  ['a type nobody knows', bytesOf(event('war.paused', null, {}, { id: 'x' })), 'unknown-type', 'x'],
  ['another theatre', bytesOf(deployed('alpha', 1, { id: 'x', theatre: 'korea' })), 'malformed', 'x'],
  ['another timeline', bytesOf(deployed('alpha', 1, { id: 'x', timeline: 'what-if' })), 'malformed', 'x'],
  ['too much of it', bytesOf(deployed('a', 1, { note: 'x'.repeat(MAX_EVENT_BYTES) })), 'malformed', null],
])('%s is bad form and not appended', async (_, bytes, code, id) => {
  const log = await newLog();
  const service = await serviceOver(log);
  expect(await service.submit(record, bytes)).toMatchObject({ kind: 'bad-form', refusal: { code, id } });
  expect(await log.head(record)).toBe(0);
});

test.each([
  [{ theatre: 'Ukraine', timeline: 'record' }, '"Ukraine" is no theatre id'],
  [{ theatre: 'ukraine', timeline: 'a.b' }, '"a.b" is no timeline id'],
  [{ theatre: '', timeline: 'record' }, '"" is no theatre id'],
])('a roll that cannot be is bad form: %j', async (roll, message) => {
  const service = await serviceOver(await newLog());
  expect(await submit(service, deployed('alpha', 1), roll)).toMatchObject({
    kind: 'bad-form',
    refusal: { code: 'malformed', message: expect.stringContaining(message) },
  });
});

test.each([
  ['not-allowed', event('contingent.arrived', 'alpha', {})],
  ['already-exists', deployed('alpha', 5)],
  ['unknown-contingent', event('contingent.committed', 'beta', {})],
  ['conservation', event('casualty.recorded', 'alpha', { killed: 101 })],
  ['conflict', deployed('gamma', 5, { id: 'taken' })],
  ['unknown-target', retracted({ source: '/tests', id: 'never' })],
  [
    'malformed',
    event('event.corrected', null, {
      target: { source: '/tests', id: 'taken' },
      reason: 'a typo',
      data: { strength: 'many' },
    }),
  ],
])('what the roll would refuse (%s) is refused and not appended', async (code, content) => {
  const log = await newLog();
  const service = await serviceOver(log);
  await submit(service, deployed('alpha', 100, { id: 'taken' }));
  const before = service.roll(record)?.distribution();

  const answer = await submit(service, content);
  expect(answer).toMatchObject({ kind: 'refused', refusal: { id: content.id, type: content.type, code } });
  expect(answer).not.toHaveProperty('refusal.seq');
  expect(await log.head(record)).toBe(1);
  expect(service.roll(record)?.distribution()).toEqual(before);
});

test('a repeat is answered with the first and not appended, whoever wrote the first', async () => {
  const log = await newLog();
  const service = await serviceOver(log);
  const first = deployed('alpha', 100);
  const direct = deployed('beta', 50);
  await submit(service, first);
  await rollAt(service, await append(log, [direct]));
  expect(await submit(service, first)).toEqual({ kind: 'duplicate', seq: 1, of: 1 });
  expect(await submit(service, direct)).toEqual({ kind: 'duplicate', seq: 2, of: 2 });
  expect(await log.head(record)).toBe(2);
  expect(service.roll(record)?.distribution().counts.duplicates).toBe(0);
});

test('of a hundred at once each gets its verdict, and no head is lost', async () => {
  const log = await newLog();
  const service = await serviceOver(log);
  const whole = 100_000;
  await submit(service, deployed('army', whole));
  const answers = await Promise.all(
    Array.from({ length: 100 }, (_, index) =>
      submit(
        service,
        event('contingent.detached', 'army', {
          detachment: { id: index % 10 === 9 ? 'part-0' : `part-${index}`, strength: 10 },
        }),
      ),
    ),
  );
  const accepted = answers.filter(({ kind }) => kind === 'accepted');
  const refused = answers.filter(({ kind }) => kind === 'refused');
  expect([accepted.length, refused.length]).toEqual([90, 10]);
  const seqs = accepted.map((answer) => ('seq' in answer ? answer.seq : null));
  expect(seqs).toEqual(Array.from({ length: 90 }, (_, index) => index + 2));
  expect(await log.head(record)).toBe(91);
  const document = await service.roll(record)?.document();
  expect(document).toMatchObject({ seq: 91, balance: 0, counts: { accepted: 91, refused: 0 } });
  expect(document && headsOn(document)).toBe(whole);
});

test('submissions race a writer that appends directly, and each verdict is the one of the log', async () => {
  const log = await newLog();
  const service = await serviceOver(log);
  await submit(service, deployed('army', 1_000_000));
  const detach = (id: string) => event('contingent.detached', 'army', { detachment: { id, strength: 10 } });

  const rounds = Array.from({ length: 60 }, (_, index) => index);
  const direct = (async () => {
    for (const index of rounds) await append(log, [detach(`part-${index}`)]);
  })();
  const answers = await Promise.all(rounds.map((index) => submit(service, detach(`part-${index}`))));
  await direct;
  const roll = await rollAt(service, await log.head(record));

  const document = await roll.document();
  expect(document).toMatchObject({ balance: 0, counts: { accepted: 61, duplicates: 0 } });
  expect(headsOn(document)).toBe(1_000_000);
  // Whoever came first has the part; the log holds a submission only if that was the one.
  const bySubmission = answers.filter(({ kind }) => kind === 'accepted').length;
  expect(document.counts.refused).toBe(bySubmission);
  expect(answers.filter(({ kind }) => kind === 'refused').length).toBe(60 - bySubmission);
});

test('after a retraction every document is as if the event had never been there', async () => {
  const log = await newLog();
  const service = await serviceOver(log);
  const wrong = event('casualty.recorded', 'alpha', { killed: 99 });
  await submit(service, deployed('alpha', 100));
  await submit(service, wrong);
  const later = event('casualty.recorded', 'alpha', { killed: 40 });
  await append(log, [later]);
  expect(await submit(service, retracted(wrong))).toMatchObject({
    kind: 'accepted',
    transition: { moves: [] },
  });

  const roll = await rollAt(service, 4);
  const document = await roll.document();
  expect(document).toMatchObject({
    seq: 4,
    losses: { killed: 40 },
    counts: { accepted: 3, refused: 0, duplicates: 0, retracted: 1 },
    refusals: [],
  });

  const clean = await serviceOver(await newLog());
  await submit(clean, deployed('alpha', 100));
  await submit(clean, later);
  const never = await clean.roll(record)?.document();
  expect({ ...document, ...APART_FROM_LOG }).toEqual({ ...never, ...APART_FROM_LOG });
  const page = await roll.contingent('alpha');
  expect(page?.history.map(({ seq }) => seq)).toEqual([1, 3]);
});

test('the record, submitted event by event, is the roll that is expected of it', async () => {
  const service = await serviceOver(await newLog());
  for (const content of await eventsOf('record')) {
    expect((await submit(service, content)).kind).toBe('accepted');
  }
  const { machineVersion: _, ...document } = (await service.roll(record)?.document()) ?? {};
  const { machineVersion: __, ...expected } = await expectedDocument('record');
  expect(document).toEqual({ ...expected, ...record });
});

test('a verdict warns of what is accepted and probably wrong', async () => {
  const service = await serviceOver(await newLog());
  const warningsOf = async (content: unknown) => {
    const answer = await submit(service, content);
    return answer.kind === 'accepted' ? answer.warnings : [answer.kind];
  };
  const october = { time: '2024-10-13T00:00:00Z' };
  expect(await warningsOf(deployed('unit-a', 100, { ...october, desk: 'east', tracestate: 'a=b' }))).toEqual(
    [],
  );
  const lost = (attributes: Readonly<Record<string, unknown>>) =>
    event('casualty.recorded', 'unit-a', { killed: 1 }, { ...october, ...attributes });
  expect(await warningsOf(lost({ observdtime: '2024-10-14T00:00:00Z', reportr: 'X' }))).toEqual([
    'observdtime is ignored; did you mean observedtime?',
    'reportr is ignored; did you mean reporter?',
  ]);
  const refused = 'accepted as logged; in the order of time it is refused: unit-a is deployed on 2024-10-13';
  expect(await warningsOf(lost({ time: '2024-10-12T00:00:00Z' }))).toEqual([refused]);
  expect(await warningsOf(lost({ time: '0025-10-14T00:00:00Z' }))).toEqual([
    'time is 0025-10-14, before 1900; is the year right?',
    refused,
  ]);
  expect(await warningsOf(lost({ time: '2999-01-01T00:00:00Z' }))).toEqual([
    expect.stringMatching(/^time is 2999-01-01, later than .*; is the year right\?$/),
  ]);
  expect(await warningsOf(lost({ time: '2999-01-01T00:00:00Z', basis: 'hypothetical' }))).toEqual([]);
});
