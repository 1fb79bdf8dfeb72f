import { describe, expect, test } from 'vitest';
import { judgeEvent } from '../../events/event.ts';
import { type EventJson, exampleEvent, examples, mustBeGood } from '../support/examples.ts';
import { without } from './kinds.ts';

const base64 = (text: string) => Buffer.from(text).toString('base64');
const payload = JSON.stringify(examples['contingent.committed']);
const withoutData = without(exampleEvent('contingent.committed'), 'data');

function verdict(attributes: EventJson): string {
  const form = judgeEvent({ ...withoutData, ...attributes });
  return form.ok ? 'well-formed' : form.message;
}

describe('a payload as data_base64', () => {
  test('is the same event as one with it as data', () => {
    const plain = mustBeGood(judgeEvent(exampleEvent('contingent.committed')));

    expect(judgeEvent({ ...withoutData, data_base64: base64(payload) })).toEqual(plain);
    expect(judgeEvent({ ...withoutData, data: null, data_base64: base64(`\uFEFF ${payload}`) })).toEqual(
      plain,
    );
  });

  test.each(['application/json', 'Application/JSON; charset=utf-8', 'application/vnd.a+json', 'text/json'])(
    'of the type %s is JSON',
    (datacontenttype) => {
      expect(verdict({ datacontenttype, data_base64: base64(payload) })).toBe('well-formed');
    },
  );

  test.each([
    [
      'text',
      { data_base64: base64('hello') },
      '$.data_base64: not JSON within the base64; expected the payload',
    ],
    ['cut off', { data_base64: base64('{"area"') }, '$.data_base64: not JSON within the base64'],
    ['not UTF-8', { data_base64: '/w==' }, '$.data_base64: not JSON within the base64'],
    ['empty', { data_base64: '' }, '$.data_base64: not JSON within the base64'],
    ['not base64', { data_base64: '{"area":"x"}' }, '$.data_base64: not base64'],
    ['a number', { data_base64: 5 }, '$.data_base64: expected the payload, a text in base64'],
    ['a list', { data_base64: base64('[{}]') }, '$.data: expected the payload, an object'],
    ['strict as any', { data_base64: base64('{"aera":"x"}') }, '$.data: unknown key "aera"'],
    ['beside data', { data: {}, data_base64: base64('{}') }, '$.data_base64: beside data'],
    [
      'of another type',
      { datacontenttype: 'text/xml', data_base64: base64('{}') },
      '$.datacontenttype: "text/xml"; expected application/json',
    ],
    [
      'too deep',
      { data_base64: base64(`{"a":${'['.repeat(40)}${']'.repeat(40)}}`) },
      '$.data_base64: nested deeper than 32 levels',
    ],
  ])('%s is malformed', (_what, attributes, message) => {
    expect(verdict(attributes)).toContain(message);
  });

  test('null counts as absent', () => {
    expect(verdict({ data: {}, data_base64: null })).toBe('well-formed');
    expect(verdict({ data_base64: null })).toBe('$.data: expected the payload, an object');
  });
});
