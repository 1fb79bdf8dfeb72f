// Says every second, as JSON, what the machine itself is good for: how long an fsync took at most, how late a timer
// came at most, and when that second began by the machine's own clock. Argument (after this file): a directory on the
// disk that is meant.
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { nowMs } from './machine-clock.ts';

const PAUSE_MS = 50;
/** What a message takes in a log, about. */
const BYTES = new Uint8Array(4_096);

const file = await open(join(process.argv[3] ?? '', 'probe'), 'w');
let second = { atS: Math.floor(nowMs() / 1_000), fsyncMs: 0, timerMs: 0 };
for (;;) {
  const dueMs = nowMs() + PAUSE_MS;
  await delay(PAUSE_MS);
  const begunMs = nowMs();
  await file.write(BYTES, 0, BYTES.length, 0);
  await file.sync();
  const endedMs = nowMs();
  second.timerMs = Math.max(second.timerMs, begunMs - dueMs);
  second.fsyncMs = Math.max(second.fsyncMs, endedMs - begunMs);
  const atS = Math.floor(endedMs / 1_000);
  if (atS === second.atS) continue;
  process.stdout.write(`${JSON.stringify(second)}\n`);
  second = { atS, fsyncMs: 0, timerMs: 0 };
}
