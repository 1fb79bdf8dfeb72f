import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { openInputs } from '../../src/cli/replay-inputs.ts';
import { deployed, warEnded, written } from '../support/roll-scenario.ts';
import { muster, shell, start, temporaryDirectory } from './support/muster.ts';

const events = [written(1, deployed('a')), written(2, warEnded())];
const lines = events.map((event) => JSON.stringify(event));
const array = JSON.stringify(events, null, 2);
const pretty = events.map((event) => JSON.stringify(event, null, 2)).join('\n');
const script = `scenario: plain
title: Домой
theatre: ukraine
basis: hypothetical
events:
  - on: 2024-10-01
    type: contingent.deployed
    contingent: a
    data: { strength: 10, kind: infantry, origin: x }
`;
const utf16 = (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le');
const utf16be = (text: string) => utf16(text).swap16();

async function fileOf(name: string, content: string | Uint8Array): Promise<string> {
  const file = join(await temporaryDirectory(), name);
  await writeFile(file, content);
  return file;
}

/** The events that a replay of a file folds. */
async function eventsIn(file: string): Promise<string[]> {
  const inputs = await openInputs([file], {});
  try {
    const texts: string[] = [];
    for await (const { bytes } of inputs.read()) texts.push(Buffer.from(bytes).toString());
    return texts;
  } finally {
    await inputs.dispose();
  }
}

describe('events are read however JSON is laid out', () => {
  test.each<[string, string, string | Uint8Array]>([
    ['an array', 'a.json', array],
    ['an array on one line', 'a.json', JSON.stringify(events)],
    ['an array with an element a line', 'a.json', `[\n${lines.join(',\n')}\n]\n`],
    ['an array with CRLF and a byte order mark', 'a.json', `\ufeff${array.replaceAll('\n', '\r\n')}`],
    ['pretty-printed objects', 'a.jsonl', pretty],
    ['objects on one line', 'a.jsonl', lines.join('')],
    ['lines that end in CR alone', 'a.jsonl', lines.join('\r')],
    ['UTF-16, little end first', 'a.jsonl', utf16(lines.join('\r\n'))],
    ['UTF-16, big end first', 'a.jsonl', utf16be(lines.join('\n'))],
    ['an array in UTF-16', 'a.json', utf16(array)],
    ['lines in a file that is called a script', 'a.yaml', lines.join('\n')],
  ])('%s', async (_what, name, content) => {
    const file = await fileOf(name, content);
    expect((await eventsIn(file)).map((text) => JSON.parse(text))).toEqual(events);
  });

  test('numbers and texts stay as they were written, and so do the ends of tokens', async () => {
    const odd =
      '[ {"specversion" : "1.0",\n "a": 12345678901234567890, "b" : [1 ,  2 ], "c": "x  \\" ]\u2028 y"} ]';
    expect(await eventsIn(await fileOf('a.json', odd))).toEqual([
      '{"specversion":"1.0","a":12345678901234567890,"b":[1,2],"c":"x  \\" ]\u2028 y"}',
    ]);
  });

  test('each element is judged alone, as over HTTP', async () => {
    const input = JSON.stringify([events[0], 1, [events[1]], null, events[1]]);
    const { code, stdout } = await muster(['replay', '-', '--json'], { input });
    expect(code).toBe(0);
    expect(JSON.parse(stdout).counts).toMatchObject({ accepted: 2, refused: 3 });
  });

  test('a script is known by what is in it', async () => {
    for (const [name, content] of [
      ['a.YAML', script],
      ['a.yml', utf16(script)],
      ['a.txt', `# a comment\n\n${script.replaceAll('\n', '\r\n')}`],
      [
        'a.JSON',
        '{"scenario":"plain","title":"x","theatre":"ukraine","basis":"assessed",\n"events":[{"on":"2024-10-01","type":"war.ended","data":{"variant":"ceasefire"}}]}',
      ],
    ] as const) {
      expect(await eventsIn(await fileOf(name, content))).toHaveLength(1);
    }
  });

  test('of an open pipe, as soon as it can be told', async () => {
    const running = await start(['replay', '-', '--seq', '1', '--json']);
    running.process.stdin.write(array.slice(0, -2));
    expect(JSON.parse((await running.ended).stdout).seq).toBe(1);
  });

  test('a script and an array come over stdin too', async () => {
    const directory = await temporaryDirectory();
    await writeFile(join(directory, 'a.txt'), script);
    await writeFile(join(directory, 'a.json'), array);
    const line =
      'muster check - <a.txt; muster replay --json - <a.txt | grep -c plain; muster replay <(cat a.json) | grep -c "2 events"';
    const { code, stdout } = await shell(line, directory);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^plain right\n[\s\S]*\n1\n1\n$/);
  });
});

const BROKEN = array.replace(/\n\]$/, ',\n]');
const GIVE = 'give events (CloudEvents in JSON: one a line, or an array) or a scenario script (YAML)';
const EMPTY = 'this is empty: there is no event in it';

