import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { corrected, deployed, retracted, warEnded, written } from '../support/roll-scenario.ts';
import { muster, shell, start, temporaryDirectory } from './support/muster.ts';

const RECORD = 'tests/data/record.jsonl';
const ESCAPE = '\u001b';

const expected = async (name: string) =>
  JSON.parse(await readFile(new URL(`../data/expected/${name}.json`, import.meta.url), 'utf8'));

const lines = (...events: Parameters<typeof written>[1][]) =>
  events.map((event, index) => JSON.stringify(written(index + 1, event))).join('\n');

/** The document that `replay --json` gives; stderr must be empty. */
async function replayed(args: readonly string[], input: string | Uint8Array = '') {
  const { code, stdout, stderr } = await muster(['replay', '--json', ...args], { input });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const { machineVersion, ...document } = JSON.parse(stdout);
  expect(machineVersion).toMatch(/^[0-9a-f]{16}$/);
  return document;
}

describe('the documents that were worked out', () => {
  test.each([
    ['record', [RECORD]],
    ['record.as-of-2025-03-31', [RECORD, '--as-of', '2025-03-31']],
    ['record.as-known-2025-03-31', [RECORD, '--as-known', '2025-03-31']],
    ['record+homecoming', [RECORD, 'tests/data/homecoming.jsonl']],
    ['record+collapse', [RECORD, 'tests/data/collapse.jsonl']],
  ])('%s', async (name, args) => {
    expect(await replayed(args)).toEqual(await expected(name));
  });

  test('bundled scenarios by name are the same log, and name their roll', async () => {
    const home = { theatre: 'ukraine', timeline: 'homecoming' };
    const document = { ...(await expected('record+homecoming')), ...home };
    expect(await replayed(['record', 'homecoming'])).toEqual(document);
    expect(await replayed(['homecoming'])).toEqual(document);
  });

  test('a scenario brings its base along', async () => {
    const { seq, timeline, inflow } = await replayed(['garrison']);
    const { seq: ofRecord } = await replayed(['record']);
    expect(timeline).toBe('garrison');
    expect(seq).toBeGreaterThan(ofRecord);
    expect(inflow.best).toBeGreaterThanOrEqual(21_000);
  });
});

describe('options', () => {
  test('--seq takes the first events', async () => {
    expect(await replayed([RECORD, '--seq', '1'])).toMatchObject({ seq: 1, inflow: { best: 1_500 } });
    expect(await replayed([RECORD, '--seq', '0'])).toMatchObject({ seq: 0, time: null });
    expect(await replayed([RECORD, '--seq', '999'])).toMatchObject({ seq: 26 });
  });

  test('--theatre and --timeline name the roll, and what names another is malformed', async () => {
    const input = lines(deployed('a'), deployed('b', 5, {}), { ...deployed('c'), theatre: 'mars' });
    const document = await replayed(['-', '--theatre', 'ukraine', '--timeline', 'record'], input);
    expect(document).toMatchObject({ theatre: 'ukraine', timeline: 'record', counts: { refused: 1 } });
    expect(document.refusals[0]).toMatchObject({ seq: 3, code: 'malformed' });
    expect(await replayed(['-'], input)).toMatchObject({ theatre: null, counts: { refused: 0 } });
  });

  test('--strict ends with 1 after the roll when something was refused', async () => {
    const input = lines(deployed('a'), deployed('a'));
    const strict = await muster(['replay', '-', '--strict', '--json'], { input });
    expect(strict.code).toBe(1);
    expect(JSON.parse(strict.stdout).counts.refused).toBe(1);
    expect(strict.stderr).toBe('muster: 1 of 2 events were refused\n');
    expect((await muster(['replay', '-'], { input })).code).toBe(0);
    expect((await muster(['replay', RECORD, '--strict'])).code).toBe(0);
  });

  test('--kernel takes every kernel there is, and help names them', async () => {
    const { KERNEL_NAMES } = await import('../../src/roll/kernels.ts');
    const help = await muster(['replay', '--help']);
    for (const kernel of KERNEL_NAMES) {
      expect(help.stdout).toContain(`"${kernel}"`);
      expect(await replayed([RECORD, '--kernel', kernel])).toEqual(await expected('record'));
    }
  });
});

