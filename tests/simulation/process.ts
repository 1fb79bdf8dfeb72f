import pLimit from 'p-limit';
import { type RollId, rollName } from '../../events/ids.ts';
import { SubmitGate } from '../../src/service/gate.ts';
import { holdEverything } from '../../src/service/holdings.ts';
import { keepTrying, warned } from '../../src/service/keep-trying.ts';
import { publishOutputs } from '../../src/service/outputs/publish-outputs.ts';
import { Rolls } from '../../src/service/rolls.ts';
import type { BatchSubmission, LiveRoll } from '../../src/service/service.ts';
import { Telemetry } from '../../src/service/telemetry.ts';
import { HastyLog } from './hasty-log.ts';
import type { Host } from './host.ts';
import { leaseStore } from './lease-store.ts';
import { SimulatedLog } from './log.ts';
import { SimulatedOutputs } from './output-stream.ts';
import { LEASE_MS, silent, type World } from './world.ts';

/** Until somebody starts again what could not start, or what was ended. */
const RESTART_MS = 300;

interface Running {
  readonly host: Host;
  readonly rolls: Rolls;
  readonly gate: SubmitGate;
  readonly ending: AbortController;
  /** The rolls whose outputs it writes, as it believes. */
  readonly held: Map<string, LiveRoll>;
}

/** A process of Muster: the service's own parts over a simulated log, stream, lease store, clock and wire. */
export class Process {
  readonly name: string;
  readonly #world: World;
  #starts = 0;
  #host: Host;
  #running: Running | null = null;

  constructor(world: World, name: string) {
    this.#world = world;
    this.name = name;
    this.#host = world.newHost();
    this.start();
  }

  get host(): Host {
    return this.#host;
  }

  /** Null while it is down or starts. */
  get rolls(): Rolls | null {
    return this.#host.isAlive ? (this.#running?.rolls ?? null) : null;
  }

  /** Whether it believes that it writes a roll's outputs, and could do so at this moment. */
  isHolder(roll: RollId): boolean {
    return this.#host.isRunning && (this.#running?.held.has(rollName(roll)) ?? false);
  }

  start(): void {
    this.#starts += 1;
    this.#host = this.#world.newHost();
    this.#running = null;
    void this.#run(this.#host, `${this.name}-${this.#starts}`);
  }

  /** As kill -9 does; then it is started again, on another host that knows nothing. */
  crash(): void {
    this.#host.crash();
    this.#running = null;
    this.#world.time.after(RESTART_MS, () => this.start());
  }

  /** As SIGTERM does: it drains, and is started again. */
  async stop(): Promise<void> {
    const running = this.#running;
    if (running === null || !running.host.isRunning) return;
    this.#running = null;
    const { rolls, gate, ending } = running;
    ending.abort();
    await rolls.leave();
    await gate.close();
    await rolls.close();
    if (running.host === this.#host) this.crash();
  }

  /** Hands events in; null if nobody is there to take them. */
  submit(roll: RollId, events: readonly Uint8Array[]): Promise<readonly BatchSubmission[]> | null {
    return this.rolls === null || this.#running === null ? null : this.#running.gate.submitMany(roll, events);
  }

  async #run(host: Host, name: string): Promise<void> {
    const { isAtomic, kernels, leases, log: store, planted, random, reference } = this.#world;
    const log =
      planted === 'ack-before-append'
        ? new HastyLog(store, host, isAtomic, random)
        : new SimulatedLog(store, host, isAtomic);
    const sharing =
      leases === null ? {} : { leases: { store: leaseStore(leases, host), leaseMs: LEASE_MS, name } };
    const telemetry = new Telemetry();
    const rolls = new Rolls(
      { log, logger: silent, kernels, clock: host.clock, telemetry, ...sharing },
      reference,
    );
    const gate = new SubmitGate(log, rolls, silent, telemetry);
    try {
      await rolls.start();
    } catch {
      if (host === this.#host) this.crash();
      return;
    }
    if (host !== this.#host) return;
    this.#running = { host, rolls, gate, ending: new AbortController(), held: new Map() };
    await this.#publish(this.#running);
  }

  async #publish({ host, rolls, ending, held }: Running): Promise<void> {
    const stream = new SimulatedOutputs(this.#world.outputs, host, this.#world.fencing);
    const everything = holdEverything({ followRolls: (signal) => rolls.follow(signal) });
    const turns = pLimit(2);
    const publishing = {
      clock: host.clock,
      stream,
      writer: this.name,
      turns,
      logger: silent,
      onFenceLost: () => {},
    };
    for await (const { live, lost } of (rolls.holdings ?? everything).follow(ending.signal)) {
      const roll = rollName(live.summary.roll);
      held.set(roll, live);
      lost.addEventListener('abort', () => {
        if (held.get(roll) === live) held.delete(roll);
      });
      const signal = AbortSignal.any([ending.signal, lost]);
      const publish = () => publishOutputs(live, publishing, signal);
      void keepTrying(warned('Publishing outputs', silent, publish), signal, host.clock);
    }
  }
}
