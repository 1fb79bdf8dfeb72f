import { clearScreenDown, cursorTo } from 'node:readline';
import { EventSource } from 'eventsource';
import pc from 'picocolors';
import { z } from 'zod';
import { distributionDocument } from '../http/schemas.ts';
import { ApiClient, rollPath } from './api-client.ts';
import { DEFAULT_COLUMNS, showRoll } from './show-roll.ts';
import { abortOnSignals } from './signals.ts';

const messageSchema = z.object({ data: z.string() });

/** `muster watch`: the live distribution of a roll, redrawn on a terminal, else printed after each change. */
export async function watch(name: string, { server }: { readonly server: string }): Promise<void> {
  const client = new ApiClient(server, process.env['MUSTER_TOKEN']);
  const roll = await client.findRoll(name);
  const about = { title: roll.title, isHypothetical: roll.basis === 'hypothetical' };
  const signal = abortOnSignals();
  const source = new EventSource(new URL(`${rollPath(roll)}/stream`, server));

  let shown = '';
  const draw = (status: string) => {
    if (process.stdout.isTTY) {
      cursorTo(process.stdout, 0, 0);
      clearScreenDown(process.stdout);
      process.stdout.write(`${shown}\n${pc.dim(status)}\n`);
    }
  };
  source.addEventListener('distribution', (event) => {
    const distribution = distributionDocument.parse(JSON.parse(messageSchema.parse(event).data));
    shown = showRoll(distribution, about, process.stdout.columns ?? DEFAULT_COLUMNS);
    if (process.stdout.isTTY) draw(`live · ${server} · Ctrl-C ends`);
    else process.stdout.write(`${shown}\n\n`);
  });
  source.addEventListener('error', () => {
    if (process.stdout.isTTY) draw(pc.yellow('connection lost; resuming'));
    else console.error('muster: connection lost; resuming');
  });
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
  source.close();
}
