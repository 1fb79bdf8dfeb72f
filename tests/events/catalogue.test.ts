import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { catalogue, catalogueEntry, type EventType } from '../../events/catalogue.ts';
import { judgeEvent } from '../../events/event.ts';
import { EVENT_TYPES, exampleEvent, examples } from '../support/examples.ts';
import { firstGood, samplesOf, without } from './kinds.ts';
import { type Kind, type PayloadRules, transcription } from './transcription.ts';

const rules = (type: EventType): PayloadRules => {
  const found = transcription[type];
  if (found === undefined) throw new Error(`${type} is not transcribed`);
  return found;
};
const keysOf = ({ required, optional }: PayloadRules): [string, Kind][] => [
  ...Object.entries(required ?? {}),
  ...Object.entries(optional ?? {}),
];
const judge = (type: EventType, data: unknown) => judgeEvent(exampleEvent(type, { data }));

/** The verdict on a payload, in a form that a failing test shows whole. */
function verdict(type: EventType, data: unknown): string {
  const form = judge(type, data);
  return form.ok ? 'well-formed' : `${form.code} ${form.message.slice(0, form.message.indexOf(':'))}`;
}

const path = (...keys: readonly (string | number)[]) =>
  keys.map((key) => (typeof key === 'number' ? `[${key}]` : `.${key}`)).join('');

describe('the catalogue is what DOMAIN 6 lists', () => {
  test('it has the types of the contract, no more and no fewer', () => {
    expect(catalogue.map(({ type }) => type).sort()).toEqual(Object.keys(transcription).sort());
  });

  test('no type is in it twice, and each is found by its name', () => {
    expect(new Set(catalogue.map(({ type }) => type)).size).toBe(catalogue.length);
    for (const entry of catalogue) expect(catalogueEntry(entry.type)).toBe(entry);
  });

  test('a name that objects have by nature is no type', () => {
    for (const name of ['constructor', '__proto__', 'toString', '']) {
      expect(catalogueEntry(name)).toBeUndefined();
    }
  });

  test.each(catalogue.map((entry) => [entry.type, entry] as const))(
    '%s has the scope, the subject rule and the keys of the contract',
    (type, { scope, subject, data, summary }) => {
      const { properties, required } = z.toJSONSchema(data, { io: 'input' });
      expect({
        scope,
        subject,
        required: [...(required ?? [])].sort(),
        keys: Object.keys(properties ?? {}).sort(),
      }).toEqual({
        scope: rules(type).scope,
        subject: rules(type).subject,
        required: Object.keys(rules(type).required ?? {}).sort(),
        keys: keysOf(rules(type))
          .map(([key]) => key)
          .sort(),
      });
      expect(summary).not.toBe('');
    },
  );

  test.each(catalogue.map((entry) => [entry.type, entry] as const))(
    '%s takes the values of the contract for each key of a closed list, no others',
    (type, { data }) => {
      const { properties = {} } = z.toJSONSchema(data, { io: 'input' });
      const listed = Object.entries(properties).flatMap(([key, schema]) =>
        typeof schema === 'object' && schema.enum !== undefined ? [[key, schema.enum]] : [],
      );
      const transcribed = keysOf(rules(type)).flatMap(([key, kind]) =>
        typeof kind === 'object' && 'oneOf' in kind ? [[key, kind.oneOf]] : [],
      );
      expect(Object.fromEntries(listed)).toEqual(Object.fromEntries(transcribed));
    },
  );
});

describe.each(EVENT_TYPES)('the payload of %s', (type) => {
  const example: Readonly<Record<string, unknown>> = { ...examples[type] };
  const { required = {}, atLeastOneOf } = rules(type);
  const withoutAlternatives = Object.fromEntries(
    Object.entries(example).filter(([key]) => !(atLeastOneOf ?? []).includes(key)),
  );

  test('is well-formed as in the examples, which show every key', () => {
    expect(verdict(type, example)).toBe('well-formed');
    expect(Object.keys(example).sort()).toEqual(
      keysOf(rules(type))
        .map(([key]) => key)
        .sort(),
    );
  });

  test('is well-formed with the required keys alone', () => {
    const alternatives = (atLeastOneOf ?? []).slice(0, 1);
    const least = keysOf(rules(type)).filter(([key]) => key in required || alternatives.includes(key));
    const data = Object.fromEntries(least.map(([key, kind]) => [key, firstGood(kind)]));
    expect(verdict(type, data)).toBe('well-formed');
  });

  test('is malformed without a required key, and says which', () => {
    for (const key of Object.keys(required)) {
      expect(verdict(type, without(example, key))).toBe(`malformed $.data.${key}`);
    }
  });

  test('is malformed with an unknown key, and says where', () => {
    const unknown = ['unheardof', 'Area', 'constructor', 'toString', ''];
    for (const key of unknown) {
      const form = judge(type, { ...example, [key]: 'x' });
      expect(form.ok ? 'well-formed' : form.message).toBe(`$.data: unknown key ${JSON.stringify(key)}`);
    }
    const polluted: unknown = JSON.parse(JSON.stringify(example).replace('{', '{"__proto__":{"a":1},'));
    expect(verdict(type, polluted)).toBe('malformed $.data');
  });

  test('is malformed without any of the keys of which it needs one', () => {
    expect(verdict(type, withoutAlternatives)).toBe(
      atLeastOneOf === undefined ? 'well-formed' : 'malformed $.data',
    );
  });

  test('takes every value that its keys may have', () => {
    for (const [key, kind] of keysOf(rules(type))) {
      for (const value of samplesOf(kind).good) {
        expect([key, value, verdict(type, { ...example, [key]: value })]).toEqual([
          key,
          value,
          'well-formed',
        ]);
      }
    }
  });

  test('refuses every value that a key may not have, and says where', () => {
    for (const [key, kind] of keysOf(rules(type))) {
      for (const { value, below = [] } of samplesOf(kind).bad) {
        const said = verdict(type, { ...example, [key]: value });
        const where = `malformed $.data${path(key, ...below)}`;
        expect([key, value, said.startsWith(where) ? where : said]).toEqual([key, value, where]);
      }
    }
  });
});

test('casualties of zero are none, whatever their kind', () => {
  for (const data of [{ killed: 0 }, { killed: 0, missing: 0, wounded: 0 }]) {
    expect(verdict('casualty.recorded', data)).toBe('malformed $.data');
  }
  expect(verdict('casualty.recorded', { killed: 0, wounded: 1 })).toBe('well-formed');
});

test('a detachment is unknown where nothing moves', () => {
  const detachment = { id: 'alpha-part', strength: 1 };
  for (const type of [
    'contingent.deployed',
    'contingent.reinforced',
    'contingent.merged',
    'casualty.recorded',
    'strength.reassessed',
  ] as const) {
    expect(verdict(type, { ...examples[type], detachment })).toBe('malformed $.data');
  }
});
