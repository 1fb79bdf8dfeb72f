import { distance } from 'fastest-levenshtein';

/**
 * The word that was probably meant: the one at the smallest edit distance, up to a third of what was written;
 * or the only dotted name that ends in it (`garrisoned` means `contingent.garrisoned`). Undefined if none is near.
 */
export function nearest(written: string, words: readonly string[]): string | undefined {
  const lower = written.toLowerCase();
  let best: string | undefined;
  let bestDistance = written.length === 1 ? 1 : Math.ceil(written.length / 3) + 1;
  for (const word of words) {
    if (word === written || Math.abs(word.length - written.length) >= bestDistance) continue;
    const found = distance(lower, word.toLowerCase());
    if (found < bestDistance) {
      best = word;
      bestDistance = found;
    }
  }
  if (best !== undefined) return best;
  const endings = words.filter((word) => word.endsWith(`.${lower}`));
  return endings.length === 1 ? endings[0] : undefined;
}
