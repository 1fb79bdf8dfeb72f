/** Whole numbers and choices that come the same for the same seed. */
export interface Random {
  /** 0 (included) to 1 (not). */
  next(): number;
  /** A whole number from `low` to `high`, both included. */
  between(low: number, high: number): number;
  pick<T>(choices: readonly [T, ...T[]]): T;
}

/**
 * The chances of one scenario, round or producer: `path` names it, so that leaving out another scenario changes
 * nothing. FNV-1a makes a number of the names, Mulberry32 goes on from there: no secrets hang on it.
 */
export function randomOf(seed: number, ...path: readonly (string | number)[]): Random {
  let state = 0x811c9dc5;
  for (const byte of Buffer.from([seed, ...path].join('/'))) state = Math.imul(state ^ byte, 0x01000193);
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const between = (low: number, high: number) => low + Math.floor(next() * (high - low + 1));
  return { next, between, pick: (choices) => choices[between(0, choices.length - 1)] ?? choices[0] };
}
