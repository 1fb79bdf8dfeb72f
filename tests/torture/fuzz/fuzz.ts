import { serverVersion } from '../../../src/log/local-server.ts';
import { currentServer } from '../../support/nats-server.ts';
import { fuzzLine, type LineSettings, type Store } from './line.ts';
import type { FuzzSummary } from './summary.ts';

/** Of all inputs, those that a log of our own gets: fsync after fsync, it takes longest for each. */
const EMBEDDED_SHARE = 0.2;

/**
 * Hands hostile inputs to real services, one after another: over HTTP to one that keeps its own log, over NATS and
 * HTTP to one on each line of nats-server that is there. The same seed gives the same inputs.
 */
export async function fuzz({ inputs, log, ...settings }: LineSettings): Promise<FuzzSummary> {
  const servers = natsServers();
  const embedded = Math.round(inputs * EMBEDDED_SHARE);
  const shares = [
    { store: { server: 'embedded', binary: null }, inputs: embedded },
    ...servers.map((store) => ({ store, inputs: Math.ceil((inputs - embedded) / servers.length) })),
  ];
  const lines = [];
  for (const { store, inputs } of shares) {
    lines.push(
      await fuzzLine(store, { ...settings, inputs, log: (text) => log(`${store.server}: ${text}`) }),
    );
  }
  return { seed: settings.seed, lines };
}

function natsServers(): Store[] {
  const current = currentServer();
  const binaries = ['nats-server', ...('binary' in current ? [current.binary] : [])];
  return binaries.map((binary) => ({ server: serverVersion(binary), binary }));
}
