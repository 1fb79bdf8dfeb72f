import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, statSync } from 'node:fs';
import type { RollId } from '../../events/ids.ts';
import { bundledNames } from '../scenario/library.ts';
import { isScriptName } from '../scenario/script-file.ts';
import { ApiClient } from './api-client.ts';
import { CommandFailure, EXIT } from './exit-codes.ts';
import { givenScript, loadScenarios } from './load-scenarios.ts';
import { startOwnService } from './own-service.ts';
import { abortOnSignals } from './signals.ts';

interface InspectOptions {
  readonly server: string;
  readonly open: boolean;
}

/**
 * `muster inspect`: prints the inspector's address for a roll of the running service and, on a terminal, opens it; a
 * what-if begins at its first step. A script on disk gets a service of its own until Ctrl-C, and so does a bundled
 * scenario where no service runs (unless `isServerNamed`: then the one that was named must answer).
 */
export async function inspect(name: string, options: InspectOptions, isServerNamed: boolean): Promise<void> {
  if (isFile(name)) return inspectScript(name, options);
  const client = new ApiClient(options.server, process.env['MUSTER_TOKEN']);
  try {
    const roll = await client.findRoll(name);
    show(options.server, roll, roll.basis === 'hypothetical', options);
  } catch (error) {
    const isUnreachable = error instanceof CommandFailure && error.exitCode === EXIT.unreachable;
    if (!isUnreachable || isServerNamed || !(await bundledNames()).includes(name)) throw error;
    console.error(`no service answers at ${options.server}: the bundled ${name} gets one of its own`);
    await inspectScript(name, options);
  }
}

/** Whether a file is meant, and not a roll: what is one by its name, and any other that is there. */
function isFile(name: string): boolean {
  if (name === '-' || isScriptName(name) || /[\\/]/.test(name)) return true;
  return existsSync(name) && statSync(name).isFile();
}

async function inspectScript(name: string, options: InspectOptions): Promise<void> {
  const [scenario] = await loadScenarios([await givenScript(name)]);
  if (scenario === undefined) throw new Error(`${name} was loaded and is not there`);
  const signal = abortOnSignals();
  const service = await startOwnService(scenario);
  try {
    show(service.address, scenario.roll, true, options);
    console.error('Ctrl-C ends it; nothing of it is kept.');
    if (!signal.aborted) await once(signal, 'abort');
  } finally {
    await service.close();
  }
}

/** Prints where the roll is, and opens it on a terminal. */
function show(server: string, { theatre, timeline }: RollId, fromStart: boolean, { open }: InspectOptions) {
  const query = new URLSearchParams({ roll: `${theatre}/${timeline}` });
  if (fromStart) query.set('at', '0');
  const address = `${server}/inspector?${query}`;
  process.stdout.write(`${address}\n`);
  if (!open || !process.stdout.isTTY) return;
  const opener = process.platform === 'darwin' ? 'open' : 'xdg-open';
  const child = spawn(opener, [address], { stdio: 'ignore', detached: true });
  // Without a browser the address is all there is to have.
  child.on('error', () => {});
  child.unref();
}
