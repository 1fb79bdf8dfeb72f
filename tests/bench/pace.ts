import { setTimeout as delay } from 'node:timers/promises';

/** Does something so many times a second, `count` times; what is late is done at once. */
export async function atRate(perSecond: number, count: number, act: (index: number) => void): Promise<void> {
  const begun = performance.now();
  for (let done = 0; done < count; ) {
    const due = Math.min(count, Math.floor(((performance.now() - begun) / 1_000) * perSecond) + 1);
    while (done < due) act(done++);
    await delay(1);
  }
}

/** Resolves when that is so; rejects if it does not come to be within a minute. */
export async function until(isSo: () => boolean): Promise<void> {
  for (const deadline = performance.now() + 60_000; !isSo(); await delay(5)) {
    if (performance.now() > deadline) throw new Error(`in a minute it did not come to ${isSo}`);
  }
}
