import type { Cell, Table } from '../../readmodels/reports/report.ts';
import type { Rows } from '../export-file.ts';

/**
 * The rows of a table as lines of data, each saying on what it rests. A column is three where it is a range in any of
 * the rows that it is shown with.
 */
export function rowsOf({ columns, rows }: Pick<Table, 'columns' | 'rows'>, shownWith = rows): Rows {
  const ranged = new Set(
    columns
      .filter(({ id }) => shownWith.some(({ cells }) => typeof (cells[id] ?? '') === 'object'))
      .map(({ id }) => id),
  );
  return rows.map(({ basis, cells, events }) => ({
    facts: basis,
    ...Object.assign(
      {},
      ...columns.map(({ id }) =>
        ranged.has(id) ? bounds(id, cells[id] ?? null) : { [id]: cells[id] ?? null },
      ),
    ),
    events: events.count,
  }));
}

/** Every table of a report in one list. */
export const allRowsOf = (tables: readonly Table[]): Rows =>
  tables.flatMap((table) => rowsOf(table).map((row) => ({ table: table.id, ...row })));

function bounds(id: string, cell: Cell) {
  const { low, best, high } =
    cell !== null && typeof cell === 'object' ? cell : { low: cell, best: cell, high: cell };
  return { [`${id}Low`]: low, [`${id}Best`]: best, [`${id}High`]: high };
}
