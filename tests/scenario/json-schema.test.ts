import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { catalogue } from '../../events/catalogue.ts';
import { scriptJsonSchema } from '../../src/scenario/json-schema.ts';
import { DEPLOY, HEAD } from './given-script.ts';

const validate = new Ajv2020({ strict: false, allErrors: true, formats: { 'date-time': true } }).compile(
  scriptJsonSchema(),
);

function faults(text: string): string[] {
  validate(parse(text));
  return (validate.errors ?? []).map(({ instancePath }) => instancePath);
}

describe('the JSON Schema of a script', () => {
  test.each(['record', 'homecoming', 'collapse', 'garrison', 'legion-pmc'])('takes %s', (name) => {
    const file = new URL(`../../events/scenarios/${name}.yaml`, import.meta.url);
    expect(faults(readFileSync(file, 'utf8'))).toEqual([]);
  });

  test.each([
    ['an unknown key', HEAD.replace('title', 'titel') + DEPLOY, ''],
    ['an unknown type', HEAD + DEPLOY.replace('deployed', 'deplyed'), '/events/0/type'],
    ['a bad date', HEAD + DEPLOY.replace('2027-01-01', 'tomorrow'), '/events/0/on'],
    ['a key that the payload has not', HEAD + DEPLOY.replace('origin', 'orign'), '/events/0/data'],
    ['a word that is none', HEAD + DEPLOY.replace('infantry', 'cavalry'), '/events/0/data/kind'],
    ['no contingent', HEAD + DEPLOY.replace('    contingent: corps\n', ''), '/events/0'],
    [
      'a contingent too many',
      `${HEAD}  - { on: 2027-01-01, type: war.resumed, contingent: corps, data: {} }\n`,
      '/events/0/contingent',
    ],
    ['a code that is none', `${HEAD}${DEPLOY}    expect: { refused: no }\n`, '/events/0/expect/refused'],
  ])('sees %s', (_what, text, place) => {
    expect(faults(text)).toContain(place);
  });

  test('offers every type with what it means', () => {
    const text = JSON.stringify(scriptJsonSchema());
    for (const { type, summary } of catalogue) {
      expect(text).toContain(JSON.stringify(type));
      expect(text).toContain(JSON.stringify(summary));
    }
  });
});
