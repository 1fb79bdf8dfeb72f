import { clearScreenDown, cursorTo } from 'node:readline';
import { EventSource } from 'eventsource';
import { z } from 'zod';
import { distributionDocument } from '../http/roll-schemas.ts';
import { ApiClient, rollPath } from './api-client.ts';
import { outColours as pc } from './colours.ts';
import { showRoll, stdoutColumns, titleOf } from './show-roll.ts';
import { abortOnSignals } from './signals.ts';

const messageSchema = z.object({ data: z.string() });

/** How long to wait before a stream that the service refused is asked for again. */
const RETRY_MS = 1_000;

/**
 * `muster watch`: the live distribution of a roll, redrawn on a terminal, else printed after each change. A
 * service that goes away is waited for.
 */
export async function watch(name: string, { server }: { readonly server: string }): Promise<void> {
  const signal = abortOnSignals();
  const client = new ApiClient(server, process.env['MUSTER_TOKEN']);
  const roll = await client.findRoll(name);
  if (signal.aborted) return;
  const title = titleOf({ ...roll, ...(roll.closed && { isClosed: true }) });

  let shown = '';
  const draw = (status: string) => {
    cursorTo(process.stdout, 0, 0);
    clearScreenDown(process.stdout);
    process.stdout.write(`${shown}\n${pc.dim(status)}\n`);
  };
  const show = (data: string) => {
    const distribution = distributionDocument.parse(JSON.parse(data));
    const about = { title, isHypothetical: distribution.basis === 'hypothetical' };
    const text = showRoll(distribution, about, stdoutColumns());
    const isNew = text !== shown;
    shown = text;
    if (process.stdout.isTTY) draw(`live · ${server} · Ctrl-C ends`);
    else if (isNew) process.stdout.write(`${shown}\n\n`);
  };

  let isConnected = true;
  let source: EventSource | undefined;
  let retry: NodeJS.Timeout | undefined;
  const connect = () => {
    const stream = new EventSource(`${server}${rollPath(roll)}/stream`, {
      fetch: (url, { headers, ...init }) =>
        fetch(url, { ...init, headers: { ...headers, ...client.authorization } }),
    });
    source = stream;
    stream.addEventListener('open', () => {
      isConnected = true;
    });
    stream.addEventListener('distribution', (event) => show(messageSchema.parse(event).data));
    stream.addEventListener('error', () => {
      if (isConnected && process.stdout.isTTY) draw(pc.yellow('connection lost; resuming'));
      else if (isConnected) console.error('muster: connection lost; resuming');
      isConnected = false;
      // It resumes a broken connection by itself, and gives up when it is answered with an error.
      if (stream.readyState === EventSource.CLOSED) retry = setTimeout(connect, RETRY_MS);
    });
  };
  connect();
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  clearTimeout(retry);
  source?.close();
}
