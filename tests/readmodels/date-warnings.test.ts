import { describe, expect, test } from 'vitest';
import { judgeEvent } from '../../events/event.ts';
import { Arrivals } from '../../src/readmodels/arrivals.ts';
import { datedBeforeArrival, impossibleDates } from '../../src/readmodels/date-warnings.ts';
import { foldLog } from '../../src/roll/fold.ts';
import { type EventJson, exampleEvent, mustBeGood } from '../support/examples.ts';
import { deployed, fact, kernels, logOf, written } from '../support/roll-scenario.ts';

const NOW = Date.UTC(2026, 10, 29, 13, 30);

const rated = { basis: 'reported', reliability: 'B', credibility: 2 };
const datesOf = (attributes: EventJson) =>
  impossibleDates(
    mustBeGood(judgeEvent(exampleEvent('contingent.committed', { ...rated, ...attributes }))).event,
    NOW,
  );

describe('dates that cannot be', () => {
  test.each([
    [
      { time: '2205-10-13T00:00:00Z' },
      'time is 2205-10-13, later than 2026-11-29, when it is recorded; is the year right?',
    ],
    [
      { time: '2026-11-30T00:00:00Z' },
      'time is 2026-11-30, later than 2026-11-29, when it is recorded; is the year right?',
    ],
    [{ time: '0025-10-13T00:00:00Z' }, 'time is 0025-10-13, before 1900; is the year right?'],
    [{ time: '1899-12-31T23:59:59Z' }, 'time is 1899-12-31, before 1900; is the year right?'],
    [
      { observedtime: '2062-11-01T00:00:00Z' },
      'observedtime is 2062-11-01, later than 2026-11-29, when it is recorded; is the year right?',
    ],
    [
      { time: '2027-01-31T00:00:00Z', timeprecision: 'month' },
      'time is 2027-01-31, later than 2026-11-29, when it is recorded; is the year right?',
    ],
  ])('%j', (attributes, warning) => {
    expect(datesOf(attributes)).toEqual([warning]);
    expect(datesOf({ ...attributes, basis: 'assessed' })).toEqual([warning]);
    expect(datesOf({ ...attributes, basis: 'hypothetical' })).toEqual([]);
  });

  test.each([
    { time: '2026-11-29T23:59:59Z' },
    { time: '1900-01-01T00:00:00Z' },
    { time: '2026-12-01T00:00:00Z', timeprecision: 'week' },
    { time: '2026-12-15T00:00:00Z', timeprecision: 'month' },
  ])('%j can be', (attributes) => {
    expect(datesOf(attributes)).toEqual([]);
  });

  test('a corrected time is a date too', () => {
    const correction = exampleEvent('event.corrected', {
      data: { target: { source: '/a', id: '1' }, reason: 'a typo', time: '2205-01-01T00:00:00Z' },
    });
    expect(impossibleDates(mustBeGood(judgeEvent(correction)).event, NOW)).toEqual([
      'data.time is 2205-01-01, later than 2026-11-29, when it is recorded; is the year right?',
    ]);
  });
});

describe('a fact dated before a contingent that it is about', () => {
  /** What is said to the last of some events. */
  async function toldOfLast(...events: readonly EventJson[]): Promise<readonly string[]> {
    const arrivals = new Arrivals();
    const log = logOf(events);
    const { fold } = await foldLog(
      kernels,
      () => log,
      {},
      () => arrivals,
    );
    const last = mustBeGood(judgeEvent(written(events.length, events.at(-1) ?? {}))).event;
    return datedBeforeArrival(last, arrivals, fold.contingents);
  }

  const came = deployed('unit-a', 1000, {});
  const at = (time: string) => ({ time });
  const lost = (time: string) => fact('casualty.recorded', 'unit-a', { killed: 10 }, at(time));

  test('is refused in the order of time', async () => {
    const on = 'accepted as logged; in the order of time it is refused: unit-a is deployed on 2025-01-01';
    expect(await toldOfLast(came, lost('2024-12-31T00:00:00Z'))).toEqual([on]);
    expect(await toldOfLast(came, lost('0025-12-31T00:00:00Z'))).toEqual([on]);
    expect(await toldOfLast(came, lost('2025-01-01T00:00:00Z'))).toEqual([]);
    expect(await toldOfLast(came, lost('2026-01-01T00:00:00Z'))).toEqual([]);
  });

  test('on the same day it is the hour that counts', async () => {
    const atNoon = { ...came, time: '2025-01-01T12:00:00Z' };
    expect(await toldOfLast(atNoon, lost('2025-01-01T00:00:00Z'))).toEqual([
      'accepted as logged; in the order of time it is refused: unit-a is deployed at 2025-01-01T12:00:00.000Z',
    ]);
  });

  test('a part comes when it leaves', async () => {
    const left = fact('contingent.detached', 'unit-a', { detachment: { id: 'unit-b', strength: 100 } });
    const early = fact('contingent.committed', 'unit-b', {}, at('2025-01-01T00:00:00Z'));
    expect(await toldOfLast(came, left, early)).toEqual([
      'accepted as logged; in the order of time it is refused: unit-b leaves unit-a on 2025-01-02',
    ]);
  });

  test('what is absorbed must have come too, and who is signalled about', async () => {
    const other = deployed('unit-b', 100, {});
    const merged = fact('contingent.merged', 'unit-a', { absorbed: 'unit-b' }, at('2025-01-01T12:00:00Z'));
    expect(await toldOfLast(came, other, merged)).toEqual([
      'accepted as logged; in the order of time it is refused: unit-b is deployed on 2025-01-02',
    ]);
    const signalled = fact('defection.signalled', 'unit-a', {}, at('2024-01-01T00:00:00Z'));
    expect(await toldOfLast(came, signalled)).toHaveLength(1);
    expect(await toldOfLast(came, fact('defection.signalled', null, {}, at('2024-01-01T00:00:00Z')))).toEqual(
      [],
    );
  });
});
