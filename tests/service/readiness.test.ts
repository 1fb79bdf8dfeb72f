import { expect, onTestFinished, test } from 'vitest';
import type { EventLog } from '../../src/log/port.ts';
import { monotonicClock } from '../../src/service/clock.ts';
import { startService } from '../../src/service/start-service.ts';
import { countingLog } from './counting-log.ts';
import { append, bytesOf, deployed, newLog, record, silent } from './workbench.ts';

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

test('a roll of which nothing comes, though its log took more, is named until it goes on', async () => {
  const real = await newLog();
  await append(real, [deployed('alpha', 10)]);
  let goOn = () => {};
  const held = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  const log: EventLog = {
    ...countingLog(real).log,
    async *follow(...args) {
      for await (const entry of real.follow(...args)) {
        if (entry.seq > 1) await held;
        yield entry;
      }
    },
  };
  // A second for each millisecond: nobody waits for long here.
  const clock = { ...monotonicClock, now: () => 1_000 * monotonicClock.now() };
  const service = await startService({ log, logger: silent, clock });
  onTestFinished(() => service.close());
  await service.whenReady();
  expect(service.unreadiness()).toBeNull();

  const answered = service.submit(record, bytesOf(deployed('bravo', 10)));

  const reason = 'The log has more than it gives of ukraine.record (1 entries read)';
  await eventually(() => service.unreadiness()).toBe(reason);
  goOn();
  expect(await answered).toMatchObject({ kind: 'accepted', seq: 2 });
  expect(service.unreadiness()).toBeNull();
});
