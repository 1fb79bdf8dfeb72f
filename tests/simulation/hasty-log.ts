import type { RollId } from '../../events/ids.ts';
import type { OutgoingEvent } from '../../src/log/port.ts';
import type { Random } from '../torture/random.ts';
import type { Host } from './host.ts';
import { type LogStore, SimulatedLog } from './log.ts';

/** A planted bug: says that events are in the log, and puts them there later, unless the process dies before. */
export class HastyLog extends SimulatedLog {
  readonly #host: Host;
  readonly #random: Random;

  constructor(store: LogStore, host: Host, isAtomic: boolean, random: Random) {
    super(store, host, isAtomic);
    this.#host = host;
    this.#random = random;
  }

  override async append(
    roll: RollId,
    events: readonly OutgoingEvent[],
    options: { readonly expectedSeq?: number } = {},
  ): ReturnType<SimulatedLog['append']> {
    const head = options.expectedSeq ?? (await this.head(roll));
    this.#host.after(this.#random.between(1, 500), () => void super.append(roll, events, options));
    return { ok: true, value: events.map((_, index) => head + 1 + index) };
  }
}
