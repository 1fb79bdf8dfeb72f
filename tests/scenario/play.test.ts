import { describe, expect, test } from 'vitest';
import { type Clock, systemClock } from '../../src/scenario/clock.ts';
import { HeldEvents } from '../../src/scenario/held-events.ts';
import { loadScenario, type Scenario } from '../../src/scenario/library.ts';
import { type PlayOptions, type PlayReport, type Progress, play } from '../../src/scenario/play.ts';
import { playlist } from '../../src/scenario/playlist.ts';
import type { Speed } from '../../src/scenario/speed.ts';
import { DEPLOY, HEAD, loaded } from './given-script.ts';
import { MemoryTarget } from './memory-target.ts';

const KINDS = ['judging', 'keeping'] as const;

async function bundled(name: string): Promise<Scenario> {
  const loading = await loadScenario(name);
  if (!loading.ok) throw new Error(`${name} does not load`);
  return loading.scenario;
}

const trial = (events: string) => loaded({ 'trial.yaml': HEAD + DEPLOY + events }, 'trial.yaml');

const line = (type: string, more: string, on = '+1d') =>
  `  - { on: ${on}, type: ${type}, contingent: corps, data: {}, ${more} }\n`;
const COMMITTED = line('contingent.committed', 'note: x');
const WITHDRAWN = line('contingent.withdrawn', 'note: x');

function playAll(
  scenario: Scenario,
  target: MemoryTarget,
  { speed = 'max', ...options }: PlayOptions & { speed?: Speed } = {},
): Promise<PlayReport> {
  return play(playlist([scenario], speed), target, options);
}

describe.each(KINDS)('a %s target', (kind) => {
  test('gets every event of the script and its bases, in order', async () => {
    const target = new MemoryTarget(kind);
    const garrison = await bundled('garrison');
    const report = await playAll(garrison, target);

    expect(report).toMatchObject({ end: { kind: 'done' }, total: 90, held: 0, sent: 90, notAccepted: [] });
    expect(target.opened.map(([roll, { base }]) => [roll, base])).toEqual([
      ['ukraine.record', null],
      ['ukraine.garrison', 'record'],
    ]);
    expect(target.sends.flat()).toEqual([
      ...(garrison.base?.events ?? []).map(({ id }) => id),
      ...garrison.events.map(({ id }) => id),
    ]);
  });

  test('gets nothing twice', async () => {
    const target = new MemoryTarget(kind);
    const garrison = await bundled('garrison');
    await playAll(garrison, target);
    const before = target.sends.length;
    const report = await playAll(garrison, target);

    // What a service refused is not in its log, and not to be taken now.
    const refused = kind === 'judging' ? 1 : 0;
    expect(report).toMatchObject({ end: { kind: 'done' }, held: 90 - refused, sent: 0 });
    expect(report.found.map((found) => found.refused)).toEqual([0, refused]);
    expect(target.sends).toHaveLength(before);
  });

  test('gets the rest after an interruption', async () => {
    const target = new MemoryTarget(kind);
    const garrison = await bundled('garrison');
    const abort = new AbortController();
    const first = await playAll(garrison, target, {
      signal: abort.signal,
      batchSize: 1,
      onProgress: ({ done }) => done === 70 && abort.abort(),
    });
    expect(first).toMatchObject({ end: { kind: 'aborted' }, held: 0, sent: 70 });

    const second = await playAll(garrison, target);
    expect(second).toMatchObject({ end: { kind: 'done' }, sent: 20 });
    const one = new MemoryTarget(kind);
    await playAll(garrison, one);
    expect(target.idsOn('ukraine.garrison')).toEqual(one.idsOn('ukraine.garrison'));
  });

  test('gets nothing after an expectation that is not met', async () => {
    const target = new MemoryTarget(kind);
    const script = await trial(line('contingent.arrived', 'expect: accepted') + COMMITTED);
    const report = await playAll(script, target);

    expect(report.end).toMatchObject({
      kind: 'unmet',
      event: { id: 'trial-002', place: { line: 10, column: 5 } },
      message:
        'expected accepted, but it was refused: not-allowed: corps is deployed.staging, which does not take contingent.arrived; it is taken in repatriated.inTransit',
    });
    expect(report.sent).toBe(2);
    expect(target.sends.flat()).toEqual(['trial-001', 'trial-002']);
  });

  test('goes on after a refusal that is expected', async () => {
    const target = new MemoryTarget(kind);
    const script = await trial(line('contingent.arrived', 'expect: { refused: not-allowed }') + COMMITTED);
    expect((await playAll(script, target)).end).toEqual({ kind: 'done' });
    expect(target.idsOn('ukraine.trial')).toEqual(
      kind === 'judging' ? ['trial-001', 'trial-003'] : ['trial-001', 'trial-002', 'trial-003'],
    );
  });

  test('reports a refusal of which nothing was expected, and goes on', async () => {
    const target = new MemoryTarget(kind);
    const report = await playAll(await trial(line('contingent.arrived', 'note: x') + COMMITTED), target);
    expect(report.end).toEqual({ kind: 'done' });
    expect(report.notAccepted).toMatchObject([
      { event: { id: 'trial-002' }, said: { kind: 'refused', code: 'not-allowed' } },
    ]);
  });
});

