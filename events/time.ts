import { z } from 'zod';

const RFC_3339 =
  /^(\d{4})-(\d{2})-(\d{2})[Tt](?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;
const FULL_DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
const DAY_MS = 86_400_000;

/**
 * The instant of an RFC 3339 date-time in milliseconds since 1970 UTC, finer digits cut off; null if the text
 * is none. Second 60 is none: DOMAIN 5 counts it malformed.
 */
export function parseInstant(text: string): number | null {
  const match = RFC_3339.exec(text);
  if (match === null || !isCalendarDay(match)) return null;
  return Date.parse(text.toUpperCase().replace(/(\.\d{3})\d+/, '$1'));
}

/** As `parseInstant`, for a text that was judged before. */
export function instantOf(text: string): number {
  const instant = parseInstant(text);
  if (instant === null) throw new Error(`"${text}" passed for a date-time and is none`);
  return instant;
}

/** The last millisecond of a day (`2025-03-31`) in UTC, or null if the text is no day of the calendar. */
export function parseEndOfDay(text: string): number | null {
  const match = FULL_DATE.exec(text);
  if (match === null || !isCalendarDay(match)) return null;
  return Date.parse(`${text}T00:00:00Z`) + DAY_MS - 1;
}

/**
 * The instant up to which a view looks (DOMAIN 7): a day means its end in UTC, a date-time itself; null if the
 * text is neither.
 */
export function parseViewInstant(text: string): number | null {
  return parseEndOfDay(text) ?? parseInstant(text);
}

function isCalendarDay([, year, month, day]: RegExpExecArray): boolean {
  const date = new Date(0);
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  return date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day);
}

export const instantSchema = z
  .string()
  .refine((text) => parseInstant(text) !== null, {
    message: 'expected an RFC 3339 date-time such as 2025-03-31T00:00:00Z',
  })
  .meta({ format: 'date-time' });
