import { openAtHead } from '../log/open-at-head.ts';
import { SubmitGate } from './gate.ts';
import { holdEverything } from './holdings.ts';
import { ourReference } from './reference.ts';
import { Rolls, type ServiceOptions } from './rolls.ts';
import type { Service } from './service.ts';

/**
 * Starts to follow every roll of a log, or (with leases) this process's share of them, those that come later too.
 * Resolves when the rolls of the log are known; each is current when its summary says so. Throws if the log or the reference data can't be read at all.
 */
export async function startService(options: ServiceOptions): Promise<Service> {
  const rolls = new Rolls(options, await ourReference());
  const gate = new SubmitGate(options.log, rolls, options.logger);
  await rolls.start();
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
      const opened = await openAtHead(options.log, roll, opening);
      if (!opened.ok) return opened;
      const summary = (await rolls.find(roll))?.summary;
      const { seq = 0, isCurrent = false } = summary ?? {};
      return { ok: true, value: { ...opened.value, seq, isCurrent } };
    },
    submit: (roll, bytes) => gate.submit(roll, bytes),
    submitMany: (roll, events) => gate.submitMany(roll, events),
    unreadiness() {
      const outage = options.log.outage();
      if (outage !== null) return `The log cannot be reached: ${outage}`;
      return rolls.isReady ? null : 'Rolls are still being read, or reading them failed';
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
