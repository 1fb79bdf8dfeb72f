/** Called when something happened, and when the service is there or gone. */
interface Listener {
  readonly onNews: () => void;
  readonly onLive: (isLive: boolean) => void;
}

const RETRY_MS = 1_000;

/** Follows one machine by the protocol of @xstate/inspect; returns what ends it. */
export function followMachine(roll: string, subject: string, { onNews, onLive }: Listener): () => void {
  const watch = `${roll.replace('/', '.')}/${subject}`;
  let socket: WebSocket | null = null;
  let retry = 0;
  let isOver = false;
  const connect = () => {
    const opened = new WebSocket(`${location.origin.replace('http', 'ws')}/inspector/ws?watch=${watch}`);
    socket = opened;
    opened.onopen = () => opened.send('{"type":"xstate.inspecting"}');
    opened.onmessage = ({ data }) => {
      const { type } = JSON.parse(data);
      if (type === 'service.register') onLive(true);
      if (type === 'service.register' || type === 'service.state') onNews();
    };
    opened.onclose = () => {
      if (isOver) return;
      onLive(false);
      retry = window.setTimeout(connect, RETRY_MS);
    };
  };
  connect();
  return () => {
    isOver = true;
    window.clearTimeout(retry);
    socket?.close();
  };
}

/** Follows everything on a roll; returns what ends it. */
export function followRoll(roll: string, { onNews, onLive }: Listener): () => void {
  const stream = new EventSource(`/api/rolls/${roll}/stream`);
  stream.onopen = () => {
    onLive(true);
    onNews();
  };
  stream.onerror = () => onLive(false);
  for (const kind of ['transition', 'refusal']) stream.addEventListener(kind, onNews);
  return () => stream.close();
}
