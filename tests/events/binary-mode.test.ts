import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { attributeFields, type HeaderField, jsonTextOf } from '../../events/binary-mode.ts';
import { readEvent } from '../../events/event.ts';
import { mustBeGood } from '../support/examples.ts';

const REQUIRED: Readonly<Record<string, string>> = {
  'ce-specversion': '1.0',
  'ce-id': 'b1',
  'ce-source': '/sdk',
  'ce-type': 'contingent.deployed',
  'ce-subject': 'unit-a',
  'ce-time': '2024-10-01T00:00:00Z',
  'ce-basis': 'assessed',
};
const PAYLOAD = '{"strength":10,"kind":"infantry","origin":"x"}';

interface Sent {
  readonly fields?: Readonly<Record<string, string>>;
  readonly more?: readonly HeaderField[];
  readonly contentType?: string | undefined;
  readonly body?: string | Uint8Array;
}

/** What readers are given of an event in binary mode. */
function textOf({ fields = {}, more = [], contentType = 'application/json', body = PAYLOAD }: Sent): string {
  const sent = attributeFields([...Object.entries({ ...REQUIRED, ...fields }), ...more]);
  return Buffer.from(jsonTextOf({ fields: sent, contentType, body: Buffer.from(body) })).toString();
}

function messageOf(sent: Sent): string {
  const form = readEvent(Buffer.from(textOf(sent)));
  return form.ok ? 'well-formed' : form.message;
}

describe('an event in binary mode', () => {
  test('becomes the JSON of it, its payload as it was written', () => {
    const body = `\uFEFF{ "strength" : 1e1,\n"kind":"infantry","origin":"x" }`;

    expect(textOf({ body, contentType: 'text/json' })).toBe(
      `{"specversion":"1.0","id":"b1","source":"/sdk","type":"contingent.deployed","subject":"unit-a","time":"2024-10-01T00:00:00Z","basis":"assessed","datacontenttype":"text/json","data":${body.slice(1)}}`,
    );
    expect(messageOf({ body })).toBe('well-formed');
  });

  test('has numbers where the envelope has them, and texts elsewhere', () => {
    const fields = {
      'CE-Basis': 'reported',
      'ce-reliability': 'B',
      'ce-credibility': '2',
      'ce-schemaversion': '1',
      'ce-flag': 'true',
      'ce-sequence': '7',
    };
    const text = textOf({ fields: { ...fields, 'ce-basis': 'reported' }, more: [] });

    expect(text).toContain('"credibility":2,"schemaversion":1,"flag":"true","sequence":"7"');
  });

  test.each([
    ['Euro%20%E2%82%AC%20%F0%9F%98%80', 'Euro € 😀'],
    ['%e2%82%ac', '€'],
    ['plain, %41 and 100% and 5%2', 'plain, A and 100% and 5%2'],
    ['%2541', '%41'],
    ['"quoted \\"so\\" %41"', 'quoted "so" A'],
    ['"', '"'],
    ['a%0d%0ab', 'a\r\nb'],
    ['Київ', 'Київ'],
  ])('decodes %s', (written, note) => {
    const form = mustBeGood(readEvent(Buffer.from(textOf({ fields: { 'ce-note': written } }))));

    expect(form.event.envelope.note).toBe(note);
  });

  test.each([
    ['two', '$.credibility'],
    ['02', '$.credibility'],
    ['2.0', '$.credibility'],
    ['', '$.credibility'],
    ['7', '$.credibility'],
  ])('a credibility of %j is malformed', (credibility, path) => {
    expect(messageOf({ fields: { 'ce-credibility': credibility } })).toContain(path);
  });

  test.each<[string, Sent, string]>([
    [
      'overlong UTF-8',
      { fields: { 'ce-note': '%C0%A0' } },
      '$["ce-note (not UTF-8)"]: a header field that makes no',
    ],
    ['half a character', { fields: { 'ce-note': '%E2%82' } }, '$["ce-note (not UTF-8)"]'],
    [
      'a field twice',
      { more: [['ce-id', 'b2']] },
      '$["ce-id (given twice)"]: a header field that makes no attribute',
    ],
    ['two cases', { more: [['Ce-Id', 'b1']] }, '$["ce-id (given twice)"]'],
    ['no name', { fields: { 'ce-': 'x' } }, '$["ce-"]'],
    ['no attribute', { fields: { 'ce-data_base64': 'e30=' } }, '$["ce-data_base64"]'],
    ['the payload', { fields: { 'ce-data': '{}' } }, '$["ce-data"]'],
    ['a name with a hyphen', { fields: { 'ce-report-url': 'x' } }, '$["ce-report-url"]'],
    [
      'two types',
      { fields: { 'ce-datacontenttype': 'text/xml' } },
      '$["ce-datacontenttype (not what Content-Type says)"]',
    ],
    ['no JSON', { body: '{strength: 10}' }, '$.data: expected the payload, an object'],
    ['more than JSON', { body: '{},"id":"b2"' }, '$.data: expected the payload, an object'],
    ['an array', { body: '[]' }, '$.data: expected the payload, an object'],
    ['nothing', { body: '' }, '$.data: expected the payload, an object'],
    ['no UTF-8', { body: Buffer.from([0xff]) }, '$.data_base64: not JSON'],
    ['XML', { contentType: 'text/xml' }, '$.datacontenttype: "text/xml"; expected application/json'],
    ['no version', { fields: { 'ce-specversion': '0.3' } }, '$.specversion'],
    ['an empty subject', { fields: { 'ce-subject': '' } }, '$.subject'],
    ['too much', { body: `{"a":"${'x'.repeat(1_044_480)}"}` }, 'an event has at most 1044480'],
  ])('%s is refused for it', (_what, sent, message) => {
    expect(messageOf(sent)).toContain(message);
  });

  test('a type that is named twice alike is one', () => {
    const fields = { 'ce-datacontenttype': 'application/json' };
    expect(messageOf({ fields, contentType: 'Application/JSON; charset=utf-8' })).toBe('well-formed');
  });

  test('whatever is sent becomes JSON, and none of it comes out of its place', () => {
    const field = fc.tuple(
      fc.oneof(
        fc.constantFrom(...Object.keys(REQUIRED), 'ce-data', 'ce-note'),
        fc.string().map((name) => `ce-${name}`),
      ),
      fc.string({ unit: 'binary' }),
    );
    const body = fc.oneof(
      fc.json().map((text) => Buffer.from(text)),
      fc.uint8Array(),
    );
    fc.assert(
      fc.property(
        fc.array(field, { minLength: 1 }),
        body,
        fc.option(fc.string(), { nil: undefined }),
        (fields, sent, contentType) => {
          const text = jsonTextOf({ fields: attributeFields(fields), contentType, body: sent });
          const isStructured =
            /cloudevents/i.test(contentType ?? '') || /specversion/.test(Buffer.from(sent).toString());
          if (!isStructured) JSON.parse(Buffer.from(text).toString());
          readEvent(text);
        },
      ),
    );
  });
});

