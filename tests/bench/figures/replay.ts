import { join } from 'node:path';
import { open } from 'lmdb';
import { openEmbeddedLog, openEmbeddedLogToRead } from '../../../src/log/embedded/embedded-log.ts';
import { createKernels } from '../../../src/roll/kernels.ts';
import { RollFold } from '../../../src/service/roll-fold.ts';
import { RollLog } from '../../../src/service/roll-log.ts';
import { interleaved } from '../measure.ts';
import { atLeast, line } from '../result.ts';
import { newRoll } from '../rolls.ts';
import { SOURCE, written } from '../work.ts';
import type { Bench, Figure } from './figure.ts';

/** What is stored before the event itself: when it was recorded. */
const TIME_BYTES = 8;
const APPENDED_AT_ONCE = 10_000;

/** A roll folded from the embedded log, as at a start without a checkpoint. */
export const replay: Figure = {
  name: 'replay',
  seconds: 15,
  async measure({ sizes, directory }: Bench) {
    const path = join(directory, 'replay');
    const roll = newRoll('replay');
    const events = [...written({ events: sizes.replayed, contingents: sizes.contingents })];
    const writing = await openEmbeddedLog(path);
    for (let from = 0; from < events.length; from += APPENDED_AT_ONCE) {
      const some = events.slice(from, from + APPENDED_AT_ONCE);
      const appended = await writing.append(
        roll,
        some.map(({ id, entity, bytes }) => ({ entity, bytes, identity: `${SOURCE} ${id}` })),
      );
      if (!appended.ok) throw new Error(appended.error.message);
    }
    await writing.close();

    const log = openEmbeddedLogToRead(path);
    const rollLog = new RollLog(log, roll, await log.rolls());
    const bare = open({ path, readOnly: true, noSubdir: false, maxDbs: 4 });
    const stored = bare.openDB<Buffer, [string, string, number]>({ name: 'entries', encoding: 'binary' });
    const [own = 0, limit = 0] = await interleaved(sizes.runs, [
      {
        async work() {
          const { seq, fold } = await RollFold.upTo(createKernels(), rollLog, events.length);
          const { accepted, refused, duplicates } = fold.counts;
          if (seq !== events.length || accepted + refused + duplicates !== seq)
            throw new Error(`folded ${seq}`);
        },
      },
      {
        work() {
          const { theatre, timeline } = roll;
          const range = { start: [theatre, timeline, 0], end: [theatre, timeline, events.length + 1] };
          let read = 0;
          for (const { value } of stored.getRange(range)) {
            if (JSON.parse(value.toString('utf8', TIME_BYTES)).id !== undefined) read++;
          }
          if (read !== events.length) throw new Error(`read ${read} of ${events.length}`);
        },
      },
    ]);
    await bare.close();
    await log.close();
    const about = { figure: 'cold replay from LMDB', unit: 'events/s' };
    const rate = (ms: number) => events.length / (ms / 1_000);
    return {
      lines: [
        line({ ...about, beside: 'bare range read + JSON.parse' }, rate(own), rate(limit), atLeast(0.5)),
      ],
    };
  },
};
