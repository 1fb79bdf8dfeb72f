import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The version in the package.json above this code, from wherever it was compiled to. */
export function packageVersion(): string {
  for (let directory = dirname(fileURLToPath(import.meta.url)); ; directory = dirname(directory)) {
    const file = join(directory, 'package.json');
    if (existsSync(file)) {
      // By hand, not by schema: this runs before every command, and no validator is loaded yet.
      const stated: unknown = JSON.parse(readFileSync(file, 'utf8'));
      const isStated = typeof stated === 'object' && stated !== null && 'version' in stated;
      return isStated ? String(stated.version) : 'unknown';
    }
    if (directory === dirname(directory)) return 'unknown';
  }
}