describe('an event that is JSON already, with header fields too', () => {
  const event = JSON.stringify({
    specversion: '1.0',
    id: 'b1',
    source: '/sdk',
    type: 'contingent.deployed',
    subject: 'unit-a',
    time: '2024-10-01T00:00:00Z',
    basis: 'reported',
    reliability: 'B',
    credibility: 2,
    data: JSON.parse(PAYLOAD),
  });
  const carried = (fields: readonly HeaderField[], contentType: string | undefined, body = event) =>
    Buffer.from(jsonTextOf({ fields, contentType, body: Buffer.from(body) })).toString();
  const agreeing: readonly HeaderField[] = [
    ['ce-id', 'b1'],
    ['ce-credibility', '2'],
  ];

  test.each(['application/cloudevents+json; charset=utf-8', 'application/json', undefined])(
    'as %s is left as it is where they agree',
    (contentType) => {
      expect(carried(agreeing, contentType)).toBe(event);
      expect(carried([], contentType, 'no JSON')).toBe('no JSON');
    },
  );

  test.each<[HeaderField, string]>([
    [['ce-id', 'b2'], '$["ce-id (not what the body says)"]'],
    [['ce-note', 'x'], '$["ce-note (not what the body says)"]'],
    [['ce-constructor', 'x'], '$["ce-constructor (not what the body says)"]'],
    [['ce-note', '%ff'], '$["ce-note (not UTF-8)"]'],
  ])('is refused where %j says something else', (field, message) => {
    const form = readEvent(
      Buffer.from(carried([field, ['ce-source', '/sdk']], 'application/cloudevents+json')),
    );

    expect(form.ok ? 'well-formed' : form.message).toContain(message);
  });

  test('is no event without a body that is one', () => {
    for (const body of ['{}', ' { } ', '[]', 'null', 'x']) {
      expect(readEvent(Buffer.from(carried(agreeing, 'application/cloudevents+json', body))).ok).toBe(false);
    }
  });
});
