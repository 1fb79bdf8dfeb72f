import { useEffect, useState } from 'preact/hooks';

/** The log is folded for every answer: a live roll is asked again at most so often. */
const AGAIN_MS = 5_000;

/** A value that changes at most once in a while; the first comes at once. */
export function useSlow(value: number | null): number | null {
  const [slow, setSlow] = useState(value);
  useEffect(() => {
    if (slow === null || value === null) {
      setSlow(value);
      return;
    }
    if (value === slow) return;
    const later = setTimeout(() => setSlow(value), AGAIN_MS);
    return () => clearTimeout(later);
  }, [value, slow]);
  return slow;
}
