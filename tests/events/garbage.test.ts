import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { jsonPath, judgeEvent, readEvent } from '../../events/event.ts';
import { MAX_EVENT_BYTES, MAX_EVENT_DEPTH } from '../../events/limits.ts';
import { bytesOf, bytesOfText, EVENT_TYPES, exampleEvent } from '../support/examples.ts';

const NAMELESS = { id: null, type: null, subject: null };
const good = JSON.stringify(exampleEvent('war.resumed'));

describe('long texts', () => {
  const long = 'x'.repeat(300_000);
  test.each([
    ['the type', { type: long }],
    ['id and type', { id: long, type: long }],
    ['the subject', { subject: long, time: 'never' }],
    ['the name of an attribute', { [`A${'"'.repeat(300_000)}`]: 1 }],
    ['the name of a key', { data: { [long]: 1 } }],
  ])('%s is told in brief', (_what, attributes) => {
    const form = judgeEvent(exampleEvent('war.resumed', attributes));

    expect(form.ok).toBe(false);
    expect(JSON.stringify(form).length).toBeLessThan(6_000);
    expect(JSON.stringify(form)).toContain('…');
  });
});

describe('bytes that are no event', () => {
  test.each([
    '',
    ' ',
    'nonsense',
    '{',
    `${good}${good}`,
    `${good},`,
    "{'id':1}",
    'NaN',
    '{"a":undefined}',
    '\u0000',
  ])('%j is not JSON', (text) => {
    expect(readEvent(bytesOfText(text))).toEqual({
      ok: false,
      code: 'malformed',
      message: '$: not JSON; expected one CloudEvents JSON object',
      ...NAMELESS,
    });
  });

  test.each(['null', '[]', '5', '"text"', 'true', `[${good}]`, '-0', '1e999'])(
    '%s is JSON but no event',
    (text) => {
      expect(readEvent(bytesOfText(text))).toEqual({
        ok: false,
        code: 'malformed',
        message: '$: expected one CloudEvents JSON object',
        ...NAMELESS,
      });
    },
  );

  test('an undefined, a function or a date is no event either', () => {
    for (const value of [undefined, () => {}, Symbol('x'), 5n]) {
      expect(judgeEvent(value)).toMatchObject({ ok: false, code: 'malformed' });
    }
  });

  test.each([
    [0xff],
    [0xc3, 0x28],
    [0xed, 0xa0, 0x80],
    [0xc0, 0xaf],
    [0xf8, 0x88, 0x80, 0x80, 0x80],
    [0xe2, 0x82],
  ])('a text with the bytes %i %i is not UTF-8', (...broken) => {
    const [head, tail] = good.split('shelling');
    const bytes = Uint8Array.from([...bytesOfText(head ?? ''), ...broken, ...bytesOfText(tail ?? '')]);
    expect(readEvent(bytes)).toEqual({
      ok: false,
      code: 'malformed',
      message: '$: not UTF-8 text; expected one CloudEvents JSON object',
      ...NAMELESS,
    });
  });

  test('an event of any script is taken, a byte order mark before it or not', () => {
    const text = JSON.stringify(exampleEvent('war.resumed', { data: { cause: '전쟁 🇰🇵 \u0000' } }));
    expect(readEvent(bytesOfText(text)).ok).toBe(true);
    expect(readEvent(bytesOfText(`\uFEFF${text}`)).ok).toBe(true);
    expect(readEvent(bytesOfText(`\uFEFF\uFEFF${text}`)).ok).toBe(false);
  });

  test('half a surrogate pair, as JSON can escape it, breaks nothing', () => {
    expect(readEvent(bytesOfText(good.replace('shelling', '\\ud800'))).ok).toBe(true);
  });
});

