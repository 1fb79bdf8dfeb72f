import { describe, expect, test } from 'vitest';
import { compiled, DEPLOY, HEAD, problemsIn } from './given-script.ts';

function timesOf(...ons: string[]): string[] {
  const events = ons.map((on) => `  - { on: ${on}, type: war.resumed, data: {} }\n`).join('');
  return compiled(HEAD + events).events.map(({ time }) => time);
}

describe('the time of an event', () => {
  test('is midnight UTC of a date', () => {
    expect(timesOf('2027-02-01')).toEqual(['2027-02-01T00:00:00Z']);
  });

  test('is a full time as written', () => {
    expect(timesOf('2027-02-01T06:30:00+03:00')).toEqual(['2027-02-01T06:30:00+03:00']);
  });

  test('counts on from the event before it, from link to link', () => {
    expect(timesOf('2027-02-20', '+19d', '+0d', '+365d', '2027-01-01', '+1d')).toEqual([
      '2027-02-20T00:00:00Z',
      '2027-03-11T00:00:00Z',
      '2027-03-11T00:00:00Z',
      '2028-03-10T00:00:00Z',
      '2027-01-01T00:00:00Z',
      '2027-01-02T00:00:00Z',
    ]);
  });

  test('keeps the hour of a full time when days are added', () => {
    expect(timesOf('2027-02-01T23:30:00.250-05:00', '+1d')).toEqual([
      '2027-02-01T23:30:00.250-05:00',
      '2027-02-03T04:30:00.250Z',
    ]);
  });

  test('crosses a leap day', () => {
    expect(timesOf('2028-02-28', '+1d', '+1d').slice(1)).toEqual([
      '2028-02-29T00:00:00Z',
      '2028-03-01T00:00:00Z',
    ]);
  });
});

const FORMS = 'expected a date (2027-02-01), a time (2027-02-01T06:00:00Z) or +19d';

describe('a time that is none', () => {
  test.each([
    '2027-02-30',
    '2027-13-01',
    '2027-2-1',
    '01.02.2027',
    '2027-02-01 06:00',
    '2027-02-01T06:00:00',
    '2027-02-01T06:00:60Z',
    '+19',
    '+2w',
    '+1.5d',
    '-3d',
    'tomorrow',
    '""',
    '2027',
    '~',
    '[2027-02-01]',
  ])('%s is told where it stands', (on) => {
    expect(problemsIn(`${HEAD}  - type: war.resumed\n    data: {}\n    on: ${on}\n`)).toEqual([
      `8:9 $.events[0].on ${FORMS}`,
    ]);
  });

  test('a first event that counts from nothing', () => {
    expect(problemsIn(`${HEAD}  - { on: +3d, type: war.resumed, data: {} }\n`)).toEqual([
      '6:11 $.events[0].on there is no event before this one for +3d to count from; give the first event a date',
    ]);
  });

  test('one beyond the calendar', () => {
    expect(problemsIn(`${HEAD}${DEPLOY}  - { on: +99999999d, type: war.resumed, data: {} }\n`)).toEqual([
      '10:11 $.events[1].on +99999999d leads beyond the year 9999',
    ]);
    expect(
      problemsIn(`${HEAD}${DEPLOY}  - { on: +${'9'.repeat(400)}d, type: war.resumed, data: {} }\n`),
    ).toHaveLength(1);
  });
});
