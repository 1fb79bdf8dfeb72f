import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { z } from 'zod';
import { attachStately } from '../../src/inspector/stately.ts';
import { deployed, event } from '../http/bench.ts';
import { startInspectorBench } from './bench.ts';

const messageSchema = z.looseObject({ type: z.string(), sessionId: z.string() });
type Message = z.output<typeof messageSchema>;

/** A receiver where Stately's inspector would listen, and what it was told. */
async function startReceiver() {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  onTestFinished(() => {
    for (const client of server.clients) client.terminate();
    server.close();
  });
  await once(server, 'listening');
  const told: Message[] = [];
  server.on('connection', (socket) => {
    socket.on('message', (data) => told.push(messageSchema.parse(JSON.parse(String(data)))));
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The receiver has no port');
  return { told, url: `ws://127.0.0.1:${address.port}` };
}

test("what is watched is shown in Stately's inspector too: machine, event and state", async () => {
  const { told, url } = await startReceiver();
  const bench = await startInspectorBench({ mirror: await attachStately(url) });
  await bench.post(deployed('alpha', 100));
  const watcher = new WebSocket(
    `${bench.site.replace('http', 'ws')}/inspector/ws?watch=ukraine.record/alpha`,
  );
  onTestFinished(() => watcher.terminate());
  await expect.poll(() => told.map(({ type }) => type)).toContain('@xstate.actor');

  await bench.post(event('casualty.recorded', 'alpha', { killed: 7 }));
  await expect.poll(() => told.map(({ type }) => type)).toContain('@xstate.snapshot');

  expect(told[0]).toMatchObject({
    name: 'contingent',
    definition: expect.stringContaining('garrisoned'),
    snapshot: { value: { deployed: 'staging' }, context: { killed: 0 } },
  });
  expect(told.slice(1)).toMatchObject([
    { type: '@xstate.event', sessionId: told[0]?.sessionId, event: { type: 'casualty.recorded' } },
    { type: '@xstate.snapshot', sessionId: told[0]?.sessionId, snapshot: { context: { killed: 7 } } },
  ]);
});
