import { readFile } from 'node:fs/promises';
import { newToken, type TokenEntry, tokenHash, withToken } from '../http/tokens-file.ts';
import { CommandFailure, EXIT } from './exit-codes.ts';
import { printable } from './printable.ts';
import { replaceFile } from './replace-file.ts';

interface TokenOptions {
  readonly read: readonly string[];
  readonly write: readonly string[];
  readonly add?: string;
}

/**
 * `muster token`: makes a token and prints it on stdout, this once; what a server keeps of it goes into a tokens
 * file (`--add`, made if missing, for its owner's eyes alone) or, without one, to stderr.
 */
export async function token(name: string, { read, write, add }: TokenOptions): Promise<void> {
  if (read.length === 0 && write.length === 0) {
    throw new CommandFailure(
      EXIT.usage,
      "the token could do nothing: give --read or --write, with theatres or '*'",
    );
  }
  const secret = newToken();
  const entry: TokenEntry = { name, sha256: tokenHash(secret), read: [...read], write: [...write] };
  const text = add === undefined ? '' : await textOf(add);
  let written: string;
  try {
    written = withToken(text, entry);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new CommandFailure(EXIT.inputWrong, printable(`${add ?? 'the token'}: ${error.message}`), {
      cause: error,
    });
  }
  if (add === undefined) console.error(`For the file of "muster serve --tokens":\n\n${written}`);
  else {
    await replaceFile(add, written).catch((cause: Error) => {
      throw new CommandFailure(EXIT.inputWrong, printable(`${add} can't be written: ${cause.message}`), {
        cause,
      });
    });
    console.error(`${name} is in ${printable(add)}. A running service reads the file when it starts again.`);
  }
  process.stdout.write(`${secret}\n`);
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return '';
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new CommandFailure(EXIT.inputWrong, printable(`${file} can't be read: ${why}`), { cause });
  }
}
