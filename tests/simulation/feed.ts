import type { Wire } from './host.ts';

/** What a store tells to those who watch it: `watch` gives what is there already, then what comes, until told to stop. */
export type Watch<T> = (tell: (item: T) => void) => () => void;

/** What is watched as it comes over a wire, in order; throws when that breaks, ends when the signal aborts. */
export async function* feed<T>(wire: Wire, watch: Watch<T>, signal: AbortSignal): AsyncGenerator<T> {
  const queue: T[] = [];
  let isBroken = false;
  let wake = () => {};
  const tell = (item: T) =>
    wire.push(
      () => {
        if (!isBroken) queue.push(item); // what comes after a break would leave a gap
        wake();
      },
      () => {
        isBroken = true;
        wake();
      },
    );
  const stop = await wire.call(() => watch(tell));
  const onAbort = () => wake();
  signal.addEventListener('abort', onAbort);
  try {
    while (!signal.aborted) {
      const next = queue.shift();
      if (next !== undefined) yield next;
      else if (isBroken) throw new Error('the stream broke');
      else
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
    }
  } finally {
    signal.removeEventListener('abort', onAbort);
    stop();
  }
}
