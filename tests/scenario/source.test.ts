import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readScript } from '../../src/scenario/read.ts';
import { MAX_SCRIPT_LENGTH } from '../../src/scenario/script-file.ts';
import { readSource, type Source } from '../../src/scenario/source.ts';
import { told } from './given-script.ts';

function source(text: string): Source {
  const reading = readSource('trial.yaml', text);
  if (!reading.ok) throw new Error(told(reading.problems).join('\n'));
  return reading.source;
}

function faults(text: string): string[] {
  const reading = readSource('trial.yaml', text);
  return reading.ok ? [] : told(reading.problems);
}

describe('YAML becomes plain data', () => {
  test('a date stays a text, and so does what other YAMLs take for something else', () => {
    const text = 'on: 2027-02-01\nyes: no\nn: 1_000\nclock: 12:30:00\nlast: 0o17\n<<: x';
    expect(source(text).value).toEqual({
      on: '2027-02-01',
      yes: 'no',
      n: '1_000',
      clock: '12:30:00',
      last: 15,
      '<<': 'x',
    });
  });

  test('a %YAML 1.1 directive does not change that', () => {
    expect(source('%YAML 1.1\n---\nyes: 2027-02-01\nno: off\n').value).toEqual({
      yes: '2027-02-01',
      no: 'off',
    });
  });

  test('a key that is a number is its text', () => {
    expect(source('0x1F: a').value).toEqual({ '0x1F': 'a' });
  });

  test('an alias stands for a copy of what it names', () => {
    expect(source('a: &x { b: [1] }\nc: *x').value).toEqual({ a: { b: [1] }, c: { b: [1] } });
  });

  test('CRLF and a byte order mark change no place', () => {
    const crlf = source('\uFEFFa: 1\r\nb:\r\n  c: 2\r\n');
    expect(crlf.placeOf(['b', 'c'])).toEqual({ line: 3, column: 6 });
  });
});

describe('every key and value has a place', () => {
  const text =
    'a: 1\nlist:\n  - x\n  - { k: v,\n      deep: [1, 22] }\nempty:\nalias: &n { q: 1 }\nuse: *n\n';
  test.each([
    [[], 1, 1],
    [['a'], 1, 4],
    [['list', 0], 3, 5],
    [['list', 1], 4, 5],
    [['list', 1, 'k'], 4, 10],
    [['list', 1, 'deep', 1], 5, 17],
    [['empty'], 6, 1],
    [['use', 'q'], 8, 6],
  ])('%j', (path, line, column) => {
    expect(source(text).placeOf(path)).toEqual({ line, column });
  });

  test('a key has its own', () => {
    expect(source(text).placeOfKey(['list', 1, 'deep'])).toEqual({ line: 5, column: 7 });
  });

  test('what is not there stands where it should be', () => {
    expect(source(text).placeOf(['list', 1, 'missing', 'more'])).toEqual({ line: 4, column: 5 });
    expect(source(text).at(['list', 1, 'missing'])).toBeUndefined();
  });
});

describe('hostile YAML is a problem, quickly', () => {
  test.each([
    ['nothing', '', '1:1 $ the script is empty'],
    ['a comment alone', '# x\n', '1:1 $ the script is empty'],
    ['two documents', 'a: 1\n---\nb: 2\n', '2:1 $ a second document; a script is one. Take out the line ---'],
    ['a key twice', 'a: 1\nb:\n  c: 1\n  c: 2\n', '4:3 $.b.c "c" is there twice'],
    ['__proto__', 'a: 1\n__proto__: { polluted: true }\n', '2:1 $.__proto__ this name is not taken'],
    ['a key that is a list', '? [a, b]\n: 1\n', '1:3 $ expected a name before the colon'],
    ['a key that is left out', ': 1\n', '1:1 $ expected a name before the colon'],
    ['infinity', 'a: .inf', '1:4 $.a .inf is not a number that can be written in JSON'],
    ['not a number', 'a: [.nan]', '1:5 $.a[0] .nan is not a number that can be written in JSON'],
    ['an overflow', 'a: 1e400', '1:4 $.a 1e400 is not a number that can be written in JSON'],
    ['an alias of nothing', 'a: *b', '1:4 $.a *b names nothing; write &b before it'],
    ['an alias before its anchor', 'a: *b\nb: &b 1', '1:4 $.a *b names nothing; write &b before it'],
  ])('%s', (_what, text, fault) => {
    expect(faults(text)).toEqual([fault]);
  });

  test.each([
    ['a tag', 'a: !!timestamp 2027-02-01', '1:4 $ not plain YAML: Unresolved tag'],
    ['a binary', 'a: !!binary aGVsbG8=', '1:4 $ not plain YAML: Unresolved tag'],
    ['a tag of a language', 'a: !!js/function "() => 1"', '1:4 $ not plain YAML: Unresolved tag'],
    ['a tab for indentation', 'a:\n\tb: 1', '2:1 $ not plain YAML: Tabs'],
    ['an open bracket', 'a: [1, 2\nb: 3', '2:1 $ not plain YAML: Flow sequence'],
    ['an open quote', 'a: "x', '1:6 $ not plain YAML: Missing closing'],
    ['a text without end', 'x'.repeat(MAX_SCRIPT_LENGTH + 1), '1:1 $ 4194305 characters'],
  ])('%s', (_what, text, start) => {
    const [fault, ...more] = faults(text);
    expect(fault?.slice(0, start.length)).toBe(start);
    expect(more).toEqual([]);
  });

  test.each([
    ['brackets', '['.repeat(100_000)],
    ['braces', '{a: '.repeat(10_000)],
    ['a staircase', Array.from({ length: 1000 }, (_, step) => `${' '.repeat(step)}a:`).join('\n')],
    ['dashes', '- '.repeat(20_000)],
    ['question marks', '? '.repeat(20_000)],
    ['an alias of what it stands in', 'a: &a [*a]'],
  ])('%s that nest too deep', (_what, text) => {
    expect(faults(text)).toEqual([expect.stringMatching(/ nested deeper than 64 levels$/)]);
  });

  test('a billion laughs', () => {
    const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
    for (let i = 1; i < 12; i += 1) {
      lines.push(
        `a${i}: &a${i} [${Array(10)
          .fill(`*a${i - 1}`)
          .join(', ')}]`,
      );
    }
    expect(faults(lines.join('\n'))[0]).toMatch(/more than 500000 values; aliases multiply what they name$/);
  });

  test('prototypes stay clean', () => {
    const reading = readSource('trial.yaml', 'constructor: { prototype: { polluted: 1 } }\ntoString: 1\n');
    expect(reading.ok).toBe(true);
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });

  test('whatever the text, there is an answer with places inside it', () => {
    const fragment = fc.constantFrom(
      'a',
      ': ',
      '- ',
      '\n',
      '  ',
      '[',
      ']',
      '{',
      '}',
      '&a ',
      '*a',
      '!!int ',
      '|',
      '"',
      "'",
      '#',
      '?',
      '---\n',
      '1',
      '+3d',
      ',',
    );
    fc.assert(
      fc.property(fc.array(fragment, { maxLength: 60 }), (parts) => {
        const text = parts.join('');
        const reading = readScript('trial.yaml', text);
        const lines = text.split('\n');
        for (const { line, column, message } of reading.ok ? [] : reading.problems) {
          expect(message).not.toBe('');
          expect(line).toBeLessThanOrEqual(lines.length);
          expect(column).toBeLessThanOrEqual((lines[line - 1]?.length ?? 0) + 1);
        }
      }),
      { numRuns: 500 },
    );
  });
});
