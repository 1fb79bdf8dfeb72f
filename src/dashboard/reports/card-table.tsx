import { useState } from 'preact/hooks';
import { hrefOf } from '../address.ts';
import { nameOf } from '../api.ts';
import { ScrollBox } from '../scroll-box.tsx';
import { difference, events as eventsText, number } from '../wording.ts';
import {
  type CardColumn,
  cardText,
  type Group,
  isDifferent,
  isFaint,
  type Line,
  moreThanFirst,
  type SideBySide,
} from './card-lines.ts';
import { EventsBehind } from './events-behind.tsx';
import { CARD } from './report-listing.ts';
import { BASIS_WORDS } from './row-basis.ts';

/** Each pathway with a line for each timeline; what differs from the first line stands out. */
export function CardTable({ table: { columns, groups } }: { readonly table: SideBySide }) {
  return (
    <ScrollBox label="The card" isFramed>
      <table class="report side-by-side">
        <thead>
          <tr>
            <th scope="col">Pathway, timeline</th>
            {columns.map((column) => (
              <th key={column.title} scope="col" class={column.isWords ? undefined : 'number'}>
                {column.title}
              </th>
            ))}
          </tr>
        </thead>
        {groups.map((group) => (
          <tbody key={group.title}>
            {group.lines.map((line, place) => (
              <CardLine
                key={`${nameOf(line.roll)} ${line.row.basis}`}
                columns={columns}
                group={group}
                line={line}
                isFirst={place === 0}
              />
            ))}
          </tbody>
        ))}
      </table>
    </ScrollBox>
  );
}

interface LineProps {
  readonly columns: readonly CardColumn[];
  readonly group: Group;
  readonly line: Line;
  readonly isFirst: boolean;
}

function CardLine({ columns, group, line, isFirst }: LineProps) {
  const [isOpen, setOpen] = useState(false);
  const { roll, row } = line;
  const { count } = row.events;
  return (
    <>
      <tr data-basis={row.basis}>
        <th scope="row">
          <div class="line-head">
            <span>
              <span class={isFirst ? undefined : 'unseen'}>{group.title} </span>
              <span class="row-tools">
                <a href={hrefOf({ roll: nameOf(roll), view: 'consequences', report: CARD, day: null })}>
                  {roll.timeline}
                </a>
                {row.basis === 'hypothetical' && <span class="mark">HYPOTHETICAL</span>}
              </span>
            </span>
            {count > 0 && (
              <button
                type="button"
                class="small"
                aria-expanded={isOpen}
                aria-label={`${eventsText(count)} behind ${group.title}, ${roll.timeline}, ${BASIS_WORDS[row.basis]}`}
                onClick={() => setOpen(!isOpen)}
              >
                {number(count)}
              </button>
            )}
          </div>
        </th>
        {columns.map((column) => (
          <CardCell key={column.title} group={group} line={line} column={column} />
        ))}
      </tr>
      {isOpen && (
        <tr class="opened">
          <td colSpan={columns.length + 1}>
            <div>
              <EventsBehind roll={nameOf(roll)} events={row.events} />
            </div>
          </td>
        </tr>
      )}
    </>
  );
}

/** `8,030 (7,030–9,030)`: the range goes under the best estimate. */
const RANGED = /^(.+?) (\(.+\))$/;

function CardCell({ group, line, column }: Omit<LineProps, 'columns' | 'isFirst'> & { column: CardColumn }) {
  const text = cardText(line, column);
  const more = moreThanFirst(group, line, column);
  const [, best = text, range] = column.isWords ? [] : (RANGED.exec(text) ?? []);
  return (
    <td
      class={column.isWords ? 'words' : 'number'}
      data-differs={isDifferent(group, line, column) || undefined}
      data-faint={isFaint(line, column) || undefined}
    >
      {more !== null && more !== 0 && <i>{difference(more)} </i>}
      {best} {range !== undefined && <small>{range}</small>}
    </td>
  );
}
