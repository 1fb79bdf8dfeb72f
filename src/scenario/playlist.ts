import { type RollId, rollName } from '../../events/ids.ts';
import { lineage, type Scenario } from './library.ts';
import type { Speed } from './speed.ts';

/** A scenario to play, where and how fast. */
export interface PlayItem {
  readonly scenario: Scenario;
  readonly roll: RollId;
  readonly speed: Speed;
}

/**
 * What to play for the scenarios named: each after its bases. A base that nobody named is there to stand on, so it
 * plays on its own timeline at full speed. `timeline`: where those named play instead of their own.
 */
export function playlist(scenarios: readonly Scenario[], speed: Speed, timeline?: string): PlayItem[] {
  const items = new Map<string, PlayItem>();
  const add = (scenario: Scenario, roll: RollId, atSpeed: Speed) => {
    const key = `${rollName(roll)} ${scenario.file}`;
    if (!items.has(key)) items.set(key, { scenario, roll, speed: atSpeed });
  };
  for (const scenario of scenarios) {
    for (const base of lineage(scenario).slice(0, -1)) {
      const isNamed = timeline === undefined && scenarios.some(({ file }) => file === base.file);
      add(base, base.roll, isNamed ? speed : 'max');
    }
    add(scenario, { ...scenario.roll, timeline: timeline ?? scenario.roll.timeline }, speed);
  }
  return [...items.values()];
}
