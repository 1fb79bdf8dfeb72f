import { describe, expect, test } from 'vitest';
import { envelopeSchema } from '../../events/envelope.ts';
import { scriptSchema } from '../../src/scenario/format.ts';
import { DEPLOY, HEAD, problemsIn } from './given-script.ts';

const head = (...lines: string[]) => `${lines.join('\n')}\nevents:\n${DEPLOY}`;

describe('the head of a script', () => {
  test('an unknown key is told with what was meant', () => {
    expect(
      problemsIn(head('scenario: trial', 'titel: A trial', 'theatre: ukraine', 'basis: hypothetical')),
    ).toEqual(['1:1 $.title "title" is missing', '2:1 $.titel unknown key "titel" → title']);
  });

  test('a key that resembles nothing is told with what there is', () => {
    expect(problemsIn(HEAD.replace('basis', 'colour: red\nbasis') + DEPLOY)).toEqual([
      '4:1 $.colour unknown key "colour"; known here: scenario, title, theatre, description, extends, basis, defaults, events',
    ]);
  });

  test('an id has the form of an id', () => {
    expect(problemsIn(HEAD.replace('trial', 'Trial Run') + DEPLOY)).toEqual([
      '1:11 $.scenario expected an id: lower-case letters, digits and hyphens, at most 63, no leading hyphen',
    ]);
  });

  test('a basis is one of three', () => {
    expect(problemsIn(HEAD.replace('hypothetical', 'hypotetical') + DEPLOY)).toEqual([
      '4:8 $.basis expected reported | assessed | hypothetical, not "hypotetical" → hypothetical',
    ]);
  });

  test('defaults are attributes of events, and nothing else', () => {
    const defaults = 'defaults: { reportr: NIS, credibility: 7, type: war.ended }\n';
    expect(problemsIn(HEAD.replace('events', `${defaults}events`) + DEPLOY)).toEqual([
      '5:13 $.defaults.reportr unknown key "reportr" → reporter',
      '5:40 $.defaults.credibility expected 6 or less, not 7',
      expect.stringMatching(/^5:43 \$\.defaults\.type unknown key "type"; known here: observedtime, /),
    ]);
  });

  test('a script has events', () => {
    expect(problemsIn('scenario: a\ntitle: a\ntheatre: a\nbasis: assessed\n')).toEqual([
      '1:1 $.events "events" is missing',
    ]);
    expect(problemsIn(`${HEAD}  []\n`)).toEqual(['6:3 $.events expected at least one event']);
    expect(problemsIn(HEAD)).toEqual(['5:1 $.events expected a list, not nothing']);
  });

  test.each([
    ['a list', '- a\n', '1:1 $ expected keys with values, not a list'],
    ['a text', 'hello\n', '1:1 $ expected keys with values, not "hello"'],
  ])('a script is no %s', (_what, text, problem) => {
    expect(problemsIn(text)).toEqual([problem]);
  });
});

describe('an event of a script', () => {
  const event = (...lines: string[]) =>
    `${HEAD}  - on: 2027-01-01\n${lines.map((it) => `    ${it}\n`).join('')}`;

  test('says when, what and with what payload', () => {
    expect(problemsIn(`${HEAD}  - note: x\n`)).toEqual([
      '6:5 $.events[0].data "data" is missing',
      '6:5 $.events[0].on "on" is missing: expected a date (2027-02-01), a time (2027-02-01T06:00:00Z) or +19d',
      '6:5 $.events[0].type "type" is missing',
    ]);
  });

  test.each([
    ['expct: accepted', '9:5 $.events[0].expct unknown key "expct" → expect'],
    ['subject: corps', '9:5 $.events[0].subject unknown key "subject" → contingent'],
    ['time: 2027-01-01', '9:5 $.events[0].time unknown key "time" → on'],
    ['observedTime: 2027-01-01', '9:5 $.events[0].observedTime unknown key "observedTime" → observedtime'],
    [
      'observedtime: 2027-02-30',
      '9:19 $.events[0].observedtime expected a date (2027-02-01) or a time (2027-02-01T06:00:00Z)',
    ],
    [
      'observedtime: +3d',
      '9:19 $.events[0].observedtime expected a date (2027-02-01) or a time (2027-02-01T06:00:00Z)',
    ],
    [
      'contingent: Storm_Corps',
      '9:17 $.events[0].contingent expected an id: lower-case letters, digits and hyphens, at most 63, no leading hyphen',
    ],
    [
      'contingent: theatre',
      '9:17 $.events[0].contingent "theatre" addresses the theatre and is no contingent\'s id',
    ],
    ['claim: rumour', '9:12 $.events[0].claim expected fact | claim | denial | speculation, not "rumour"'],
    [
      'reporterkind: medai',
      '9:19 $.events[0].reporterkind expected state-agency | military | media | ngo | state-media | witness | analyst, not "medai" → media',
    ],
    ['reliability: b', '9:18 $.events[0].reliability expected A | B | C | D | E | F, not "b" → B'],
    ['credibility: 2.5', '9:18 $.events[0].credibility expected a whole number, not 2.5'],
    ['credibility: "2"', '9:18 $.events[0].credibility expected a number, not "2"'],
    ['note: [a]', '9:11 $.events[0].note expected a text, not a list'],
    ['id: ""', '9:9 $.events[0].id expected a text that is not empty'],
  ])('%s', (line, problem) => {
    expect(problemsIn(event('type: war.resumed', 'data: {}', line))).toEqual([problem]);
  });

  test.each([
    ['acepted', '9:13 $.events[0].expect expected accepted, or { refused: <code> } → accepted'],
    [
      '{ refused: not-alowed }',
      /^9:24 \$\.events\[0\]\.expect\.refused expected malformed \| .*, not "not-alowed" → not-allowed$/,
    ],
    ['{ refuse: final }', '9:15 $.events[0].expect.refuse unknown key "refuse" → refused'],
    ['{ refused: final, why: x }', '9:31 $.events[0].expect.why unknown key "why"; known here: refused'],
    ['{}', '9:13 $.events[0].expect.refused "refused" is missing'],
    ['true', '9:13 $.events[0].expect expected accepted, or { refused: <code> }'],
  ])('expect: %s', (expectation, problem) => {
    const told = problemsIn(event('type: war.resumed', 'data: {}', `expect: ${expectation}`));
    expect(told.some((it) => (typeof problem === 'string' ? it === problem : problem.test(it)))).toBe(true);
  });

  test('takes every attribute of the envelope that does not follow from the script', () => {
    const fromScript = ['specversion', 'source', 'subject', 'time', 'schemaversion'];
    const fromLog = ['recordedtime', 'recordedby', 'theatre', 'timeline'];
    const taken = Object.keys(scriptSchema.shape.events.element.shape);
    expect(Object.keys(envelopeSchema.shape).filter((it) => !taken.includes(it))).toEqual([
      ...fromScript,
      ...fromLog,
    ]);
  });
});
