import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from 'nats';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startConfiguredServer } from '../support/configured-nats-server.ts';
import { currentServer } from '../support/nats-server.ts';
import { muster, temporaryDirectory } from './support/muster.ts';
import { serving } from './support/serving.ts';

const accounts = fileURLToPath(new URL('../../.docker/accounts.conf', import.meta.url));
const env = {
  NATS_SERVICE_PASSWORD: '"1e5"',
  NATS_PRODUCER_PASSWORD: '"2e5"',
  NATS_DASHBOARD_PASSWORD: '"3e5"',
};

describe.each([
  { line: 'the server on PATH', server: { binary: 'nats-server' } },
  { line: 'a current server', server: currentServer() },
])('the commands under the accounts of the compose file, on $line', ({ server }) => {
  test('write and read the log beside a service that is refused nothing', async (context) => {
    if ('missing' in server) return context.skip();
    const nats = await startConfiguredServer(await readFile(accounts, 'utf8'), {
      binary: server.binary,
      env,
    });
    onTestFinished(() => nats.stop());
    const [user, pass, cwd] = ['service', '1e5', await temporaryDirectory()];
    const setting = { cwd, env: { NATS_URL: `nats://${user}:${pass}@${nats.host}` } };
    const command = async (...args: string[]) => {
      const { code, stdout, stderr } = await muster(args, setting);
      return { code, stdout, stderr };
    };
    const nothing = {
      code: 1,
      stdout: '',
      stderr: `muster: the NATS server at ${nats.host} has no rolls; name another with --nats\n`,
    };
    expect(await command('verify')).toEqual(nothing);

    const service = await serving('serve', ['--data', 'data'], setting);
    expect(await command('play', 'record')).toMatchObject({ code: 0 });
    const connection = await connect({ servers: nats.host, user, pass });
    onTestFinished(() => connection.close());
    const { streams } = await jetstreamManager(connection);
    const subjects = async (filter: string) =>
      (await streams.info('MUSTER_OUT', { subjects_filter: filter })).state.subjects;
    // Each append leaves one, and it replaces the one before.
    await expect
      .poll(() => subjects('muster.*.*.checkpoint'))
      .toEqual({ 'muster.ukraine.record.checkpoint': 1 });

    const verified = await command('verify', 'record');
    expect(verified.stdout).toMatch(/\n {2}MUSTER_OUT: .*, the same.*\n {2}clean\n$/);
    expect((await command('export', 'record')).stdout.split('\n').length).toBeGreaterThan(10);
    const compared = await command('diff-machine', 'current', 'current', 'record');
    expect(compared.stdout).toMatch(/^the same: /);
    const { stderr } = await service.kill();
    expect(stderr.split('\n').filter((line) => /"level":[4-6]0/.test(line))).toEqual([]);
  }, 120_000);
});
