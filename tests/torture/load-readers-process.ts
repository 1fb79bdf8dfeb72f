// Reads event streams in a process of its own and says every second, as JSON, what they got and how late.
// Arguments (after this file): the service's address, then how many rolls, good readers, slow ones and dead ones, and
// how many milliseconds are late.
import { type IncomingMessage, request } from 'node:http';
import { loadRoll } from './load-rolls.ts';
import { nowMs } from './machine-clock.ts';

const [address = '', ...numbers] = process.argv.slice(3);
const [rolls = 1, good = 0, slow = 0, dead = 0, lateMs = 0] = numbers.map(Number);

/** Begins the id of an event; the moment it was due comes after, in milliseconds of the machine's own clock. */
const MARK = '"id":"at-';
/** More than a mark and what comes after it. */
const OVERLAP = 64;
const SLOW_MS = 1_000;

const tally = { open: 0, received: 0, latestMs: 0, late: 0, told: 0, goodEnded: 0 };
/** The moments of the machine's clock, in whole seconds, in which a late one came. */
const lateAtS = new Set<number>();

function open(index: number, take: (response: IncomingMessage) => void): void {
  const path = `/api/rolls/${loadRoll(index % rolls).replace('.', '/')}/stream`;
  const asked = request(`${address}${path}`, { agent: false }, (response) => {
    tally.open += 1;
    response.on('error', () => {});
    take(response);
  });
  asked.on('error', () => {});
  asked.end();
}

/** Reads all that comes, and notes how late. */
function readWell(response: IncomingMessage): void {
  let text = '';
  response.setEncoding('latin1').on('data', (chunk: string) => {
    const cameMs = nowMs();
    text += chunk;
    let end = 0;
    for (let at = text.indexOf(MARK); at !== -1 && at + OVERLAP < text.length; at = text.indexOf(MARK, end)) {
      end = at + MARK.length;
      tally.received += 1;
      const tookMs = cameMs - Number.parseFloat(text.slice(end, end + OVERLAP));
      tally.latestMs = Math.max(tally.latestMs, tookMs);
      if (tookMs > lateMs) {
        tally.late += 1;
        lateAtS.add(Math.floor(cameMs / 1_000));
      }
    }
    text = text.slice(Math.max(end, text.length - OVERLAP - MARK.length));
  });
  response.on('close', () => {
    tally.goodEnded += 1;
  });
}

/** Takes a kilobyte a second at most. */
function readSlowly(response: IncomingMessage): void {
  let last = '';
  const timer = setInterval(() => {
    const chunk: unknown = response.read(1_024) ?? response.read();
    if (chunk !== null) last = `${last}${chunk}`.slice(-1_000);
  }, SLOW_MS);
  response.on('close', () => {
    clearInterval(timer);
    if (last.includes('event: dropped')) tally.told += 1;
  });
  // Readable only where somebody listens for it.
  response.on('readable', () => {});
}

for (let index = 0; index < good; index++) open(index, readWell);
for (let index = 0; index < slow; index++) open(index, readSlowly);
// Not even its first bytes are asked for.
for (let index = 0; index < dead; index++) open(index, (response) => response.pause());

setInterval(() => process.stdout.write(`${JSON.stringify({ ...tally, lateAtS: [...lateAtS] })}\n`), 1_000);
