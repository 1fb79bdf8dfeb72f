import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from './support/built.ts';
import { muster, temporaryDirectory } from './support/muster.ts';

const NOWHERE = 'http://127.0.0.1:1';
const invalid = (option: string, given: string, expected: string) =>
  `error: option '${option}' argument '${given}' is invalid. ${expected}\n(add --help for what can be said)`;

/** Errors of the command: where in the sources each is made (file, and which of those there), how, and what it says. */
const ERRORS: readonly (readonly [place: string, args: string, code: number, stderr: string])[] = [
  [
    'main.ts 1',
    'watch --server localhost:4700',
    2,
    invalid('--server <url>', 'localhost:4700', 'Expected an address such as http://127.0.0.1:4700.'),
  ],
  [
    'main.ts 2',
    'serve --cors https://board.example/page',
    2,
    invalid(
      '--cors <origin...>',
      'https://board.example/page',
      'Expected an origin such as https://board.example, without a path.',
    ),
  ],
  [
    'main.ts 3',
    'play record --nats nats://:a:b',
    2,
    "muster: option '--nats <url>': give an address such as nats://127.0.0.1:4222",
  ],
  [
    'main.ts 4',
    'serve --port 70000',
    2,
    invalid('--port <n>', '70000', 'Expected a port, 0 to 65535 (0: any that is free).'),
  ],
  ['main.ts 5', 'replay record --seq x', 2, invalid('--seq <n>', 'x', 'Expected a whole number, 0 or more.')],
  ['replay-inputs.ts 1', 'replay - -', 2, 'muster: stdin can be read once; give - once'],
  ['input-file.ts 1', 'replay none.jsonl', 1, 'muster: none.jsonl: there is no such file'],
  ['input-file.ts 1', 'replay folder', 1, 'muster: folder: this is a directory; name the files in it'],
  [
    'report.ts 1',
    'report weather',
    2,
    "muster: there is no report 'weather'. Give one of: card, decision, money, lives, dissent, escalation, footprint, law, claims",
  ],
  [
    'read-options.ts 1',
    'replay record --as-of noon',
    2,
    "muster: option '--as-of': 'noon' is invalid. Give a day (2025-03-31) or an RFC 3339 time.",
  ],
  [
    'tell-play.ts 3',
    `play record --server ${NOWHERE}`,
    3,
    `muster: record: no service answers at ${NOWHERE}; start one with "muster serve", or name another with --server (0 of 26 events were acknowledged; play again to go on)`,
  ],
  [
    'open-log.ts 2',
    'export record --data nothing',
    1,
    "muster: there is no log in nothing/log; name a service's data directory with --data, or its NATS server with --nats",
  ],
  [
    'other-machines.ts 1',
    'diff-machine nothing current record',
    1,
    'muster: nothing has no built machines (contingent.js, theatre.js); name a directory where npm run build ran, or current',
  ],
  [
    'diff-machine.ts 1',
    'diff-machine current current a b --data .',
    2,
    'muster: of a log one roll at a time is folded; name one',
  ],
  [
    'token.ts 1',
    'token me',
    2,
    "muster: the token could do nothing: give --read or --write, with theatres or '*'",
  ],
  [
    'token.ts 4',
    'token me --read * --add folder',
    1,
    "muster: folder can't be read: EISDIR: illegal operation on a directory, read",
  ],
  ['check.ts 1', 'check bad.yaml', 1, 'muster: 2 problems'],
  [
    'load-scenarios.ts 1',
    'play bad.yaml',
    1,
    'bad.yaml:4:8: $.basis: expected reported | assessed | hypothetical, not "rumour".\nbad.yaml:5:9: $.events: expected at least one event.\nmuster: 2 problems; nothing was done',
  ],
  [
    'serve.ts 4',
    'serve --data data --port 0 --tokens none.yaml',
    1,
    "muster: --tokens none.yaml: ENOENT: no such file or directory, open 'none.yaml'",
  ],
  [
    'serve.ts 6',
    'serve --data data --port 0 --stately http://x',
    2,
    'muster: --stately: http://x is no address such as ws://127.0.0.1:8080',
  ],
];

/** How many more each file makes that are not in the table: they take a server, a damaged log or a signal. */
const ELSEWHERE: Readonly<Record<string, number>> = {
  'api-client.ts': 2,
  'export-lines.ts': 1,
  'nats-log.ts': 4,
  'open-log.ts': 2,
  'other-machines.ts': 1,
  'own-service.ts': 1,
  'play-export.ts': 1,
  'play.ts': 3,
  'replay-inputs.ts': 1,
  'replay.ts': 1,
  'roll-called.ts': 1,
  'serve.ts': 5,
  'tell-play.ts': 3,
  'token.ts': 2,
  'verify.ts': 1,
};

test('an error says what was found, where, and what to do', async () => {
  const cwd = await temporaryDirectory();
  await mkdir(join(cwd, 'folder'));
  await writeFile(
    join(cwd, 'bad.yaml'),
    'scenario: bad\ntitle: Bad\ntheatre: t\nbasis: rumour\nevents: []\n',
  );
  const said: unknown[] = [];
  const rest = ERRORS.map((_, index) => index);
  const runNext = async (): Promise<void> => {
    const index = rest.shift();
    const row = index === undefined ? undefined : ERRORS[index];
    if (index === undefined || row === undefined) return;
    const [place, args] = row;
    const { code, stderr } = await muster(args.split(' '), { cwd });
    said[index] = [place, args, code, stderr.trimEnd().replaceAll(`${cwd}/`, '')];
    await runNext();
  };
  await Promise.all([runNext(), runNext()]);

  expect(said).toEqual(ERRORS);
}, 180_000);

test('an error that is new has to be counted in', async () => {
  const folder = join(root, 'src/cli');
  const made: Record<string, number> = {};
  for (const file of await readdir(folder)) {
    const text = await readFile(join(folder, file), 'utf8');
    const places = text.match(/new (?:CommandFailure|InvalidArgumentError)\(/g)?.length ?? 0;
    if (places > 0) made[file] = places;
  }
  const read: Record<string, number> = { ...ELSEWHERE };
  for (const place of new Set(ERRORS.map(([one]) => one))) {
    const [file = ''] = place.split(' ');
    read[file] = (read[file] ?? 0) + 1;
  }
  expect(read).toEqual(made);
});
