// Runs a TypeScript module in a process of its own: node run-ts.mjs FILE ARGUMENT… (Node 20 strips no types itself).
import { runnerImport } from 'vite';

const [file] = process.argv.slice(2);
await runnerImport(file, { configFile: false });
