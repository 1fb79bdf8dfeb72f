import { idSchema } from '../../events/ids.ts';
import { parseViewInstant } from '../../events/time.ts';
import { parseSpeed, type Speed } from '../scenario/speed.ts';
import { CommandFailure, EXIT } from './exit-codes.ts';
import { printable } from './printable.ts';

/** The instant of `--as-of` or `--as-known`: a day means its end. */
export function readInstant(option: string, text: string): number {
  const ms = parseViewInstant(text);
  if (ms === null) throw wrongOption(option, text, 'Give a day (2025-03-31) or an RFC 3339 time');
  return ms;
}

/** The id of a theatre or a timeline. */
export function readId(option: string, text: string): string {
  const parsed = idSchema.safeParse(text);
  if (!parsed.success) {
    throw wrongOption(option, text, 'Give lower-case letters, digits and hyphens, at most 63');
  }
  return parsed.data;
}

export function readSpeed(option: string, text: string): Speed {
  const reading = parseSpeed(text);
  if (!reading.ok) throw wrongOption(option, text, reading.message);
  return reading.speed;
}

function wrongOption(option: string, text: string, remedy: string): CommandFailure {
  return new CommandFailure(EXIT.usage, `option '${option}': '${printable(text)}' is invalid. ${remedy}.`);
}