describe('inputs', () => {
  test('a pipe with corrections at its end is read again', async () => {
    const input = lines(
      deployed('a'),
      deployed('b', 2_000),
      corrected('e1', { data: { strength: 10, kind: 'infantry', origin: 'x' } }),
      retracted('e2'),
    );
    const fromPipe = await replayed(['-'], input);
    expect(fromPipe).toMatchObject({ seq: 4, inflow: { best: 10 }, counts: { retracted: 1, accepted: 3 } });
    const directory = await temporaryDirectory();
    await writeFile(join(directory, 'log.jsonl'), input);
    expect(await replayed([join(directory, 'log.jsonl')])).toEqual(fromPipe);
    const substituted = await shell(`muster replay --json <(cat '${join(directory, 'log.jsonl')}')`);
    expect(JSON.parse(substituted.stdout)).toMatchObject(fromPipe);
  });

  test('a pipe that is cut by --seq is whole when it is read again', async () => {
    const many = Array.from({ length: 3_000 }, (_, index) => deployed(`c${index}`, 1));
    const input = lines(...many.slice(0, 2_998), retracted('e1'), deployed('rest', 7));
    expect(await replayed(['-', '--seq', '2999'], input)).toMatchObject({
      seq: 2_999,
      inflow: { best: 2_997 },
    });
  });

  test('--seq does not wait for a pipe that stays open', async () => {
    const running = await start(['replay', '-', '--seq', '1', '--json']);
    running.process.stdin.write(`${lines(deployed('a'))}\n`);
    expect(JSON.parse((await running.ended).stdout).seq).toBe(1);
  });

  test('several pipes and files are one log in the order given', async () => {
    const input = lines(deployed('a'), warEnded());
    const directory = await temporaryDirectory();
    await writeFile(join(directory, 'more.jsonl'), JSON.stringify(written(3, deployed('b'))));
    const { contingents } = await replayed(['-', join(directory, 'more.jsonl')], input);
    expect(contingents.map(({ id, state }: { id: string; state: string }) => [id, state])).toEqual([
      ['a', 'warEnded'],
      ['b', 'warEnded'],
    ]);
  });

  test.each([
    ['blank lines', `\n  \n${lines(deployed('a'))}\n\n\t\n`],
    ['CRLF', `${lines(deployed('a')).replaceAll('\n', '\r\n')}\r\n\r\n`],
    ['a byte order mark', `\ufeff${lines(deployed('a'))}\n`],
    ['a byte order mark on a line of its own', `\ufeff\n${lines(deployed('a'))}`],
    ['no final newline', lines(deployed('a'))],
  ])('%s', async (_name, input) => {
    expect(await replayed(['-'], input)).toMatchObject({ seq: 1, counts: { accepted: 1, refused: 0 } });
  });

  test.each([
    ['a line of 10 MB', `{"specversion":"1.0","id":"${'x'.repeat(10_000_000)}"}`, /at most/],
    ['broken UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d]), /UTF-8/],
    ['__proto__', '{"__proto__":{"specversion":"1.0"}}', /attribute names|specversion/],
    ['no object', '[]', /object/],
    ['no JSON', '{', /JSON/],
  ])('%s is refused, and what follows is not', async (_name, bad, message) => {
    const input = Buffer.concat([Buffer.from(bad), Buffer.from(`\n${lines(deployed('a'))}\n`)]);
    const { counts, refusals } = await replayed(['-'], input);
    expect(counts).toMatchObject({ accepted: 1, refused: 1 });
    expect(refusals).toMatchObject([{ seq: 1, code: 'malformed', message: expect.stringMatching(message) }]);
  });

  test.each(['', '\n\n'])('nothing (%j) is no roll', async (input) => {
    const { code, stdout, stderr } = await muster(['replay', '-'], { input });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toBe('muster: stdin: this is empty: there is no event in it\n');
  });
});

describe('what goes wrong', () => {
  test.each([
    [['no-such.jsonl'], /no-such\.jsonl: there is no such file/],
    [['tests/data'], /tests\/data: this is a directory/],
    [['recrod'], /Did you mean "record"\?/],
    [['no-such.yaml'], /no-such\.yaml:1:1: there is no such file/],
  ])('%j gives no events, so the input is wrong', async (args, message) => {
    const { code, stdout, stderr } = await muster(['replay', ...args]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^ +at /m);
  });

  test.each([
    [[RECORD, '--as-of', 'yesterday'], /'--as-of': 'yesterday' is invalid\. Give a day/],
    [[RECORD, '--as-known', '2025-02-30'], /'--as-known': .*Give a day/],
    [[RECORD, '--theatre', 'The Theatre'], /'--theatre'.*lower-case/],
    [[RECORD, '--timeline', '-x'], /'--timeline'.*lower-case/],
    [[RECORD, '--seq', '-1'], /whole number/],
    [[RECORD, '--seq', '1.5'], /whole number/],
    [[RECORD, '--kernel', 'v8'], /Allowed choices are/],
    [['-', '-'], /give - once/],
    [[], /missing required argument 'file'/],
  ])('%j is wrong usage', async (args, message) => {
    const { code, stdout, stderr } = await muster(['replay', ...args]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^ +at /m);
  });

  test('a script that is wrong is told by its places', async () => {
    const directory = await temporaryDirectory();
    const file = join(directory, 'wrong.yaml');
    await writeFile(
      file,
      'scenario: wrong\ntitle: x\ntheatre: t\nbasis: assessed\nevents:\n  - on: 2025-01-01\n    typ: war.ended\n    data: {}\n',
    );
    const { code, stdout, stderr } = await muster(['replay', file]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(`${file}:7:5: `);
    expect(stderr).toContain('Did you mean "type"?');
  });
});

describe('the terminal', () => {
  const shady = lines(
    { ...deployed('a'), id: `x${ESCAPE}[2J` },
    { ...deployed('a'), id: `y${ESCAPE}]0;owned\u0007\u202e` },
  );

  test('what events say reaches it without control characters', async () => {
    const { stdout } = await muster(['replay', '-'], { input: shady });
    expect(stdout).toContain('already-exists');
    expect(stdout).toContain('\\u{1b}]0;owned\\u{7}\\u{202e}');
    expect(stdout.replaceAll('\n', '')).not.toMatch(/\p{Cc}|\p{Cf}/u);
  });

  test('colours come with a terminal or FORCE_COLOR, and not with NO_COLOR', async () => {
    const coloured = async (env: Record<string, string>) =>
      (await muster(['replay', RECORD], { env })).stdout.includes(ESCAPE);
    expect(await coloured({})).toBe(false);
    expect(await coloured({ CI: 'true' })).toBe(false);
    expect(await coloured({ FORCE_COLOR: '1' })).toBe(true);
    expect(await coloured({ FORCE_COLOR: '1', NO_COLOR: '1' })).toBe(false);
  });

  test('a reader that has seen enough is no fault', async () => {
    const { stdout, stderr } = await shell('set -o pipefail; muster replay --json record | head -1; echo $?');
    expect({ stdout, stderr }).toEqual({ stdout: '{\n0\n', stderr: '' });
  });

  test('the table says who stands where', async () => {
    const { stdout } = await muster(['replay', 'record']);
    expect(stdout).toMatch(
      /^ {2}deployed +15,000 {2}\(14,000–16,000\) .*storm-corps 10,000 \(9,000–11,000\), builders 5,000$/m,
    );
    expect(stdout).toContain('26 events · last fact 12 Feb 2026');
    expect(stdout).toMatch(/killed 2,009 · missing 0 · unaccounted 998/);
  });
});