test('an event that was refused is not sent again when the roll has moved on', async () => {
  const target = new MemoryTarget('judging');
  const script = await trial(
    line('contingent.redeployed', 'expect: { refused: not-allowed }') + COMMITTED + WITHDRAWN,
  );
  const abort = new AbortController();
  await playAll(script, target, {
    signal: abort.signal,
    batchSize: 1,
    onProgress: ({ done }) => done === 3 && abort.abort(),
  });
  await playAll(script, target);
  expect(target.sends).toEqual([['trial-001'], ['trial-002'], ['trial-003'], ['trial-004']]);
});

describe('batches at full speed', () => {
  test('hold as many events as they may', async () => {
    const target = new MemoryTarget('keeping');
    await playAll(await bundled('record'), target, { batchSize: 10 });
    expect(target.sends.map((ids) => ids.length)).toEqual([10, 10, 6]);
  });

  test('end with an event of which something is expected', async () => {
    const target = new MemoryTarget('keeping');
    const expected = line('contingent.withdrawn', 'expect: accepted');
    await playAll(await trial(COMMITTED + expected + COMMITTED), target);
    expect(target.sends).toEqual([['trial-001', 'trial-002', 'trial-003'], ['trial-004']]);
  });
});

describe('progress', () => {
  test('is told when a roll is open and after each batch', async () => {
    const told: [number, number, string | undefined][] = [];
    const onProgress = ({ done, total, event }: Progress) => told.push([done, total, event?.id]);
    await playAll(await bundled('record'), new MemoryTarget('keeping'), { batchSize: 20, onProgress });
    expect(told).toEqual([
      [0, 26, undefined],
      [20, 26, 'record-020'],
      [26, 26, 'record-026'],
    ]);
  });

  test('starts behind what is there', async () => {
    const target = new MemoryTarget('keeping');
    const record = await bundled('record');
    await playAll(record, target);
    const told: number[] = [];
    await playAll(record, target, { onProgress: ({ done }) => told.push(done) });
    expect(told).toEqual([26]);
  });
});

