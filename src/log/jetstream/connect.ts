import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import {
  type Authenticator,
  type ConnectionOptions,
  connect,
  credsAuthenticator,
  errors,
  type NatsConnection,
  nkeyAuthenticator,
  tokenAuthenticator,
  usernamePasswordAuthenticator,
} from 'nats';

/** No NATS server lets us in at the address given. The message says what is wrong and has no secret in it. */
export class NatsUnreachableError extends Error {
  override readonly name = 'NatsUnreachableError';
}

/**
 * A server that was cut off says nothing, not even that it is gone: one that leaves two pings unanswered is left for
 * another within half a minute. The client's own two minutes each would have us wait for six.
 */
const PINGS = { pingInterval: 10_000, maxPingOut: 2 } as const;

/**
 * A user and password, or the names of the files that hold credentials and certificates, in variables that NATS's own
 * command line reads too.
 */
export type NatsEnvironment = Readonly<
  Partial<
    Record<
      'NATS_USER' | 'NATS_PASSWORD' | 'NATS_CREDS' | 'NATS_NKEY' | 'NATS_CA' | 'NATS_CERT' | 'NATS_KEY',
      string
    >
  >
>;

/**
 * Connects to the server (or servers, with commas between) at an address such as `nats://127.0.0.1:4222`, with the
 * user and password or the token in it, else with the user and password, the credentials or the nkey that the
 * environment names; with TLS where the address begins with `tls://`, the environment names a certificate, or the server asks for it.
 * Throws NatsUnreachableError.
 */
export async function connectToNats(
  address: string,
  options: Pick<ConnectionOptions, 'name' | 'maxReconnectAttempts' | 'ignoreAuthErrorAbort' | 'timeout'>,
  environment: NatsEnvironment = process.env,
): Promise<NatsConnection> {
  const urls = address.split(',').map(urlOf);
  const hosts = urls.map(({ host }) => host).join(', ');
  const { NATS_CA: caFile, NATS_CERT: certFile, NATS_KEY: keyFile } = environment;
  const { authenticator, shown } = await credentialsOf(urls, environment);
  const tls = {
    ...(caFile && { ca: (await contentOf('NATS_CA', caFile)).toString() }),
    ...(certFile && { cert: (await contentOf('NATS_CERT', certFile)).toString() }),
    ...(keyFile && { key: (await contentOf('NATS_KEY', keyFile)).toString() }),
  };
  // Where a server's address has no name, the client would take a certificate for "localhost".
  const { hostname = '' } = urls.find((url) => isIP(bare(url.hostname)) !== 0) ?? {};
  const isTls = Object.keys(tls).length > 0 || urls.some(({ protocol }) => protocol === 'tls:');
  try {
    return await connect({
      ...PINGS,
      noAsyncTraces: true, // each publish and request would make two errors with their stacks, in case it fails
      ...options,
      servers: urls.map(({ host }) => host),
      ...(authenticator && { authenticator }),
      ...(isTls && { tls: { ...tls, ...(hostname && { host: bare(hostname) }) } }),
    });
  } catch (cause) {
    throw new NatsUnreachableError(whyNot(cause, hosts, shown, isTls && !certFile), {
      cause: withoutCredentials(cause),
    });
  }
}

interface Credentials {
  readonly authenticator?: Authenticator;
  /** What they are, in words. */
  readonly shown: string | null;
}

async function credentialsOf(urls: readonly URL[], environment: NatsEnvironment): Promise<Credentials> {
  const { username = '', password = '' } = urls.find((url) => url.username !== '') ?? {};
  const {
    NATS_USER: user = '',
    NATS_PASSWORD: secret = '',
    NATS_CREDS: creds,
    NATS_NKEY: nkey,
  } = environment;
  if (username !== '') return named(decoded(username), decoded(password), 'the address');
  if (user !== '') return named(user, secret, 'NATS_USER and NATS_PASSWORD');
  try {
    if (creds) {
      return {
        authenticator: checked(credsAuthenticator(await contentOf('NATS_CREDS', creds))),
        shown: 'the credentials of NATS_CREDS',
      };
    }
    if (nkey) {
      const seed = Buffer.from((await contentOf('NATS_NKEY', nkey)).toString().trim());
      return { authenticator: checked(nkeyAuthenticator(seed)), shown: 'the nkey of NATS_NKEY' };
    }
  } catch (cause) {
    if (cause instanceof NatsUnreachableError) throw cause;
    // Its error may quote the file, which is a secret.
    const what = creds
      ? `NATS_CREDS: ${creds} is no credentials file`
      : `NATS_NKEY: ${nkey} is no seed of an nkey`;
    throw new NatsUnreachableError(`${what}, such as "nsc" or "nk" makes`);
  }
  return { shown: null };
}

