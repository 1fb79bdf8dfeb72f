import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type CheckReport, checkScenario } from '../../src/scenario/check.ts';
import { DEPLOY, folder, HEAD, told, unmarked, withoutPlaces } from './given-script.ts';

async function check(events: string, head = HEAD): Promise<CheckReport> {
  const directory = await folder({ 'trial.yaml': head + events });
  return checkScenario(join(directory, 'trial.yaml'));
}

/** The problems of a script in which ▸ marks the place of each. */
async function problemsOf(events: string, head = HEAD): Promise<string[]> {
  const { text, places } = unmarked(head + events);
  const { problems } = await check(text, '');
  expect(problems.map(({ line: at, column }) => `${at}:${column}`)).toEqual(places);
  return withoutPlaces(problems);
}

/** An event on one line: line 10 after DEPLOY. */
const line = (type: string, more: string) => `  - { on: +1d, type: ${type}, ${more} }\n`;

const ABOUT = 'target: { source: /scenarios/trial, id: trial-001 }, reason: x';

describe('a payload is judged by the catalogue', () => {
  test.each([
    [
      'an unknown type',
      line('▸contingent.garisoned', 'contingent: corps, data: {}'),
      ['$.events[1].type "contingent.garisoned" is not in the catalogue → contingent.garrisoned'],
    ],
    [
      'a type without its first word',
      line('▸garrisoned', 'contingent: corps, data: {}'),
      ['$.events[1].type "garrisoned" is not in the catalogue → contingent.garrisoned'],
    ],
    [
      'a type that resembles none',
      line('▸weather.changed', 'data: {}'),
      ['$.events[1].type "weather.changed" is not in the catalogue'],
    ],
    [
      'an unknown key',
      line('contingent.withdrawn', 'contingent: corps, data: { ▸aera: kursk }'),
      ['$.events[1].data.aera unknown key "aera" → area'],
    ],
    [
      'a word that is none of the words',
      line('contingent.screened', 'contingent: corps, data: { outcome: ▸re_education }'),
      [
        '$.events[1].data.outcome expected cleared | honoured | re-education | punishment, not "re_education" → re-education',
      ],
    ],
    ['what is missing', line('war.ended', 'data: ▸{}'), ['$.events[1].data.variant "variant" is missing']],
    [
      'a number that is a text',
      line('contingent.reinforced', 'contingent: corps, data: { strength: ▸"1500" }'),
      ['$.events[1].data.strength expected persons in digits alone: found "1500"; write 1500'],
    ],
    [
      'an estimate out of order',
      line('contingent.reinforced', 'contingent: corps, data: { strength: ▸{ low: 3, best: 2, high: 4 } }'),
      ['$.events[1].data.strength expected low ≤ best ≤ high'],
    ],
    [
      'an estimate of nobody',
      line('contingent.reinforced', 'contingent: corps, data: { strength: ▸0 }'),
      ['$.events[1].data.strength expected at least 1 person (best)'],
    ],
    [
      'a typo in a part of a part',
      line(
        'contingent.withdrawn',
        'contingent: corps, data: { detachment: { id: part, strength: ▸{ low: 1, ▸bset: 2, high: 3 } } }',
      ),
      [
        '$.events[1].data.detachment.strength.best "best" is missing: expected a whole number of persons',
        '$.events[1].data.detachment.strength.bset unknown key "bset" → best',
      ],
    ],
    [
      'one item of a list',
      line('dissent.observed', 'data: { topics: [freedom, ▸7], scope: act }'),
      ['$.events[1].data.topics[1] expected a text, not 7'],
    ],
    [
      'no contingent where one is needed',
      '  - ▸{ on: +1d, type: contingent.withdrawn, data: {} }\n',
      ['$.events[1].contingent "contingent" is missing: whom contingent.withdrawn is about'],
    ],
    [
      'a contingent where none is',
      line('war.ended', '▸contingent: corps, data: { variant: armistice }'),
      [
        '$.events[1].contingent war.ended is about the whole theatre: it has no contingent. Take this line out',
      ],
    ],
    [
      'a correction of a contingent',
      line(
        'event.retracted',
        '▸contingent: corps, data: { target: { source: /scenarios/trial, id: trial-001 }, reason: x }',
      ),
      [
        '$.events[1].contingent event.retracted is about an earlier event: it has no contingent. Take this line out',
      ],
    ],
    [
      'a correction whose attribute has a slip',
      line('event.corrected', `data: { ${ABOUT}, attributes: { note: y, ▸realiability: F } }`),
      ['$.events[1].data.attributes.realiability unknown key "realiability" → reliability'],
    ],
    [
      'a correction with an attribute beside its target',
      line(
        'event.corrected',
        `data: { ${ABOUT}, ▸observedtime: 2025-01-01T00:00:00Z, time: 2025-01-01T00:00:00Z }`,
      ),
      [
        '$.events[1].data.observedtime unknown key "observedtime"; such attributes go under "attributes" of the correction',
      ],
    ],
    [
      'a correction of whom an event is about',
      line('event.corrected', `data: { ${ABOUT}, ▸contingent: guards, time: 2025-01-01T00:00:00Z }`),
      [
        '$.events[1].data.contingent unknown key "contingent"; no correction changes the contingent of an event: retract it (event.retracted) and enter it anew under another id',
      ],
    ],
    [
      'a reinstatement with more than it needs',
      line('event.reinstated', `data: { ${ABOUT}, ▸reasn: y }`),
      ['$.events[1].data.reasn unknown key "reasn" → reason'],
    ],
  ])('%s', async (_what, event, problems) => {
    expect(await problemsOf(DEPLOY + event)).toEqual(problems);
  });

  test('also where the form of the script is wrong', async () => {
    const events =
      DEPLOY + line('▸war.endd', 'data: {}') + line('war.resumed', 'data: { ▸cuase: x }, ▸why: y');
    expect(await problemsOf(events, `▸${HEAD.replace('title', '▸titel')}`)).toEqual([
      '$.title "title" is missing',
      '$.titel unknown key "titel" → title',
      '$.events[1].type "war.endd" is not in the catalogue → war.ended',
      '$.events[2].data.cuase unknown key "cuase" → cause',
      '$.events[2].why unknown key "why"; known here: on, type, contingent, data, id, basis, observedtime, timeprecision, reporter, reporterkind, reporturl, archivedurl, contenthash, reliability, credibility, claim, note, correlationid, causationid, expect',
    ]);
  });

  test('what is reported needs its two ratings', async () => {
    expect(
      await problemsOf(DEPLOY.replace('type: ', 'type: ▸'), HEAD.replace('hypothetical', 'reported')),
    ).toEqual([
      '$.events[0].type this event was refused: malformed: $.reliability: required when basis is "reported"',
    ]);
  });

  test('unless the refusal of its form is what the script shows', async () => {
    const malformed = line('war.ended', 'data: { variant: truce }, expect: { refused: malformed }');
    const unknown = line('war.paused', 'data: {}, expect: { refused: unknown-type }');
    expect(await problemsOf(DEPLOY + malformed + unknown)).toEqual([]);
  });
});

