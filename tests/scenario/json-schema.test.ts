import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { catalogue } from '../../events/catalogue.ts';
import { checkScenario } from '../../src/scenario/check.ts';
import { scriptJsonSchema } from '../../src/scenario/json-schema.ts';
import { DEPLOY, HEAD } from './given-script.ts';

const validate = new Ajv2020({ strict: false, allErrors: true }).compile(scriptJsonSchema());

function faults(text: string, version: '1.1' | '1.2' = '1.2'): string[] {
  // As JSON: what a reader of YAML 1.1 takes for a date is one, and `on` is the key true.
  validate(JSON.parse(JSON.stringify(parse(text, { version }))));
  return (validate.errors ?? []).map(({ instancePath }) => instancePath);
}

async function isAccepted(text: string): Promise<boolean> {
  return (await checkScenario({ file: 'trial.yaml', bytes: Buffer.from(text) })).problems.length === 0;
}

const event = (type: string, data: string, more = '') =>
  `${HEAD + DEPLOY}  - { on: +1d, type: ${type}, ${more}data: ${data} }\n`;
const ofCorps = (type: string, data: string) => event(type, data, 'contingent: corps, ');
const RATED = 'reliability: A, credibility: 1';

describe('the JSON Schema of a script', () => {
  test.each(['record', 'homecoming', 'collapse', 'garrison', 'legion-pmc'])('takes %s', (name) => {
    const file = new URL(`../../events/scenarios/${name}.yaml`, import.meta.url);
    const text = readFileSync(file, 'utf8');
    expect(faults(text)).toEqual([]);
    expect(faults(text, '1.1')).toEqual([]);
  });

  test.each([
    ['a script', HEAD + DEPLOY],
    ['on as a reader of YAML 1.1 writes it back', HEAD + DEPLOY.replace('on:', 'true:')],
    ['a time', HEAD + DEPLOY.replace('2027-01-01', '2027-01-01T06:00:00.5+09:00')],
    ['the 29th of a leap year', HEAD + DEPLOY.replace('2027-01-01', '2028-02-29')],
    ['a range', HEAD + DEPLOY.replace('1000', '{ low: 0, best: 1, high: 2 }')],
    ['a rating of its own', `${HEAD + DEPLOY}    basis: reported\n    ${RATED.replace(', ', '\n    ')}\n`],
    [
      'a rating of the defaults',
      HEAD.replace('hypothetical', 'reported').replace('events', `defaults: { ${RATED} }\nevents`) + DEPLOY,
    ],
    [
      'one of its own in what is reported',
      `${HEAD.replace('hypothetical', 'reported') + DEPLOY}    basis: assessed\n`,
    ],
    ['a type that is meant to be none', event('war.won', '{}', 'expect: { refused: unknown-type }, ')],
    [
      'a payload that is meant to be wrong',
      event('contingent.committed', '{ are: x }', 'contingent: corps, expect: { refused: malformed }, '),
    ],
    ['one of several', ofCorps('casualty.recorded', '{ killed: 0, missing: 1 }')],
  ])('takes %s, as the checker does', async (_what, text) => {
    expect(await isAccepted(text)).toBe(true);
    expect(faults(text)).toEqual([]);
  });

  test.each([
    ['an unknown key', HEAD.replace('title', 'titel') + DEPLOY],
    ['an unknown type', HEAD + DEPLOY.replace('deployed', 'deplyed')],
    ['a bad date', HEAD + DEPLOY.replace('2027-01-01', 'tomorrow')],
    ['a day that is none', HEAD + DEPLOY.replace('2027-01-01', '2027-02-29')],
    ['a time that is none', HEAD + DEPLOY.replace('2027-01-01', '2027-01-01T25:00:00Z')],
    ['a time without a zone', HEAD + DEPLOY.replace('2027-01-01', '2027-01-01T05:00:00')],
    ['days after nothing', HEAD + DEPLOY.replace('2027-01-01', '+1d')],
    ['no date', HEAD + DEPLOY.replace('on: 2027-01-01\n    ', '')],
    ['an observed time that is none', `${HEAD + DEPLOY}    observedtime: 2027-13-01\n`],
    ['a key that the payload has not', HEAD + DEPLOY.replace('origin', 'orign')],
    ['a key that is missing', HEAD + DEPLOY.replace(', origin: DPRK', '')],
    ['a word that is none', HEAD + DEPLOY.replace('infantry', 'cavalry')],
    ['an empty text', HEAD + DEPLOY.replace('DPRK', '""')],
    ['nobody', HEAD + DEPLOY.replace('1000', '0')],
    ['a range of nobody', HEAD + DEPLOY.replace('1000', '{ low: 0, best: 0, high: 9 }')],
    ['too many', HEAD + DEPLOY.replace('1000', '10000001')],
    ['half a man', HEAD + DEPLOY.replace('1000', '0.5')],
    ['a text for a number', HEAD + DEPLOY.replace('1000', 'dozens')],
    ['half a range', HEAD + DEPLOY.replace('1000', '{ low: 1, best: 2 }')],
    ['no contingent', HEAD + DEPLOY.replace('    contingent: corps\n', '')],
    ['a contingent too many', event('war.resumed', '{}', 'contingent: corps, ')],
    ['an id that is none', HEAD + DEPLOY.replace('corps', 'The Corps')],
    ['the theatre as a contingent', HEAD + DEPLOY.replace('corps', 'theatre')],
    ['the theatre as a part', ofCorps('contingent.detached', '{ detachment: { id: theatre, strength: 1 } }')],
    ['a part without strength', ofCorps('contingent.committed', '{ detachment: { id: part } }')],
    [
      'a detachment where none can be',
      ofCorps('strength.reassessed', '{ strength: 1, reason: x, detachment: {} }'),
    ],
    ['no losses', ofCorps('casualty.recorded', '{}')],
    ['losses of nobody', ofCorps('casualty.recorded', '{ killed: 0 }')],
    ['nothing retasked', ofCorps('contingent.retasked', '{}')],
    ['nothing corrected', event('event.corrected', '{ target: { source: s, id: i }, reason: r }')],
    ['a report without a rating', `${HEAD + DEPLOY}    basis: reported\n    reliability: A\n`],
    ['reports without ratings', HEAD.replace('hypothetical', 'reported') + DEPLOY],
    ['a code that is none', `${HEAD}${DEPLOY}    expect: { refused: no }\n`],
    ['an expectation that is none', `${HEAD}${DEPLOY}    expect: refused\n`],
    ['no events', `${HEAD.replace('events:\n', 'events: []\n')}`],
  ])('refuses %s, as the checker does', async (_what, text) => {
    expect(await isAccepted(text)).toBe(false);
    expect(faults(text)).not.toEqual([]);
  });

  test.each([
    ['that YAML makes another number of a text', HEAD + DEPLOY.replace('1000', '15.000')],
    ['arithmetic', HEAD + DEPLOY.replace('1000', '{ low: 3, best: 2, high: 1 }')],
    ['what is there', event('contingent.committed', '{}', 'contingent: nobody, ')],
    ['order', ofCorps('contingent.arrived', '{}')],
    ['what the roll answers', `${HEAD}${DEPLOY}    expect: { refused: final }\n`],
  ])('cannot say %s, which the checker does', async (_what, text) => {
    expect(await isAccepted(text)).toBe(false);
    expect(faults(text)).toEqual([]);
  });

  test('offers every type with what it means', () => {
    const text = JSON.stringify(scriptJsonSchema());
    for (const { type, summary } of catalogue) {
      expect(text).toContain(JSON.stringify(type));
      expect(text).toContain(JSON.stringify(summary));
    }
  });
});
