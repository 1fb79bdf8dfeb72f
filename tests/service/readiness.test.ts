import { expect, onTestFinished, test } from 'vitest';
import type { EventLog } from '../../src/log/port.ts';
import { startService } from '../../src/service/start-service.ts';
import { countingLog } from './counting-log.ts';
import { append, deployed, newLog, silent } from './workbench.ts';

const eventually = (give: () => unknown) => expect.poll(give, { interval: 10, timeout: 20_000 });

/** A log whose entries can't be followed, or do not come, until they may. */
function failing(log: EventLog, how: 'fails' | 'hangs') {
  let mayFollow: () => void = () => {};
  const allowed = new Promise<void>((resolve) => {
    mayFollow = resolve;
  });
  let isAllowed = false;
  const failingLog: EventLog = {
    ...countingLog(log).log,
    async *follow(...args) {
      if (!isAllowed && how === 'fails') throw new Error('the disk has a scratch');
      if (!isAllowed) await allowed;
      yield* log.follow(...args);
    },
  };
  return {
    log: failingLog,
    mend: () => {
      isAllowed = true;
      mayFollow();
    },
  };
}

test.each([
  ['fails', 'Reading failed of ukraine.record (0 entries read); trying again'],
  ['hangs', 'Still reading ukraine.record (0 entries read)'],
] as const)(
  'a roll whose reading %s is named, counts as behind, and is ready by itself afterwards',
  async (how, reason) => {
    const real = await newLog();
    await append(real, [deployed('alpha', 10), deployed('bravo', 10)]);
    const { log, mend } = failing(real, how);
    const service = await startService({ log, logger: silent });
    onTestFinished(() => service.close());

    await eventually(() => service.unreadiness()).toBe(reason);
    const [roll] = service.followed();
    await eventually(() => roll?.vitals.lag).toBe(2);
    expect(roll?.vitals.isFaulted).toBe(how === 'fails');

    mend();
    await eventually(() => service.unreadiness()).toBeNull();
    expect(roll?.vitals).toMatchObject({ lag: 0, isFaulted: false });
  },
);
