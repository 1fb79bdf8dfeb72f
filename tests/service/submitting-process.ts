// Runs a service on the directory given and submits to it side by side until it is killed, naming each event on
// stdout, with its seq, once its verdict is there. Arguments (after this file): directory.
import { writeSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { openEmbeddedLog } from '../../src/log/embedded/embedded-log.ts';
import { startService } from '../../src/service/start-service.ts';

const directory = process.argv[3] ?? '';
const roll = { theatre: 'killed', timeline: 'record' };
const log = await openEmbeddedLog(join(directory, 'log'));
const service = await startService({
  log,
  logger: pino({ enabled: false }),
  checkpoints: { directory: join(directory, 'checkpoints'), every: 50 },
});
await service.whenReady();
const head = await log.head(roll);
writeSync(1, 'open\n');

await Promise.all(
  Array.from({ length: 8 }, async (_, writer) => {
    for (let round = 0; ; round++) {
      const id = `e-${head}-${writer}-${round}`;
      const answer = await service.submit(
        roll,
        Buffer.from(
          JSON.stringify({
            specversion: '1.0',
            id,
            source: '/tests',
            type: 'contingent.deployed',
            subject: id,
            time: '2025-01-01T00:00:00Z',
            basis: 'assessed',
            data: { strength: 10, kind: 'infantry', origin: 'test' },
          }),
        ),
      );
      writeSync(
        1,
        answer.kind === 'accepted' ? `${answer.seq} ${id}\n` : `failed ${JSON.stringify(answer)}\n`,
      );
    }
  }),
);
