import type { Told, Watch } from './roll-stream.ts';
import { Streams } from './streams.ts';

/** So often a tab says that it is still there. */
const ASK_MS = 15_000;
/** Whoever has the streams answers at once. */
const ANSWER_MS = 10_000;
/** So often an answer is awaited from the worker before the page does without it. */
const TRIES = 2;

/**
 * Watches a roll after an entry by the streams that all tabs of the browser share, until the function that it gives
 * is called. Where there is no SharedWorker, or it does not answer, the page has a stream of its own while it is shown.
 */
export function watchRoll(roll: string, after: number, take: (told: Told) => void): () => void {
  let seen = after;
  let tries = 0;
  let isShared = false;
  let overdue: ReturnType<typeof setTimeout> | undefined;
  let port = connect();

  function connect(): MessagePort {
    const shared = tries < TRIES ? workerPort(doWithout) : null;
    isShared = shared !== null;
    const connected = shared ?? ownPort();
    connected.onmessage = ({ data }: MessageEvent<Told>) => {
      clearTimeout(overdue);
      overdue = undefined;
      tries = 0;
      const items = data.items.filter(({ seq }) => seq > seen);
      seen = items.at(-1)?.seq ?? seen;
      take({ ...data, items });
    };
    return connected;
  }
  function doWithout(): void {
    tries = TRIES;
    reconnect();
  }
  function reconnect(): void {
    tries++;
    end();
    port = connect();
    ask();
  }
  function say(watched: string | null): void {
    const watch: Watch = { roll: watched, after: seen, isShown: isShown() };
    port.postMessage(watch);
  }
  function ask(): void {
    if (isShared || isShown()) {
      say(roll);
      overdue ??= setTimeout(reconnect, ANSWER_MS);
    } else leave();
  }
  function leave(): void {
    say(null);
    clearTimeout(overdue);
    overdue = undefined;
  }
  function end(): void {
    leave();
    port.close();
  }

  ask();
  const again = setInterval(ask, ASK_MS);
  document.addEventListener('visibilitychange', ask);
  addEventListener('pageshow', ask);
  addEventListener('pagehide', leave);
  return () => {
    clearInterval(again);
    document.removeEventListener('visibilitychange', ask);
    removeEventListener('pageshow', ask);
    removeEventListener('pagehide', leave);
    end();
  };
}

const isShown = () => document.visibilityState === 'visible';

/** Null where there are no shared workers; `onFailure`: called if this one can't be loaded. */
function workerPort(onFailure: () => void): MessagePort | null {
  if (!('SharedWorker' in globalThis)) return null;
  const worker = new SharedWorker(new URL('./streams-worker.ts', import.meta.url), { type: 'module' });
  worker.onerror = onFailure;
  return worker.port;
}

let own: Streams | undefined;

function ownPort(): MessagePort {
  own ??= new Streams();
  const { port1, port2 } = new MessageChannel();
  own.connect(port2);
  return port1;
}
