/** A place in a roll's outputs: right after the output `part` of what the entry `seq` came to. */
export interface OutputPlace {
  readonly seq: number;
  readonly part: number;
}

/** One message about what an entry came to. Two followers of one log make the same, byte for byte. */
export interface Output extends OutputPlace {
  /** How many messages the entry came to; `part` counts them from 1. */
  readonly parts: number;
  readonly subject: string;
  readonly body: Uint8Array;
}

/** Before the first output of a roll. */
export const START: OutputPlace = { seq: 0, part: 0 };

/** Whether one place comes after another. */
export function isAfter(one: OutputPlace, other: OutputPlace): boolean {
  return one.seq > other.seq || (one.seq === other.seq && one.part > other.part);
}
