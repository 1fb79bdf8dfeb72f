// Opens the embedded log in a directory and appends to it side by side until it is killed, naming each entry on
// stdout after it was acknowledged. Arguments (after this file): directory, then "hold" to open it and only wait.
import { writeSync } from 'node:fs';
import { openEmbeddedLog } from '../../src/log/embedded/embedded-log.ts';

const [directory, mode] = process.argv.slice(3);
const log = await openEmbeddedLog(directory ?? '');
const roll = { theatre: 'killed', timeline: 'record' };
const head = await log.head(roll);
writeSync(1, 'open\n');

if (mode === 'hold') {
  setInterval(() => undefined, 60_000);
} else {
  await Promise.all(
    Array.from({ length: 8 }, async (_, writer) => {
      for (let round = 0; ; round++) {
        const text = `${head} ${writer} ${round}`;
        const event = { entity: 'theatre', identity: text, bytes: Buffer.from(text) };
        const result = await log.append(roll, [event]);
        writeSync(1, result.ok ? `${result.value[0]} ${text}\n` : `failed ${result.error.message}\n`);
      }
    }),
  );
}