describe('a target that fails', () => {
  const failure = { ok: false, kind: 'unreachable', message: 'nobody answers; start the service' } as const;

  test('when it is opened', async () => {
    const target = new MemoryTarget('keeping');
    target.failure = failure;
    const report = await playAll(await bundled('record'), target);
    expect(report).toMatchObject({
      end: { kind: 'failed', reason: 'unreachable', message: failure.message, scenario: { id: 'record' } },
      sent: 0,
    });
  });

  test('on the way, for good: what was acknowledged counts, and it resumes from there', async () => {
    const target = new MemoryTarget('keeping');
    const record = await bundled('record');
    const first = await playAll(record, target, {
      batchSize: 10,
      retries: { most: 2, firstPauseMs: 1 },
      onProgress: ({ done }) => {
        if (done === 20) target.failure = failure;
      },
    });
    expect(first).toMatchObject({ end: { kind: 'failed' }, sent: 20 });
    expect(target.sends.map((ids) => ids.length)).toEqual([10, 10, 6, 6, 6]);
    target.failure = null;
    expect(await playAll(record, target)).toMatchObject({ end: { kind: 'done' }, held: 20, sent: 6 });
  });

  test('on the way, for a while: it is called again with the same events, when it asks to be', async () => {
    const target = new MemoryTarget('judging');
    const clock = new FakeClock();
    const troubles: string[] = [];
    const report = await playAll(await bundled('record'), target, {
      batchSize: 10,
      retries: { most: 5, firstPauseMs: 1 },
      clock,
      onProgress: ({ done, trouble }) => {
        if (trouble !== null) troubles.push(trouble);
        target.failure = done === 20 && troubles.length < 3 ? { ...failure, retryAfterMs: 5_000 } : null;
      },
    });
    expect(report).toMatchObject({ end: { kind: 'done' }, sent: 26 });
    expect(troubles).toEqual([failure.message, failure.message, failure.message]);
    expect(clock.slept).toEqual([5_000, 5_000, 5_000]);
    expect(new Set(target.sends.slice(2).map((ids) => ids.join()))).toHaveProperty('size', 1);
    expect(target.idsOn('ukraine.record')).toHaveLength(26);
  });

  test('on the way: an abort ends the attempts', async () => {
    const target = new MemoryTarget('keeping');
    const aborting = new AbortController();
    const report = await playAll(await bundled('record'), target, {
      batchSize: 10,
      signal: aborting.signal,
      onProgress: ({ done, trouble }) => {
        if (done === 20) target.failure = failure;
        if (trouble !== null) aborting.abort();
      },
    });
    expect(report).toMatchObject({ end: { kind: 'aborted' }, sent: 20 });
    expect(target.sends).toHaveLength(3);
  });

  test('to do it: that is no reason to ask again', async () => {
    const target = new MemoryTarget('keeping');
    const report = await playAll(await bundled('record'), target, {
      batchSize: 10,
      onProgress: ({ done }) => {
        if (done === 20) target.failure = { ...failure, kind: 'refused' };
      },
    });
    expect(report).toMatchObject({ end: { kind: 'failed', reason: 'refused' }, sent: 20 });
    expect(target.sends).toHaveLength(3);
  });

  test('to answer what it took: a duplicate is no unmet expectation', async () => {
    const target = new MemoryTarget('judging');
    const script = await trial(line('contingent.committed', 'expect: accepted'));
    await playAll(script, target);
    const forgetful = Object.assign(new MemoryTarget('judging'), { rolls: target.rolls });
    forgetful.open = async (roll, about, source) => ({ ok: true, about, held: new HeldEvents(source, roll) });
    expect(await playAll(script, forgetful)).toMatchObject({ end: { kind: 'done' }, sent: 2 });
  });
});

/** A clock that moves only by sleeping. */
class FakeClock implements Clock {
  readonly slept: number[] = [];
  #now = 5_000;

  now(): number {
    return this.#now;
  }

  async sleep(ms: number): Promise<void> {
    this.slept.push(ms);
    this.#now += ms;
  }

  pass(ms: number): void {
    this.#now += ms;
  }
}

