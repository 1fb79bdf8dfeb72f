import type { IncomingHttpHeaders } from 'node:http';

/** Where people reach the server through a proxy: names and origins that are its own beside where it listens. */
export class PublicUrls {
  readonly #urls: readonly URL[];

  constructor(origins: readonly string[]) {
    this.#urls = origins.map((origin) => new URL(origin));
  }

  /** Whether a proxy brings requests from elsewhere. */
  get areGiven(): boolean {
    return this.#urls.length > 0;
  }

  /** Whether a Host field is one of their names, as a proxy does that passes it on. */
  hasHost(host: string | undefined): boolean {
    return this.#ofHost(host) !== undefined;
  }

  hasOrigin(origin: string | undefined): boolean {
    return this.#ofOrigin(origin) !== undefined;
  }

  /** Whether a request came from a page of theirs, or from a program that asked for one of their names. */
  areAskedBy({ origin, host }: IncomingHttpHeaders): boolean {
    return origin === undefined ? this.hasHost(host) : this.hasOrigin(origin);
  }

  /** Whether a request came by one that is reached over TLS. */
  areTlsFor({ origin, host }: IncomingHttpHeaders): boolean {
    return (this.#ofOrigin(origin) ?? this.#ofHost(host))?.protocol === 'https:';
  }

  #ofOrigin(origin: string | undefined): URL | undefined {
    return this.#urls.find((url) => url.origin === origin);
  }

  #ofHost(host: string | undefined): URL | undefined {
    return this.#urls.find(({ protocol, host: own }) => {
      const asked = `${protocol}//${host}`;
      return host !== undefined && URL.canParse(asked) && new URL(asked).origin === `${protocol}//${own}`;
    });
  }
}
