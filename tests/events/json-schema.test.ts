import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { describe, expect, test } from 'vitest';
import { judgeEvent } from '../../events/event.ts';
import { eventJsonSchemaDocument, eventJsonSchemas } from '../../events/json-schema.ts';
import { EVENT_TYPES, type EventJson, exampleEvent } from '../support/examples.ts';

const ajv = new Ajv2020({ strict: true, strictRequired: false, strictTypes: false });
addFormats.default(ajv);
const isEvent = ajv.compile(eventJsonSchemaDocument());

const logged = ['record', 'collapse', 'homecoming'].flatMap((name): EventJson[] =>
  readFileSync(fileURLToPath(new URL(`../data/${name}.jsonl`, import.meta.url)), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line)),
);

describe('the JSON Schema of events', () => {
  test('there is one for every type, one for the envelope and one for all', () => {
    const names = Object.keys(eventJsonSchemas((name) => name));

    expect(names.toSorted()).toEqual(['Envelope', 'MusterEvent', ...EVENT_TYPES].toSorted());
  });

  test.each(EVENT_TYPES)('accepts an example of %s', (type) => {
    isEvent(exampleEvent(type));

    expect(isEvent.errors).toBeNull();
  });

  test('accepts every event of the reference logs', () => {
    expect(logged.length).toBeGreaterThan(50);
    for (const event of logged) expect(isEvent(event), JSON.stringify(event)).toBe(true);
  });

  const deployed = exampleEvent('contingent.deployed');
  const { subject: _subject, ...nameless } = deployed;
  test.each<[string, EventJson]>([
    ['a type that is not in the catalogue', { ...deployed, type: 'contingent.vanished' }],
    ['an unknown key in the payload', { ...deployed, data: { ...Object(deployed['data']), strenght: 5 } }],
    ['an empty text in the payload', { ...deployed, data: { ...Object(deployed['data']), origin: '' } }],
    ['an attribute in the wrong case', { ...deployed, observedTime: '2025-03-01T00:00:00Z' }],
    ['a time without its zone', { ...deployed, time: '2025-03-01T00:00:00' }],
    ['a report without its rating', { ...deployed, basis: 'reported' }],
    ['no subject where there must be one', nameless],
    ['a subject where there is none', exampleEvent('war.ended', { subject: 'alpha' })],
  ])('refuses %s, as the reader of events does', (_what, event) => {
    expect(judgeEvent(event).ok).toBe(false);
    expect(isEvent(event)).toBe(false);
  });
});
