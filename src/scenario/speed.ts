/** How fast a script plays: as fast as the target takes it, or so many scenario days in each second. */
export type Speed = 'max' | { readonly daysPerSecond: number };

export type SpeedReading =
  | { readonly ok: true; readonly speed: Speed }
  | { readonly ok: false; readonly message: string };

const DAYS_PER_SECOND = /^(\d+(?:\.\d+)?)d\/s$/;
const DAY_MS = 86_400_000;

/** Reads `max`, `1d/s`, `0.5d/s`, `30d/s`. */
export function parseSpeed(text: string): SpeedReading {
  if (text === 'max') return { ok: true, speed: 'max' };
  const daysPerSecond = Number(DAYS_PER_SECOND.exec(text)?.[1] ?? Number.NaN);
  if (daysPerSecond > 0 && Number.isFinite(daysPerSecond)) return { ok: true, speed: { daysPerSecond } };
  const message =
    daysPerSecond === 0
      ? 'a speed of 0d/s never ends; expected more than 0'
      : `"${text}" is no speed; expected max, or scenario days per second such as 1d/s, 0.5d/s, 30d/s`;
  return { ok: false, message };
}

/** How long a span of scenario time takes to play, in milliseconds. */
export function playingMs(scenarioMs: number, speed: Speed): number {
  return speed === 'max' ? 0 : (scenarioMs / DAY_MS / speed.daysPerSecond) * 1000;
}
