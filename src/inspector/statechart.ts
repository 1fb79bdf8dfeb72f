import { z } from 'zod';
import { createKernels } from '../roll/kernels.ts';
import type { LiveRoll } from '../service/service.ts';
import { graphOf } from './chart/graph.ts';
import { chartDocument } from './chart/svg.ts';
import { compactLayout } from './compact-layout.ts';
import { chartCss } from './diagram.ts';
import { MACHINES } from './machines.ts';

const graph = graphOf(MACHINES.contingent);

const partedSchema = z.object({ data: z.object({ detachment: z.object({ id: z.string() }) }) });

/**
 * The statechart of a contingent after an entry that concerned it, as an SVG that stands alone: the active state and
 * the transition taken stand out, and a what-if is marked. Null if the entry did not concern it.
 */
export async function statechartOf(roll: LiveRoll, id: string, seq: number): Promise<string | null> {
  const page = await roll.history(id, seq - 1, 1);
  const step = page?.items.findLast((one) => one.seq === seq);
  if (step === undefined) return null;
  const type = (await leftPart(roll, id, seq)) ? 'contingent.detached' : step.event.type;
  const {
    roll: { theatre, timeline },
    basis,
  } = roll.summary;
  const isHypothetical = basis === 'hypothetical';
  const text = `${isHypothetical ? 'HYPOTHETICAL · ' : ''}${theatre}/${timeline} · ${id} after entry ${seq}, ${step.event.type}: ${step.to}`;
  return chartDocument(await compactLayout('contingent'), {
    title: `Statechart. ${text}`,
    css: await chartCss(),
    highlight: { state: step.to, taken: takenBy(type, step.from, step.to) },
    caption: { text, isHypothetical },
  });
}

/** Whether the event of an entry parted another contingent from this one, which stayed. */
async function leftPart(roll: LiveRoll, id: string, seq: number): Promise<boolean> {
  const [entry] = await roll.events(seq - 1, 1);
  const parted = partedSchema.safeParse(entry?.event);
  return parted.success && parted.data.data.detachment.id !== id;
}

/**
 * The id of the transition between two states that an event takes; null if it takes none. No two of one event lead
 * from one state to the same other, so the guards need not be asked again; an inner state goes before what is around it.
 */
export function takenBy(type: string, from: string | null, to: string): string | null {
  const at = from ?? (type === 'contingent.deployed' ? createKernels().contingent.initial.value : null);
  if (at === null) return null;
  const [taken] = graph.transitions
    .filter(
      ({ event, source, target }) =>
        event === type && (target ?? at) === to && (source === '' || `${at}.`.startsWith(`${source}.`)),
    )
    .toSorted((a, b) => b.source.length - a.source.length);
  return taken?.id ?? null;
}
