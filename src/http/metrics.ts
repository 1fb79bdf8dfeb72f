import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { rollName } from '../../events/ids.ts';
import { PATHWAYS } from '../../events/vocabulary.ts';
import type { LiveRoll, Service } from '../service/service.ts';
import type { EventStreams } from './event-streams.ts';

/** Every number of a roll says on what it rests: a `hypothetical` one is no measurement, an `unannounced` one nobody's. */
const OF_ROLL = ['theatre', 'timeline', 'basis'] as const;
const BOUNDS = ['low', 'best', 'high'] as const;
const LOSSES = ['killed', 'missing', 'wounded'] as const;

/**
 * The numbers of one server for Prometheus, in a registry of its own, and with them those that its service keeps
 * of its work. Those of the rolls are read when asked for; nothing is asked of the log.
 */
export class Metrics {
  readonly #registry = new Registry();
  readonly #all: Registry;
  readonly #durations: Histogram<'method' | 'route' | 'status'>;

  constructor(service: Service, streams: EventStreams) {
    const registers = [this.#registry];
    this.#durations = new Histogram({
      name: 'muster_http_request_duration_seconds',
      help: 'Time to answer a request, event streams left out',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10],
      registers,
    });
    new Gauge({
      name: 'muster_sse_clients',
      help: 'Event streams open',
      registers,
      collect() {
        this.set(streams.count);
      },
    });
    new Gauge({
      name: 'muster_ready',
      help: '1 if /readyz says that all is well',
      registers,
      collect() {
        this.set(service.unreadiness() === null ? 1 : 0);
      },
    });
    addRollGauges(this.#registry, service);
    collectDefaultMetrics({ register: this.#registry });
    this.#all = Registry.merge([this.#registry, service.telemetry.registry]);
  }

  get contentType(): string {
    return this.#all.contentType;
  }

  /** The numbers now, in the text format of Prometheus. */
  text(): Promise<string> {
    return this.#all.metrics();
  }

  observeRequest(method: string, route: string, status: number, seconds: number): void {
    this.#durations.observe({ method, route, status }, seconds);
  }
}

function addRollGauges(registry: Registry, service: Service): void {
  const gauge = (
    name: string,
    help: string,
    labels: readonly string[],
    read: (roll: LiveRoll, set: (value: number, labels: Readonly<Record<string, string>>) => void) => void,
  ) => {
    new Gauge({
      name: `muster_roll_${name}`,
      help,
      labelNames: [...OF_ROLL, ...labels],
      registers: [registry],
      collect() {
        this.reset();
        for (const roll of service.followed()) {
          const {
            roll: { theatre, timeline },
            basis: shown,
            isClosed,
          } = roll.summary;
          if (isClosed) continue;
          const basis = shown ?? 'unannounced';
          read(roll, (value, own) => this.set({ theatre, timeline, basis, ...own }, value));
        }
      },
    });
  };

  gauge('strength_persons', 'Persons present', ['pathway', 'bound'], (roll, set) => {
    const { pathways } = roll.distribution();
    for (const pathway of PATHWAYS) {
      for (const bound of BOUNDS) set(pathways[pathway][bound], { pathway, bound });
    }
  });
  gauge('contingents', 'Contingents that are not closed', ['pathway'], (roll, set) => {
    const { pathways } = roll.distribution();
    for (const pathway of PATHWAYS) set(pathways[pathway].contingents, { pathway });
  });
  gauge('losses_persons', 'Persons lost; the wounded stay on strength', ['kind'], (roll, set) => {
    const { losses } = roll.distribution();
    for (const kind of LOSSES) set(losses[kind], { kind });
  });
  gauge('unaccounted_persons', 'Persons that reassessments found missing', [], (roll, set) => {
    set(roll.distribution().unaccounted, {});
  });
  gauge('inflow_persons', 'Persons deployed and reinforced', ['bound'], (roll, set) => {
    const { inflow } = roll.distribution();
    for (const bound of BOUNDS) set(inflow[bound], { bound });
  });
  gauge('balance_persons', 'Persons made or lost by a fault: always 0', [], (roll, set) => {
    set(roll.distribution().balance, {});
  });
  gauge('events', 'Events of the log by what became of them', ['verdict'], (roll, set) => {
    for (const [verdict, count] of Object.entries(roll.distribution().counts)) set(count, { verdict });
  });
  gauge('refusals', 'Refused events of the log by code', ['code'], (roll, set) => {
    const byCode = new Map<string, number>();
    for (const { code } of roll.refusals(0, Number.MAX_SAFE_INTEGER)) {
      byCode.set(code, (byCode.get(code) ?? 0) + 1);
    }
    for (const [code, count] of byCode) set(count, { code });
  });
  gauge('log_seq', 'Entries of the log that are folded', [], (roll, set) => set(roll.summary.seq, {}));
  gauge('is_current', '1 if all that was in the log at the start is folded', [], (roll, set) => {
    set(roll.summary.isCurrent ? 1 : 0, {});
  });
  gauge('lag_entries', 'Entries that are known to be in the log and not folded', [], (roll, set) => {
    set(roll.vitals.lag, {});
  });
  gauge('is_faulted', '1 while reading the log fails and is tried again', [], (roll, set) => {
    set(roll.vitals.isFaulted ? 1 : 0, {});
  });
  gauge('outputs_lag_entries', 'Entries folded whose outputs are not written', [], (roll, set) => {
    const lag = service.telemetry.outputsLag.get(rollName(roll.summary.roll));
    if (lag !== undefined) set(lag(), {});
  });
  gauge('checkpoint_bytes', 'Size of the newest checkpoint', [], (roll, set) => {
    const { checkpoint } = roll.vitals;
    if (checkpoint !== null) set(checkpoint.bytes, {});
  });
  gauge(
    'checkpoint_timestamp_seconds',
    'When the newest checkpoint was stored, Unix time',
    [],
    (roll, set) => {
      const { checkpoint } = roll.vitals;
      if (checkpoint !== null) set(checkpoint.storedAtMs / 1_000, {});
    },
  );
}
