import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { temporaryDirectory } from '../cli/support/muster.ts';
import { post, serving } from '../cli/support/serving.ts';
import { startThrowawayServer, type ThrowawayServer } from '../support/nats-server.ts';
import { deployed, fact, written } from '../support/roll-scenario.ts';

const script = fileURLToPath(new URL('../../src/subscribe/kv-watch.mjs', import.meta.url));

let nats: ThrowawayServer;
beforeAll(async () => {
  nats = await startThrowawayServer();
});
afterAll(() => nats.discard());

/** The script as a process of its own, and the lines that it has said. */
function watching(): string[] {
  const child = spawn(process.execPath, [script], { env: { ...process.env, NATS_URL: nats.url } });
  onTestFinished(async () => {
    const ended = child.exitCode === null ? once(child, 'exit') : null;
    child.kill('SIGKILL');
    await ended;
  });
  const lines: string[] = [];
  let said = '';
  for (const output of [child.stdout, child.stderr]) {
    output.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      lines.splice(0, lines.length, ...said.trimEnd().split('\n'));
    });
  }
  return lines;
}

const says = (lines: readonly string[]) => expect.poll(() => lines, { timeout: 30_000 });

test('a stock client has every roll, each change by a plain publish, and a what-if as one', async () => {
  await serving('start', ['--data', await temporaryDirectory(), '--nats', nats.url]);
  const lines = watching();
  await says(lines).toHaveLength(5);
  const record =
    'ukraine.record after 26 events: deployed 15000 (14000-16000), repatriated 2991 (2991-2991), captured 2 (2-2); killed 2009';
  expect(lines).toContain(record);
  expect(lines.filter((line) => line.startsWith('HYPOTHETICAL ukraine.'))).toHaveLength(4);

  const client = await nats.connect();
  const lost = written(1, fact('casualty.recorded', 'builders', { killed: 1 }));
  client.publish(
    'muster.ukraine.record.event.builders',
    JSON.stringify({ ...lost, time: '2026-03-01T00:00:00Z' }),
  );
  await says(lines).toHaveLength(6);
  expect(lines.at(-1)).toMatch(/^ukraine\.record after 27 events: deployed 14999 .*; killed 2010$/);
});

test('goes on when the server was away', async () => {
  const service = await serving('serve', ['--data', await temporaryDirectory(), '--nats', nats.url]);
  const lines = watching();
  await post(service.url, 'elsewhere/record', { ...written(1, deployed('a')), id: 'a' });
  const last = () => lines.findLast((line) => line.startsWith('elsewhere.record'));
  await expect.poll(last, { timeout: 30_000 }).toMatch(/^elsewhere\.record after 1 events: deployed 1000 /);

  await nats.kill();
  await nats.restart();
  const again = async () =>
    (await post(service.url, 'elsewhere/record', { ...written(2, deployed('b')), id: 'b' })).status;
  await expect.poll(again, { timeout: 30_000 }).toBeLessThan(300);
  await expect.poll(last, { timeout: 30_000 }).toMatch(/^elsewhere\.record after 2 events: deployed 2000 /);
});
