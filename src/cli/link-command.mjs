// Puts the built command where npx looks first. Without it the first `npx muster` in a checkout installs the
// package into npx's own cache, which builds it once more: half a minute, for nothing.
import { chmodSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';

const COMMAND = 'dist/src/cli/main.js';
const LINK = 'node_modules/.bin/muster';

try {
  chmodSync(COMMAND, 0o755);
  mkdirSync('node_modules/.bin', { recursive: true });
  rmSync(LINK, { force: true });
  symlinkSync(`../../${COMMAND}`, LINK);
} catch (error) {
  console.warn(`npx muster will work, but slowly the first time: ${error.message}`);
}
