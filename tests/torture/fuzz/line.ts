import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NatsConnection } from 'nats';
import { rollName } from '../../../events/ids.ts';
import { startThrowawayServer } from '../../support/nats-server.ts';
import { type Running, startMuster } from '../processes.ts';
import { type Random, randomOf } from '../random.ts';
import type { Delivery } from './delivery.ts';
import { heapEnvironment, heldHeap } from './heap.ts';
import { HttpClient } from './http-client.ts';
import { batch, oddRequest, single } from './http-deliveries.ts';
import { mutant } from './mutations.ts';
import { asking, publication } from './nats-deliveries.ts';
import { proveLog } from './proof.ts';
import { RollGuess } from './roll-guess.ts';
import { conserved, unsound } from './soundness.ts';
import { type LineSummary, newLineSummary } from './summary.ts';
import { ValidEvents } from './valid-events.ts';
import { verdictOverHttp, verdictOverNats } from './verdicts.ts';
import { residentMemory, Watch } from './watch.ts';

/** Where the log is kept: by Muster itself, or by a nats-server. */
export interface Store {
  /** The nats-server's version, or `embedded`. */
  readonly server: string;
  /** Null if embedded. */
  readonly binary: string | null;
}

export interface LineSettings {
  readonly seed: number;
  readonly inputs: number;
  /** Names the first thousand: what each thousand gets is drawn by the seed and its number. */
  readonly firstBlock: number;
  /** Rolls of each service whose export is replayed at the end; 4 unless given. */
  readonly replays?: number;
  readonly log: (text: string) => void;
}

const BLOCK = 1_000;
const ROLLS_AT_ONCE = 4;
/** A correction folds its roll again, so rolls stay short; but one of many is long enough for a view thread. */
const ROLL_EVENTS = 200;
const LONG_ROLL_EVENTS = 1_500;
const LONG_ROLL_EVERY = 40;
const DELIVERED_AT_ONCE = 16;
/** Of the inputs to a service over NATS, those that come over HTTP: after the others, for both at once get in each other's way. */
const HTTP_SHARE = 0.1;
/** Blocks in which they come at once all the same. */
const MIXED_EVERY = 10;
const FAULTS_MOST = 200;
/** Several services start and fold on few processors at once. */
const START_PATIENCE_MS = 300_000;
/** How often the service collects its garbage and says what it holds. */
const HEAP_EVERY = 10;

/**
 * Hands hostile inputs to one service over one store, and looks after each thousand whether it still does its work.
 * Whatever goes wrong is a fault in the summary; others go on.
 */
export async function fuzzLine(store: Store, settings: LineSettings): Promise<LineSummary> {
  const summary = newLineSummary(store.server, settings.log);
  const begun = performance.now();
  const directory = await mkdtemp(join(tmpdir(), 'muster-fuzz-'));
  const server = store.binary === null ? null : await startThrowawayServer(store.binary);
  const args = [
    'serve',
    '--port',
    '0',
    '--data',
    join(directory, 'data'),
    ...(server === null ? [] : ['--nats', server.url]),
  ];
  const start = async () => {
    const running = await startMuster(args, {
      MUSTER_LOG: 'warn',
      ...heapEnvironment(join(directory, 'heap')),
    });
    const [, port] = await running.says(/^Muster serves at http:\/\/[\d.]+:(\d+)/m, START_PATIENCE_MS);
    return { running, port: Number(port), heap: () => heldHeap(running, join(directory, 'heap')) };
  };
  try {
    const { running, port, heap } = await start();
    const watch = new Watch(running, port, summary);
    const connection = server === null ? null : await server.connect();
    const fuzzing = new Fuzzing({ running, port, heap, connection, watch, summary, directory }, settings);
    try {
      await fuzzing.run();
      const { replays = 4 } = settings;
      const proved = { running, port, heap, watch, summary, directory, start, replays };
      if (!running.isOver) await proveLog(proved, fuzzing.rolls);
    } finally {
      await watch.end();
      await running.signal('SIGKILL');
    }
  } catch (error) {
    summary.fault(String(error));
  } finally {
    await server?.discard();
    if (summary.faults.length === 0) {
      await rm(directory, { recursive: true });
    } else {
      settings.log(`what was sent when it went wrong is in ${directory}`);
    }
  }
  summary.seconds = (performance.now() - begun) / 1_000;
  return summary;
}

interface Surroundings {
  readonly running: Running;
  readonly port: number;
  /** What the service holds once all garbage is collected, in MB. */
  readonly heap: () => Promise<number>;
  /** Null where there is no NATS. */
  readonly connection: NatsConnection | null;
  readonly watch: Watch;
  readonly summary: LineSummary;
  readonly directory: string;
}

class Fuzzing {
  readonly #around: Surroundings;
  readonly #settings: LineSettings;
  readonly #client: HttpClient;
  readonly #valid: ValidEvents;
  readonly #probes: ValidEvents;
  readonly #current: RollGuess[] = [];
  /** The names of all rolls so far. */
  readonly rolls: string[] = [];

  constructor(around: Surroundings, settings: LineSettings) {
    this.#around = around;
    this.#settings = settings;
    this.#client = new HttpClient(around.port);
    this.#valid = new ValidEvents('/fuzz');
    this.#probes = new ValidEvents('/probes');
  }

