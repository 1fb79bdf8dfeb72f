import { expect, test } from 'vitest';
import { weekName, weekNumber } from '../../../src/readmodels/reports/iso-week.ts';

const weekOf = (day: string) => weekName(weekNumber(Date.parse(day)));

test.each([
  ['2025-03-31', '2025-W14'], // a Monday
  ['2025-03-30', '2025-W13'],
  ['2024-12-30', '2025-W01'], // its Thursday is 2 January
  ['2021-01-03', '2020-W53'], // its Thursday is 31 December
  ['1969-12-29', '1970-W01'],
  ['0099-12-31', '0099-W53'],
])('%s is in %s', (day, week) => {
  expect(weekOf(day)).toBe(week);
});

test('a week ends with its Sunday', () => {
  expect(weekOf('2025-04-06T23:59:59.999Z')).toBe('2025-W14');
  expect(weekOf('2025-04-07T00:00:00Z')).toBe('2025-W15');
});
