import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { hrefOf } from '../address.ts';
import { type ContingentItem, messageOf, nameOf, type Page, read } from '../api.ts';
import { ALL, ContingentFilters, fetchRows, queryOf } from '../contingent-filter.tsx';
import { Export } from '../export.tsx';
import type { ViewProps } from '../view-props.ts';
import { VirtualList } from '../virtual-list.tsx';
import { Waiting } from '../waiting.tsx';
import { contingents, day, estimate, stateText } from '../wording.ts';
import { ContingentView } from './contingent.tsx';

const PAGE = 100;
/** A live roll is read again at most so often. */
const AGAIN_MS = 2_000;

interface Children {
  readonly items: readonly ContingentItem[];
  readonly next: string | null;
}

type Row =
  | { readonly kind: 'contingent'; readonly item: ContingentItem; readonly depth: number }
  | { readonly kind: 'more'; readonly parent: string; readonly depth: number };

/** The contingents by parentage, those that a filter lets through, or one of them. */
export function Contingents(props: ViewProps) {
  const { address, roll, live } = props;
  const [filter, setFilter] = useState(ALL);
  if (address.contingent !== null)
    return <ContingentView key={address.contingent} {...props} id={address.contingent} />;
  const query = queryOf(filter);
  return (
    <section class="card" aria-labelledby="tree">
      <div class="heading">
        <h2 id="tree">{query === null ? 'Contingents by parentage' : 'Contingents by id'}</h2>
        {live.distribution !== null && (
          <Export
            roll={roll}
            distribution={live.distribution}
            what="Contingents"
            rows={() => fetchRows(nameOf(roll), filter)}
          />
        )}
      </div>
      <ContingentFilters roll={nameOf(roll)} filter={filter} choose={setFilter} />
      <p class="quiet">
        {query === null
          ? 'A contingent that others were detached from opens with ▸. '
          : 'Whatever they were detached from. '}
        Beside each: its state, its strength, where it stands, and the last event.
      </p>
      <List key={query} roll={nameOf(roll)} query={query} seq={live.distribution?.seq ?? null} />
    </section>
  );
}

interface ListProps {
  readonly roll: string;
  /** Which contingents; null: those without a parent, each of which opens. */
  readonly query: string | null;
  readonly seq: number | null;
}

function List({ roll: name, query, seq }: ListProps) {
  // By parent; '' has those without one. Only what was opened is here.
  const [known, setKnown] = useState<ReadonlyMap<string, Children>>(new Map());
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set());
  const [problem, setProblem] = useState<string | null>(null);
  const latest = useRef(known);
  latest.current = known;
  const loading = useRef(new Set<string>());

  const load = useCallback(
    async (parent: string, after: string | null) => {
      const key = `${parent} ${after}`;
      if (loading.current.has(key)) return;
      loading.current.add(key);
      try {
        const from = after === null ? '' : `&after=${after}`;
        const which = query !== null && parent === '' ? query : `parent=${parent}`;
        const path = `/api/rolls/${name}/contingents?${which}&limit=${PAGE}${from}`;
        const page = await read<Page<ContingentItem, string>>(path);
        setKnown((before) => {
          const items = after === null ? page.items : [...(before.get(parent)?.items ?? []), ...page.items];
          return new Map(before).set(parent, { items, next: page.next });
        });
        setProblem(null);
      } catch (error) {
        setProblem(messageOf(error));
      } finally {
        loading.current.delete(key);
      }
    },
    [name, query],
  );

  const readAt = useRef(0);
  // What is opened is read again when the roll moves on
  useEffect(() => {
    const again = setTimeout(
      () => {
        readAt.current = Date.now();
        for (const parent of ['', ...opened]) {
          // Who has read on stays where he is.
          if ((latest.current.get(parent)?.items.length ?? 0) <= PAGE) load(parent, null);
        }
      },
      Math.max(0, readAt.current + AGAIN_MS - Date.now()),
    );
    return () => clearTimeout(again);
  }, [seq, load]);

  const rows: Row[] = [];
  const collect = (parent: string, depth: number) => {
    const children = known.get(parent);
    for (const item of children?.items ?? []) {
      rows.push({ kind: 'contingent', item, depth });
      if (opened.has(item.id)) collect(item.id, depth + 1);
    }
    if (children?.next) rows.push({ kind: 'more', parent, depth });
  };
  collect('', 0);
  const roots = known.get('');
  const isPart = rows.some(
    (row) => row.kind === 'more' || (row.item.children > 0 && !opened.has(row.item.id) && query === null),
  );
  const onEnd = () => {
    if (roots?.next) load('', roots.next);
  };
  const toggle = (id: string) => {
    const isOpen = opened.has(id);
    setOpened(isOpen ? new Set([...opened].filter((one) => one !== id)) : new Set([...opened, id]));
    if (!isOpen) load(id, null);
  };

  return (
    <>
      {problem !== null && (
        <p class="notice" role="alert">
          {problem}
        </p>
      )}
      {roots === undefined && problem === null && <Waiting what="Loading the contingents" />}
      {roots?.items.length === 0 && (
        <p class="notice">
          {query === null
            ? 'No contingent is on this roll yet. An event contingent.deployed brings one.'
            : 'No contingent fits the filter.'}
        </p>
      )}
      {isPart && (
        <p class="quiet on-paper">
          On paper are the {contingents(rows.filter(({ kind }) => kind === 'contingent').length)} that were
          loaded and opened. There are more: Export takes all.
        </p>
      )}
      {rows.length > 0 && (
        <VirtualList
          items={rows}
          keyOf={(row) => (row.kind === 'more' ? `more ${row.parent}` : row.item.id)}
          render={(row) =>
            row.kind === 'more' ? (
              <button type="button" onClick={() => load(row.parent, known.get(row.parent)?.next ?? null)}>
                More{row.parent === '' ? '' : ` of ${row.parent}`}
              </button>
            ) : (
              <Branch
                roll={name}
                row={row}
                isOpen={opened.has(row.item.id)}
                toggle={query === null ? () => toggle(row.item.id) : null}
              />
            )
          }
          label="Contingents, each below the one that it was detached from"
          look="tree"
          onEnd={onEnd}
        />
      )}
    </>
  );
}

interface BranchProps {
  readonly roll: string;
  readonly row: Extract<Row, { kind: 'contingent' }>;
  readonly isOpen: boolean;
  /** Null where the list is flat. */
  readonly toggle: (() => void) | null;
}

function Branch({ roll, row: { item, depth }, isOpen, toggle }: BranchProps) {
  const { id, state, strength, place, children, last } = item;
  return (
    <>
      <span class="branch" style={{ paddingLeft: `${Math.min(depth, 8)}rem` }}>
        {children > 0 && toggle !== null ? (
          <button
            type="button"
            aria-expanded={isOpen}
            aria-label={`${contingents(children)} detached from ${id}`}
            onClick={toggle}
          >
            {isOpen ? '▾' : '▸'}
          </button>
        ) : (
          <span class="leaf" aria-hidden="true">
            ·
          </span>
        )}
        <a href={hrefOf({ roll, view: 'contingents', contingent: id, day: null })}>{id}</a>
      </span>
      <span class="state">{stateText(state)}</span>
      <span class="persons">{estimate(strength)}</span>
      <span class="where">
        {place ?? 'place not said'}
        {last !== null && `; ${last.event.type}, ${day(last.event.time)}`}
      </span>
    </>
  );
}
