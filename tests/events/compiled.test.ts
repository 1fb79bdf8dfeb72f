import { describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { catalogue } from '../../events/catalogue.ts';
import { compiled } from '../../events/compiled.ts';
import { envelopeSchema } from '../../events/envelope.ts';
import { estimateSchema } from '../../events/estimate.ts';
import { isObject } from '../../events/event.ts';
import { EVENT_TYPES, exampleEvent, examples } from '../support/examples.ts';
import { hostileName, hostileNumber, hostileText, hostileValue } from '../torture/fuzz/hostile-values.ts';
import { jsonText } from '../torture/fuzz/json-text.ts';
import { mutant } from '../torture/fuzz/mutations.ts';
import { RollGuess } from '../torture/fuzz/roll-guess.ts';
import { ValidEvents } from '../torture/fuzz/valid-events.ts';
import { type Random, randomOf } from '../torture/random.ts';

const schemas = [{ type: 'envelope', data: envelopeSchema }, ...catalogue].map(({ type, data }) => ({
  type,
  schema: data,
  parse: compiled<z.ZodType>(data),
}));

/** Two answers are the same: the verdict, the data with its keys in order, every word of the error. */
function expectSame(schema: z.ZodType, parse: (input: unknown) => unknown, input: unknown): boolean {
  const [mine, zods] = [parse(input), schema.safeParse(input)];
  expect(mine).toEqual(zods);
  expect(JSON.stringify(mine)).toBe(JSON.stringify(zods));
  return zods.success;
}

/** JSON as it comes from text: hostile numbers and repeated keys are what the parser makes of them. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** An object with one member changed, added or left out. */
function changed(value: unknown, random: Random): unknown {
  if (!isObject(value) || random.next() < 0.1) return parsed(jsonText(hostileValue(random)));
  const keys = Object.keys(value);
  const key =
    random.next() < 0.2 ? hostileName(random) : (keys[random.between(0, keys.length - 1)] ?? 'area');
  const { [key]: old, ...rest } = value;
  const hostile = random.pick([hostileNumber, hostileText, hostileValue]);
  const put = random.next() < 0.3 ? changed(old, random) : parsed(jsonText(hostile(random)));
  return random.next() < 0.2 ? rest : { ...value, [key]: put };
}

describe('a compiled schema says what zod says', () => {
  test.each(schemas)('of hostile changes of an example: $type', ({ type, schema, parse }) => {
    const random = randomOf(1, type);
    const known = EVENT_TYPES.find((one) => one === type);
    const example = known === undefined ? exampleEvent('war.ended') : examples[known];
    expect(expectSame(schema, parse, example)).toBe(true);
    for (let time = 0; time < 60; time++) expectSame(schema, parse, changed(example, random));
  });

  test('of events and what the fuzzer makes of them', () => {
    const random = randomOf(2);
    const events = new ValidEvents('/tests/compiled');
    const roll = new RollGuess({ theatre: 'ukraine', timeline: 'record' });
    const verdicts = { fits: 0, misfits: 0 };
    for (let time = 0; time < 800; time++) {
      const { bytes, isWhole } = mutant(events, roll, random);
      roll.take(bytes, isWhole);
      const json = parsed(Buffer.from(bytes).toString());
      const data = isObject(json) ? json['data'] : json;
      for (const { type, schema, parse } of schemas) {
        const isMeant = type === 'envelope' || (isObject(json) && json['type'] === type);
        if (!isMeant && random.next() > 0.02) continue;
        const fits = expectSame(schema, parse, type === 'envelope' ? json : data);
        verdicts[fits ? 'fits' : 'misfits'] += 1;
      }
    }
    expect(verdicts.fits).toBeGreaterThan(200);
    expect(verdicts.misfits).toBeGreaterThan(200);
  });

  const rest: Readonly<Record<string, readonly [z.ZodType, readonly unknown[]]>> = {
    'a length in characters': [z.string().min(2), ['ab', '🪖', 'a']],
    'a pattern that remembers': [z.string().regex(/a/g), ['a', 'a', 'b']],
    'a text made of anything': [z.coerce.string(), [1, 'a', null]],
    'an address': [z.email(), ['a@example.org', 'a']],
    'a 32-bit number': [z.int32(), [1, 2 ** 31]],
    'a transform that refuses': [
      z.string().transform((text, context) => {
        if (text === 'b') context.addIssue('no b');
        return text;
      }),
      ['a', 'b'],
    ],
    'what may be null first in a union': [z.union([z.null(), z.unknown().transform(() => 1)]), [null, 2]],
    'an optional default': [z.object({ a: z.string().default('x').optional() }), [{}, { a: 'y' }]],
    'unknown keys that are kept': [z.looseObject({ a: z.string() }), [{ a: 'x', b: 1 }]],
    'a trimmed text': [z.string().trim().min(1), [' a ', ' ']],
    'numbers in a set of values': [z.literal([1, 'a']), [1, 'a', '1']],
    'an estimate': [
      estimateSchema,
      [5, -1, { low: 1, best: 2, high: 3 }, { low: 2, best: 1, high: 3 }, null],
    ],
  };
  test.each(Object.entries(rest))('of what it leaves to zod or not: %s', (_, [schema, inputs]) => {
    const parse = compiled(schema);
    for (const input of inputs) expectSame(schema, parse, input);
  });
});

test.each(schemas.filter(({ type }) => type !== 'event.corrected'))(
  'zod is not asked about what fits: $type',
  ({ type, schema }) => {
    const asked = vi.spyOn(schema, 'safeParse');
    const known = EVENT_TYPES.find((one) => one === type);
    compiled<z.ZodType>(schema)(known === undefined ? exampleEvent('war.ended') : examples[known]);
    expect(asked).not.toHaveBeenCalled();
  },
);
