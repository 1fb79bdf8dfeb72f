import { z } from 'zod';

const RFC_3339 =
  /^(\d{4})-(\d{2})-(\d{2})[Tt](?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;
const FULL_DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
const DAY_MS = 86_400_000;
const HYPHEN = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
const COLON = 0x3a;
const UPPER_T = 0x54;
const UPPER_Z = 0x5a;

/**
 * The instant of an RFC 3339 date-time in milliseconds since 1970 UTC, finer digits cut off; null if the text
 * is none. Second 60 is none: DOMAIN 5 counts it malformed.
 */
export function parseInstant(text: string): number | null {
  return plainInstant(text) ?? anyInstant(text);
}

function anyInstant(text: string): number | null {
  const match = RFC_3339.exec(text);
  if (match === null || !isCalendarDay(match)) return null;
  return Date.parse(text.toUpperCase().replace(/(\.\d{3})\d+/, '$1'));
}

/**
 * As `parseInstant` of a time as most are written, in UTC to the second or the millisecond (`2025-03-31T00:00:00Z`,
 * `….000Z`), at a tenth of the cost: every event has one or two. Null for any other text, a time or not.
 */
function plainInstant(text: string): number | null {
  const { length } = text;
  if ((length !== 20 && length !== 24) || text.charCodeAt(length - 1) !== UPPER_Z) return null;
  if (text.charCodeAt(4) !== HYPHEN || text.charCodeAt(7) !== HYPHEN) return null;
  if (text.charCodeAt(13) !== COLON || text.charCodeAt(16) !== COLON) return null;
  if (text.charCodeAt(10) !== UPPER_T || (length === 24 && text.charCodeAt(19) !== POINT)) return null;
  const year = 100 * twoDigits(text, 0) + twoDigits(text, 2);
  const month = twoDigits(text, 5);
  const day = twoDigits(text, 8);
  const hour = twoDigits(text, 11);
  const minute = twoDigits(text, 14);
  const second = twoDigits(text, 17);
  const ms = length === 20 ? 0 : 10 * twoDigits(text, 20) + (twoDigits(text, 21) % 10);
  // Of what is no digit there is NaN, which no comparison lets pass. `Date.UTC` takes years below 100 for others.
  const isDay = year >= 100 && month >= 1 && month <= 12 && day >= 1 && day <= (month === 2 ? 28 : 30);
  if (!(isDay && hour <= 23 && minute <= 59 && second <= 59 && ms >= 0)) return null;
  return Date.UTC(year, month - 1, day, hour, minute, second, ms);
}

function twoDigits(text: string, at: number): number {
  const tens = text.charCodeAt(at) - ZERO;
  const ones = text.charCodeAt(at + 1) - ZERO;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? 10 * tens + ones : Number.NaN;
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
