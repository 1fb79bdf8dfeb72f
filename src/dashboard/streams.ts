import { RollStream, type Watch } from './roll-stream.ts';

/** A browser has six connections for a host: what is clicked has to be loaded too. */
const MOST = 4;
const TURN_MS = 2_000;

/** The event streams of all tabs of a browser: one for each roll that is watched. More than `MOST` take turns. */
export class Streams {
  /** In the order of their turns: the one that had the last is the last. */
  readonly #rolls = new Map<string, RollStream>();
  readonly #watched = new Map<MessagePort, string>();

  constructor() {
    setInterval(() => this.#look(), TURN_MS);
  }

  /** Serves a tab by its end of a channel. */
  connect(port: MessagePort): void {
    port.onmessage = ({ data }: MessageEvent<Watch>) => this.#answer(port, data);
    // Not every browser tells; a tab that is closed says so by itself, one that crashed is silent.
    port.addEventListener('close', () => this.#leave(port));
  }

  #answer(port: MessagePort, watch: Watch): void {
    if (this.#watched.get(port) !== watch.roll) this.#leave(port);
    if (watch.roll === null) return;
    const roll = this.#rolls.get(watch.roll) ?? new RollStream(watch.roll, watch.after);
    this.#rolls.set(watch.roll, roll);
    this.#watched.set(port, watch.roll);
    roll.join(port, watch);
    if (!roll.isOpen) this.#takeTurn(roll);
  }

  #leave(port: MessagePort): void {
    const name = this.#watched.get(port);
    if (name === undefined) return;
    this.#watched.delete(port);
    this.#rolls.get(name)?.leave(port);
    this.#endUnwatched();
  }

  #look(): void {
    for (const roll of this.#rolls.values()) roll.forgetSilent();
    this.#endUnwatched();
    const waiting = [...this.#rolls.values()].filter(({ isOpen }) => !isOpen);
    const next = waiting.find((roll) => this.#staysOpen(roll)) ?? waiting[0];
    if (next !== undefined) this.#takeTurn(next);
  }

  /** Gives a roll a stream, if need be that of the one that has had it longest. */
  #takeTurn(roll: RollStream): void {
    const open = [...this.#rolls].filter(([, { isOpen }]) => isOpen);
    const [longest] = open.filter(([, one]) => !this.#staysOpen(one));
    if (open.length >= MOST && longest !== undefined) {
      longest[1].close();
      this.#putLast(...longest);
    }
    roll.open();
    for (const entry of [...this.#rolls]) if (entry[1] === roll) this.#putLast(...entry);
    this.#tellTurns();
  }

  /** What a reader sees now keeps its stream, as long as a stream is left for the turns of the others. */
  #staysOpen(roll: RollStream): boolean {
    return roll.isShown && [...this.#rolls.values()].filter(({ isShown }) => isShown).length < MOST;
  }

  #putLast(name: string, roll: RollStream): void {
    this.#rolls.delete(name);
    this.#rolls.set(name, roll);
  }

  #endUnwatched(): void {
    for (const [name, roll] of this.#rolls) {
      if (roll.isWatched) continue;
      roll.close();
      this.#rolls.delete(name);
    }
    this.#tellTurns();
  }

  #tellTurns(): void {
    const turns = this.#rolls.size > MOST ? this.#rolls.size : null;
    for (const roll of this.#rolls.values()) roll.setTurns(this.#staysOpen(roll) ? null : turns);
  }
}
