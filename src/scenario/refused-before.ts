import { createKernels, type Kernels } from '../roll/kernels.ts';
import type { CompiledEvent } from './compile.ts';
import { logOf, type Scenario } from './library.ts';
import { Rehearsal } from './rehearsal.ts';

/**
 * Of a script's events that a roll does not hold, those that it refused when the script was played before: what the
 * script expects to be refused, and what it has refused by itself, before an event that the roll holds. They are not
 * sent again, for by now the roll might take them. `held`: the places in the script of what the roll holds.
 */
export function refusedBefore(
  scenario: Scenario,
  open: readonly CompiledEvent[],
  held: ReadonlySet<number>,
  kernels: Kernels = createKernels(),
): ReadonlySet<CompiledEvent> {
  const last = [...held].reduce((latest, index) => Math.max(latest, index), -1);
  const early = open.filter(({ index }) => index < last);
  if (early.length === 0) return new Set();
  const expected = early.filter(({ expect }) => expect !== null && expect !== 'accepted');

  const rehearsal = new Rehearsal(kernels);
  if (scenario.base !== null) for (const entry of logOf(scenario.base)) rehearsal.take(entry);
  const refused = new Set<number>();
  for (const { index, bytes } of scenario.events) {
    const { kind } = rehearsal.take({ bytes, home: scenario.roll });
    // The roll took what the script by itself would have refused: it stands on more than the script knows of.
    if (kind === 'refused' && held.has(index)) return new Set(expected);
    if (kind === 'refused') refused.add(index);
  }
  return new Set([...expected, ...early.filter(({ index }) => refused.has(index))]);
}
