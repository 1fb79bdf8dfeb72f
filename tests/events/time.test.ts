import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { judgeEvent } from '../../events/event.ts';
import { instantOf, parseEndOfDay, parseInstant, parseViewInstant } from '../../events/time.ts';
import { exampleEvent } from '../support/examples.ts';

describe('an RFC 3339 date-time', () => {
  const instants: readonly (readonly [string, number])[] = [
    ['2025-03-31T00:00:00Z', Date.UTC(2025, 2, 31)],
    ['2025-03-31t00:00:00z', Date.UTC(2025, 2, 31)],
    ['2025-03-31T09:00:00+09:00', Date.UTC(2025, 2, 31)],
    ['2025-03-30T20:30:00-03:30', Date.UTC(2025, 2, 31)],
    ['2025-03-31T00:00:00-00:00', Date.UTC(2025, 2, 31)],
    ['2025-03-31T23:59:00+23:59', Date.UTC(2025, 2, 31)],
    ['2025-03-31T00:00:00.1Z', Date.UTC(2025, 2, 31, 0, 0, 0, 100)],
    ['2025-03-31T00:00:00.12Z', Date.UTC(2025, 2, 31, 0, 0, 0, 120)],
    ['2025-03-31T00:00:00.123Z', Date.UTC(2025, 2, 31, 0, 0, 0, 123)],
    ['2025-03-31T00:00:00.123999999Z', Date.UTC(2025, 2, 31, 0, 0, 0, 123)],
    ['2025-03-31T09:00:00.1234567890123456789+09:00', Date.UTC(2025, 2, 31, 0, 0, 0, 123)],
    ['2025-03-31T23:59:59Z', Date.UTC(2025, 2, 31, 23, 59, 59)],
    ['2024-02-29T00:00:00Z', Date.UTC(2024, 1, 29)],
    ['2000-02-29T00:00:00Z', Date.UTC(2000, 1, 29)],
    ['1969-12-31T23:59:59.999Z', -1],
    ['0001-01-01T00:00:00Z', Date.parse('0001-01-01T00:00:00Z')],
    ['9999-12-31T23:59:59Z', Date.UTC(9999, 11, 31, 23, 59, 59)],
  ];

  test.each(instants)('%s is an instant', (text, instant) => {
    expect(parseInstant(text)).toBe(instant);
    expect(instantOf(text)).toBe(instant);
  });

  test.each([
    '2025-03-31',
    '2025-03-31T00:00Z',
    '2025-03-31T00Z',
    '2025-03-31T00:00:00',
    '2025-03-31 00:00:00Z',
    '2025-03-31T00:00:60Z',
    '2016-12-31T23:59:60Z',
    '2025-03-31T24:00:00Z',
    '2025-03-31T00:60:00Z',
    '2025-03-31T00:00:00.Z',
    '2025-03-31T00:00:00,5Z',
    '2025-03-31T00:00:00+0900',
    '2025-03-31T00:00:00+09',
    '2025-03-31T00:00:00+24:00',
    '2025-03-31T00:00:00+09:60',
    '2025-03-31T00:00:00ZZ',
    '2025-02-29T00:00:00Z',
    '1900-02-29T00:00:00Z',
    '2025-02-30T00:00:00Z',
    '2025-04-31T00:00:00Z',
    '2025-00-01T00:00:00Z',
    '2025-13-01T00:00:00Z',
    '2025-01-00T00:00:00Z',
    '2025-01-32T00:00:00Z',
    '25-03-31T00:00:00Z',
    '+12025-03-31T00:00:00Z',
    '2025-3-31T00:00:00Z',
    ' 2025-03-31T00:00:00Z',
    '2025-03-31T00:00:00Z\n',
    '２０２５-03-31T00:00:00Z',
    '',
    'now',
  ])('"%s" is none', (text) => {
    expect(parseInstant(text)).toBeNull();
    expect(() => instantOf(text)).toThrow(/passed for a date-time/);
  });

  test('every instant from the first millennium on is read back from what a Date writes', () => {
    const dates = fc.date({ min: new Date('0000-01-01'), max: new Date('9999-12-31'), noInvalidDate: true });
    fc.assert(
      fc.property(dates, (date) => {
        expect(parseInstant(date.toISOString())).toBe(date.getTime());
      }),
    );
  });

  test('an offset moves the instant by as much', () => {
    const offsets = fc.record({
      sign: fc.constantFrom(1, -1),
      hours: fc.nat(23),
      minutes: fc.nat(59),
    });
    fc.assert(
      fc.property(offsets, ({ sign, hours, minutes }) => {
        const two = (n: number) => String(n).padStart(2, '0');
        const text = `2025-03-31T12:00:00${sign > 0 ? '+' : '-'}${two(hours)}:${two(minutes)}`;
        expect(parseInstant(text)).toBe(
          Date.UTC(2025, 2, 31, 12) - sign * (hours * 3_600_000 + minutes * 60_000),
        );
      }),
    );
  });
});

describe('how far a view looks', () => {
  test('a day means its last millisecond in UTC', () => {
    expect(parseEndOfDay('2025-03-31')).toBe(Date.UTC(2025, 3, 1) - 1);
    expect(parseEndOfDay('2024-02-29')).toBe(Date.UTC(2024, 2, 1) - 1);
    expect(parseViewInstant('2025-03-31')).toBe(Date.UTC(2025, 3, 1) - 1);
  });

  test('a date-time means itself', () => {
    expect(parseViewInstant('2025-03-31T10:00:00+02:00')).toBe(Date.UTC(2025, 2, 31, 8));
  });

  test.each(['2025-02-29', '2025-13-01', '2025-3-1', '2025-03', '20250331', '', 'yesterday'])(
    '"%s" is neither',
    (text) => {
      expect(parseEndOfDay(text)).toBeNull();
      expect(parseViewInstant(text)).toBeNull();
    },
  );
});

describe('time and observedtime of an event', () => {
  test.each(['time', 'observedtime'])('%s is a date-time, as a text', (name) => {
    for (const value of ['2025-03-31', '2025-03-31T00:00:60Z', '', 1_743_379_200_000, {}]) {
      const form = judgeEvent(exampleEvent('war.resumed', { [name]: value }));
      expect(form.ok ? 'well-formed' : form.message).toMatch(new RegExp(`^\\$\\.${name}: `));
    }
  });
});

const edges = fc.tuple(
  fc.constantFrom('0000', '0099', '0100', '1900', '2000', '2024', '2025', '9999', '20x4'),
  fc.constantFrom('00', '01', '02', '04', '12', '13', '1x'),
  fc.constantFrom('00', '01', '28', '29', '30', '31', '32', '0/'),
  fc.constantFrom('00', '23', '24', ' 1'),
  fc.constantFrom('00', '59', '60', ':1'),
  fc.constantFrom('00', '59', '60', '0.'),
  fc.constantFrom('', '.000', '.999', '.98:', '.1', '.1234'),
);
const written = edges.map(
  ([year, month, day, ...clock]) => `${year}-${month}-${day}T${clock.slice(0, 3).join(':')}${clock[3]}Z`,
);

test('a time is the same instant in capitals and not', () => {
  fc.assert(
    fc.property(written, (text) => {
      expect(parseInstant(text)).toBe(parseInstant(text.toLowerCase()));
    }),
    { numRuns: 10_000 },
  );
});
