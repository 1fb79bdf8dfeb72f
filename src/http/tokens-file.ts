import { createHash, randomBytes } from 'node:crypto';
import { parseDocument } from 'yaml';
import { z } from 'zod';
import { firstIssue } from '../../events/definition.ts';
import { idSchema } from '../../events/ids.ts';

/** Every theatre, where theatres are listed. */
export const EVERY_THEATRE = '*';

const theatres = z.array(
  z.union(
    [z.literal(EVERY_THEATRE), idSchema],
    `expected the id of a theatre, or "${EVERY_THEATRE}" for every one`,
  ),
  'expected a list of theatres, such as [ukraine]',
);

const entrySchema = z.strictObject({
  name: z.string().regex(/^[\w.@-]{1,63}$/, 'expected 1 to 63 letters, digits or any of . _ @ -'),
  sha256: z.string().regex(/^[0-9a-f]{64}$/, 'expected 64 hexadecimal digits, as "muster token" prints them'),
  read: theatres.default([]),
  write: theatres.default([]),
});

const fileSchema = z.strictObject({
  /** What whoever shows no token may read; nothing unless given. */
  anonymous: z.strictObject({ read: theatres }).optional(),
  tokens: z.array(entrySchema).min(1, 'there is none; add one with "muster token"'),
});

/** Who may do what: the content of the file that `muster serve --tokens` names. */
export type TokensFile = z.output<typeof fileSchema>;
export type TokenEntry = z.output<typeof entrySchema>;

/** Reads YAML or JSON. Throws a SyntaxError that says what is wrong and where, and quotes nothing. */
export function readTokensFile(text: string): TokensFile {
  const document = parseDocument(text, { prettyErrors: false });
  const [error] = document.errors;
  if (error !== undefined)
    throw new SyntaxError(`no YAML or JSON (${error.code} at character ${error.pos[0]})`);
  const read = fileSchema.safeParse(document.toJS());
  if (!read.success) {
    const { path, message } = firstIssue(read.error);
    throw new SyntaxError(path.length === 0 ? message : `${path.join('.')}: ${message}`);
  }
  const { tokens } = read.data;
  for (const [index, { name, sha256 }] of tokens.entries()) {
    const earlier = tokens.slice(0, index);
    if (earlier.some((other) => other.name === name)) throw new SyntaxError(`two tokens are called ${name}`);
    if (earlier.some((other) => other.sha256 === sha256)) {
      throw new SyntaxError(`tokens.${index}: ${name} has the same token as another name`);
    }
  }
  return read.data;
}

/** The file with one more entry; comments and order stay. Throws a SyntaxError as `readTokensFile` does. */
export function withToken(text: string, entry: TokenEntry): string {
  const document = parseDocument(text.trim() === '' ? 'tokens: []\n' : text);
  if (document.errors.length === 0) {
    const added = document.createNode(entry);
    for (const list of ['read', 'write']) {
      const theatresNode = added.get(list);
      if (typeof theatresNode === 'object' && theatresNode !== null)
        Object.assign(theatresNode, { flow: true });
    }
    const tokens = document.get('tokens');
    if (typeof tokens === 'object' && tokens !== null && text.trim() === '')
      Object.assign(tokens, { flow: false });
    if (document.has('tokens')) document.addIn(['tokens'], added);
    else document.set('tokens', [added]);
  }
  const written = document.toString();
  readTokensFile(written);
  return written;
}

/** A new token: 256 random bits, behind a word by which scanners for leaked secrets know it. */
export function newToken(): string {
  return `muster_${randomBytes(32).toString('base64url')}`;
}

/**
 * What is kept of a token, in hexadecimal. A plain hash does: nobody guesses 256 random bits, so one that takes
 * long, as passwords need, would cost each request time and gain nothing.
 */
export function tokenHash(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
