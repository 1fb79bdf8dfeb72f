import { logTarget } from '../../../src/cli/log-target.ts';
import { openJetStreamLog } from '../../../src/log/jetstream/jetstream-log.ts';
import { type CompiledEvent, identityOf } from '../../../src/scenario/compile.ts';
import type { Scenario } from '../../../src/scenario/library.ts';
import { play } from '../../../src/scenario/play.ts';
import { readScript } from '../../../src/scenario/read.ts';
import { interleaved } from '../measure.ts';
import { atLeast, line } from '../result.ts';
import { BATCH, newRoll, publishBare } from '../rolls.ts';
import { SOURCE, type Written, written } from '../work.ts';
import type { Bench, Figure } from './figure.ts';

/** A script that is played into JetStream, each event on the disk before the next batch goes. */
export const ingest: Figure = {
  name: 'ingest',
  seconds: 15,
  async measure({ sizes, startServer, isAtomic }: Bench) {
    const server = await startServer();
    const connection = await server.connect();
    const events = [...written({ events: sizes.ingested, contingents: sizes.contingents })].filter(
      ({ id }, index, all) => all[index - 1]?.id !== id,
    );
    const log = await openJetStreamLog(connection);
    const scenario = scenarioOf(events);
    const [own = 0, bare = 0] = await interleaved(sizes.runs, [
      {
        async work() {
          const items = [{ scenario, roll: newRoll('played'), speed: 'max' } as const];
          const { end, sent } = await play(items, logTarget(log), { batchSize: BATCH });
          if (end.kind !== 'done' || sent !== events.length) throw new Error(`played ${sent}: ${end.kind}`);
        },
      },
      { work: () => publishBare(connection, isAtomic, newRoll('published'), events) },
    ]);
    await log.close();
    await connection.close();
    const about = { figure: 'durable ingest through the player', unit: 'events/s' };
    const rate = (ms: number) => events.length / (ms / 1_000);
    const beside = isAtomic ? `bare atomic batches of ${BATCH}` : `bare requests, ${BATCH} at once`;
    return { lines: [line({ ...about, beside }, rate(own), rate(bare), atLeast(0.8))] };
  },
};

function scenarioOf(events: readonly Written[]): Scenario {
  const text = [
    'scenario: bench',
    'title: Bench',
    'theatre: bench',
    'basis: assessed',
    'events: [{ on: 2025-01-01, type: war.ended, data: { variant: ceasefire } }]',
  ].join('\n');
  const reading = readScript('bench.yaml', text);
  if (!reading.ok) throw new Error(reading.problems.map(({ message }) => message).join());
  const { script } = reading;
  const place = script.source.placeOf(['events', 0]);
  const compiled = events.map(({ id, entity, time, timeMs, bytes }, index): CompiledEvent => {
    const about = { id, isIdGiven: true, source: SOURCE, type: 'bench', time, timeMs };
    return { index, entity, identity: identityOf(about), bytes, ...about, expect: null, place };
  });
  const roll = { theatre: 'bench', timeline: 'bench' };
  const { scenario: id, title, basis } = script.form;
  return { id, title, basis, file: 'bench.yaml', roll, base: null, events: compiled, script };
}
