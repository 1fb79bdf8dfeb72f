import { useState } from 'preact/hooks';
import type { Pathway } from '../../events/vocabulary.ts';
import { hrefOf } from './address.ts';
import { type ContingentItem, type Page, readPages, useAnswer } from './api.ts';
import type { Loss } from './behind.tsx';
import type { Fetched } from './export.tsx';
import { ACCOUNT_NAMES, PATHWAY_NAMES } from './pathways.ts';
import { number, rating } from './wording.ts';

/** The most that are taken away at once: a sheet that people still read, and a page that stays responsive. */
const MOST = 20_000;
const SUGGESTED = 8;

const LOSSES: Readonly<Record<Loss, string>> = {
  killed: ACCOUNT_NAMES.killed,
  missing: ACCOUNT_NAMES.missing,
  wounded: 'Wounded',
  unaccounted: ACCOUNT_NAMES.unaccounted,
};

/** Which contingents are wanted; empty: whichever. */
export interface ContingentFilter {
  readonly pathway: Pathway | '';
  readonly having: Loss | '';
}

export const ALL: ContingentFilter = { pathway: '', having: '' };

const isPathway = (name: string): name is Pathway => Object.hasOwn(PATHWAY_NAMES, name);
const isLoss = (name: string): name is Loss => Object.hasOwn(LOSSES, name);

/** The filter as a query; null if it lets everything through. */
export function queryOf(filter: ContingentFilter): string | null {
  const wanted = Object.entries(filter).filter(([, value]) => value !== '');
  return wanted.length === 0 ? null : new URLSearchParams(wanted).toString();
}

/** The contingents that a filter lets through as lines of data, as far as they fit in one file. */
export async function fetchRows(roll: string, filter: ContingentFilter): Promise<Fetched> {
  const query = queryOf(filter);
  const { items, isWhole } = await readPages<ContingentItem>(
    `/api/rolls/${roll}/contingents?${query ?? ''}`,
    MOST,
  );
  const wanted = query === null ? 'all' : query.replaceAll('&', ', ').replaceAll('=', ' ');
  const cut = `; only the first ${number(MOST)} by id: narrow the filter, or take the whole roll with muster export`;
  return { rows: items.map(rowOf), selection: `contingents: ${wanted}${isWhole ? '' : cut}` };
}

function rowOf({ strength: { low, best, high }, strengthFrom, last, ...item }: ContingentItem) {
  const { id, state, pathway, killed, missing, wounded, unaccounted, parent, place, reliability } = item;
  return {
    id,
    state,
    pathway,
    low,
    best,
    high,
    killed,
    missing,
    wounded,
    unaccounted,
    parent,
    place,
    reliability,
    strengthSeq: strengthFrom?.seq ?? null,
    strengthType: strengthFrom?.event.type ?? null,
    strengthTime: strengthFrom?.event.time ?? null,
    strengthReporter: strengthFrom?.event.reporter ?? null,
    strengthRating: strengthFrom === null ? null : rating(strengthFrom.event),
    lastSeq: last?.seq ?? null,
    lastType: last?.event.type ?? null,
    lastTime: last?.event.time ?? null,
  };
}

interface Props {
  readonly roll: string;
  readonly filter: ContingentFilter;
  readonly choose: (filter: ContingentFilter) => void;
}

/** Says which contingents are wanted, or goes to one by its id. */
export function ContingentFilters({ roll, filter, choose }: Props) {
  return (
    <div class="filters">
      <Find roll={roll} />
      <label>
        Pathway
        <select
          value={filter.pathway}
          onChange={({ currentTarget: { value } }) =>
            choose({ ...filter, pathway: isPathway(value) ? value : '' })
          }
        >
          <option value="">Every pathway</option>
          {Object.entries(PATHWAY_NAMES).map(([name, label]) => (
            <option key={name} value={name}>
              {label}
            </option>
          ))}
        </select>
      </label>
      <label>
        With losses
        <select
          value={filter.having}
          onChange={({ currentTarget: { value } }) =>
            choose({ ...filter, having: isLoss(value) ? value : '' })
          }
        >
          <option value="">With or without</option>
          {Object.entries(LOSSES).map(([name, label]) => (
            <option key={name} value={name}>
              {label}
            </option>
          ))}
        </select>
      </label>
    </div>
  );
}

function Find({ roll }: { readonly roll: string }) {
  const [text, setText] = useState('');
  const id = text.trim().toLowerCase();
  // Those after it in order begin with it, or none does.
  const path =
    /^[a-z0-9][a-z0-9-]{0,62}$/.test(id) && id !== 'theatre'
      ? `/api/rolls/${roll}/contingents?limit=${SUGGESTED}&after=${id}`
      : null;
  const answer = useAnswer<Page<ContingentItem, string>>(path);
  const items = answer.state === 'there' && path !== null ? answer.value.items : [];
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (id !== '') location.hash = hrefOf({ roll, view: 'contingents', contingent: id, day: null });
      }}
    >
      <label>
        Go to the contingent
        <input
          type="search"
          list="found"
          autocomplete="off"
          value={text}
          onInput={({ currentTarget: { value } }) => setText(value)}
        />
      </label>
      <datalist id="found">
        {items
          .filter((item) => item.id.startsWith(id))
          .map((item) => (
            <option key={item.id} value={item.id} />
          ))}
      </datalist>
    </form>
  );
}
