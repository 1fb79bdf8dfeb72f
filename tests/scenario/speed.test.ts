import { describe, expect, test } from 'vitest';
import { parseSpeed, playingMs } from '../../src/scenario/speed.ts';

describe('a speed', () => {
  test.each([
    ['max', 'max'],
    ['1d/s', { daysPerSecond: 1 }],
    ['0.5d/s', { daysPerSecond: 0.5 }],
    ['365d/s', { daysPerSecond: 365 }],
  ])('%s', (text, speed) => {
    expect(parseSpeed(text)).toEqual({ ok: true, speed });
  });

  test.each([
    '',
    'fast',
    '5',
    '1d',
    '1 d/s',
    '-1d/s',
    '1w/s',
    '1d/m',
    'MAX',
    '.5d/s',
    '1e3d/s',
    `${'9'.repeat(400)}d/s`,
  ])('"%s" is none', (text) => {
    expect(parseSpeed(text)).toEqual({
      ok: false,
      message: `"${text}" is no speed; expected max, or scenario days per second such as 1d/s, 0.5d/s, 30d/s`,
    });
  });

  test.each(['0d/s', '0.0d/s'])('%s never ends', (text) => {
    expect(parseSpeed(text)).toEqual({
      ok: false,
      message: 'a speed of 0d/s never ends; expected more than 0',
    });
  });

  test('says how long a day takes', () => {
    expect(playingMs(86_400_000, { daysPerSecond: 4 })).toBe(250);
    expect(playingMs(86_400_000, 'max')).toBe(0);
  });
});