describe('a speed in scenario days per second', () => {
  const days = () =>
    trial(
      line('contingent.committed', 'note: x', '+2d') +
        line('contingent.withdrawn', 'note: x', '+0d') +
        line('contingent.committed', 'note: x', '+10d'),
    );

  test('waits between events, and sends them one by one', async () => {
    const clock = new FakeClock();
    const target = new MemoryTarget('keeping');
    await playAll(await days(), target, { speed: { daysPerSecond: 4 }, clock });
    expect(clock.slept).toEqual([500, 2500]);
    expect(target.sends).toHaveLength(4);
  });

  test('makes up for what sending took', async () => {
    const clock = new FakeClock();
    const onProgress = ({ done }: Progress) => clock.pass(done === 2 ? 700 : 0);
    await playAll(await days(), new MemoryTarget('keeping'), {
      speed: { daysPerSecond: 4 },
      clock,
      onProgress,
    });
    expect(clock.slept).toEqual([500, 1800]);
  });

  test('does not wait for an event that happened before the last', async () => {
    const clock = new FakeClock();
    const back =
      line('contingent.committed', 'note: x', '2026-01-01') + line('contingent.withdrawn', 'note: x', '+1d');
    await playAll(await trial(back), new MemoryTarget('keeping'), { speed: { daysPerSecond: 1 }, clock });
    expect(clock.slept).toEqual([1000]);
  });

  test('loads a base that nobody asked for at full speed', async () => {
    const clock = new FakeClock();
    const collapse = await bundled('collapse');
    await play(playlist([collapse], { daysPerSecond: 1 }), new MemoryTarget('keeping'), { clock });
    const span = (collapse.events.at(-1)?.timeMs ?? 0) - (collapse.events[0]?.timeMs ?? 0);
    expect(clock.slept.reduce((sum, ms) => sum + ms, 0)).toBe(span / 86_400);
  });

  test('starts at once behind what is there', async () => {
    const target = new MemoryTarget('keeping');
    const script = await days();
    const abort = new AbortController();
    await playAll(script, target, {
      batchSize: 1,
      signal: abort.signal,
      onProgress: ({ done }) => done === 3 && abort.abort(),
    });
    const clock = new FakeClock();
    await playAll(script, target, { speed: { daysPerSecond: 1 }, clock });
    expect(clock.slept).toEqual([]);
    expect(target.sends).toHaveLength(4);
  });

  test('an abort ends the wait, and nothing more is sent', async () => {
    const abort = new AbortController();
    const target = new MemoryTarget('keeping');
    const report = await playAll(await days(), target, {
      speed: { daysPerSecond: 1e-9 },
      clock: systemClock,
      signal: abort.signal,
      onProgress: ({ done }) => done === 1 && setImmediate(() => abort.abort()),
    });
    expect(report).toMatchObject({ end: { kind: 'aborted' }, sent: 1 });
    expect(target.sends).toEqual([['trial-001']]);
  });
});

describe('a playlist', () => {
  const named = (items: ReturnType<typeof playlist>) =>
    items.map(
      ({ scenario, roll, speed }) =>
        `${scenario.id} on ${roll.timeline} ${typeof speed === 'string' ? speed : speed.daysPerSecond}`,
    );

  test('has every scenario once, each after its bases', async () => {
    const [garrison, record, collapse] = [
      await bundled('garrison'),
      await bundled('record'),
      await bundled('collapse'),
    ];
    expect(named(playlist([garrison, collapse], { daysPerSecond: 9 }))).toEqual([
      'record on record max',
      'garrison on garrison 9',
      'collapse on collapse 9',
    ]);
    expect(named(playlist([garrison, record], { daysPerSecond: 9 }))).toEqual([
      'record on record 9',
      'garrison on garrison 9',
    ]);
  });

  test('may play on another timeline, its bases on their own', async () => {
    expect(named(playlist([await bundled('garrison')], 'max', 'second-try'))).toEqual([
      'record on record max',
      'garrison on second-try max',
    ]);
  });

  test('plays there', async () => {
    const target = new MemoryTarget('judging');
    const report = await play(playlist([await bundled('garrison')], 'max', 'second-try'), target);
    expect(report.end).toEqual({ kind: 'done' });
    expect([...target.rolls.keys()]).toEqual(['ukraine.record', 'ukraine.second-try']);
  });
});