/** A user with a password, or without one a token. */
function named(user: string, password: string, place: string): Credentials {
  return password === ''
    ? { authenticator: tokenAuthenticator(user), shown: `the token of ${place}` }
    : {
        authenticator: usernamePasswordAuthenticator(user, password),
        shown: `the user and password of ${place}`,
      };
}

/** Has it sign once, so that a broken file shows here. */
function checked(authenticator: Authenticator): Authenticator {
  authenticator('a nonce');
  return authenticator;
}

async function contentOf(variable: string, file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (cause) {
    const why = cause instanceof Error && 'code' in cause ? cause.code : cause;
    throw new NatsUnreachableError(`${variable}: ${file} can't be read (${why})`, { cause });
  }
}

function whyNot(error: unknown, hosts: string, shown: string | null, isWithoutOurs: boolean): string {
  const message = error instanceof Error ? error.message : String(error);
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (error instanceof errors.AuthorizationError || error instanceof errors.UserAuthenticationExpiredError) {
    return shown === null
      ? `the NATS server at ${hosts} asks for credentials; give user:password@ in its address, NATS_USER and NATS_PASSWORD, or name a file in NATS_CREDS or NATS_NKEY`
      : `the NATS server at ${hosts} does not accept ${shown}`;
  }
  if (code === 'CERT_HAS_EXPIRED') return `the certificate of the NATS server at ${hosts} has expired`;
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return `the certificate of the NATS server at ${hosts} is for another name`;
  }
  if (/CERT|ISSUER|UNABLE_TO/.test(code) && !code.startsWith('ERR_SSL')) {
    return `the certificate of the NATS server at ${hosts} is from an authority that is not known here (${code}); name the authority's certificate in NATS_CA`;
  }
  if (/^ERR_SSL.*(CERTIFICATE|UNKNOWN_CA)/.test(code)) {
    return `the NATS server at ${hosts} does not accept our certificate, or asks for one; name it in NATS_CERT and its key in NATS_KEY`;
  }
  if (/^ERR_(SSL|OSSL|TLS|CRYPTO)/.test(code) || /PEM|key values mismatch/.test(message)) {
    return `TLS with the NATS server at ${hosts} fails (${code}); see NATS_CA, NATS_CERT and NATS_KEY`;
  }
  if (/does not support 'tls'/.test(message)) {
    return `the NATS server at ${hosts} does not speak TLS, which the address or NATS_CA, NATS_CERT ask for; nothing was sent to it`;
  }
  const orOurs = isWithoutOurs
    ? ' (it may be waiting for a certificate of ours: NATS_CERT and NATS_KEY)'
    : '';
  return `no NATS server answers at ${hosts}; start one, or give another address${orOurs}`;
}

/** The cause for a log, with nothing that holds what was sent. */
function withoutCredentials(cause: unknown): Error {
  return new Error(cause instanceof Error ? cause.message : String(cause));
}

function urlOf(address: string): URL {
  const trimmed = address.trim();
  const whole = trimmed.includes('://') ? trimmed : `nats://${trimmed}`;
  if (URL.canParse(whole) && new URL(whole).host !== '') return new URL(whole);
  throw new NatsUnreachableError('the address given is none such as nats://127.0.0.1:4222');
}

/** A host without the brackets of an IPv6 address. */
function bare(hostname: string): string {
  return hostname.replace(/^\[(.*)\]$/, '$1');
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
