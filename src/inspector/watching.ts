import { register } from '@muster/inspect-bridge';
import { type RollId, rollName, THEATRE_ENTITY } from '../../events/ids.ts';
import type { LiveRoll, Service, Update } from '../service/service.ts';
import { Facade, type Standing } from './facade.ts';
import { machineV4 } from './machine-v4.ts';
import { MACHINES } from './machines.ts';
import { Recorder } from './recorder.ts';
import type { Mirror } from './stately.ts';

/** What is looked at: a contingent of a roll, or its theatre. */
export interface Watched {
  readonly roll: RollId;
  readonly subject: string;
}

interface Watch {
  readonly ending: AbortController;
  readonly ready: Promise<boolean>;
  watchers: number;
}

const machines = { contingent: machineV4(MACHINES.contingent), theatre: machineV4(MACHINES.theatre) };

/** The contingents and theatres that somebody watches: each is registered with @xstate/inspect for so long. */
export class Watching {
  readonly #service: Service;
  readonly #mirror: Mirror | null;
  readonly #watches = new Map<string, Watch>();

  /** `mirror`: where else it is shown. */
  constructor(service: Service, mirror: Mirror | null) {
    this.#service = service;
    this.#mirror = mirror;
  }

  /** Starts to watch; resolves to false if there is no such thing. Every start needs its `release`. */
  async watch(watched: Watched): Promise<boolean> {
    const key = keyOf(watched);
    let watch = this.#watches.get(key);
    if (watch === undefined) {
      const ending = new AbortController();
      watch = { ending, watchers: 0, ready: this.#start(watched, ending.signal) };
      this.#watches.set(key, watch);
    }
    watch.watchers += 1;
    return watch.ready;
  }

  release(watched: Watched): void {
    const key = keyOf(watched);
    const watch = this.#watches.get(key);
    if (watch === undefined) return;
    watch.watchers -= 1;
    if (watch.watchers > 0) return;
    this.#watches.delete(key);
    watch.ending.abort();
  }

  close(): void {
    for (const { ending } of this.#watches.values()) ending.abort();
    this.#watches.clear();
    this.#mirror?.end();
  }

  async #start(watched: Watched, signal: AbortSignal): Promise<boolean> {
    const roll = await this.#service.find(watched.roll);
    if (roll === undefined) return false;
    const after = roll.summary.seq;
    const standing = await standingOf(roll, watched.subject);
    if (standing === null || signal.aborted) return false;
    const kind = watched.subject === THEATRE_ENTITY ? 'theatre' : 'contingent';
    const facade = new Facade(keyOf(watched), machines[kind], standing);
    register(facade);
    const mirrored = this.#mirror?.begin(MACHINES[kind], standing);
    const show = (type: string, next: Standing) => {
      facade.show({ type }, next);
      if (mirrored !== undefined) this.#mirror?.show(mirrored, type, next);
    };
    void this.#follow(roll, watched.subject, show, after, signal).finally(() => facade.stop());
    return true;
  }

  async #follow(
    roll: LiveRoll,
    subject: string,
    show: (type: string, standing: Standing) => void,
    after: number,
    signal: AbortSignal,
  ): Promise<void> {
    for await (const update of roll.updates(after, signal)) {
      const type = concerning(update, subject);
      if (type === null) continue;
      const standing = await standingOf(roll, subject);
      if (standing !== null && !signal.aborted) show(type, standing);
    }
  }
}

/** The name under which something watched is registered: `ukraine.record/storm-corps`. */
export function keyOf({ roll, subject }: Watched): string {
  return `${rollName(roll)}/${subject}`;
}

async function standingOf(roll: LiveRoll, subject: string): Promise<Standing | null> {
  if (subject !== THEATRE_ENTITY) {
    const page = await roll.contingent(subject);
    if (page === undefined) return null;
    const { state, strength, killed, missing, wounded, unaccounted, parent } = page.contingent;
    const counted = { strength, killed, missing, wounded, unaccounted, parent };
    return { value: state, context: { ...counted, ...page.standing } };
  }
  const length = roll.summary.seq;
  return (await roll.refoldAbout([], new Recorder(subject), length)).readModel.theatreAt(length);
}

/** The type of the event behind an update that concerns somebody; null if it does not. */
function concerning(update: Update, subject: string): string | null {
  switch (update.kind) {
    case 'transition': {
      const { moves, phase, event } = update.transition;
      const isConcerned =
        subject === THEATRE_ENTITY ? phase !== null : moves.some(({ contingent }) => contingent === subject);
      return isConcerned ? event.type : null;
    }
    case 'refusal':
      return update.refusal.subject === subject ? update.refusal.type : null;
    case 'distribution':
      return null;
    default:
      return update satisfies never;
  }
}
