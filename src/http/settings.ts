import { BlockList, isIP } from 'node:net';
import { PublicUrls } from './public-urls.ts';
import type { TokensFile } from './tokens-file.ts';

export const DEFAULT_HOST = '127.0.0.1';
export const DEFAULT_PORT = 4700;
/** A thousand a second: a busy producer of single events stays below, a runaway client does not. */
export const DEFAULT_REQUESTS_PER_MINUTE = 60_000;

/** The most bytes of a body with many events. */
export const MAX_BATCH_BYTES = 8 * 1_048_576;
export const MAX_BATCH_EVENTS = 10_000;
/** The longest that a request may take to arrive whole. */
export const REQUEST_TIMEOUT_MS = 30_000;
export const MAX_PAGE = 1_000;
export const DEFAULT_PAGE = 100;
/** Days of a series, unless fewer or more are asked for. */
export const DEFAULT_POINTS = 400;

export interface HttpOptions {
  /** Where the server listens; on anything but loopback, writing needs a token. */
  readonly host?: string;
  /** 0: any that is free. */
  readonly port?: number;
  /** What a writer shows as `Authorization: Bearer`. Without any, only a loopback server takes events. */
  readonly token?: string;
  /** More tokens, each with rights of its own. With them, reading needs one too. */
  readonly tokens?: TokensFile;
  /** Requests that one token, or one address without a token, may make in a minute. */
  readonly requestsPerMinute?: number;
  /** The origins whose pages may read, `*` for those of any; a file opened from disk is of none. Default: no other's. */
  readonly readers?: readonly string[];
  /** The origins at which a proxy on this machine is reached, such as `https://muster.example`: they are the server's own. */
  readonly publicUrls?: readonly string[];
  /** Event streams open at one time. */
  readonly maxStreams?: number;
  /** Between two comments on a stream that has nothing to say. */
  readonly heartbeatMs?: number;
  /** How long a stream waits for a reader that takes nothing before it is dropped. */
  readonly slowReaderMs?: number;
}

export interface HttpSettings {
  readonly host: string;
  readonly port: number;
  readonly token: string | null;
  readonly tokens: TokensFile | null;
  readonly requestsPerMinute: number;
  readonly isLoopback: boolean;
  /** Whether only this machine reaches the server: it listens on loopback, and no proxy before it is named. */
  readonly isPrivate: boolean;
  readonly publicUrls: PublicUrls;
  readonly readers: readonly string[];
  readonly maxStreams: number;
  readonly heartbeatMs: number;
  readonly slowReaderMs: number;
}

/** Fills in the defaults. Throws a RangeError for an empty token: it would look like protection and be none. */
export function settingsOf(options: HttpOptions): HttpSettings {
  if (options.token === '') throw new RangeError('The token is empty. Give one, or leave it out.');
  const host = options.host ?? DEFAULT_HOST;
  const isLoopback = isLoopbackName(host);
  const publicUrls = new PublicUrls(options.publicUrls ?? []);
  return {
    host,
    port: options.port ?? DEFAULT_PORT,
    token: options.token ?? null,
    tokens: options.tokens ?? null,
    requestsPerMinute: options.requestsPerMinute ?? DEFAULT_REQUESTS_PER_MINUTE,
    isLoopback,
    isPrivate: isLoopback && !publicUrls.areGiven,
    publicUrls,
    readers: options.readers ?? [],
    maxStreams: options.maxStreams ?? 1_000,
    heartbeatMs: options.heartbeatMs ?? 15_000,
    slowReaderMs: options.slowReaderMs ?? 15_000,
  };
}

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** Whether a host name or address, without brackets, can only be this machine. */
export function isLoopbackName(name: string): boolean {
  const version = isIP(name);
  if (version === 0) return /^(?:.+\.)?localhost\.?$/i.test(name);
  return loopback.check(name, version === 4 ? 'ipv4' : 'ipv6');
}

/** A hundred years: more days in place no garrison is asked for. */
export const MAX_FOOTPRINT_DAYS = 36_500;
