import type { Random } from '../random.ts';
import { Raw } from './json-text.ts';

const numbers = [
  ...['0', '-0', '1', '-1', '0.5', '1e400', '-1e400', '1e-400', '5e-324', '1.7976931348623157e308'],
  ...[
    '9007199254740991',
    '9007199254740992',
    '9007199254740993',
    '-9007199254740993',
    '10000000',
    '10000001',
  ],
  ...['123456789012345678901234567890', '4294967296', '2147483648', '1E5', '1.0', '10000000.0', '1e7', '0e0'],
  ...['NaN', 'Infinity', '01', '+1', '.5', '1.', '0x10', '1_000', '١٢'],
].map((text) => new Raw(text));

const texts = [
  ...['', ' ', '\u0000', 'a\u0000b', '\n', 'a\r\nb', '\t', '\u007f', '\u0085', '\u2028', '\u2029', '\ufeff'],
  ...[
    '\u202eabc\u202c',
    'שלום',
    'مرحبا',
    '北方軍團',
    '🪖',
    '👩‍👩‍👧',
    'e\u0301',
    'ﷺ',
    '\u200b',
    'İ',
    'ß',
    '\ufffd',
    '\uffff',
  ],
  ...[
    '__proto__',
    'constructor',
    'prototype',
    'toString',
    'hasOwnProperty',
    'valueOf',
    'then',
    'length',
    'null',
  ],
  ...['../../etc/passwd', '..\\..', '%00', '%2e%2e%2f', '<script>alert(1)</script>', '$(id)', "' or 1=1"],
  ...[
    'theatre',
    'THEATRE',
    '-a',
    'a-',
    'a.b',
    'a b',
    'a*',
    '>',
    '*',
    '$JS.API',
    'a'.repeat(63),
    'a'.repeat(64),
  ],
  ...[
    '=1+1',
    '@SUM(A1)',
    '1e5',
    'true',
    '[object Object]',
    'undefined',
    '\\',
    '"',
    '\u001b[31mred',
    '%s%n%d',
  ],
];
const unpaired = [new Raw('"\\ud800"'), new Raw('"\\udc00x"'), new Raw('"\\u0000"'), new Raw('"a\\ud83d"')];

const times = [
  ...[
    '0000-01-01T00:00:00Z',
    '0000-01-01T00:00:00+23:59',
    '0001-01-01T00:00:00Z',
    '1969-12-31T23:59:59.999Z',
  ],
  ...[
    '9999-12-31T23:59:59.999Z',
    '9999-12-31T23:59:59-23:59',
    '2016-12-31T23:59:60Z',
    '2025-02-29T00:00:00Z',
  ],
  ...[
    '2024-02-29T23:59:59.999999999999Z',
    '2025-03-01t00:00:00z',
    '2025-03-01T24:00:00Z',
    '2025-03-01T00:00:00',
  ],
  ...[
    '2025-03-01',
    '2025-3-1T0:0:0Z',
    '+012025-01-01T00:00:00Z',
    '-000001-01-01T00:00:00Z',
    '2025-03-01 00:00:00Z',
  ],
  ...[
    '2025-03-01T00:00:00+24:00',
    '2025-03-01T00:00:00-00:00',
    '2025-03-01T00:00:00+00:60',
    '2025-13-01T00:00:00Z',
  ],
  ...[
    '2025-03-01T00:00:00.Z',
    '10000-01-01T00:00:00Z',
    '1700000000',
    'yesterday',
    '２０２５-03-01T00:00:00Z',
  ],
];

/** Long texts are dear: few of the largest, so that they cost no more than all the others. */
function long(random: Random): string {
  const chance = random.next();
  if (chance < 0.9) return 'x'.repeat(random.between(255, 2_000));
  if (chance < 0.95) return '北'.repeat(random.between(1_000, 20_000));
  return 'y'.repeat(random.between(900_000, 1_045_000));
}

/** Nested in itself, around the 32 levels that an event may have, or by far deeper. */
function deep(random: Random): Raw {
  const depth = random.next() < 0.98 ? random.between(30, 34) : random.between(1_000, 100_000);
  return random.next() < 0.5
    ? new Raw(`${'['.repeat(depth)}${']'.repeat(depth)}`)
    : new Raw(`${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`);
}

const pickOf = <T>(random: Random, choices: readonly T[]): T | undefined =>
  choices[random.between(0, choices.length - 1)];

export const hostileNumber = (random: Random): unknown => pickOf(random, numbers);
export const hostileTime = (random: Random): unknown => pickOf(random, times);
export const hostileText = (random: Random): unknown => {
  const chance = random.next();
  if (chance < 0.02) return long(random);
  return chance < 0.12 ? pickOf(random, unpaired) : pickOf(random, texts);
};

/** A value of another kind than whatever stood there. */
export function hostileValue(random: Random): unknown {
  const chance = random.next();
  if (chance < 0.25) return hostileNumber(random);
  if (chance < 0.5) return hostileText(random);
  if (chance < 0.6) return hostileTime(random);
  if (chance < 0.65) return deep(random);
  return pickOf(random, [
    null,
    true,
    false,
    [],
    {},
    [[]],
    [null],
    { low: 1, best: 2 },
    { '': '' },
    '5',
    [1, 2, 3],
  ]);
}

export const hostileName = (random: Random): string =>
  pickOf(random, [
    '__proto__',
    'constructor',
    'Time',
    'data_base64',
    'datacontenttype',
    'dataschema',
    '',
    ' ',
    'toString',
    '北',
    'a.b',
    'x'.repeat(300),
  ]) ?? '';
