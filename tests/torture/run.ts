import { clusters } from './scenarios/cluster.ts';
import { diskFaults } from './scenarios/disk-faults.ts';
import { kills } from './scenarios/kills.ts';
import { loads } from './scenarios/load.ts';
import { manyRolls } from './scenarios/many-rolls.ts';
import type { Scenario, ServerLine, Settings } from './scenarios/scenario.ts';
import { setupFaults } from './scenarios/setup-faults.ts';
import { simulation } from './scenarios/simulation.ts';
import { stall } from './scenarios/stall.ts';
import { zombies } from './scenarios/zombies.ts';
import { newTally, type Tally } from './summary.ts';

export const scenarios: readonly Scenario[] = [
  ...kills,
  zombies,
  stall,
  ...clusters,
  manyRolls,
  ...loads,
  ...diskFaults,
  ...setupFaults,
  simulation,
];

/** What a scenario on a line of servers begins with. */
export const tallyFor = ({ name }: Scenario, line: ServerLine | null): Tally =>
  newTally(name, line?.version ?? 'embedded');

/** Runs a scenario to its end and keeps the tally as it goes. What breaks off is a fault like any other. */
export async function runScenario(
  scenario: Scenario,
  settings: Settings,
  line: ServerLine | null,
  say: (text: string) => void,
  tally = tallyFor(scenario, line),
): Promise<Tally> {
  const { name } = scenario;
  const label = `${name}, ${tally.server}`;
  try {
    const nowhere = { version: 'embedded', binary: 'nats-server' };
    await scenario.run(tally, settings, line ?? nowhere, (text) => say(`${label}: ${text}`));
  } catch (error) {
    const message = `the scenario broke off: ${error instanceof Error ? (error.stack ?? error.message) : error}`;
    tally.faults.push({ kind: 'other', message });
  }
  tally.seconds = (performance.now() - tally.begunMs) / 1_000;
  for (const { kind, message } of tally.faults) say(`${label}: ${kind}: ${message}`);
  return tally;
}
