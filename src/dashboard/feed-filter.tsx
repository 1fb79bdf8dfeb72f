import type { FeedItem } from './roll-stream.ts';

type Kind = 'all' | FeedItem['kind'];

const KINDS: Readonly<Record<Kind, string>> = {
  all: 'Transitions and refusals',
  transition: 'Transitions',
  refusal: 'Refusals',
};

const isKind = (name: string): name is Kind => Object.hasOwn(KINDS, name);

/** What of the feed is wanted; an empty text wants everything. */
export interface FeedFilter {
  readonly kind: Kind;
  readonly contingent: string;
  readonly type: string;
  readonly code: string;
  readonly words: string;
}

export const EVERYTHING: FeedFilter = { kind: 'all', contingent: '', type: '', code: '', words: '' };

/** The items that a filter lets through, in their order. */
export function chosen(feed: readonly FeedItem[], filter: FeedFilter): readonly FeedItem[] {
  const { kind, type, code } = filter;
  const contingent = filter.contingent.trim().toLowerCase();
  const words = filter.words.trim().toLowerCase();
  return feed.filter(
    (item) =>
      (kind === 'all' || item.kind === kind) &&
      (type === '' || typeOf(item) === type) &&
      (code === '' || codeOf(item) === code) &&
      (contingent === '' || contingentsOf(item).some((id) => id.includes(contingent))) &&
      (words === '' || textOf(item).includes(words)),
  );
}

/** A filter in words: `refusals, code not-allowed`; undefined for everything. */
export function filterText({ kind, contingent, type, code, words }: FeedFilter): string | undefined {
  const parts = [
    kind === 'all' ? '' : KINDS[kind].toLowerCase(),
    type && `type ${type}`,
    code && `code ${code}`,
    contingent.trim() && `contingent with ${contingent.trim()}`,
    words.trim() && `with the words ${words.trim()}`,
  ].filter((part) => part !== '');
  return parts.length === 0 ? undefined : parts.join(', ');
}

interface Props {
  readonly feed: readonly FeedItem[];
  readonly filter: FeedFilter;
  readonly choose: (filter: FeedFilter) => void;
}

/** Says what of the feed is wanted: by kind, type, code of a refusal, contingent, or any words. */
export function FeedFilters({ feed, filter, choose }: Props) {
  const types = optionsOf(feed.map(typeOf), filter.type);
  const codes = optionsOf(feed.map(codeOf), filter.code);
  return (
    <div class="filters">
      <label>
        Show
        <select
          value={filter.kind}
          onChange={({ currentTarget: { value } }) => isKind(value) && choose({ ...filter, kind: value })}
        >
          {Object.entries(KINDS).map(([name, label]) => (
            <option key={name} value={name}>
              {label}
            </option>
          ))}
        </select>
      </label>
      <Choice
        label="Type"
        every="Every type"
        names={types}
        name={filter.type}
        choose={(type) => choose({ ...filter, type })}
      />
      <Choice
        label="Code of refusal"
        every="Every code"
        names={codes}
        name={filter.code}
        choose={(code) => choose({ ...filter, code })}
      />
      <label>
        Contingent
        <input
          type="search"
          value={filter.contingent}
          onInput={({ currentTarget: { value } }) => choose({ ...filter, contingent: value })}
        />
      </label>
      <label>
        Only with the words
        <input
          type="search"
          value={filter.words}
          onInput={({ currentTarget: { value } }) => choose({ ...filter, words: value })}
        />
      </label>
    </div>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly every: string;
  readonly names: readonly string[];
  readonly name: string;
  readonly choose: (name: string) => void;
}

function Choice({ label, every, names, name, choose }: ChoiceProps) {
  return (
    <label>
      {label}
      <select value={name} onChange={({ currentTarget: { value } }) => choose(value)}>
        <option value="">{every}</option>
        {names.map((one) => (
          <option key={one} value={one}>
            {one}
          </option>
        ))}
      </select>
    </label>
  );
}

/** What can be chosen; what is chosen stays, though the feed has moved on. */
function optionsOf(names: readonly (string | null)[], name: string): readonly string[] {
  const known = names.filter((one) => one !== null);
  return [...new Set(name === '' ? known : [...known, name])].toSorted();
}

const typeOf = (item: FeedItem): string | null =>
  item.kind === 'refusal' ? item.refusal.type : item.transition.event.type;

const codeOf = (item: FeedItem): string | null => (item.kind === 'refusal' ? item.refusal.code : null);

function contingentsOf(item: FeedItem): readonly string[] {
  if (item.kind === 'refusal') return item.refusal.subject === null ? [] : [item.refusal.subject];
  const { event, moves } = item.transition;
  const moved = moves.map(({ contingent }) => contingent);
  return event.subject === null ? moved : [event.subject, ...moved];
}

function textOf(item: FeedItem): string {
  if (item.kind === 'refusal') {
    const { type, subject, code, message } = item.refusal;
    return [type, subject, code, message].join(' ').toLowerCase();
  }
  const { event, moves } = item.transition;
  const names = moves.map(({ contingent, to }) => `${contingent} ${to}`);
  return [event.type, event.subject, event.reporter, event.basis, event.note, ...names]
    .join(' ')
    .toLowerCase();
}
