import { factsOf } from './facts.ts';
import { start } from './processes.ts';
import { builtProducer } from './producer-build.ts';
import type { OnAcknowledged } from './producers.ts';
import { randomOf } from './random.ts';
import type { Settings } from './scenarios/scenario.ts';

export interface Producer {
  /** Produces all that it has; what it is told is handed on at once. */
  run(onAcknowledged: OnAcknowledged): Promise<void>;
  /** kill -9, after which it is started again; how many processes that ended. */
  kill(): Promise<number>;
  readonly roll: string;
}

/** A process that produces; killed, another goes on from the first event of which no acknowledgement was seen. */
export function producerProcess(
  way: 'http' | 'nats',
  address: string,
  roll: string,
  name: string,
  { seed, facts }: Settings,
): Producer {
  let isDone = false;
  let done = 0;
  let kill = async () => 0;
  return {
    roll,
    async run(onAcknowledged) {
      const identities = factsOf(name, facts, randomOf(seed, name), way === 'nats').map(
        ({ identity }) => identity,
      );
      while (!isDone) {
        const rest = [way, address, roll, name, seed, facts, done].map(String);
        const process_ = start(process.execPath, [await builtProducer(), ...rest]);
        let isKilled = false;
        kill = async () => {
          if (process_.isOver) return 0;
          isKilled = true;
          await process_.signal('SIGKILL');
          return 1;
        };
        process_.onLine((line) => {
          const [seq = '', ...words] = line.split(' ');
          const identity = words.join(' ');
          done = Math.max(done, identities.indexOf(identity) + 1);
          onAcknowledged(identity, seq === '-' ? null : Number(seq));
        });
        const { code, stderr } = await process_.ended;
        if (!isKilled && code !== 0) throw new Error(`a producer ended with ${code}: ${stderr}`);
        isDone = code === 0;
      }
    },
    kill: () => kill(),
  };
}
