import { spawn } from 'node:child_process';
import { ApiClient } from './api-client.ts';

interface InspectOptions {
  readonly server: string;
  readonly open: boolean;
}

/** `muster inspect`: prints the inspector's address for a roll and, on a terminal, opens it; a what-if begins at its first step. */
export async function inspect(name: string, { server, open }: InspectOptions): Promise<void> {
  const client = new ApiClient(server, process.env['MUSTER_TOKEN']);
  const { theatre, timeline, basis } = await client.findRoll(name);
  const query = new URLSearchParams({ roll: `${theatre}/${timeline}` });
  if (basis === 'hypothetical') query.set('play', '1');
  const address = `${server}/inspector?${query}`;
  process.stdout.write(`${address}\n`);
  if (!open || !process.stdout.isTTY) return;
  const opener = process.platform === 'darwin' ? 'open' : 'xdg-open';
  const child = spawn(opener, [address], { stdio: 'ignore', detached: true });
  // Without a browser the address is all there is to have.
  child.on('error', () => {});
  child.unref();
}
