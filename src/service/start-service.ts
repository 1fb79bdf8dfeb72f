import { SubmitGate } from './gate.ts';
import { Rolls, type ServiceOptions } from './rolls.ts';
import type { Service } from './service.ts';

/**
 * Starts to follow every roll of a log, those that come later too. Resolves when the rolls of the log are known;
 * each is current when its summary says so. Throws if the log can't be read at all.
 */
export async function startService(options: ServiceOptions): Promise<Service> {
  const rolls = new Rolls(options);
  const gate = new SubmitGate(options.log, rolls, options.logger);
  await rolls.start();
  return {
    rolls: () => rolls.list().map(({ summary }) => summary),
    roll: (id) => rolls.known(id),
    submit: (roll, bytes) => gate.submit(roll, bytes),
    isReady: () => rolls.isReady,
    whenReady: (signal) => rolls.whenReady(signal),
    async close() {
      await gate.close();
      await rolls.close();
    },
  };
}