describe('a refusal that nobody expected is a problem', () => {
  test.each([
    [
      'a contingent that is not there',
      line('contingent.withdrawn', 'contingent: ▸copps, data: {}'),
      '$.events[1].contingent this event was refused: unknown-contingent: copps is not on the roll: no event deployed or detached it; check the id, or deploy it before → corps',
    ],
    [
      'one to absorb that is not there',
      line('contingent.merged', 'contingent: corps, data: { absorbed: ▸cropps }'),
      '$.events[1].data.absorbed this event was refused: unknown-contingent: cropps is not on the roll: no event deployed or detached it; check the id, or deploy it before → corps',
    ],
    [
      'a state that does not take the event',
      line('▸contingent.arrived', 'contingent: corps, data: {}'),
      '$.events[1].type this event was refused: not-allowed: corps is deployed.staging, which does not take contingent.arrived; it is taken in repatriated.inTransit',
    ],
    [
      'a guard that refuses',
      line('▸contingent.redeployed', 'contingent: corps, data: {}'),
      '$.events[1].type this event was refused: not-allowed: corps is deployed.staging, which does not take contingent.redeployed; it is taken in repatriated.settled',
    ],
    [
      'more dead than there are',
      line('casualty.recorded', 'contingent: corps, data: ▸{ killed: 1001 }'),
      '$.events[1].data this event was refused: conservation: 1001 killed and missing are more than the 1000 of corps; count each once, or send strength.reassessed before',
    ],
    [
      'a correction of nothing',
      line('event.retracted', 'data: { target: { source: /scenarios/trial, id: ▸trail-001 }, reason: x }'),
      '$.events[1].data.target.id this event was refused: unknown-target: the target (source /scenarios/trial, id trail-001) is not in the log before it; check both in $.data.target, or send the target before → trial-001',
    ],
    [
      'an id that another event has',
      line('war.resumed', 'data: {}, id: ▸trial-001'),
      '$.events[1].id this event was refused: conflict: source /scenarios/trial, id trial-001 stands at seq 1 with another type, subject, time, payload; event.corrected changes that event (time, data, attributes), a new fact needs a new id',
    ],
  ])('%s', async (_what, event, problem) => {
    expect(await problemsOf(DEPLOY + event)).toEqual([problem]);
  });

  test('and so is an event that only repeats another', async () => {
    const again = DEPLOY.replace('contingent: corps', 'contingent: corps\n    id: ▸trial-001');
    expect(await problemsOf(DEPLOY + again)).toEqual([
      '$.events[1].id this event repeats the event at seq 1 and counts for nothing',
    ]);
  });
});

