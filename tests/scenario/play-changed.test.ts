import { describe, expect, test } from 'vitest';
import type { Scenario } from '../../src/scenario/library.ts';
import { type PlayReport, play } from '../../src/scenario/play.ts';
import { playlist } from '../../src/scenario/playlist.ts';
import { loaded } from './given-script.ts';
import { MemoryTarget } from './memory-target.ts';

const HEAD = `scenario: pos
title: Positions
theatre: ukraine
basis: reported
defaults: { reporter: NIS, reliability: B, credibility: 2 }
events:
  - { on: 2024-10-01, type: contingent.deployed, contingent: unit-a, data: { strength: 1000, kind: infantry, origin: x } }
`;

const lost = (on: string, killed: number, more = '') =>
  `  - { on: ${on}, type: casualty.recorded, contingent: unit-a, data: { killed: ${killed} }${more} }\n`;
const NOVEMBER = lost('2024-11-01', 10);
const MIDDLE = lost('2024-11-15', 5);
const DECEMBER = lost('2024-12-01', 20);
const REINFORCED =
  '  - { on: 2024-11-20, type: contingent.reinforced, contingent: unit-a, data: { strength: 50 } }\n';
const LATE = lost('2025-01-01', 40);

const COUNTING = Array.from({ length: 20 }, (_, index) => lost('+1d', index + 1));

const script = (...events: readonly string[]) => loaded({ 'pos.yaml': HEAD + events.join('') }, 'pos.yaml');
const correction = (id: string, what: string, more = '') =>
  `  - { on: 2025-02-01, type: event.corrected, data: { target: { source: /scenarios/pos, id: ${id} }, reason: x, ${what} }${more} }\n`;
const retraction = (id: string) =>
  `  - { on: 2025-02-01, type: event.retracted, data: { target: { source: /scenarios/pos, id: ${id} }, reason: x } }\n`;

async function playAll(target: MemoryTarget, scenario: Scenario): Promise<PlayReport> {
  const report = await play(playlist([scenario], 'max'), target);
  expect(report.end).toEqual({ kind: 'done' });
  return report;
}

/** What was found, in brief. */
function found({ held, sent, found: [one] }: PlayReport) {
  if (one === undefined) throw new Error('nothing was played');
  return {
    held,
    sent,
    differing: one.differing.map(({ event, held: there, isRetracted, differences }) =>
      [
        event.index + 1,
        there.id,
        ...(isRetracted ? ['retracted'] : []),
        ...differences.map(({ path }) => path),
      ].join(' '),
    ),
    unclear: one.unclear.map(({ event, id }) => `${event.index + 1} ${id}`),
    left: one.left.map(({ id }) => id),
    issued: one.issued.map(({ event, id }) => `${event.id} ${id}`),
    heldAs: one.heldAs.map(({ event, id }) => `${event.id} ${id}`),
  };
}

const NOTHING = { differing: [], unclear: [], left: [], issued: [], heldAs: [] };

/** What each event in the target says, by its id. */
const killedOf = (target: MemoryTarget) =>
  Object.fromEntries(
    (target.rolls.get('ukraine.pos')?.events ?? []).map(({ id, bytes }) => [
      id,
      JSON.parse(Buffer.from(bytes).toString()).data.killed,
    ]),
  );

