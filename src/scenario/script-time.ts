import { parseInstant } from '../../events/time.ts';

const DATE = /^\d{4}-\d{2}-\d{2}$/;
const AFTER = /^\+(\d+)d$/;
const DAY_MS = 86_400_000;
const LATEST_MS = Date.UTC(9999, 11, 31);

export const DAY_OR_TIME = 'a date (2027-02-01) or a time (2027-02-01T06:00:00Z)';
export const ON_FORMS = 'a date (2027-02-01), a time (2027-02-01T06:00:00Z) or +19d';

const LEAP_YEAR = String.raw`(\d\d(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)`;
const REAL_DAY = String.raw`(\d{4}-(0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])|\d{4}-(0[13-9]|1[0-2])-(29|30)|\d{4}-(0[13578]|1[02])-31|${LEAP_YEAR}-02-29)`;
const CLOCK = String.raw`[Tt]([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?([Zz]|[+-]([01]\d|2[0-3]):[0-5]\d)`;

// What the functions below take, as regular expressions that editors understand.
export const TIME_PATTERN = `^${REAL_DAY}${CLOCK}$`;
export const DAY_OR_TIME_PATTERN = `^${REAL_DAY}(${CLOCK})?$`;
export const ON_PATTERN = String.raw`${DAY_OR_TIME_PATTERN}|^\+\d+d$`;

export interface ScriptTime {
  /** RFC 3339. */
  readonly text: string;
  readonly ms: number;
}

/** A date (its midnight, UTC) or an RFC 3339 time as written; null if the text is neither. */
export function parseDayOrTime(text: string): ScriptTime | null {
  const full = DATE.test(text) ? `${text}T00:00:00Z` : text;
  const ms = parseInstant(full);
  return ms === null ? null : { text: full, ms };
}

/** Whether `on` can be written so: a date, a time, or `+19d`. */
export function isOn(text: string): boolean {
  return AFTER.test(text) || parseDayOrTime(text) !== null;
}

/**
 * The time that `on` means after the event before it, whose time is null for the first event. A string is what
 * is wrong.
 */
export function resolveOn(on: string, before: ScriptTime | null): ScriptTime | string {
  const days = AFTER.exec(on)?.[1];
  if (days === undefined) {
    return parseDayOrTime(on) ?? `expected ${ON_FORMS}`;
  }
  if (before === null) {
    return `there is no event before this one for ${on} to count from; give the first event a date`;
  }
  const ms = before.ms + Number(days) * DAY_MS;
  if (!(ms <= LATEST_MS)) return `${on} leads beyond the year 9999`;
  return { text: new Date(ms).toISOString().replace('.000Z', 'Z'), ms };
}