describe('what is neither events nor a script is named', () => {
  test.each<[string, string | Uint8Array, string]>([
    ['facts.csv', 'date,unit\n2024,a\n', `this is a CSV file; write each row as an event, and ${GIVE}`],
    ['excel.csv', utf16('date\tunit\r\n2024\ta\r\n'), 'this is a CSV file; '],
    ['semi.txt', 'date;unit\n2024;a\n', 'this is a CSV file (a table, its cells set apart by semicolons); '],
    ['tabs.txt', 'date\tunit\n2024\ta\n', 'this is a TSV file (a table, its cells set apart by tabs); '],
    ['t.xlsx', Buffer.from('PK\x03\x04....[Content_Types].xml'), 'this is a spreadsheet (xlsx or ods); '],
    ['t.zip', Buffer.from('PK\x03\x04....a.jsonl'), 'this is a ZIP archive; unpack it first'],
    [
      't.jsonl.gz',
      gzipSync(lines.join('\n')),
      'this is a file compressed with gzip; unpack it first (gunzip)',
    ],
    ['noise.bin', Buffer.from([1, 2, 0, 0, 3, 0xff]), `this is a binary file; ${GIVE}`],
    [
      'plain.jsonl',
      Buffer.from(lines.join('\n'), 'utf16le'),
      'this is UTF-16 text without a byte order mark; save it as UTF-8',
    ],
    [
      'cut.jsonl',
      Buffer.concat([utf16(lines.join('\n')), Buffer.from('x')]),
      'cannot be read: The encoded data was not valid',
    ],
    [
      'error.jsonl',
      '<!DOCTYPE html>\n<h1>502</h1>',
      'this is a web page (HTML), as a server sends it in place of a file; fetch the file itself',
    ],
    [
      'list.txt',
      '- specversion: "1.0"\n',
      'this is YAML, but no scenario script; a script begins with scenario: and lists',
    ],
    ['notes.txt', 'ten of them\n', `this is a text without events; ${GIVE}`],
    ['other.jsonl', '{"a":1}\n{"b":2}\n', `this is JSON without a single event; ${GIVE}`],
    ['nested.json', `[${JSON.stringify(events)}]`, 'this is JSON without a single event; '],
    ['none.json', '[]', 'this is JSON without a single event; '],
    [
      'five.json',
      "[{specversion: '1.0'}]",
      'this is not JSON, though it begins like it (what begins in line 1 is not JSON); ',
    ],
    [
      'comma.json',
      BROKEN,
      `this is not JSON: line ${BROKEN.split('\n').length}: a comma before the end of the array; nothing of it was taken`,
    ],
    ['cut.json', array.slice(0, -9), 'this is not JSON: it ends in the middle of what begins in line '],
    ['more.json', `${array}\n${lines[0]}`, 'something follows the array; nothing of it was taken'],
    ['empty.jsonl', '', EMPTY],
    ['blank.jsonl', '\ufeff\n \r\n', EMPTY],
  ])('%s', async (name, content, message) => {
    const file = await fileOf(name, content);
    await expect(eventsIn(file)).rejects.toThrow(message);
    await expect(eventsIn(file)).rejects.toMatchObject({ name: 'CommandFailure', exitCode: 1 });
  });

  const commands: readonly (readonly string[])[] = [
    ['replay'],
    ['report', 'card'],
    ['diff-machine', 'current', 'current'],
    ['check'],
    ['play'],
    ['inspect', '--no-open'],
  ];

  test('by every command that takes files, which then ends with 1', async () => {
    const directory = await temporaryDirectory();
    const file = join(directory, 'facts.csv');
    await writeFile(file, 'date,unit\n2024,=1+1\n');
    await mkdir(join(directory, 'folder.d'));
    const told = await Promise.all(
      commands.map(async (command) => ({ command, ...(await muster([...command, file])) })),
    );
    for (const { command, code, stdout, stderr } of told) {
      expect({ command, code }).toEqual({ command, code: 1 });
      expect(stdout + stderr).toMatch(/facts\.csv:.* this is a CSV file; write each row as an event/);
    }
    const folder = await muster(['play', join(directory, 'folder.d')]);
    expect(folder.code).toBe(1);
    expect(folder.stderr).toMatch(/folder\.d: this is a directory; name the files in it\n$/);
  });

  test('events are no script to check, and only lines are played back', async () => {
    const file = await fileOf('a.json', array);
    const checked = await muster(['check', file]);
    expect(checked.code).toBe(1);
    expect(checked.stdout).toContain(
      `${file}:1:1: this holds events, and what is read here is a scenario script: muster replay folds them`,
    );
    const data = await temporaryDirectory();
    const played = await muster(['play', file, '--data', join(data, 'd')]);
    expect(played).toMatchObject({ code: 1, stdout: '' });
    expect(played.stderr).toBe(
      `muster: ${file}: this is a JSON array of events. play takes scripts, and what muster export wrote: an entry a line. POST …/events takes the events, and replay folds them\n`,
    );
  });
});
