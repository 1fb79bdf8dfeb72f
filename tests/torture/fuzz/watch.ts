import { readFile } from 'node:fs/promises';
import type { Running } from '../processes.ts';
import { HttpClient } from './http-client.ts';
import type { LineSummary } from './summary.ts';

const HEALTH_EVERY_MS = 250;
/**
 * Events were handed in together on a server that takes no batches, and somebody who writes straight to NATS came
 * between: it says so, and tries the rest again.
 */
const REASONED = / are known to be in the log and the others may be: another writer came in /;

/** Watches a service while it is fuzzed: that it lives, answers, says nothing of faults, and what memory it holds. */
export class Watch {
  readonly #running: Running;
  readonly #client: HttpClient;
  readonly #summary: LineSummary;
  readonly #told = new Set<string>();
  readonly #asking: Promise<void>;
  #isEnding = false;

  constructor(running: Running, port: number, summary: LineSummary) {
    this.#running = running;
    this.#client = new HttpClient(port);
    this.#summary = summary;
    this.#asking = this.#askHealth();
  }

  /** Notes what the service said on stderr since: it has hardly a reason to say anything. */
  listen(): void {
    for (const line of this.#running.stderr().split('\n').slice(0, -1)) {
      const about = /"msg":"([^"]*)"/.exec(line)?.[1] ?? line;
      if (line === '' || this.#told.has(about) || REASONED.test(about)) continue;
      this.#told.add(about);
      this.#summary.fault(`the service said: ${line.slice(0, 2_000)}`);
    }
  }

  /** Ends the watching; the service goes on. */
  async end(): Promise<void> {
    this.#isEnding = true;
    await this.#asking;
    this.listen();
    this.#client.close();
  }

  async #askHealth(): Promise<void> {
    while (!this.#isEnding) {
      const begun = performance.now();
      try {
        const { status } = await this.#client.ask({ method: 'GET', path: '/healthz' });
        if (status !== 200) this.#summary.fault(`/healthz answered ${status}`);
        this.#summary.healthy += 1;
      } catch (error) {
        if (this.#isEnding) return;
        this.#summary.fault(`/healthz did not answer: ${String(error)}`);
        if (this.#running.isOver) return;
      }
      const took = performance.now() - begun;
      this.#summary.slowestHealthMs = Math.max(this.#summary.slowestHealthMs, took);
      await new Promise((resolve) => setTimeout(resolve, HEALTH_EVERY_MS));
    }
  }
}

/** Resident memory of a process in MB. */
export async function residentMemory({ pid }: Running): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Math.round(Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) / 1_024);
}
