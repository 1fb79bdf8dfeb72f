import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { NatsConnection } from 'nats';
import { EXIT } from '../../src/cli/exit-codes.ts';
import { factsOf } from './facts.ts';
import { startMuster } from './processes.ts';
import type { Producer } from './producer.ts';
import type { Random } from './random.ts';
import type { Settings } from './scenarios/scenario.ts';

const RETRY_MS = 200;

const [THEATRE, SCENARIO] = ['torture', 'played'] as const;
/** The roll that the player plays, and nobody else. */
export const PLAYED = `${THEATRE}.${SCENARIO}`;
const HOUR_MS = 3_600_000;
/** Of events an hour apart: some fifty a second, so that a kill finds the player in mid-play. */
const PACE = '2d/s';
const MOST_KILLS = 2;

interface Played {
  readonly id: string;
  readonly on: string;
  readonly type: string;
  readonly contingent?: string;
  readonly data: unknown;
}

/** `muster play SCRIPT --nats`, killed in mid-play and run again with the same script, which is longer each round. */
export class Player {
  readonly #connection: NatsConnection;
  readonly #url: string;
  readonly #script: string;
  readonly #settings: Settings;
  readonly #events: Played[] = [];

  constructor(connection: NatsConnection, url: string, directory: string, settings: Settings) {
    this.#connection = connection;
    this.#url = url;
    this.#script = join(directory, `${SCENARIO}.yaml`);
    this.#settings = settings;
  }

  /**
   * Plays a round's events after those of all rounds before, and is killed at drawn places of them. Only a play that
   * came to its end acknowledges: each event at its place in the script.
   */
  producer(name: string, random: Random, onKilled: () => void): Producer {
    let kill = async () => 0;
    return {
      roll: PLAYED,
      kill: () => kill(),
      run: async (onAcknowledged) => {
        const before = this.#events.length;
        this.#write(name, random);
        await writeFile(this.#script, this.#text());
        let kills = random.between(1, MOST_KILLS);
        for (;;) {
          const speed = kills > 0 ? PACE : 'max';
          const args = ['play', this.#script, '--nats', this.#url, '--speed', speed];
          const process_ = await startMuster(args, { NO_COLOR: '1' });
          let isKilled = false;
          kill = async () => {
            if (process_.isOver) return 0;
            isKilled = true;
            await process_.signal('SIGKILL');
            return 1;
          };
          const most = Math.max(1, Math.floor((this.#settings.facts / MOST_KILLS) * 0.9));
          const watch = this.#afterSent(kills > 0 ? random.between(1, most) : null, async () => {
            if ((await kill()) > 0) onKilled();
          });
          const { code, stderr } = await process_.ended;
          watch.unsubscribe();
          if (isKilled) {
            kills -= 1;
            continue;
          }
          // The server may be down just then: whoever plays tries again.
          if (code === EXIT.unreachable) {
            await delay(RETRY_MS);
            continue;
          }
          const all = this.#events.length.toLocaleString('en');
          const isPlayed = new RegExp(`played [\\d,]+ of ${all} events`).test(stderr);
          if (code !== 0 || !isPlayed) throw new Error(`a player ended with ${code}: ${stderr}`);
          break;
        }
        for (const [index, { id }] of this.#events.entries()) {
          if (index >= before) onAcknowledged(`/scenarios/${SCENARIO} ${id}`, index + 1);
        }
      },
    };
  }

  /** Calls once that so many events of the roll were sent to the server, whatever it made of them. */
  #afterSent(count: number | null, call: () => Promise<void>) {
    let sent = 0;
    return this.#connection.subscribe(`muster.${PLAYED}.event.>`, {
      callback: () => {
        sent += 1;
        if (sent === count) void call();
      },
    });
  }

  #write(name: string, random: Random): void {
    for (const { json } of factsOf(name, this.#settings.facts, random, false)) {
      const { id, type, subject, data } = JSON.parse(json);
      const on = new Date(Date.UTC(2025, 0, 1) + this.#events.length * HOUR_MS).toISOString();
      const about = subject === undefined ? {} : { contingent: subject };
      this.#events.push({ id: `${name}-${id}`, on, type, ...about, data });
    }
  }

  #text(): string {
    const head = { scenario: SCENARIO, title: 'Played, and killed', theatre: THEATRE, basis: 'assessed' };
    return JSON.stringify({ ...head, events: this.#events });
  }
}
