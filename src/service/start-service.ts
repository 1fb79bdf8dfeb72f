import { openAtHead } from '../log/open-at-head.ts';
import type { Result, RollInfo } from '../log/port.ts';
import { DryRuns } from './dry-run.ts';
import { SubmitGate } from './gate.ts';
import { holdEverything } from './holdings.ts';
import { summaryOf } from './live-roll.ts';
import { observeSubmission } from './observe-submission.ts';
import { ourReference } from './reference.ts';
import { Rolls, type ServiceOptions } from './rolls.ts';
import type { RollSummary, Service } from './service.ts';
import { Telemetry } from './telemetry.ts';

/**
 * Starts to follow every roll of a log, or (with leases) this process's share of them, those that come later too.
 * Resolves when the rolls of the log are known; each is current when its summary says so. Throws if the log or the
 * reference data can't be read at all.
 */
export async function startService(options: ServiceOptions): Promise<Service> {
  const { log, logger, telemetry = new Telemetry() } = options;
  const rolls = new Rolls({ ...options, telemetry }, await ourReference());
  const gate = new SubmitGate(log, rolls, logger, telemetry);
  const dryRuns = new DryRuns(log, rolls);
  await rolls.start();
  /** The roll after what it is was written. */
  const described = async <E>(written: Result<RollInfo, E>): Promise<Result<RollSummary, E>> => {
    if (!written.ok) return written;
    rolls.described(written.value);
    const summary = (await rolls.find(written.value.roll))?.summary;
    return { ok: true, value: summary ?? summaryOf(written.value, 0, false) };
  };
  const service: Service = {
    rolls: () => rolls.summaries(),
    followed: () => rolls.list(),
    roll: (id) => rolls.known(id),
    find: (id) => rolls.find(id),
    followRolls: (signal) => rolls.follow(signal),
    get holdings() {
      return rolls.holdings ?? holdEverything(service);
    },
    async open(roll, opening) {
      return described(await openAtHead(log, roll, opening));
    },
    async closeRoll(roll) {
      return described(await log.closeRoll(roll));
    },
    async submit(roll, bytes, traceparent) {
      const observed = observeSubmission(telemetry, roll, bytes, traceparent);
      const answer = await gate.submit(roll, bytes);
      observed(answer);
      return answer;
    },
    async submitMany(roll, events, traceparent) {
      const observed = events.map((bytes) => observeSubmission(telemetry, roll, bytes, traceparent));
      const answers = await gate.submitMany(roll, events);
      for (const [index, answer] of answers.entries()) observed[index]?.(answer);
      return answers;
    },
    dryRun: (roll, events) => dryRuns.run(roll, events),
    telemetry,
    unreadiness() {
      const outage = log.outage();
      return outage === null ? rolls.unreadiness() : `The log cannot be reached: ${outage}`;
    },
    whenReady: (signal) => rolls.whenReady(signal),
    get isClosed() {
      return rolls.isClosed;
    },
    async close() {
      await rolls.leave();
      await gate.close();
      await rolls.close();
    },
  };
  return service;
}
