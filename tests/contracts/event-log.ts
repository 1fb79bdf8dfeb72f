import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RollId } from '../../events/ids.ts';
import { MAX_EVENT_BYTES } from '../../events/limits.ts';
import type {
  EventLog,
  LogEntry,
  OutgoingEvent,
  ReadRange,
  RollAbout,
  RollInfo,
} from '../../src/log/port.ts';

/** One store that outlives the logs opened on it, and is thrown away at the end. */
export interface LogStore {
  /** Opens the log; only ever one is open. */
  open(): Promise<EventLog>;
  discard(): Promise<void>;
}

const about: RollAbout = { title: 'Record', basis: 'reported', base: null };

/** What every event log promises (src/log/port.ts), asserted through the port alone. */
export function describeEventLog(name: string, makeStore: () => Promise<LogStore>): void {
  describe(name, { timeout: 60_000 }, () => {
    let store: LogStore;
    let log: EventLog;
    let theatres = 0;

    beforeAll(async () => {
      store = await makeStore();
      log = await store.open();
    }, 60_000);

    afterAll(async () => {
      await log?.close();
      await store?.discard();
    }, 60_000);

    /** A roll nobody used yet; each test has a theatre of its own. */
    const newRoll = (timeline = 'record'): RollId => ({ theatre: `theatre-${++theatres}`, timeline });
    const branchOf = (roll: RollId, timeline: string): RollId => ({ theatre: roll.theatre, timeline });

    async function mustAppend(roll: RollId, texts: readonly string[], expectedSeq?: number) {
      const options = expectedSeq === undefined ? {} : { expectedSeq };
      const result = await log.append(roll, eventsOf(texts), options);
      if (!result.ok) {
        throw new Error(`append failed: ${result.error.message}`);
      }
      return result.value;
    }

    async function mustOpen(roll: RollId, given: Partial<RollAbout> = {}): Promise<RollInfo> {
      const result = await log.open(roll, { ...about, ...given });
      if (!result.ok) {
        throw new Error(`open failed: ${result.error.message}`);
      }
      return result.value;
    }

    const texts = async (roll: RollId, range?: ReadRange) =>
      (await collect(log.read(roll, range))).map(textOf);

    describe('append and read', () => {
      test('entries come back in order, numbered from 1, byte for byte', async () => {
        const roll = newRoll();
        expect(await mustAppend(roll, ['one', 'two'])).toEqual([1, 2]);
        expect(await mustAppend(roll, ['three'])).toEqual([3]);
        const entries = await collect(log.read(roll));
        expect(entries.map((entry) => [entry.seq, textOf(entry)])).toEqual([
          [1, 'one'],
          [2, 'two'],
          [3, 'three'],
        ]);
      });

      test('each entry has the time at which the log took it, in UTC with milliseconds', async () => {
        const roll = newRoll();
        const before = Date.now();
        await mustAppend(roll, ['one']);
        const [entry] = await collect(log.read(roll));
        expect(entry?.recordedTime).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
        // The server's clock is this machine's; a millisecond is lost in rounding.
        expect(Date.parse(entry?.recordedTime ?? '')).toBeGreaterThanOrEqual(before - 1);
        expect(Date.parse(entry?.recordedTime ?? '')).toBeLessThanOrEqual(Date.now() + 1);
      });

      test('a range is inclusive at both ends and clipped to what is there', async () => {
        const roll = newRoll();
        await mustAppend(roll, ['one', 'two', 'three', 'four']);
        expect(await texts(roll, { from: 2, to: 3 })).toEqual(['two', 'three']);
        expect(await texts(roll, { from: 3 })).toEqual(['three', 'four']);
        expect(await texts(roll, { to: 1 })).toEqual(['one']);
        expect(await texts(roll, { from: 4, to: 99 })).toEqual(['four']);
        expect(await texts(roll, { from: 5 })).toEqual([]);
        expect(await texts(roll, { from: 3, to: 2 })).toEqual([]);
      });

      test('a roll nobody knows is empty', async () => {
        const roll = newRoll();
        expect(await log.head(roll)).toBe(0);
        expect(await texts(roll)).toEqual([]);
      });

      test('an append of nothing gives no positions and makes no roll', async () => {
        const roll = newRoll();
        expect(await log.append(roll, [])).toEqual({ ok: true, value: [] });
        expect(await log.head(roll)).toBe(0);
        expect(await rollsOf(roll.theatre)).toEqual([]);
      });

      test('10,000 events in one append stand in their order', async () => {
        const roll = newRoll();
        const many = Array.from({ length: 10_000 }, (_, index) => `event ${index}`);
        expect(await mustAppend(roll, many)).toEqual(many.map((_, index) => index + 1));
        expect(await texts(roll)).toEqual(many);
        expect(await texts(roll, { from: 9_999 })).toEqual(many.slice(-2));
      });

      test('10,000 events behind an expected head stand in their order', async () => {
        const roll = newRoll();
        await mustAppend(roll, ['first']);
        const many = Array.from({ length: 10_000 }, (_, index) => `event ${index}`);
        expect(await mustAppend(roll, many, 1)).toEqual(many.map((_, index) => index + 2));
        expect(await texts(roll, { from: 2 })).toEqual(many);
      });

      test.each([
        ['unicode', Buffer.from('{"note":"Київ · 第3旅 · 🕊️ \u0000 \u2028"}')],
        ['every byte', Uint8Array.from({ length: 256 }, (_, index) => index)],
        ['no byte at all', new Uint8Array(0)],
        ['as many bytes as are taken', new Uint8Array(MAX_EVENT_BYTES).fill(0x7b)],
      ])('%s is kept as it was', async (_, bytes) => {
        const roll = newRoll();
        const result = await log.append(roll, [{ entity: 'theatre', identity: 'source id', bytes }]);
        expect(result).toEqual({ ok: true, value: [1] });
        const [entry] = await collect(log.read(roll));
        expect(Buffer.from(entry?.bytes ?? []).equals(bytes)).toBe(true);
      });

      test('an entry stays as it was when more are read and written', async () => {
        const roll = newRoll();
        await mustAppend(roll, ['one', 'two']);
        const kept = await collect(log.read(roll));
        await mustAppend(roll, Array<string>(1_000).fill('overwritten?'));
        await texts(roll);
        expect(kept.map(textOf)).toEqual(['one', 'two']);
      });

      test('with the cursor of its first entry a range reads as without, and with one that is not there too', async () => {
        const [base, other] = [newRoll(), newRoll()];
        await mustAppend(base, ['one', 'two', 'three']);
        await mustAppend(other, ['strange']);
        const branch = branchOf(base, 'branch');
        await mustOpen(branch, { base: { timeline: base.timeline, seq: 2 } });
        await mustAppend(branch, ['four', 'five']);
        const [stranger] = await collect(log.read(other));
        for (const { seq, cursor } of await collect(log.read(branch))) {
          const rest = await texts(branch, { from: seq });
          expect(rest).toHaveLength(5 - seq);
          for (const told of [cursor, stranger?.cursor ?? 0, 1_000_000]) {
            expect(await texts(branch, { from: seq, cursor: told })).toEqual(rest);
          }
        }
      });

      test('a roll or entity that is no id is a fault and nothing is written', async () => {
        const roll = newRoll();
        const event = (entity: string): OutgoingEvent => ({
          entity,
          identity: 'x',
          bytes: Buffer.from('{}'),
        });
        await expect(log.append(roll, [event('a.b')])).rejects.toThrow(/"a\.b" is no entity/);
        await expect(log.append({ ...roll, timeline: '>' }, [event('theatre')])).rejects.toThrow(/timeline/);
        expect(await log.head(roll)).toBe(0);
      });
    });

    describe('too large', () => {
      test('one event over the limit refuses the whole append', async () => {
        const roll = newRoll();
        const [small, last] = eventsOf(['small', 'last']);
        const large = { entity: 'theatre', identity: 'large', bytes: new Uint8Array(MAX_EVENT_BYTES + 1) };
        if (small === undefined || last === undefined) {
          throw new Error('no events');
        }
        const result = await log.append(roll, [small, large, last]);
        expect(result).toMatchObject({
          ok: false,
          error: { kind: 'too-large', index: 1, bytes: MAX_EVENT_BYTES + 1 },
        });
        expect(await log.head(roll)).toBe(0);
        expect(await texts(roll)).toEqual([]);
      });
    });

    describe('expectedSeq', () => {
      test('appends at the head it names', async () => {
        const roll = newRoll();
        expect(await mustAppend(roll, ['one', 'two'], 0)).toEqual([1, 2]);
        expect(await mustAppend(roll, ['three'], 2)).toEqual([3]);
        expect(await texts(roll)).toEqual(['one', 'two', 'three']);
      });

      test.each([0, 1, 3, 99])(
        'with the head at 2, %i is a conflict and nothing is written',
        async (expected) => {
          const roll = newRoll();
          await mustAppend(roll, ['one', 'two']);
          const result = await log.append(roll, eventsOf(['three']), { expectedSeq: expected });
          const conflict = { kind: 'conflict', expectedSeq: expected, actualSeq: 2 };
          expect(result).toMatchObject({ ok: false, error: conflict });
          expect(await texts(roll)).toEqual(['one', 'two']);
        },
      );

      test('a conflict stays one after this log itself moved the roll', async () => {
        const roll = newRoll();
        await mustAppend(roll, ['one'], 0);
        await mustAppend(roll, ['two']);
        const result = await log.append(roll, eventsOf(['late']), { expectedSeq: 1 });
        expect(result).toMatchObject({ ok: false, error: { kind: 'conflict', actualSeq: 2 } });
      });

      test('of many that expect the same head, one wins', async () => {
        const roll = newRoll();
        await mustAppend(roll, ['start']);
        const results = await Promise.all(
          Array.from({ length: 20 }, (_, index) =>
            log.append(roll, eventsOf([`a${index}`, `b${index}`]), { expectedSeq: 1 }),
          ),
        );
        const winner = results.findIndex((result) => result.ok);
        expect(results.filter((result) => result.ok)).toEqual([{ ok: true, value: [2, 3] }]);
        expect(results.filter((result) => !result.ok && result.error.kind === 'conflict')).toHaveLength(19);
        expect(await texts(roll)).toEqual(['start', `a${winner}`, `b${winner}`]);
      });

      test('another roll moving is no conflict', async () => {
        const [roll, other] = [newRoll(), newRoll()];
        const appends = [];
        for (let index = 0; index < 20; index++) {
          appends.push(log.append(other, eventsOf([`other ${index}`])));
          const result = await log.append(roll, eventsOf([`mine ${index}`]), { expectedSeq: index });
          expect(result).toEqual({ ok: true, value: [index + 1] });
        }
        expect((await Promise.all(appends)).every((result) => result.ok)).toBe(true);
        expect(await log.head(other)).toBe(20);
      });
    });

    describe('concurrency', () => {
      test('appends side by side are each whole, in order, and once', async () => {
        const roll = newRoll();
        const writers = Array.from({ length: 40 }, (_, writer) => [
          `${writer} a`,
          `${writer} b`,
          `${writer} c`,
        ]);
        const positions = await Promise.all(writers.map((writer) => mustAppend(roll, writer)));
        const entries = await collect(log.read(roll));
        expect(entries.map((entry) => entry.seq)).toEqual(entries.map((_, index) => index + 1));
        expect(entries).toHaveLength(120);
        for (const [writer, seqs] of positions.entries()) {
          expect(seqs.map((seq) => textOf(entries[seq - 1]))).toEqual(writers[writer]);
          expect(seqs).toEqual([...seqs].sort((one, other) => one - other));
        }
      });

      test('a roll is not disturbed by appends to others', async () => {
        const rolls = [newRoll(), newRoll(), newRoll()];
        await Promise.all(
          Array.from({ length: 60 }, (_, index) => {
            const roll = rolls[index % 3];
            return roll && mustAppend(roll, [`event ${index}`]);
          }),
        );
        for (const [place, roll] of rolls.entries()) {
          const expected = Array.from({ length: 20 }, (_, index) => `event ${index * 3 + place}`);
          expect((await texts(roll)).sort()).toEqual(expected.sort());
        }
      });
    });

    describe('follow', () => {
      test('gives what was there before, then what comes after, each once', async () => {
        const roll = newRoll();
        await mustAppend(roll, ['one', 'two']);
        const follower = following(roll);
        expect(await follower.next(2)).toEqual(['one', 'two']);
        await mustAppend(roll, ['three']);
        expect(await follower.next(1)).toEqual(['three']);
        await Promise.all([mustAppend(roll, ['four']), mustAppend(roll, ['five'])]);
        expect((await follower.next(2)).sort()).toEqual(['five', 'four']);
        await follower.end();
      });

      test('waits for the first entry of a roll nobody knows', async () => {
        const roll = newRoll();
        const follower = following(roll);
        const first = follower.next(1);
        await mustAppend(roll, ['one']);
        expect(await first).toEqual(['one']);
        await follower.end();
      });

      test('resumes after the entry it is given', async () => {
        const roll = newRoll();
        await mustAppend(roll, ['one', 'two', 'three', 'four']);
        const [, second] = await collect(log.read(roll));
        const follower = following(roll, second);
        expect(await follower.next(2)).toEqual(['three', 'four']);
        expect(follower.last()).toMatchObject({ seq: 4 });
        const resumed = following(roll, follower.last());
        await mustAppend(roll, ['five']);
        expect(await resumed.next(1)).toEqual(['five']);
        expect(resumed.last()).toMatchObject({ seq: 5 });
        await follower.end();
        await resumed.end();
      });

      test('positions of read and follow are the same', async () => {
        const roll = newRoll();
        await mustAppend(roll, ['one', 'two', 'three']);
        const follower = following(roll);
        await follower.next(3);
        expect(follower.last()).toEqual((await collect(log.read(roll))).at(-1));
        await follower.end();
      });

      test('a slow follower loses nothing of a long history', async () => {
        const roll = newRoll();
        const many = Array.from({ length: 3_000 }, (_, index) => `event ${index}`);
        await mustAppend(roll, many.slice(0, 2_000));
        const follower = following(roll);
        const seen = await follower.next(1);
        await mustAppend(roll, many.slice(2_000));
        expect([...seen, ...(await follower.next(2_999))]).toEqual(many);
        await follower.end();
      });

      test('ends when the signal aborts, at once if it has already', async () => {
        const roll = newRoll();
        await mustAppend(roll, ['one']);
        expect(await collect(log.follow(roll, null, AbortSignal.abort()))).toEqual([]);
        const follower = following(roll);
        await follower.next(1);
        const waiting = follower.next(1);
        await follower.end();
        expect(await waiting).toEqual([]);
      });
    });

    describe('branches', () => {
      test('a branch is its base up to a place, then its own', async () => {
        const roll = newRoll();
        const branch = branchOf(roll, 'what-if');
        await mustAppend(roll, ['one', 'two', 'three']);
        await mustOpen(branch, { base: { timeline: 'record', seq: 2 }, basis: 'hypothetical' });
        expect(await log.head(branch)).toBe(2);
        expect(await texts(branch)).toEqual(['one', 'two']);
        expect(await mustAppend(branch, ['mine'], 2)).toEqual([3]);
        expect(await mustAppend(branch, ['and mine'])).toEqual([4]);
        await mustAppend(roll, ['four']);
        expect(await texts(branch)).toEqual(['one', 'two', 'mine', 'and mine']);
        expect(await texts(branch, { from: 2, to: 3 })).toEqual(['two', 'mine']);
        expect(await texts(branch, { from: 4 })).toEqual(['and mine']);
        expect((await collect(log.read(branch))).map((entry) => entry.seq)).toEqual([1, 2, 3, 4]);
        expect(await texts(roll)).toEqual(['one', 'two', 'three', 'four']);
        expect(await log.head(branch)).toBe(4);
      });

      test('a branch of a branch reads all three', async () => {
        const roll = newRoll();
        const [branch, twig] = [branchOf(roll, 'branch'), branchOf(roll, 'twig')];
        await mustAppend(roll, ['r1', 'r2', 'r3']);
        await mustOpen(branch, { base: { timeline: 'record', seq: 2 } });
        await mustAppend(branch, ['b3', 'b4']);
        await mustOpen(twig, { base: { timeline: 'branch', seq: 3 } });
        await mustAppend(twig, ['t4', 't5']);
        expect(await texts(twig)).toEqual(['r1', 'r2', 'b3', 't4', 't5']);
        expect(await texts(twig, { from: 3, to: 4 })).toEqual(['b3', 't4']);
        const follower = following(twig);
        expect(await follower.next(5)).toEqual(['r1', 'r2', 'b3', 't4', 't5']);
        await follower.end();
      });

      test('a branch from within what its base inherits has nothing of the base itself', async () => {
        const roll = newRoll();
        const [branch, early, empty] = [
          branchOf(roll, 'branch'),
          branchOf(roll, 'early'),
          branchOf(roll, 'empty'),
        ];
        await mustAppend(roll, ['r1', 'r2']);
        await mustOpen(branch, { base: { timeline: 'record', seq: 2 } });
        await mustAppend(branch, ['b3']);
        await mustOpen(early, { base: { timeline: 'branch', seq: 1 } });
        await mustOpen(empty, { base: { timeline: 'branch', seq: 0 } });
        await mustAppend(early, ['e2']);
        await mustAppend(empty, ['m1']);
        expect(await texts(early)).toEqual(['r1', 'e2']);
        expect(await texts(empty)).toEqual(['m1']);
      });

      test('a follower of a branch gets the base first, never past the place it branched at', async () => {
        const roll = newRoll();
        const branch = branchOf(roll, 'branch');
        await mustAppend(roll, ['r1', 'r2', 'r3']);
        await mustOpen(branch, { base: { timeline: 'record', seq: 2 } });
        const follower = following(branch);
        expect(await follower.next(2)).toEqual(['r1', 'r2']);
        await mustAppend(roll, ['r4']);
        await mustAppend(branch, ['b3']);
        expect(await follower.next(1)).toEqual(['b3']);
        expect(follower.last()).toMatchObject({ seq: 3 });
        await follower.end();
      });

      test('a follower that came before its roll was opened as a branch gets the base first too', async () => {
        const roll = newRoll();
        const branch = branchOf(roll, 'branch');
        await mustAppend(roll, ['r1', 'r2', 'r3']);
        const follower = following(branch);
        const first = follower.next(3);
        await mustOpen(branch, { base: { timeline: 'record', seq: 2 } });
        await mustAppend(branch, ['b3']);
        expect(await first).toEqual(['r1', 'r2', 'b3']);
        expect(follower.last()).toMatchObject({ seq: 3 });
        await follower.end();
      });

      test('a follower of a branch resumes within the base, at its end, and within its own', async () => {
        const roll = newRoll();
        const branch = branchOf(roll, 'branch');
        await mustAppend(roll, ['r1', 'r2']);
        await mustOpen(branch, { base: { timeline: 'record', seq: 2 } });
        await mustAppend(branch, ['b3', 'b4']);
        const entries = await collect(log.read(branch));
        for (const [index, expected] of [['r2', 'b3', 'b4'], ['b3', 'b4'], ['b4']].entries()) {
          const follower = following(branch, entries[index]);
          expect(await follower.next(expected.length)).toEqual(expected);
          expect(follower.last()).toEqual(entries.at(-1));
          await follower.end();
        }
      });
    });

    describe('open and rolls', () => {
      test('a roll can be opened before it has entries, and described anew', async () => {
        const roll = newRoll();
        expect(await mustOpen(roll)).toEqual({ roll, ...about });
        expect(await rollsOf(roll.theatre)).toEqual([{ roll, ...about }]);
        const renamed = { title: 'The war', basis: 'assessed', base: null } as const;
        expect(await mustOpen(roll, renamed)).toEqual({ roll, ...renamed });
        expect(await rollsOf(roll.theatre)).toEqual([{ roll, ...renamed }]);
      });

      test('an append makes a roll, titled by its timeline', async () => {
        const roll = newRoll();
        await mustAppend(roll, ['one']);
        expect(await rollsOf(roll.theatre)).toEqual([{ roll, title: 'record', basis: null, base: null }]);
        await mustOpen(roll, { title: 'Now named' });
        expect(await rollsOf(roll.theatre)).toMatchObject([{ title: 'Now named', basis: 'reported' }]);
      });

      test('one that has entries keeps its title and basis, whoever opens it again', async () => {
        const [record, branch] = [newRoll(), newRoll('what-if')];
        const whatIf = { ...about, title: 'A what-if', basis: 'hypothetical' } as const;
        for (const roll of [record, branch]) {
          await mustOpen(roll, whatIf);
          await mustAppend(roll, ['one']);
          expect(await mustOpen(roll, { title: 'Note', basis: 'reported' })).toEqual({ roll, ...whatIf });
          expect(await mustOpen(roll, whatIf)).toEqual({ roll, ...whatIf });
          expect(await rollsOf(roll.theatre)).toEqual([{ roll, ...whatIf }]);
        }
      });

      test('a branch without entries of its own is described anew, however long its base is', async () => {
        const roll = newRoll();
        await mustAppend(roll, ['one', 'two']);
        const branch = branchOf(roll, 'what-if');
        const base = { timeline: 'record', seq: 2 };
        await mustOpen(branch, { base });
        expect(await mustOpen(branch, { base, basis: 'hypothetical', title: 'B' })).toEqual({
          roll: branch,
          ...{ base, basis: 'hypothetical', title: 'B' },
        });
        await mustAppend(branch, ['three']);
        expect(await mustOpen(branch, { base })).toMatchObject({ basis: 'hypothetical', title: 'B' });
      });

      test('a what-if that was noted stays noted when the roll is opened, until it is taken back', async () => {
        const roll = newRoll();
        await mustAppend(roll, ['one']);
        const noted = { roll, title: 'record', basis: null, base: null, isHypothetical: true };
        expect(await log.noteWhatIf(roll, true)).toEqual({ ok: true, value: noted });
        expect(await rollsOf(roll.theatre)).toEqual([noted]);
        const opened = await mustOpen(roll);
        expect(opened).toEqual({ roll, ...about, isHypothetical: true });
        expect(await log.noteWhatIf(roll, false)).toEqual({ ok: true, value: { roll, ...about } });
        expect(await log.noteWhatIf(newRoll(), true)).toMatchObject({
          ok: false,
          error: { kind: 'no-such-roll' },
        });
        expect(await log.noteWhatIf(roll, false)).toEqual({ ok: true, value: { roll, ...about } });
      });

      test('one that was closed says so, also to whoever opens the log later, until it is opened again', async () => {
        const [roll, never] = [newRoll(), newRoll()];
        await mustOpen(roll);
        await mustAppend(roll, ['one']);
        await mustAppend(never, ['by mistake']);
        const closed = { roll, ...about, isClosed: true };
        expect(await log.closeRoll(roll)).toEqual({ ok: true, value: closed });
        expect(await log.closeRoll(roll)).toEqual({ ok: true, value: closed });
        expect(await log.closeRoll(never)).toMatchObject({
          ok: true,
          value: { basis: null, isClosed: true },
        });
        expect(await log.closeRoll(newRoll())).toMatchObject({ ok: false, error: { kind: 'no-such-roll' } });
        await log.close();
        log = await store.open();
        expect(await rollsOf(roll.theatre)).toEqual([closed]);
        expect(await rollsOf(never.theatre)).toMatchObject([{ isClosed: true }]);
        expect(await texts(roll)).toEqual(['one']);
        expect(await mustAppend(roll, ['two'])).toEqual([2]);
        expect(
          (await mustOpen(branchOf(roll, 'branch'), { base: { timeline: 'record', seq: 2 } })).base,
        ).toEqual({
          timeline: 'record',
          seq: 2,
        });
        expect(await mustOpen(roll, { title: 'Another', basis: 'assessed' })).toEqual({ roll, ...about });
      });

      test('rolls are listed by name, in code-unit order', async () => {
        const roll = newRoll('b');
        for (const timeline of ['b', 'a-1', 'a', 'c', 'a1']) {
          await mustOpen(branchOf(roll, timeline));
        }
        const names = (await rollsOf(roll.theatre)).map((info) => info.roll.timeline);
        expect(names).toEqual(['a', 'a-1', 'a1', 'b', 'c']);
      });

      test.each([
        ['a base where it has none', 'record', { timeline: 'other', seq: 1 }],
        ['another base', 'branch', { timeline: 'other', seq: 1 }],
        ['another place in its base', 'branch', { timeline: 'record', seq: 1 }],
        ['no base where it has one', 'branch', null],
        ['a base nobody knows', 'new', { timeline: 'nowhere', seq: 0 }],
        ['a base that does not reach so far', 'new', { timeline: 'record', seq: 3 }],
        ['itself as base', 'new', { timeline: 'new', seq: 0 }],
        ['a place before the first', 'new', { timeline: 'record', seq: -1 }],
      ])('%s is refused and nothing changes', async (_, timeline, base) => {
        const roll = newRoll();
        await mustAppend(roll, ['one', 'two']);
        await mustAppend(branchOf(roll, 'other'), ['one', 'two']);
        await mustOpen(branchOf(roll, 'branch'), { base: { timeline: 'record', seq: 2 } });
        const before = await rollsOf(roll.theatre);
        const result = await log.open(branchOf(roll, timeline), { ...about, title: 'refused', base });
        expect(result).toMatchObject({ ok: false, error: { kind: 'branch-refused' } });
        expect(await rollsOf(roll.theatre)).toEqual(before);
      });

      test('heads tells where every roll stands: one with entries, one without, a branch, and its own', async () => {
        const roll = newRoll();
        const [bare, inherits, grown] = ['bare', 'inherits', 'grown'].map((name) => branchOf(roll, name));
        if (bare === undefined || inherits === undefined || grown === undefined) throw new Error('no rolls');
        await mustAppend(roll, ['r1', 'r2', 'r3']);
        await mustOpen(bare);
        await mustOpen(inherits, { base: { timeline: 'record', seq: 2 } });
        await mustOpen(grown, { base: { timeline: 'record', seq: 2 } });
        await mustAppend(grown, ['g3', 'g4']);
        const heads = await log.heads();
        const names = [roll, bare, inherits, grown].map(({ theatre, timeline }) => `${theatre}.${timeline}`);
        expect(names.map((name) => heads.get(name))).toEqual([3, 0, 2, 4]);
      });

      test('of many that open a roll with different bases, one wins', async () => {
        const roll = newRoll();
        await mustAppend(roll, Array<string>(10).fill('x'));
        const results = await Promise.all(
          Array.from({ length: 10 }, (_, index) =>
            log.open(branchOf(roll, 'raced'), { ...about, base: { timeline: 'record', seq: index + 1 } }),
          ),
        );
        expect(results.filter((result) => result.ok)).toHaveLength(1);
        const winners = results.flatMap((result) => (result.ok ? [result.value] : []));
        const known = await rollsOf(roll.theatre);
        expect(known.filter((info) => info.roll.timeline === 'raced')).toEqual(winners);
      });

      test('followRolls gives the known, then the new and the renamed', async () => {
        const roll = newRoll();
        const second = branchOf(roll, 'second');
        await mustOpen(roll);
        const stop = new AbortController();
        const seen: RollInfo[] = [];
        const follower = log.followRolls(stop.signal)[Symbol.asyncIterator]();
        const until = async (timeline: string, title: string) => {
          while (!seen.some((info) => info.roll.timeline === timeline && info.title === title)) {
            const { done, value } = await follower.next();
            if (done) {
              throw new Error('followRolls ended');
            }
            if (value.roll.theatre === roll.theatre) {
              seen.push(value);
            }
          }
        };
        await until('record', 'Record');
        await mustAppend(second, ['one']);
        await until('second', 'second');
        await mustOpen(second, { title: 'Named' });
        await until('second', 'Named');
        await mustOpen(branchOf(roll, 'third'), { base: { timeline: 'record', seq: 0 }, title: 'Third' });
        await until('third', 'Third');
        expect(seen.at(-1)?.base).toEqual({ timeline: 'record', seq: 0 });
        const waiting = follower.next();
        stop.abort();
        expect((await waiting).done).toBe(true);
      });
    });

    describe('close and open again', () => {
      test('everything is still there, and appends go on from the head', async () => {
        const roll = newRoll();
        const branch = branchOf(roll, 'branch');
        await mustOpen(roll, { title: 'Kept' });
        await mustAppend(roll, ['one', 'two']);
        await mustOpen(branch, { base: { timeline: 'record', seq: 1 } });
        await mustAppend(branch, ['b2']);
        const before = { entries: await collect(log.read(branch)), rolls: await log.rolls() };
        await log.close();
        log = await store.open();
        expect(await collect(log.read(branch))).toEqual(before.entries);
        expect(await log.rolls()).toEqual(before.rolls);
        expect(await mustAppend(branch, ['b3'], 2)).toEqual([3]);
        expect(await mustAppend(roll, ['three'])).toEqual([3]);
        const follower = following(branch, before.entries.at(-1));
        expect(await follower.next(1)).toEqual(['b3']);
        await follower.end();
      });

      test('a follower ends with the log', async () => {
        const roll = newRoll();
        await mustAppend(roll, ['one']);
        const follower = following(roll);
        await follower.next(1);
        const waiting = follower.next(1);
        await log.close();
        expect(await waiting).toEqual([]);
        const late = await log.append(roll, eventsOf(['late']));
        expect(late).toMatchObject({ ok: false, error: { kind: 'unavailable' } });
        await log.close();
        log = await store.open();
        expect(await texts(roll)).toEqual(['one']);
      });
    });

    async function rollsOf(theatre: string): Promise<RollInfo[]> {
      return (await log.rolls()).filter((info) => info.roll.theatre === theatre);
    }

    function following(roll: RollId, after: Pick<LogEntry, 'seq' | 'cursor'> | null = null) {
      const stop = new AbortController();
      const iterator = log.follow(roll, after, stop.signal)[Symbol.asyncIterator]();
      let last: LogEntry | null = null;
      return {
        /** The texts of that many entries; fewer only if the follow ends. */
        async next(count: number): Promise<string[]> {
          const found: string[] = [];
          while (found.length < count) {
            const { done, value } = await iterator.next();
            if (done) {
              break;
            }
            last = value;
            found.push(textOf(value));
          }
          return found;
        },
        last: () => last,
        async end(): Promise<void> {
          stop.abort();
          await iterator.return?.();
        },
      };
    }
  });
}

let identities = 0;

/** One event for each text, of a contingent or of the theatre in turn, each with an identity of its own. */
export function eventsOf(texts: readonly string[]): OutgoingEvent[] {
  return texts.map((text, index) => ({
    entity: ['theatre', 'brigade-1', 'brigade-2'][index % 3] ?? 'theatre',
    identity: `/tests ${process.pid}-${++identities}`,
    bytes: Buffer.from(text),
  }));
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) {
    found.push(item);
  }
  return found;
}

export function textOf(entry: LogEntry | undefined): string {
  return entry === undefined ? '' : Buffer.from(entry.bytes).toString();
}
