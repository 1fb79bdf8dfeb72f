import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import { formatCount } from '../../src/cli/numbers.ts';
import { showRoll } from '../../src/cli/show-roll.ts';
import { deployed, logOf, wholeRollOf } from '../support/roll-scenario.ts';

const about = { title: 'A roll', isHypothetical: false };
const roll = await wholeRollOf(
  logOf([deployed('alpha', 300), deployed('bravo', 200), deployed('carol', 100)]),
);

/** The line of a pathway, without colours. */
function lineOf(shown: string, pathway: string): string | undefined {
  const lines = stripVTControlCharacters(shown).split('\n');
  return lines.find((line) => line.startsWith(`  ${pathway} `))?.replace(/^.*[█░] +/, '');
}

describe('the contingents of a pathway', () => {
  test.each([
    [120, 'alpha 300, bravo 200, carol 100'],
    [94, 'alpha 300, and 2 more'],
    [72, '3 contingents'],
    [20, '3 contingents'],
  ])('in %i columns', (columns, text) => {
    expect(lineOf(showRoll(roll, about, columns), 'deployed')).toBe(text);
  });

  test('an empty pathway has none, however narrow', () => {
    expect(lineOf(showRoll(roll, about, 20), 'captured')).toMatch(/^ {2}captured +–$/);
  });

  test('of a distribution there is their number', () => {
    const { contingents: _c, flows: _f, refusals: _r, ...distribution } = roll;
    expect(lineOf(showRoll(distribution, about, 120), 'deployed')).toBe('3 contingents');
  });
});

test('a what-if says so, and a title cannot write to the terminal', () => {
  const shown = showRoll(roll, { title: 'x\u001b[2J', isHypothetical: true }, 120);
  expect(stripVTControlCharacters(shown)).toMatch(/^HYPOTHETICAL x\\u\{1b\}\[2J\n/);
});

test.each([
  [0, '0'],
  [999, '999'],
  [1_000, '1,000'],
  [-1_234_567, '-1,234,567'],
  [-999, '-999'],
])('%i is written %s', (n, text) => {
  expect(formatCount(n)).toBe(text);
});
