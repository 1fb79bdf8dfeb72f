import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { packageRoot } from '../scenario/package-root.ts';
import { Problem } from './problem.ts';

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

interface Built {
  readonly page: Buffer;
  readonly etag: string;
  readonly assets: ReadonlyMap<string, Buffer>;
}

/** A page as Vite built it, with its scripts and styles; read once, at the first request. */
export class BuiltPage {
  readonly #name: string;
  #built: Built | null = null;

  /** `name`: the folder in dist, such as `dashboard`. */
  constructor(name: string) {
    this.#name = name;
  }

  /** Answers with the page; a browser asks each time, and fetches it again only when it changed. */
  page(request: FastifyRequest, reply: FastifyReply): FastifyReply {
    const files = this.#read();
    if (files === null) {
      throw new Problem(
        'unavailable',
        `The ${this.#name} has not been built. Run npm run build and load this page again; the API at /api/rolls works without it.`,
      );
    }
    reply.headers({ etag: files.etag, 'cache-control': 'no-cache' });
    if (request.headers['if-none-match'] === files.etag) return reply.code(304).send();
    return reply.type('text/html; charset=utf-8').send(files.page);
  }

  /** Answers with a script or a style. A name stands for one content for ever, so it is kept for ever. */
  asset(name: string, reply: FastifyReply): FastifyReply {
    const bytes = this.#read()?.assets.get(name);
    if (bytes === undefined) {
      throw new Problem('not-found', `There is no ${name} here. If the page is an old one, load it again.`);
    }
    reply.header('cache-control', 'public, max-age=31536000, immutable');
    return reply.type(MEDIA_TYPES[extname(name)] ?? 'application/octet-stream').send(bytes);
  }

  /** Null until there is one. */
  #read(): Built | null {
    if (this.#built !== null) return this.#built;
    const directory = join(packageRoot(), 'dist', this.#name);
    if (!existsSync(join(directory, 'index.html'))) return null;
    const page = readFileSync(join(directory, 'index.html'));
    const etag = `"${createHash('sha256').update(page).digest('base64url').slice(0, 22)}"`;
    const names = readdirSync(join(directory, 'assets'));
    const assets = new Map(names.map((name) => [name, readFileSync(join(directory, 'assets', name))]));
    this.#built = { page, etag, assets };
    return this.#built;
  }
}
