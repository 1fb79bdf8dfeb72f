import pLimit from 'p-limit';
import { serverVersion } from '../../../src/log/local-server.ts';
import { currentServer } from '../../support/nats-server.ts';
import { fuzzLine, type LineSettings, type Store } from './line.ts';
import type { FuzzSummary } from './summary.ts';

/** Of all inputs, those that a log of our own gets: fsync after fsync, it takes longest for each. */
const EMBEDDED_SHARE = 0.2;
/** Inputs that one service gets, with a log and a nats-server of its own: what is logged stays in memory. */
const LEG_INPUTS = 50_000;

export interface FuzzSettings extends LineSettings {
  /** Services that are fuzzed at the same time. */
  readonly jobs: number;
  /** Of the stores that there are, the one that gets all inputs: `embedded`, or a nats-server's version. */
  readonly only?: string | undefined;
}

/**
 * Hands hostile inputs to real services: over HTTP to some that keep their own log, over NATS and HTTP to others on
 * each line of nats-server that is there. The same seed gives the same inputs.
 */
export async function fuzz({
  inputs,
  jobs,
  only,
  firstBlock,
  log,
  ...settings
}: FuzzSettings): Promise<FuzzSummary> {
  const shares = sharesOf(inputs, only);
  const legs = shares.flatMap(({ store, inputs }) =>
    Array.from({ length: Math.ceil(inputs / LEG_INPUTS) }, (_, leg) => {
      const before = leg * LEG_INPUTS;
      return { store, firstBlock: firstBlock + before, inputs: Math.min(LEG_INPUTS, inputs - before) };
    }),
  );
  log(`${inputs} inputs to ${legs.length} services, ${jobs} at a time`);
  const begunMs = performance.now();
  let done = 0;
  const limit = pLimit(jobs);
  const lines = await Promise.all(
    legs.map(({ store, ...leg }) =>
      limit(async () => {
        const line = await fuzzLine(store, {
          ...settings,
          ...leg,
          log: (text) => log(`${store.server}, seed ${settings.seed}, from block ${leg.firstBlock}: ${text}`),
        });
        done += line.inputs;
        const perSecond = done / ((performance.now() - begunMs) / 1_000);
        const left = Math.max(0, inputs - done) / perSecond / 60;
        log(`${done} inputs, ${Math.round(perSecond)} a second; ${Math.round(left)} min to go`);
        return line;
      }),
    ),
  );
  return { seed: settings.seed, lines };
}

interface Share {
  readonly store: Store;
  readonly inputs: number;
}

/** Throws if there is no such store as the only one. */
function sharesOf(inputs: number, only: string | undefined): Share[] {
  const servers = natsServers();
  const embedded = Math.round(inputs * EMBEDDED_SHARE);
  const shares: Share[] = [
    { store: { server: 'embedded', binary: null }, inputs: embedded },
    ...servers.map((store) => ({ store, inputs: Math.ceil((inputs - embedded) / servers.length) })),
  ];
  if (only === undefined) return shares;
  const share = shares.find(({ store }) => store.server === only);
  if (share === undefined) {
    throw new Error(`no store ${only}; there are ${shares.map(({ store }) => store.server).join(', ')}`);
  }
  return [{ ...share, inputs }];
}

function natsServers(): Store[] {
  const current = currentServer();
  const binaries = ['nats-server', ...('binary' in current ? [current.binary] : [])];
  return binaries.map((binary) => ({ server: serverVersion(binary), binary }));
}
