import type { Estimate } from '../../../events/estimate.ts';
import type { Pathway } from '../../../events/vocabulary.ts';
import { pathwayOf } from '../../../machines/pathway.ts';
import type { Transition } from '../../roll/outcome.ts';
import { entry } from './entry.ts';
import type { Period } from './period.ts';
import { type Known, NOTHING, times } from './range.ts';
import { MONTH_MS } from './troop-time.ts';

interface Step {
  readonly fromMs: number;
  readonly strength: Estimate;
  readonly pathway: Pathway | null;
}

/** How many stood where in each contingent, from when on. It grows with the moves, not with the log. */
export class StrengthSteps {
  readonly #steps = new Map<string, Step[]>();

  apply({ event, moves }: Transition): void {
    for (const { contingent, after } of moves) {
      const steps = entry(this.#steps, contingent, () => []);
      if (steps.at(-1)?.fromMs === event.timeMs) steps.pop();
      steps.push({
        fromMs: event.timeMs,
        strength: after.context.strength,
        pathway: pathwayOf(after.value),
      });
    }
  }

  /** Strength × months that a contingent stood in a pathway within a period. */
  headMonths(contingent: string, pathway: Pathway, { fromMs, toMs }: Period): Known {
    const steps = this.#steps.get(contingent) ?? [];
    return steps.reduce((sum: Known, step, index) => {
      if (step.pathway !== pathway) return sum;
      const from = Math.max(fromMs, step.fromMs);
      const to = Math.min(toMs, steps[index + 1]?.fromMs ?? toMs);
      const here = times(step.strength, Math.max(0, to - from) / MONTH_MS);
      return { low: sum.low + here.low, best: sum.best + here.best, high: sum.high + here.high };
    }, NOTHING);
  }
}