describe.each(['judging', 'keeping'] as const)('a script that has changed, on a %s target', (kind) => {
  /** Plays one script and then another. */
  async function twice(before: readonly string[], after: readonly string[]) {
    const target = new MemoryTarget(kind);
    await playAll(target, await script(...before));
    const report = await playAll(target, await script(...after));
    return { target, report };
  }

  const given = [', id: fact-b', ', id: fact-c', ', id: fact-x'] as const;

  test('an event in its middle: that one is sent, and none for the second time', async () => {
    const { target, report } = await twice([NOVEMBER, DECEMBER], [NOVEMBER, MIDDLE, DECEMBER]);
    expect(found(report)).toEqual({ ...NOTHING, held: 3, sent: 1, issued: ['pos-003 pos-004'] });
    expect(killedOf(target)).toEqual({ 'pos-001': undefined, 'pos-002': 10, 'pos-003': 20, 'pos-004': 5 });

    const again = await playAll(target, await script(NOVEMBER, MIDDLE, DECEMBER));
    expect(found(again)).toEqual({ ...NOTHING, held: 4, sent: 0 });
    const longer = await playAll(target, await script(NOVEMBER, MIDDLE, DECEMBER, LATE));
    expect(found(longer)).toEqual({ ...NOTHING, held: 4, sent: 1 });
    expect(killedOf(target)).toHaveProperty('pos-005', 40);
  });

  test('an event in its middle, ids given', async () => {
    const [b, c, x] = given;
    const [november, middle, december] = [
      lost('2024-11-01', 10, b),
      lost('2024-11-15', 5, x),
      lost('2024-12-01', 20, c),
    ];
    const { target, report } = await twice([november, december], [november, middle, december]);
    expect(found(report)).toEqual({ ...NOTHING, held: 3, sent: 1 });
    expect(killedOf(target)).toEqual({ 'pos-001': undefined, 'fact-b': 10, 'fact-c': 20, 'fact-x': 5 });
  });

  test.each<[string, string[], string[], Partial<ReturnType<typeof found>>]>([
    [
      'a number',
      [NOVEMBER, DECEMBER],
      [lost('2024-11-01', 11), DECEMBER],
      { held: 2, differing: ['2 pos-002 data.killed'] },
    ],
    [
      'a date',
      [NOVEMBER, DECEMBER],
      [lost('2024-11-02', 10), DECEMBER],
      { held: 2, differing: ['2 pos-002 time'] },
    ],
    [
      'a type',
      [NOVEMBER],
      ['  - { on: 2024-11-01, type: contingent.committed, contingent: unit-a, data: {} }\n'],
      { held: 1, differing: ['2 pos-002 type data.killed'] },
    ],
    [
      'a rating and a number',
      [NOVEMBER],
      [lost('2024-11-01', 11, ', reliability: F')],
      { held: 1, differing: ['2 pos-002 reliability data.killed'] },
    ],
    [
      'a number where the id is given',
      [lost('2024-11-01', 10, ', id: fact-b')],
      [lost('2024-11-01', 11, ', id: fact-b')],
      { held: 1, differing: ['2 fact-b data.killed'] },
    ],
    [
      'a number, beside an event in the middle',
      [NOVEMBER, DECEMBER],
      [MIDDLE, lost('2024-11-01', 11), DECEMBER],
      { held: 2, sent: 1, differing: ['3 pos-002 data.killed'], issued: ['pos-002 pos-004'] },
    ],
    ['the order', [NOVEMBER, DECEMBER], [DECEMBER, NOVEMBER], { held: 3 }],
    ['how a number is written', [NOVEMBER], [lost('2024-11-01', 10.0), ''], { held: 2 }],
    [
      'an estimate into the same in full',
      [lost('2024-11-01', 10), REINFORCED],
      [lost('2024-11-01', 10), REINFORCED.replace('50', '{ low: 50, best: 50, high: 50 }')],
      { held: 3 },
    ],
    ['an event taken out', [NOVEMBER, DECEMBER], [DECEMBER], { held: 2, left: ['pos-002'] }],
    [
      'an event given the id that it has',
      [NOVEMBER, DECEMBER],
      [NOVEMBER, lost('2024-12-01', 20, ', id: pos-003')],
      { held: 3 },
    ],
    [
      'an event given an id',
      [NOVEMBER, DECEMBER],
      [NOVEMBER, lost('2024-12-01', 20, ', id: fact-c')],
      { held: 3, heldAs: ['fact-c pos-003'] },
    ],
    ['an id taken away', [lost('2024-11-01', 10, ', id: fact-b')], [NOVEMBER], { held: 2 }],
    [
      'a second event that says the same',
      [NOVEMBER, DECEMBER],
      [NOVEMBER, NOVEMBER, DECEMBER],
      { held: 3, sent: 1, issued: ['pos-003 pos-004'] },
    ],
    [
      'a correction that says so',
      [NOVEMBER, DECEMBER],
      [NOVEMBER, DECEMBER, correction('pos-002', 'data: { killed: 11 }')],
      { held: 3, sent: 1 },
    ],
    [
      'an event and a correction that makes it so',
      [NOVEMBER],
      [lost('2024-11-01', 11), correction('pos-002', 'data: { killed: 11 }')],
      { held: 2, sent: 1 },
    ],
    [
      'a date and a correction that makes it so',
      [NOVEMBER],
      [lost('2024-11-02', 10), correction('pos-002', 'time: "2024-11-02T00:00:00Z"')],
      { held: 2, sent: 1 },
    ],
    [
      'an event taken out, and its retraction',
      [NOVEMBER, DECEMBER],
      [NOVEMBER, retraction('pos-003')],
      { held: 2, sent: 1, issued: ['pos-003 pos-004'] },
    ],
  ])('%s', async (_, before, after, expected) => {
    const { report } = await twice(before, after);
    expect(found(report)).toEqual({ ...NOTHING, sent: 0, ...expected });
  });

  test('a default that every event takes: each is told', async () => {
    const target = new MemoryTarget(kind);
    await playAll(target, await script(NOVEMBER, DECEMBER));
    const other = HEAD.replace('reliability: B', 'reliability: F');
    const changed = await loaded({ 'pos.yaml': `${other}${NOVEMBER}${MIDDLE}${DECEMBER}` }, 'pos.yaml');
    const report = await playAll(target, changed);
    expect(found(report)).toMatchObject({
      sent: 1,
      differing: ['1 pos-001 reliability', '2 pos-002 reliability', '4 pos-003 reliability'],
    });
  });

  test('a correction names what it is about by its id in the log', async () => {
    const { target, report } = await twice(
      [NOVEMBER, DECEMBER, correction('pos-003', 'data: { killed: 21 }')],
      [
        NOVEMBER,
        MIDDLE,
        DECEMBER,
        correction('pos-004', 'data: { killed: 21 }'),
        correction('pos-003', 'data: { killed: 6 }'),
      ],
    );
    const targets = (target.rolls.get('ukraine.pos')?.events ?? [])
      .map(({ bytes }) => JSON.parse(Buffer.from(bytes).toString()))
      .filter(({ type }) => type === 'event.corrected')
      .map(({ id, data }) => [id, data.target.id, data.data.killed]);
    expect(found(report)).toMatchObject({ held: 4, sent: 2, differing: [], unclear: [] });
    expect(targets).toEqual([
      ['pos-004', 'pos-003', 21],
      ['pos-006', 'pos-005', 6],
    ]);
  });

  test('a retracted event said otherwise: it is new', async () => {
    const target = new MemoryTarget(kind);
    await playAll(target, await script(NOVEMBER, retraction('pos-002')));
    const report = await playAll(target, await script(lost('2024-11-01', 11), retraction('pos-002')));
    expect(found(report)).toMatchObject({ sent: 1, differing: [], issued: ['pos-002 pos-004'] });
  });

  test('killed in the middle: the rest goes by the same ids', async () => {
    const changed = await script(MIDDLE, NOVEMBER, LATE, lost('2024-11-20', 1), DECEMBER);
    const whole = new MemoryTarget(kind);
    await playAll(whole, await script(NOVEMBER, DECEMBER));
    await playAll(whole, changed);

    const parts = new MemoryTarget(kind);
    await playAll(parts, await script(NOVEMBER, DECEMBER));
    const aborting = new AbortController();
    const report = await play(playlist([changed], 'max'), parts, {
      signal: aborting.signal,
      batchSize: 1,
      onProgress: ({ done }) => done === 4 && aborting.abort(),
    });
    expect(report).toMatchObject({ end: { kind: 'aborted' }, sent: 1 });
    await playAll(parts, changed);
    expect(killedOf(parts)).toEqual(killedOf(whole));
  });

  test.each<[string, string[], string[]]>([
    ['an event among dates that count on', [NOVEMBER, ...COUNTING], [NOVEMBER, lost('+5d', 99), ...COUNTING]],
    [
      'a number, beside a new event with that number',
      [NOVEMBER, DECEMBER],
      [lost('2024-11-15', 10), lost('2024-11-01', 11), DECEMBER],
    ],
    [
      'a date, beside a new event on that date',
      [NOVEMBER, DECEMBER],
      [lost('2024-11-01', 5), lost('2024-11-02', 10), DECEMBER],
    ],
  ])('%s: what may be an edited event is not sent', async (_, before, after) => {
    const { target, report } = await twice(before, after);
    const { held, sent, differing, unclear } = found(report);
    expect({ sent, unclear: unclear.length }).toEqual({ sent: 0, unclear: 1 });
    expect(held + differing.length + unclear.length).toBe(report.total);
    expect(target.idsOn('ukraine.pos')).toHaveLength(before.length + 1);
  });
});
