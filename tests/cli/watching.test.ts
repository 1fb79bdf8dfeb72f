import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { stripVTControlCharacters } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { deployed, written } from '../support/roll-scenario.ts';
import { builtMain } from './support/built.ts';
import { muster, start, temporaryDirectory } from './support/muster.ts';
import { post, serving } from './support/serving.ts';

const NOBODY_HOME = 'http://127.0.0.1:1';

const event = (id: string) => ({ ...written(1, deployed(id)), id });

test('shows each change as it comes, over a restart too, and ends with Ctrl-C', async () => {
  const data = await temporaryDirectory();
  const service = await serving('serve', ['--data', data]);
  expect((await post(service.url, 't/live', event('a'))).status).toBe(201);
  const watching = await start(['watch', 'live', '--server', service.url]);
  await watching.says(/deployed +1,000 /);
  await post(service.url, 't/live', event('b'));
  await watching.says(/deployed +2,000 /);

  await service.kill();
  await watching.says(/connection lost; resuming/, 'stderr');
  const again = await serving('serve', ['--data', data, '--port', new URL(service.url).port]);
  await post(again.url, 't/live', event('c'));
  await watching.says(/deployed +3,000 /);
  const { code, stdout, stderr } = await watching.kill('SIGINT');
  expect({ code, stderr }).toEqual({ code: 0, stderr: 'muster: connection lost; resuming\n' });
  expect(stdout).not.toContain('\u001b');
  expect(stdout.match(/deployed +\d,000 /g)).toHaveLength(3);
});

test('a service that does not answer ends it with 3, a roll that is not there with 1', async () => {
  expect(await muster(['watch', '--server', NOBODY_HOME])).toMatchObject({ code: 3, stdout: '' });
  const service = await serving('serve', ['--data', await temporaryDirectory()]);
  const empty = await muster(['watch', '--server', service.url]);
  expect(empty).toMatchObject({ code: 1, stdout: '' });
  expect(empty.stderr).toBe('muster: there is no roll record; the service has none yet\n');
});

test('a what-if says so after each change', async () => {
  const service = await serving('serve', ['--data', await temporaryDirectory()]);
  const about = { title: 'Home early', basis: 'hypothetical', base: null };
  const headers = { 'content-type': 'application/json' };
  await fetch(`${service.url}/api/rolls/t/early`, { method: 'PUT', headers, body: JSON.stringify(about) });
  const watching = await start(['watch', 'early', '--server', service.url]);
  await watching.says(/^HYPOTHETICAL Home early\n.* 0 events/);

  await post(service.url, 't/early', event('a'));

  await watching.says(/\nHYPOTHETICAL Home early\n.* 1 event .*\n +deployed +1,000 /);
});

// A terminal is made by the `script` of Linux; others have one that is called otherwise.
test.runIf(process.platform === 'linux')(
  'on a terminal it draws over what was, and says if it is live',
  async () => {
    const data = await temporaryDirectory();
    const service = await serving('serve', ['--data', data]);
    await post(service.url, 't/live', event('a'));
    // A shell that stays between would take Ctrl-C too, and end with 130 whatever we do.
    const command = `exec '${process.execPath}' '${await builtMain()}' watch live --server ${service.url}`;
    const terminal = spawn('script', ['-qec', command, '/dev/null'], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, SHELL: '/bin/sh' },
    });
    const ended = once(terminal, 'exit');
    onTestFinished(async () => {
      terminal.kill('SIGKILL');
      await ended;
    });
    let drawn = '';
    terminal.stdout.setEncoding('utf8').on('data', (text: string) => {
      drawn += text;
    });
    /** What stands there: the drawings before were wiped away. */
    const screen = () => stripVTControlCharacters(drawn.slice(drawn.lastIndexOf('\u001b[1;1H\u001b[0J')));
    const shows = (pattern: RegExp) => expect.poll(screen, { timeout: 30_000 }).toMatch(pattern);

    await shows(/^live\r\n.* 1 event .*deployed +1,000 .*live · http/s);
    await post(service.url, 't/live', event('b'));
    await shows(/^live\r\n.* 2 events .*deployed +2,000 .*live · http/s);
    await service.kill();
    await shows(/deployed +2,000 .*connection lost; resuming/s);
    await serving('serve', ['--data', data, '--port', new URL(service.url).port]);
    await shows(/deployed +2,000 .*live · http/s);
    terminal.stdin.write('\u0003');
    expect(await ended).toEqual([0, null]);
  },
);
