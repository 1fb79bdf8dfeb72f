import { fileURLToPath } from 'node:url';
import { factsOf } from './facts.ts';
import { start } from './processes.ts';
import type { OnAcknowledged } from './producers.ts';
import { randomOf } from './random.ts';
import type { Settings } from './scenarios/scenario.ts';

export interface Producer {
  /** What it was told, handed on at once. */
  run(onAcknowledged: OnAcknowledged): Promise<void>;
  kill(): Promise<void>;
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
  const path = (file: string) => fileURLToPath(new URL(file, import.meta.url));
  let isDone = false;
  let done = 0;
  let kill = async () => {};
  return {
    roll,
    async run(onAcknowledged) {
      const identities = factsOf(name, facts, randomOf(seed, name), way === 'nats').map(
        ({ identity }) => identity,
      );
      while (!isDone) {
        const script = [path('../support/run-ts.mjs'), path('./producer-process.ts')];
        const rest = [way, address, roll, name, seed, facts, done].map(String);
        const process_ = start(process.execPath, [...script, ...rest]);
        let isKilled = false;
        kill = async () => {
          isKilled = true;
          await process_.signal('SIGKILL');
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
