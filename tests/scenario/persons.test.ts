import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readEvent } from '../../events/event.ts';
import { checkScenario } from '../../src/scenario/check.ts';
import { muster, temporaryDirectory } from '../cli/support/muster.ts';
import { deployed, written } from '../support/roll-scenario.ts';
import { DEPLOY, folder, HEAD, problemsIn, script } from './given-script.ts';

const withStrength = (text: string) => HEAD + DEPLOY.replace('1000', text);
const ANY = 'write a whole number such as 15000, or { low: 9000, best: 10000, high: 11000 }';
const about = (n: number) => `write ${n}, or what is known of the range: { low: …, best: ${n}, high: … }`;

describe('a number of persons in a script is digits alone', () => {
  test.each([
    ['15.000', 'write 15000'],
    ['1.234.567', 'write 1234567'],
    ['15.0', 'write 15'],
    ['15.5', ANY],
    ['1.5e4', 'write 15000'],
    ['1_000', 'write 1000'],
    ['0o17', ANY],
    ['017', ANY],
    ['0x1F', ANY],
    ['+5', ANY],
    ['-5', ANY],
    ['"15000"', 'write 15000'],
    ["'15 000'", 'write 15000'],
    ['"15,000"', 'write 15000'],
    ['"9,000-11,000"', 'write { low: 9000, best: 10000, high: 11000 }'],
    ['9.000 – 11.000', 'write { low: 9000, best: 10000, high: 11000 }'],
    ['about 500', about(500)],
    ['~500', about(500)],
    ['500+', about(500)],
    ['15k', 'write 15000'],
    ['dozens', ANY],
  ])('%s', (text, todo) => {
    expect(problemsIn(withStrength(text))).toEqual([
      `9:23 $.events[0].data.strength expected persons in digits alone: found ${text}; ${todo}`,
    ]);
  });

  test.each(['0', '7', '15000', '{ low: 0, best: 10, high: 11 }'])('%s is taken', (text) => {
    expect(problemsIn(withStrength(text))).toEqual([]);
  });

  test.each([
    ['casualty.recorded', '{ killed: 1.000 }', 'data.killed'],
    ['casualty.claimed', '{ series: s, measure: killed, cumulative: true, value: 1.000 }', 'data.value'],
    [
      'contingent.committed',
      '{ detachment: { id: a, strength: { low: 1, best: 1.000, high: 3000 } } }',
      'data.detachment.strength.best',
    ],
    [
      'event.corrected',
      '{ target: { source: s, id: i }, reason: r, data: { killed: 1.000 } }',
      'data.data.killed',
    ],
  ])('wherever %s counts them', (type, data, path) => {
    const event = `  - { on: +1d, type: ${type}, contingent: corps, data: ${data} }\n`;
    expect(problemsIn(HEAD + DEPLOY + event)).toEqual([
      expect.stringMatching(
        new RegExp(`^10:\\d+ \\$\\.events\\[1\\]\\.${path} .*found 1\\.000; write 1000$`),
      ),
    ]);
  });

  test('dollars, shares and months are numbers like any other', () => {
    const money = '{ stream: s, grossUsd: 1000, stateShare: 0.50, period: p }';
    const paid = '{ kind: cash, quantity: 1.500, months: 1.5e1 }';
    const events = `  - { on: +1d, type: revenue.accrued, data: ${money} }\n  - { on: +1d, type: compensation.claimed, data: ${paid} }\n`;
    expect(script(HEAD + DEPLOY + events).form.events).toHaveLength(3);
  });

  test('the checker tells it once, beside what else is wrong', async () => {
    const text = withStrength('"15,000"').replace('infantry', 'infantri');
    const file = join(await folder({ 'trial.yaml': text }), 'trial.yaml');
    const { problems } = await checkScenario(file);
    expect(problems.map(({ path }) => path)).toEqual(['$.events[0].data.strength', '$.events[0].data.kind']);
  });

  test('an event that is meant to be refused may have a text, but no number that would pass', () => {
    const meant = (text: string) => `${withStrength(text)}    expect: { refused: malformed }\n`;
    expect(problemsIn(meant('"15,000"'))).toEqual([]);
    expect(problemsIn(meant('15.000'))).toHaveLength(1);
  });
});

test('the player sends nothing of a script with such a number', async () => {
  const directory = await temporaryDirectory();
  const file = join(directory, 'trial.yaml');
  await writeFile(file, withStrength('15.000'));
  const { code, stdout, stderr } = await muster(['play', file, '--data', join(directory, 'data')]);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toBe(
    `${file}:9:23: $.events[0].data.strength: expected persons in digits alone: found 15.000; write 15000.\nmuster: 1 problem; nothing was done\n`,
  );
});

describe('a payload in JSON', () => {
  const EXPECTED =
    '$.data.strength: expected persons: a whole number from 0 to 10,000,000, or { low, best, high } of them with low ≤ best ≤ high; found';
  const judged = (strength: string) => {
    const text = JSON.stringify(written(1, deployed('a', 77_777))).replace('77777', strength);
    return readEvent(Buffer.from(text));
  };

  test.each([
    ['"15,000"', '"15,000"; write 15000'],
    ['"about 500"', `"about 500"; ${about(500)}`],
    ['"9,000-11,000"', '"9,000-11,000"; write { low: 9000, best: 10000, high: 11000 }'],
    ['15.5', `15.5; ${ANY}`],
    ['-5', `-5; ${ANY}`],
    ['{"low":1,"best":"2","high":3}', '{"low":1,"best":"2","high":3}'],
    ['null', 'null'],
  ])('with %s is told what was found', (strength, message) => {
    expect(judged(strength)).toMatchObject({ ok: false, message: `${EXPECTED} ${message}` });
  });

  test.each(['15.0', '1.5e4', '15000'])('with %s is a whole number, as JSON has it', (strength) => {
    expect(judged(strength)).toMatchObject({
      ok: true,
      event: { data: { strength: { best: Number(strength) } } },
    });
  });
});
