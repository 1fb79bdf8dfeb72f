import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAccount, createOperator, createUser, type KeyPair } from '@nats-io/nkeys';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import { connectToNats, NatsUnreachableError } from '../../src/log/jetstream/connect.ts';
import { muster } from '../cli/support/muster.ts';
import { startConfiguredServer } from '../support/configured-nats-server.ts';

const directory = mkdtempSync(join(tmpdir(), 'muster-connect-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
const at = (name: string) => join(directory, name);
const written = (name: string, content: string | Uint8Array) => {
  writeFileSync(at(name), content, { mode: 0o600 });
  return at(name);
};
const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: directory, stdio: 'pipe' });

/** An authority, and a certificate of it for 127.0.0.1, with a validity in days. */
function makeAuthority(name: string, days: string): void {
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  openssl(
    'req',
    '-x509',
    ...key,
    '-keyout',
    `${name}-ca.key`,
    '-out',
    `${name}-ca.pem`,
    '-subj',
    `/CN=${name}`,
  );
  openssl('req', ...key, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', '/CN=server');
  written('extensions', `subjectAltName=${name === 'else' ? 'DNS:localhost' : 'IP:127.0.0.1'}`);
  const authority = ['-CA', `${name}-ca.pem`, '-CAkey', `${name}-ca.key`, '-CAcreateserial'];
  const about = ['-days', days, '-extfile', 'extensions'];
  openssl('x509', '-req', '-in', `${name}.csr`, ...authority, ...about, '-out', `${name}.pem`);
}
makeAuthority('own', '2');
makeAuthority('late', '-1');
makeAuthority('else', '2');

async function serverWith(configuration: string): Promise<string> {
  const server = await startConfiguredServer(configuration, { isStoring: false });
  onTestFinished(() => server.stop());
  return server.host;
}

/** Connects, and closes again; what went wrong, or null. */
async function attempt(address: string, environment = {}, timeout = 20_000): Promise<string | null> {
  try {
    const options = { name: 'tests', maxReconnectAttempts: 0, timeout };
    await (await connectToNats(address, options, environment)).close();
    return null;
  } catch (error) {
    expect(error).toBeInstanceOf(NatsUnreachableError);
    return error instanceof Error ? error.message : '';
  }
}

describe('TLS', () => {
  const tls = (name: string, more = '') =>
    `tls { cert_file: "${at(`${name}.pem`)}", key_file: "${at(`${name}.key`)}" ${more} }`;
  const NATS_CA = at('own-ca.pem');

  test('with the authority named', async () => {
    const host = await serverWith(tls('own'));

    expect(await attempt(`tls://${host}`, { NATS_CA })).toBeNull();
    expect(await attempt(host, { NATS_CA })).toBeNull();
    expect(await attempt(host)).toMatch(/is from an authority that is not known here .*NATS_CA/);
    expect(await attempt(host, { NATS_CA: at('late-ca.pem') })).toMatch(/not known here/);
    expect(await attempt(host, { NATS_CA: at('none.pem') })).toMatch(
      /^NATS_CA: .*none\.pem can't be read \(ENOENT\)/,
    );
  });

  test('a certificate that has expired', async () => {
    const host = await serverWith(tls('late'));

    expect(await attempt(host, { NATS_CA: at('late-ca.pem') })).toMatch(/has expired/);
  });

  test('a certificate for another name', async () => {
    const host = await serverWith(tls('else'));

    expect(await attempt(host, { NATS_CA: at('else-ca.pem') })).toMatch(/is for another name/);
  });

  test('a server that asks for our certificate', async () => {
    const host = await serverWith(tls('own', `, ca_file: "${NATS_CA}", verify: true`));
    const ours = { NATS_CA, NATS_CERT: at('own.pem'), NATS_KEY: at('own.key') };

    expect(await attempt(host, ours)).toBeNull();
    expect(await attempt(host, { NATS_CA }, 2_000)).toMatch(/NATS_CERT/);
    expect(await attempt(host, { ...ours, NATS_KEY: at('late.key') })).toMatch(/NATS_KEY/);
  });

  test('a server that speaks none gets no password', async () => {
    const host = await serverWith('authorization { user: me, password: hidden }');

    expect(await attempt(`tls://me:hidden@${host}`)).toMatch(/does not speak TLS.*nothing was sent/);
    expect(await attempt(`nats://me:hidden@${host}`, { NATS_CA })).toMatch(/does not speak TLS/);
    expect(await attempt(`nats://me:hidden@${host}`)).toBeNull();
  });
});

describe('credentials', () => {
  test('user and password, or a token, of the environment, as they are, after those of the address', async () => {
    const users = await serverWith(`authorization { user: me, password: 'h%2Fi"d@:/#\\$x' }`);
    const token = await serverWith('authorization { token: "hid/den" }');
    const ours = { NATS_USER: 'me', NATS_PASSWORD: 'h%2Fi"d@:/#\\$x' };

    expect(await attempt(users, ours)).toBeNull();
    expect(await attempt(token, { NATS_USER: 'hid/den' })).toBeNull();
    const wrong = await attempt(users, { ...ours, NATS_PASSWORD: 'secret' });
    expect(wrong).toMatch(/does not accept the user and password of NATS_USER and NATS_PASSWORD$/);
    expect(await attempt(`me:secret@${users}`, ours)).toMatch(/the user and password of the address/);
  });

  test('user and password, or a token, in the address', async () => {
    const users = await serverWith('authorization { user: me, password: "hid:d/en" }');
    const token = await serverWith('authorization { token: "hidden" }');

    expect(await attempt(`nats://me:hid%3Ad%2Fen@${users}`)).toBeNull();
    expect(await attempt(`nats://hidden@${token}`)).toBeNull();
    expect(await attempt(users)).toMatch(/asks for credentials.*NATS_CREDS or NATS_NKEY/);
    for (const wrong of [
      await attempt(`nats://me:secret@${users}`),
      await attempt(`nats://secret@${token}`),
    ]) {
      expect(wrong).toMatch(/does not accept the (user and password|token) of the address/);
      expect(wrong).not.toContain('secret');
    }
  });

  test('an nkey', async () => {
    const [user, stranger] = [createUser(), createUser()];
    const host = await serverWith(`authorization { users: [{ nkey: ${user.getPublicKey()} }] }`);

    expect(await attempt(host, { NATS_NKEY: written('user.nk', `${seedOf(user)}\n`) })).toBeNull();
    const refused = await attempt(host, { NATS_NKEY: written('stranger.nk', seedOf(stranger)) });
    expect(refused).toMatch(/does not accept the nkey of NATS_NKEY/);
    const broken = await attempt(host, { NATS_NKEY: written('broken.nk', seedOf(user).slice(0, -4)) });
    expect(broken).toMatch(/^NATS_NKEY: .*broken\.nk is no seed of an nkey/);
    expect(broken).not.toContain(seedOf(user).slice(0, 20));
  });

  test('a credentials file', async () => {
    const [operator, account, user] = [createOperator(), createAccount(), createUser()];
    const grant = (type: string, issuer: KeyPair, subject: KeyPair) =>
      jwtOf(type, issuer, subject.getPublicKey());
    const host = await serverWith(
      `operator: ${grant('operator', operator, operator)}\nresolver: MEMORY\nresolver_preload: { ${account.getPublicKey()}: ${grant('account', operator, account)} }`,
    );
    const creds = `-----BEGIN NATS USER JWT-----\n${grant('user', account, user)}\n------END NATS USER JWT------\n\n-----BEGIN USER NKEY SEED-----\n${seedOf(user)}\n------END USER NKEY SEED------\n`;

    expect(await attempt(host, { NATS_CREDS: written('user.creds', creds) })).toBeNull();
    expect(await attempt(host)).toMatch(/asks for credentials/);
    const strange = creds.replace(seedOf(user), seedOf(createUser()));
    expect(await attempt(host, { NATS_CREDS: written('strange.creds', strange) })).toMatch(
      /does not accept the credentials of NATS_CREDS/,
    );
    expect(await attempt(host, { NATS_CREDS: written('broken.creds', 'hidden') })).toMatch(
      /broken\.creds is no credentials file/,
    );
  });
});

test('each command says so with exit code 3, and tells no secret', async () => {
  const host = await serverWith('authorization { user: me, password: hidden }');
  const address = `nats://me:mistaken@${host}`;

  for (const args of [
    ['serve', '--port', '0', '--data', at('data'), '--nats', address],
    ['play', 'record', '--nats', address],
  ]) {
    const { code, stderr, stdout } = await muster(args);
    expect(stderr).toContain(
      `the NATS server at ${host} does not accept the user and password of the address`,
    );
    expect(code).toBe(3);
    expect(stderr + stdout).not.toContain('mistaken');
  }
});

function seedOf(pair: KeyPair): string {
  return Buffer.from(pair.getSeed()).toString();
}

/** A JSON web token as NATS's operators sign them (https://docs.nats.io/running-a-nats-service/configuration/securing_nats/jwt). */
function jwtOf(type: string, issuer: KeyPair, subject: string): string {
  const part = (content: unknown) => Buffer.from(JSON.stringify(content)).toString('base64url');
  const limits = {
    subs: -1,
    conn: -1,
    leaf: -1,
    imports: -1,
    exports: -1,
    data: -1,
    payload: -1,
    wildcards: true,
  };
  const nats = {
    type,
    version: 2,
    ...(type === 'account' && { limits }),
    ...(type === 'user' && { subs: -1, data: -1, payload: -1 }),
  };
  const claims = {
    jti: `tests-${type}`,
    iat: 1_700_000_000,
    iss: issuer.getPublicKey(),
    sub: subject,
    name: type,
    nats,
  };
  const signed = `${part({ typ: 'JWT', alg: 'ed25519-nkey' })}.${part(claims)}`;
  return `${signed}.${Buffer.from(issuer.sign(Buffer.from(signed))).toString('base64url')}`;
}
