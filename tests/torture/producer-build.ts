import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

let built: Promise<string> | undefined;

/** The producer as one file of JavaScript, gone at the end of this process: it starts in a tenth of a second. */
export function builtProducer(): Promise<string> {
  built ??= buildIt();
  return built;
}

async function buildIt(): Promise<string> {
  const outDir = mkdtempSync(join(tmpdir(), 'muster-torture-producer-'));
  process.once('exit', () => rmSync(outDir, { recursive: true, force: true }));
  await build({
    configFile: false,
    logLevel: 'warn',
    ssr: { noExternal: true },
    build: {
      ssr: fileURLToPath(new URL('./producer-process.ts', import.meta.url)),
      outDir,
      emptyOutDir: false,
      rolldownOptions: { output: { entryFileNames: 'producer.mjs' } },
    },
  });
  return join(outDir, 'producer.mjs');
}
