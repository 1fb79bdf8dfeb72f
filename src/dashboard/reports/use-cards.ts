import { useEffect, useState } from 'preact/hooks';
import type { ReportDocument } from '../../readmodels/reports/reports.ts';
import type { Address } from '../address.ts';
import { messageOf, nameOf, type RollSummary, read, rollIn } from '../api.ts';
import type { TimelineCard } from './card-lines.ts';
import { CARD } from './report-listing.ts';
import { reportPath } from './report-path.ts';

export interface Cards {
  /** Null before all of them have come. */
  readonly cards: readonly TimelineCard[] | null;
  readonly problem: string | null;
}

/** The card of each timeline at a moment, all from one time; read again as the timelines grow. */
export function useCards(rolls: readonly RollSummary[], address: Address): Cards {
  const [known, setKnown] = useState<Cards>({ cards: null, problem: null });
  const paths = rolls.map((one) => reportPath(nameOf(one), CARD, address));
  const heads = rolls.map((one, place) => `${paths[place]} ${one.seq}`).join();

  useEffect(() => {
    const ending = new AbortController();
    const ask = async (roll: RollSummary): Promise<TimelineCard> => {
      const report = await read<ReportDocument>(reportPath(nameOf(roll), CARD, address), ending.signal);
      return { roll: rollIn(roll, report), report };
    };
    Promise.all(rolls.map(ask)).then(
      (cards) => setKnown({ cards, problem: null }),
      (error: unknown) => {
        if (!ending.signal.aborted) setKnown(({ cards }) => ({ cards, problem: messageOf(error) }));
      },
    );
    return () => ending.abort();
  }, [heads]);
  return known;
}
