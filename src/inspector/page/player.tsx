import { useEffect, useState } from 'preact/hooks';

interface Props {
  /** From 0. */
  readonly at: number;
  readonly total: number;
  readonly go: (to: number) => void;
}

const SPEEDS = [1, 2, 5, 20] as const;

/** Goes through a history: back, next, running at a speed, or anywhere by the slider. */
export function Player({ at, total, go }: Props) {
  const [isRunning, setRunning] = useState(false);
  const [speed, setSpeed] = useState(1);
  const last = total - 1;
  useEffect(() => {
    if (!isRunning) return;
    if (at >= last) {
      setRunning(false);
      return;
    }
    const timer = window.setTimeout(() => go(at + 1), 1_000 / speed);
    return () => window.clearTimeout(timer);
  }, [isRunning, speed, at, last, go]);
  return (
    <footer>
      <button type="button" onClick={() => go(at - 1)} disabled={at <= 0}>
        Back
      </button>
      <button type="button" onClick={() => go(at + 1)} disabled={at >= last}>
        Next
      </button>
      <button type="button" onClick={() => setRunning(!isRunning)} disabled={at >= last}>
        {isRunning ? 'Pause' : 'Run'}
      </button>
      <label>
        Speed
        <select value={speed} onChange={(event) => setSpeed(Number(event.currentTarget.value))}>
          {SPEEDS.map((one) => (
            <option key={one} value={one}>{`${one} a second`}</option>
          ))}
        </select>
      </label>
      <input
        type="range"
        aria-label="Place in its history"
        min={0}
        max={Math.max(last, 0)}
        value={Math.max(at, 0)}
        onInput={(event) => go(Number(event.currentTarget.value))}
      />
      <output>
        {(at + 1).toLocaleString('en')} of {total.toLocaleString('en')}
      </output>
    </footer>
  );
}
