import type { EventObject } from 'xstate';
import type { Candidate, MachineTables } from '../../../src/roll/compile-machine.ts';

/** Tables with one thing wrong. */
export interface Mutant<C, E> {
  readonly title: string;
  readonly tables: MachineTables<C, E>;
  /** The cell that is wrong; null if it is no cell. */
  readonly at: { readonly value: string; readonly type: string } | null;
}

type Cell<C, E> = readonly Candidate<C, E>[];

/** Every way to get one thing of a machine's tables wrong. */
export function mutantsOf<C, E extends EventObject>(tables: MachineTables<C, E>): Mutant<C, E>[] {
  const { leaves, leafByName, columnByType, rows, initial } = tables;
  const mutants: Mutant<C, E>[] = [];
  for (const [row, cells] of rows.entries()) {
    const { value } = leaves[row] ?? fail();
    for (const [type, column] of columnByType) {
      const wrong: [string, Cell<C, E> | null][] = wrongCells(tables, row, cells[column] ?? null);
      for (const [title, cell] of wrong) {
        const changed = rows.with(row, cells.with(column, cell));
        mutants.push({
          title: `${value} on ${type}: ${title}`,
          tables: { ...tables, rows: changed },
          at: { value, type },
        });
      }
    }
  }
  for (const [name, place] of leafByName) {
    const names = new Map(leafByName).set(name, (place + 1) % leaves.length);
    mutants.push({ title: `${name} is another leaf`, tables: { ...tables, leafByName: names }, at: null });
  }
  for (const [place, leaf] of leaves.entries()) {
    const changed = leaves.with(place, { ...leaf, isFinal: !leaf.isFinal });
    mutants.push({
      title: `${leaf.value} forgets its finality`,
      tables: { ...tables, leaves: changed },
      at: null,
    });
  }
  const start = leaves.find(({ value }) => value !== initial.value) ?? fail();
  mutants.push({
    title: 'it starts elsewhere',
    tables: { ...tables, initial: { ...initial, value: start.value } },
    at: null,
  });
  return mutants;
}

function wrongCells<C, E>(
  { leaves }: MachineTables<C, E>,
  row: number,
  cell: Cell<C, E> | null,
): [string, Cell<C, E> | null][] {
  if (cell === null) return [['a type is taken that is not', []]];
  const wrong: [string, Cell<C, E> | null][] = [['the whole cell is forgotten', null]];
  for (const [place, candidate] of cell.entries()) {
    const { guards, updates, to } = candidate;
    const other = cell[place + 1];
    const change = (title: string, changed: Partial<Candidate<C, E>>) =>
      wrong.push([`${title}, transition ${place}`, cell.with(place, { ...candidate, ...changed })]);
    wrong.push([`transition ${place} is forgotten`, cell.toSpliced(place, 1)]);
    if (other !== undefined) {
      wrong.push([
        `transitions ${place} and ${place + 1} are swapped`,
        cell.with(place, other).with(place + 1, candidate),
      ]);
    }
    for (const [index, guard] of guards.entries()) {
      const { holds } = guard;
      change(`guard ${guard.name} is dropped`, { guards: guards.toSpliced(index, 1) });
      change(`guard ${guard.name} is turned round`, {
        guards: guards.with(index, { ...guard, holds: (args, params) => !holds(args, params) }),
      });
      change(`guard ${guard.name} loses its params`, {
        guards: guards.with(index, { ...guard, params: { posture: 'no such' } }),
      });
      // Where a transition is always open nothing explains a refusal, and no guard is named.
      if (cell.every((one) => one.guards.length > 0)) {
        change(`guard ${guard.name} has another name`, {
          guards: guards.with(index, { ...guard, name: 'another' }),
        });
      }
      const next = guards[index + 1];
      if (next !== undefined) {
        change(`guards ${index} and ${index + 1} are swapped`, {
          guards: guards.with(index, next).with(index + 1, guard),
        });
      }
    }
    for (const [index, update] of updates.entries()) {
      change(`update ${index} is dropped`, { updates: updates.toSpliced(index, 1) });
      change(`update ${index} runs twice`, { updates: updates.toSpliced(index, 0, update) });
      const next = updates[index + 1];
      if (next !== undefined) {
        change(`updates ${index} and ${index + 1} are swapped`, {
          updates: updates.with(index, next).with(index + 1, update),
        });
      }
    }
    if (to === null) {
      change('a forbidden event is taken', { to: leaves[row] ?? fail() });
    } else {
      const elsewhere = leaves.find(({ value }) => value !== to.value) ?? fail();
      change(`the target is ${elsewhere.value}`, { to: { ...to, value: elsewhere.value } });
      change('the target forgets its finality', { to: { ...to, isFinal: !to.isFinal } });
      change('it forbids the event', { to: null });
    }
  }
  return wrong;
}

function fail(): never {
  throw new Error('The tables have no second leaf');
}