  async run(): Promise<void> {
    const { running, summary, watch } = this.#around;
    const { inputs, firstBlock, log } = this.#settings;
    for (let block = firstBlock; summary.inputs < inputs && summary.faults.length < FAULTS_MOST; block++) {
      const deliveries = this.#deliveries(block, Math.min(BLOCK, inputs - summary.inputs));
      const deliver = async () => {
        for (const delivery of deliveries) await this.#deliver(delivery);
      };
      await Promise.all(Array.from({ length: DELIVERED_AT_ONCE }, deliver));
      await this.#around.connection?.flush();
      await this.#look(block);
      if (running.isOver) {
        const { code, signal, stderr } = await running.ended;
        summary.fault(`the service ended with ${code ?? signal}: ${stderr.slice(-4_000)}`);
        break;
      }
      summary.memory.push(await residentMemory(running));
      watch.listen();
      if ((block - firstBlock + 1) % HEAP_EVERY === 0) {
        summary.heap.push(await this.#around.heap());
        const [heap, memory] = [summary.heap.at(-1) ?? 0, summary.memory.at(-1)];
        log(
          `${summary.inputs} inputs, heap ${Math.round(heap)} of ${memory} MB, ${summary.faults.length} faults`,
        );
      }
    }
    this.#client.close();
  }

  *#deliveries(block: number, inputs: number): Generator<Delivery> {
    const random = randomOf(this.#settings.seed, this.#around.summary.server, block);
    const end = this.#around.summary.inputs + inputs;
    const overNats = end - inputs * HTTP_SHARE;
    while (this.#around.summary.inputs < end) {
      const isMixed = block % MIXED_EVERY === 0;
      const isOverNats = isMixed ? random.next() < 0.9 : this.#around.summary.inputs < overNats;
      const delivery = this.#next(isOverNats, random);
      this.#around.summary.inputs += delivery.inputs;
      yield delivery;
    }
  }

  #next(isOverNats: boolean, random: Random): Delivery {
    const { connection, summary } = this.#around;
    const roll = this.#rollAt(random.between(0, ROLLS_AT_ONCE - 1));
    const make = () => {
      const made = mutant(this.#valid, roll, random);
      roll.take(made.bytes, made.isWhole);
      return made;
    };
    if (connection !== null && isOverNats) {
      summary.overNats += 1;
      return random.next() < 0.95
        ? publication(connection, roll, make(), random)
        : asking(connection, roll, make(), random);
    }
    const chance = random.next();
    if (chance < 0.55) return single(this.#client, roll, make(), random);
    if (chance < 0.85) return oddRequest(this.#client, roll, mutant(this.#valid, roll, random), random);
    const count = random.next() < 0.95 ? random.between(0, 20) : random.between(100, 300);
    return batch(this.#client, roll, Array.from({ length: count }, make), random);
  }

  #rollAt(place: number): RollGuess {
    const standing = this.#current[place];
    if (standing !== undefined && standing.sent < this.#lengthOf(standing)) return standing;
    const roll = new RollGuess({ theatre: 'fuzz', timeline: `r${this.rolls.length}` });
    this.rolls.push(rollName(roll.id));
    this.#current[place] = roll;
    return roll;
  }

  #lengthOf({ id }: RollGuess): number {
    return this.rolls.indexOf(rollName(id)) % LONG_ROLL_EVERY === 1 ? LONG_ROLL_EVENTS : ROLL_EVENTS;
  }

  async #deliver(delivery: Delivery): Promise<void> {
    const { summary } = this.#around;
    try {
      const answer = await delivery.send();
      const status = answer === null ? 'none' : String(answer.status);
      summary.statuses[status] = (summary.statuses[status] ?? 0) + 1;
      const problem = unsound(delivery, answer);
      if (problem !== null) await this.#fault(delivery, problem);
    } catch (error) {
      await this.#fault(delivery, String(error));
    }
  }

  async #fault({ how, sent }: Delivery, problem: string): Promise<void> {
    const { summary, directory } = this.#around;
    const name = `fault-${summary.faults.length + 1}`;
    summary.fault(`${problem} (${how.slice(0, 300)}; ${name})`);
    await writeFile(join(directory, name), sent);
  }

  /** Whether valid events get their verdicts, and no roll has lost a head. */
  async #look(block: number): Promise<void> {
    const { summary, connection } = this.#around;
    const probed = this.#rollAt(block % ROLLS_AT_ONCE);
    const event = () => this.#probes.deployment(`probe-${block}-${++this.#probed}`);
    const timed = async (name: string, ask: () => Promise<void>) => {
      const begun = performance.now();
      try {
        await ask();
        summary.verdicts += 1;
      } catch (error) {
        summary.fault(`a valid event over ${name}: ${String(error)}`);
      }
      summary.slowestVerdictMs = Math.max(summary.slowestVerdictMs, performance.now() - begun);
    };
    if (connection !== null) await timed('NATS', () => verdictOverNats(connection, probed.id, event()));
    await timed('HTTP', () => verdictOverHttp(this.#client, probed.id, event()));
    for (const { id } of this.#current) {
      const path = `/api/rolls/${id.theatre}/${id.timeline}`;
      try {
        const { status, body } = await this.#client.ask({ method: 'GET', path });
        if (status !== 404) conserved(body);
      } catch (error) {
        summary.fault(`${rollName(id)}: ${String(error)}`);
      }
    }
  }

  #probed = 0;
}
