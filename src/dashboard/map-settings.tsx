import { useEffect, useState } from 'preact/hooks';
import { AFFILIATION_NAMES, AFFILIATIONS, type Affiliation } from './affiliation.ts';
import type { MapPicture } from './map-drawing.ts';

const KEY = 'muster.affiliation';

const isAffiliation = (text: string | null): text is Affiliation =>
  text !== null && AFFILIATIONS.some((affiliation) => affiliation === text);

/** Whose side the symbols show: kept in this browser, and unknown until the reader says. */
export function useAffiliation(): readonly [Affiliation, (affiliation: Affiliation) => void] {
  const [affiliation, setAffiliation] = useState<Affiliation>(() => {
    const kept = localStorage.getItem(KEY);
    return isAffiliation(kept) ? kept : 'unknown';
  });
  const choose = (next: Affiliation) => {
    localStorage.setItem(KEY, next);
    setAffiliation(next);
  };
  return [affiliation, choose];
}

interface Props {
  readonly value: Affiliation;
  readonly choose: (affiliation: Affiliation) => void;
}

export function AffiliationChoice({ value, choose }: Props) {
  return (
    <label>
      Symbols show{' '}
      <select
        value={value}
        onChange={({ currentTarget: { value } }) => isAffiliation(value) && choose(value)}
      >
        {AFFILIATIONS.map((affiliation) => (
          <option key={affiliation} value={affiliation}>
            {AFFILIATION_NAMES[affiliation]}
          </option>
        ))}
      </select>
    </label>
  );
}

/** The symbols of an affiliation, loaded when they are first wanted; null until they are there. */
export function useSymbols(isWanted: boolean, affiliation: Affiliation): MapPicture['symbolOf'] {
  const [draw, setDraw] = useState<{ readonly of: typeof import('./map-symbols.ts').unitSymbol } | null>(
    null,
  );
  useEffect(() => {
    if (!isWanted || draw !== null) return;
    // Without the symbols the circles stand.
    import('./map-symbols.ts').then(
      ({ unitSymbol }) => setDraw({ of: unitSymbol }),
      () => {},
    );
  }, [isWanted, draw]);
  const [symbols, setSymbols] = useState<{ readonly of: MapPicture['symbolOf'] }>({ of: null });
  useEffect(() => {
    if (draw === null) return;
    setSymbols({ of: (kind, isPlanned, size) => draw.of(kind, affiliation, isPlanned, size) });
  }, [draw, affiliation]);
  return symbols.of;
}
