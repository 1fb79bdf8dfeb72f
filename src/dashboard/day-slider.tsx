import { useEffect, useState } from 'preact/hooks';
import { dayOf } from './ledger.ts';
import { day as dayText } from './wording.ts';

const DAY_MS = 86_400_000;
const STEP_MS = 700;

interface Props {
  readonly from: string;
  readonly to: string;
  readonly day: string;
  readonly choose: (day: string) => void;
  /** The days that a play goes through, in order; without it nothing plays. */
  readonly days?: readonly string[];
}

/** Chooses a day: by its date, along a slider, or day by day as they play. */
export function DaySlider({ from, to, day, choose, days }: Props) {
  const start = Date.parse(from);
  return (
    <div class="day">
      <label>
        Day{' '}
        <input
          type="date"
          min={from}
          value={day}
          onChange={({ currentTarget: { value } }) => value !== '' && choose(value)}
        />
      </label>
      {days !== undefined && <Play days={days} day={day} choose={choose} />}
      <input
        type="range"
        aria-label="Day"
        aria-valuetext={dayText(day)}
        min={0}
        max={Math.round((Date.parse(to) - start) / DAY_MS)}
        value={Math.round((Date.parse(day) - start) / DAY_MS)}
        onInput={({ currentTarget }) => choose(dayOf(start + currentTarget.valueAsNumber * DAY_MS))}
      />
    </div>
  );
}

interface PlayProps {
  readonly days: readonly string[];
  readonly day: string;
  readonly choose: (day: string) => void;
}

/** Goes through the days on which something changed; from the first again when it is at the last. */
function Play({ days, day, choose }: PlayProps) {
  const [isPlaying, setPlaying] = useState(false);
  const next = days.find((one) => one > day);
  // Each day that is chosen sets the clock for the next one.
  useEffect(() => {
    if (!isPlaying) return;
    if (next === undefined) {
      setPlaying(false);
      return;
    }
    const later = setTimeout(() => choose(next), STEP_MS);
    return () => clearTimeout(later);
  }, [isPlaying, next]);
  const toggle = () => {
    const [first] = days;
    if (!isPlaying && next === undefined && first !== undefined) choose(first);
    setPlaying(!isPlaying);
  };
  return (
    <button type="button" class="play" onClick={toggle}>
      {isPlaying ? 'Pause' : 'Play'}
    </button>
  );
}
