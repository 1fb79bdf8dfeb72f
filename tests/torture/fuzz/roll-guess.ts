import { readEvent } from '../../../events/event.ts';
import type { RollId } from '../../../events/ids.ts';
import { Fold } from '../../../src/roll/fold.ts';
import { createKernels } from '../../../src/roll/kernels.ts';
import { Settlement } from '../../../src/roll/settlement.ts';

const kernels = createKernels();
/** Larger ones are sent, and not looked into. */
const LOOKED_INTO_BYTES = 20_000;
const REMEMBERED = 64;

/** An event that was sent before, to be said again, contradicted or corrected. */
export interface Said {
  readonly source: string;
  readonly id: string;
  readonly type: string;
  readonly bytes: Uint8Array;
}

/**
 * About how a roll stands after what was sent to it, so that the next event can fit. Corrections are not followed,
 * nor the order in which things that were sent at once arrive: it guides, and proves nothing.
 */
export class RollGuess {
  readonly id: RollId;
  readonly said: Said[] = [];
  readonly #settlement = new Settlement();
  readonly #fold = new Fold(kernels, {}, { apply() {} });
  #sent = 0;

  constructor(id: RollId) {
    this.id = id;
  }

  /** Events handed over so far. */
  get sent(): number {
    return this.#sent;
  }

  get contingents(): readonly string[] {
    return [...this.#fold.contingents.keys()];
  }

  strengthOf(id: string): number {
    return this.#fold.contingents.get(id)?.context.strength.best ?? 0;
  }

  wouldTake(bytes: Uint8Array): boolean {
    const form = readEvent(bytes, this.id);
    if (!form.ok) return false;
    return (
      form.event.scope === 'correction' || this.#fold.judge(this.#sent + 1, form.event).kind === 'accepted'
    );
  }

  /** `isWhole`: whether it may be an event at all. */
  take(bytes: Uint8Array, isWhole: boolean): void {
    this.#sent += 1;
    if (!isWhole || bytes.byteLength > LOOKED_INTO_BYTES) return;
    const settled = this.#settlement.take({ seq: this.#sent, bytes, home: this.id });
    if (settled.kind !== 'fact' && settled.kind !== 'correction') return;
    if (settled.kind === 'fact') this.#fold.take(settled);
    const { source, id } = settled.event.envelope;
    this.said[this.#sent % REMEMBERED] = { source, id, type: settled.event.type, bytes };
  }
}
