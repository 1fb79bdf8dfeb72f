import { fileURLToPath } from 'node:url';
import { type Running, start } from '../torture/processes.ts';

/** The `muster` that was compiled together with this bench. */
export const musterMain = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));

export interface Served {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  readonly pid: number;
  end(): Promise<void>;
}

/** Starts `muster serve` over a NATS server; resolves when it serves. */
export async function serve(nats: string, data: string): Promise<Served> {
  const args = ['serve', '--nats', nats, '--data', data, '--port', '0'];
  const running = start(process.execPath, [musterMain, ...args], { MUSTER_LOG: 'error' });
  const [, url = ''] = await running.says(/^Muster serves at (http:\/\/[\d.]+:\d+)/m);
  return { url, pid: running.pid, end: () => running.signal('SIGTERM') };
}

/** Starts a script that lies beside this file, with node's own options before it. */
export function startScript(
  name: string,
  args: readonly (string | number)[],
  nodeOptions: readonly string[] = [],
): Running {
  const script = fileURLToPath(new URL(name, import.meta.url));
  return start(process.execPath, [...nodeOptions, script, ...args.map(String)]);
}