describe('an expectation is judged', () => {
  const committed = (expectation: string) =>
    line('contingent.committed', `contingent: corps, data: {}, expect: ${expectation}`);
  const arrived = (expectation: string) =>
    line('contingent.arrived', `contingent: corps, data: {}, expect: ${expectation}`);

  test('met', async () => {
    const { problems, summary } = await check(
      DEPLOY + committed('accepted') + arrived('{ refused: not-allowed }'),
    );
    expect(problems).toEqual([]);
    expect(summary).toEqual({ events: 3, accepted: 2, refused: 1, duplicates: 0, expectations: 2, met: 2 });
  });

  test.each([
    [
      'accepted, and it is refused',
      arrived('▸accepted'),
      '$.events[1].expect expected accepted, but it was refused: not-allowed: corps is deployed.staging, which does not take contingent.arrived; it is taken in repatriated.inTransit',
    ],
    [
      'refused, and it is accepted',
      committed('▸{ refused: not-allowed }'),
      '$.events[1].expect expected refused: not-allowed, but it was accepted',
    ],
    [
      'refused for another reason',
      arrived('▸{ refused: final }'),
      '$.events[1].expect expected refused: final, but it was refused: not-allowed: corps is deployed.staging, which does not take contingent.arrived; it is taken in repatriated.inTransit',
    ],
  ])('%s', async (_what, event, problem) => {
    expect(await problemsOf(DEPLOY + event)).toEqual([problem]);
    const { summary } = await check(DEPLOY + unmarked(event).text);
    expect(summary).toMatchObject({ expectations: 1, met: 0 });
  });

  test('after the bases of the script', async () => {
    const head = HEAD.replace('basis', 'extends: record\nbasis');
    const retake =
      '  - { on: 2027-01-01, type: contingent.deployed, contingent: storm-corps, data: { strength: 1, kind: other, origin: x }, expect: { refused: already-exists } }\n';
    expect(await problemsOf(retake, head)).toEqual([]);
  });

  test('as it was when the event was appended, whatever is retracted later', async () => {
    const retract = line(
      'event.retracted',
      'data: { target: { source: /scenarios/trial, id: trial-002 }, reason: x }, expect: accepted',
    );
    const again = line('contingent.committed', 'contingent: corps, data: {}, expect: accepted');
    expect(await problemsOf(DEPLOY + committed('accepted') + retract + again)).toEqual([]);
  });

  test('and what a later correction undoes is a problem only where nothing was expected', async () => {
    const retract = line(
      'event.retracted',
      'data: { target: { source: /scenarios/trial, id: trial-001 }, reason: x }',
    );
    const silent = line('contingent.committed', 'contingent: corps, data: {}');
    expect(await problemsOf(DEPLOY + silent.replace('type: ', 'type: ▸') + retract)).toEqual([
      '$.events[1].type this event was accepted, but a correction after it has the roll refuse it: unknown-contingent: corps is not on the roll: no event deployed or detached it; check the id, or deploy it before. If that is meant, say expect: accepted',
    ]);
    expect(await problemsOf(DEPLOY + committed('accepted') + retract)).toEqual([]);
  });
});

