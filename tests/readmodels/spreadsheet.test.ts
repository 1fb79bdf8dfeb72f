import { expect, test } from 'vitest';
import { onTerminal } from '../../src/cli/on-terminal.ts';
import { spreadsheetText } from '../../src/readmodels/spreadsheet.ts';

test.each([
  '=1+1',
  '+1',
  '-1',
  '@SUM(A1)',
  '\t=1',
  '\r=1',
  ' =1',
  '"=1',
  "'=1",
  '\u00a0=1',
  '＝1',
  '＋1',
  '－1',
  '＠x',
  '007',
  '1e5',
  '12345678901234567890',
])('%j would be run or changed, so it begins with an apostrophe', (text) => {
  expect(spreadsheetText(text)).toBe(`'${text}`);
});

test.each(['', 'storm-corps', '7th', '12', '0', 'a=1', 'https://a.example/?x=1'])('%j stays', (text) => {
  expect(spreadsheetText(text)).toBe(text);
});

test('on a terminal what would be obeyed is shown, elsewhere nothing is changed', () => {
  const text = '\ufeffa\u001b]0;owned\u0007\r\n\u202eb\n';
  expect(onTerminal(text, true)).toBe('a\\u{1b}]0;owned\\u{7}\n\\u{202e}b\n');
  expect(onTerminal(text, false)).toBe(text);
});
