import type { SeriesPoint } from '../readmodels/series.ts';
import type { RollSummary } from './api.ts';
import { dayOf } from './ledger.ts';
import { day as dayText, number } from './wording.ts';

const EARLIEST = '1900-01-01';
const YEAR_MS = 366 * 86_400_000;
const NAMED = 3;

/**
 * The days that no report can be of: before 1900, or more than a year from today. One slip in a year would stretch
 * the time over centuries. A what-if may be of any day.
 */
export function farDays(
  days: readonly SeriesPoint[],
  { basis }: Pick<RollSummary, 'basis'>,
): readonly string[] {
  if (basis === 'hypothetical') return [];
  const latest = dayOf(Date.now() + YEAR_MS);
  return days.map(({ day }) => day).filter((day) => day < EARLIEST || day > latest);
}

interface Props {
  /** At least one. */
  readonly days: readonly string[];
  /** Whether they are among the days that are shown. */
  readonly isWhole: boolean;
  readonly toggle: () => void;
}

/** Says that there are such days, and shows them to whoever asks. */
export function FarDays({ days, isWhole, toggle }: Props) {
  const more = days.length > NAMED ? ` and on ${number(days.length - NAMED)} more such days` : '';
  return (
    <p id="far-days">
      <b>
        Something is dated {days.slice(0, NAMED).map(dayText).join(', ')}
        {more}.
      </b>{' '}
      Is the year right?{' '}
      {isWhole ? 'The days below reach so far. ' : 'It counts in Now, and is not among the days below. '}
      <button type="button" class="small" onClick={toggle}>
        {isWhole ? 'Leave it out' : 'Show it too'}
      </button>
    </p>
  );
}