describe('coverage', () => {
  test('names what was reached, in the order of the machine and of the catalogue', async () => {
    const { coverage } = await check(
      DEPLOY +
        line(
          'contingent.captured',
          'contingent: corps, data: { by: UA, detachment: { id: pow, strength: 5 } }',
        ) +
        line('casualty.recorded', 'contingent: pow, data: { killed: 5 }') +
        line('contingent.arrived', 'contingent: corps, data: {}, expect: { refused: not-allowed }'),
    );
    expect(coverage).toEqual({
      pathways: ['deployed', 'captured'],
      states: ['deployed.staging', 'captured', 'closed'],
      types: ['contingent.deployed', 'contingent.captured', 'casualty.recorded'],
      reports: ['card', 'lives', 'footprint'],
    });
  });

  test('keeps what a correction takes back', async () => {
    const { coverage } = await check(
      DEPLOY +
        line('contingent.committed', 'contingent: corps, data: {}') +
        line('event.retracted', 'data: { target: { source: /scenarios/trial, id: trial-002 }, reason: x }'),
    );
    expect(coverage.states).toEqual(['deployed.staging', 'deployed.committed']);
    expect(coverage.types).toContain('event.retracted');
  });
});

test('a script that is not there is one problem', async () => {
  const { problems, scenario } = await checkScenario('no/such.yaml');
  expect(scenario).toBeNull();
  expect(told(problems)).toEqual(['1:1 $ there is no such file']);
});

describe('dates that are probably slips', () => {
  const NOW = Date.UTC(2026, 10, 29);
  const deployed = (on: string, id = 'unit-a') =>
    `  - { on: ▸${on}, type: contingent.deployed, contingent: ${id}, data: { strength: 1500, kind: infantry, origin: x } }\n`;
  const lost = (on: string, more = '') =>
    `  - { on: ▸${on}, type: casualty.recorded, contingent: unit-a, data: { killed: 100 }${more} }\n`;
  const withdrawn = (on: string) =>
    `  - { on: ▸${on}, type: contingent.withdrawn, contingent: unit-a, data: {} }\n`;
  const at = (event: string) => event.replace('▸', '');

  /** The warnings of a script in which ▸ marks the place of each. */
  async function warningsOf(basis: string, ...events: readonly string[]): Promise<string[]> {
    const head = HEAD.replace('hypothetical', basis);
    const { text, places } = unmarked(head + events.join(''));
    const directory = await folder({ 'trial.yaml': text });
    const { problems, warnings } = await checkScenario(
      join(directory, 'trial.yaml'),
      undefined,
      undefined,
      NOW,
    );
    expect(problems).toEqual([]);
    const marked = new Set(warnings.map(({ line: on, column }) => `${on}:${column}`));
    expect([...marked]).toEqual(places);
    return withoutPlaces(warnings);
  }
  const early = (when: string) =>
    `$.events[1].on accepted as logged; in the order of time it is refused: unit-a is deployed ${when}`;

  test.each<[string, string[], string[]]>([
    [
      'a loss a day before its contingent',
      [at(deployed('2024-10-13')), lost('2024-10-12')],
      [early('on 2024-10-13')],
    ],
    [
      'a loss hours before its contingent',
      [at(deployed('2024-10-13T12:00:00Z')), lost('2024-10-13')],
      [early('at 2024-10-13T12:00:00.000Z')],
    ],
    [
      'the year 25',
      [at(deployed('2024-10-13')), lost('0025-09-26')],
      [early('on 2024-10-13'), '$.events[1].on time is 0025-09-26, before 1900; is the year right?'],
    ],
    [
      'the year 2205',
      [at(deployed('2024-10-13')), lost('2205-09-26'), at(withdrawn('2025-10-20'))],
      ['$.events[1].on time is 2205-09-26, later than 2026-11-29, when it is recorded; is the year right?'],
    ],
    [
      'a correction to a day before',
      [
        at(deployed('2024-10-13')),
        lost('2024-11-01', ', id: loss'),
        '  - { on: 2024-12-01, type: event.corrected, data: { target: { source: /scenarios/trial, id: loss }, reason: x, time: "2024-10-01T00:00:00Z" } }\n',
      ],
      [early('on 2024-10-13')],
    ],
    ['none', [at(deployed('2024-10-13')), at(lost('2024-10-14')), at(lost('2024-10-13'))], []],
  ])('%s', async (_, events, expected) => {
    expect(await warningsOf('assessed', ...events)).toEqual(expected);
  });

  test('a what-if may be of the future, and still comes after its contingent', async () => {
    expect(await warningsOf('hypothetical', at(deployed('2205-10-13')), lost('2205-10-12'))).toEqual([
      early('on 2205-10-13'),
    ]);
  });
});
