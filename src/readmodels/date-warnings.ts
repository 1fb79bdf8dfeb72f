import type { MusterEvent } from '../../events/event.ts';
import { instantOf } from '../../events/time.ts';
import type { ContingentState } from '../roll/outcome.ts';
import type { Arrivals } from './arrivals.ts';
import { DAY_MS, dayOf } from './reports/calendar.ts';

/** Nothing that the war could turn on was reported before. */
const EARLIEST_MS = Date.UTC(1900, 0, 1);
/** Days that a date may stand for: the 31st of a month that is not over may be today. */
const DAYS = { day: 1, week: 7, month: 31 } as const;

/**
 * What is wrong with the dates of a fact that was reported or assessed, in words: it cannot have happened after it was
 * recorded, and the year 25 is a slip. `nowMs`: when it is recorded.
 */
export function impossibleDates(event: MusterEvent, nowMs: number): readonly string[] {
  const { envelope } = event;
  if (envelope.basis === 'hypothetical') return [];
  const corrected = event.type === 'event.corrected' ? event.data.time : undefined;
  const dates = { time: envelope.time, observedtime: envelope.observedtime, 'data.time': corrected };
  return Object.entries(dates).flatMap(([name, text]) => {
    if (text === undefined) return [];
    const ms = instantOf(text);
    const day = dayOf(ms);
    if (ms < EARLIEST_MS) return [`${name} is ${day}, before 1900; is the year right?`];
    const days = name === 'observedtime' ? 1 : DAYS[envelope.timeprecision ?? 'day'];
    const isFuture = Math.floor(ms / DAY_MS) - days + 1 > Math.floor(nowMs / DAY_MS);
    return isFuture
      ? [`${name} is ${day}, later than ${dayOf(nowMs)}, when it is recorded; is the year right?`]
      : [];
  });
}

/**
 * What is wrong with the date of a fact that the roll accepted in the order of the log: dated before a contingent that
 * it is about came, it is refused where facts are taken in the order of time.
 */
export function datedBeforeArrival(
  event: MusterEvent,
  arrivals: Arrivals,
  contingents: ReadonlyMap<string, ContingentState>,
): readonly string[] {
  const about = event.type === 'contingent.merged' ? [event.subject, event.data.absorbed] : [event.subject];
  return about.flatMap((id) => {
    const cameMs = id === null ? undefined : arrivals.of(id);
    if (id === null || cameMs === undefined || cameMs <= event.timeMs) return [];
    const parent = contingents.get(id)?.context.parent ?? null;
    const came = parent === null ? 'is deployed' : `leaves ${parent}`;
    const isSameDay = dayOf(cameMs) === dayOf(event.timeMs);
    const when = isSameDay ? `at ${new Date(cameMs).toISOString()}` : `on ${dayOf(cameMs)}`;
    return [`accepted as logged; in the order of time it is refused: ${id} ${came} ${when}`];
  });
}