describe('events beyond all measure', () => {
  const sized = (bytes: number) => {
    const empty = bytesOf(exampleEvent('war.resumed', { note: '' })).length;
    return bytesOf(exampleEvent('war.resumed', { note: 'x'.repeat(bytes - empty) }));
  };

  test('the largest event that is taken is taken, one byte more is not', () => {
    expect(readEvent(sized(MAX_EVENT_BYTES)).ok).toBe(true);
    expect(readEvent(sized(MAX_EVENT_BYTES + 1))).toMatchObject({ ok: false, code: 'malformed' });
  });

  test('ten megabytes are refused without being read', () => {
    expect(readEvent(sized(10_000_000))).toEqual({
      ok: false,
      code: 'malformed',
      message: `$: 10000000 bytes; an event has at most ${MAX_EVENT_BYTES}`,
      ...NAMELESS,
    });
  });

  test.each([
    ['arrays', '[', ']'],
    ['objects', '{"a":', '}'],
  ])('100,000 levels of %s are refused, wherever they are', (_what, open, close) => {
    const deep = `${open.repeat(100_000)}1${close.repeat(100_000)}`;
    for (const text of [
      deep,
      `{"data":${deep}}`,
      good.replace('"shelling"', deep),
      good.replace('{', `{"x":${deep},`),
    ]) {
      expect(readEvent(bytesOfText(text))).toMatchObject({ ok: false, code: 'malformed' });
    }
    expect(readEvent(bytesOfText(open.repeat(200_000)))).toMatchObject({ ok: false, code: 'malformed' });
  });

  test('nesting is taken up to its limit', () => {
    const nested = (levels: number) => JSON.parse(`${'['.repeat(levels)}${']'.repeat(levels)}`);
    expect(judgeEvent(exampleEvent('war.resumed', { x: nested(MAX_EVENT_DEPTH) })).ok).toBe(true);
    const deeper = judgeEvent(exampleEvent('war.resumed', { x: nested(MAX_EVENT_DEPTH + 1) }));
    expect(deeper).toMatchObject({ ok: false, message: `$.x: nested deeper than ${MAX_EVENT_DEPTH} levels` });
  });
});

describe('a type that is not in the catalogue', () => {
  test('is unknown, not malformed, whatever its payload and subject', () => {
    for (const type of ['contingent.vanished', 'Contingent.deployed', 'constructor', '__proto__', 'war']) {
      const form = judgeEvent({
        ...exampleEvent('war.resumed'),
        type,
        subject: 'X Y',
        data: { any: 'thing' },
      });
      expect(form).toEqual({
        ok: false,
        code: 'unknown-type',
        message: `$.type: "${type}" is not in the catalogue; /asyncapi.json has the types there are`,
        id: 'example',
        type,
        subject: 'X Y',
      });
    }
  });

  test('is malformed where its envelope is', () => {
    const json = { ...exampleEvent('war.resumed'), type: 'contingent.vanished' };
    for (const attributes of [{ time: 'now' }, { data: 5 }, { Type: 'x' }, { basis: 'reported' }]) {
      expect(judgeEvent({ ...json, ...attributes })).toMatchObject({ ok: false, code: 'malformed' });
    }
  });
});

describe('what is told of an event that is none', () => {
  test('its id, type and subject, where they are texts', () => {
    expect(judgeEvent({ id: 'e-1', type: 'war.ended', subject: 'alpha' })).toMatchObject({
      id: 'e-1',
      type: 'war.ended',
      subject: 'alpha',
    });
    expect(judgeEvent({ id: 7, type: ['war.ended'], subject: { a: 1 } })).toMatchObject(NAMELESS);
    expect(judgeEvent({ Id: 'e-1' })).toMatchObject(NAMELESS);
  });

  test('the path as people write it', () => {
    expect(jsonPath([])).toBe('$');
    expect(jsonPath(['data', 'topics', 0])).toBe('$.data.topics[0]');
    expect(jsonPath(['data', 'a b', '0', ''])).toBe('$.data["a b"]["0"][""]');
  });
});

describe('totality', () => {
  const answers = (bytes: Uint8Array) => {
    const form = readEvent(bytes);
    expect(form.ok || (form.message.startsWith('$') && form.message.includes(': '))).toBe(true);
  };

  test('any bytes get an answer', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), answers), { numRuns: 500 });
  });

  test('any JSON gets an answer', () => {
    fc.assert(
      fc.property(fc.json(), (text) => answers(bytesOfText(text))),
      { numRuns: 500 },
    );
  });

  test('an event with any value in place of one of its attributes gets an answer', () => {
    const names = Object.keys(exampleEvent('contingent.committed', { theatre: 'a', reliability: 'A' }));
    fc.assert(
      fc.property(
        fc.constantFrom(...EVENT_TYPES),
        fc.constantFrom(...names),
        fc.jsonValue(),
        (type, name, value) => answers(bytesOf(exampleEvent(type, { [name]: value }))),
      ),
      { numRuns: 1000 },
    );
  });

  test('reading is a pure function', () => {
    for (const type of EVENT_TYPES) {
      const bytes = bytesOf(exampleEvent(type));
      expect(readEvent(bytes)).toEqual(readEvent(bytes));
    }
  });
});
