import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createUser } from '@nats-io/nkeys';
import { expect, onTestFinished, test } from 'vitest';
import { startConfiguredServer } from '../support/configured-nats-server.ts';
import { muster, temporaryDirectory } from './support/muster.ts';
import { serving } from './support/serving.ts';

const MUSTER_TOKEN = 'secret-of-everything-1';
const PASSWORD = 'secret-password-2';
const WRONG = 'secret-mistaken-3';
const GUESSED = 'secret-guessed-4';

test('no secret is in what a service and its commands say, at any level', async () => {
  const directory = await temporaryDirectory();
  const user = createUser();
  const seed = Buffer.from(user.getSeed()).toString();
  const nats = await startConfiguredServer(
    `accounts { A { jetstream: enabled, users: [{ user: me, password: "${PASSWORD}" }, { nkey: ${user.getPublicKey()} }] } }`,
  );
  onTestFinished(() => nats.stop());
  await mkdir(join(directory, 'data'));
  const [file, nkey] = [join(directory, 'tokens.yaml'), join(directory, 'user.nk')];
  await writeFile(nkey, seed, { mode: 0o600 });
  const made = await muster(['token', 'ann', '--read', '*', '--write', 'ukraine', '--add', file]);
  const token = made.stdout.trim();
  expect(made.stderr).not.toContain(token);

  const said: string[] = [];
  for (const [address, env] of [
    [`nats://me:${PASSWORD}@${nats.host}`, {}],
    [`nats://${nats.host}`, { NATS_NKEY: nkey }],
  ] as const) {
    const data = join(directory, `data-${said.length}`);
    const service = await serving('serve', ['--data', data, '--tokens', file, '--nats', address], {
      env: { ...env, MUSTER_LOG: 'trace', MUSTER_TOKEN },
    });
    const heard: string[] = [];
    const ask = async (path: string, init: RequestInit = {}) => {
      const answer = await fetch(`${service.url}${path}`, { redirect: 'manual', ...init });
      const cookie = answer.headers.get('set-cookie');
      heard.push(await answer.text(), JSON.stringify([...answer.headers]));
      return { status: answer.status, cookie };
    };
    const statuses: number[] = [];
    for (const shown of [token, MUSTER_TOKEN, WRONG]) {
      const headers = { authorization: `Bearer ${shown}`, 'content-type': 'application/cloudevents+json' };
      for (const path of ['/api/rolls', '/metrics', '/api/rolls/ukraine/record', '/nowhere']) {
        await ask(path, { headers });
      }
      const written = await ask('/api/rolls/ukraine/record/events?open=true', {
        method: 'POST',
        headers,
        body: '{}',
      });
      const { status, cookie } = await ask('/session', {
        method: 'POST',
        body: new URLSearchParams({ token: shown }),
      });
      statuses.push(written.status, status);
      if (cookie !== null) await ask('/api/rolls', { headers: { cookie: cookie.split(';')[0] ?? '' } });
    }
    expect(statuses).toEqual([400, 303, 400, 303, 401, 401]);
    await ask('/api/rolls', { headers: { cookie: `muster-session=${GUESSED}` } });
    await ask('/metrics', { headers: { authorization: `Bearer ${MUSTER_TOKEN}` } });
    const commands = await Promise.all(
      [token, WRONG].map((shown) =>
        muster(['export', 'record', '--server', service.url], { env: { MUSTER_TOKEN: shown } }),
      ),
    );
    const { stdout, stderr } = await service.kill();
    expect(stderr).toContain('"url":"/session"');
    said.push(stdout, stderr, ...heard, ...commands.flatMap((one) => [one.stdout, one.stderr]));
  }
  const refused = await muster(
    ['serve', '--port', '0', '--nats', `nats://me:${WRONG}@${nats.host}`, '--data', directory],
    {
      env: { MUSTER_LOG: 'trace', MUSTER_TOKEN },
    },
  );
  expect(refused.code).toBe(3);
  said.push(refused.stdout, refused.stderr);

  const text = said.join('\n');
  expect(text).toContain('muster_roll');
  for (const secret of [token, MUSTER_TOKEN, PASSWORD, WRONG, GUESSED, seed]) {
    expect(text.includes(secret), secret.slice(0, 9)).toBe(false);
  }
}, 120_000);
