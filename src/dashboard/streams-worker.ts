import { Streams } from './streams.ts';

const streams = new Streams();

addEventListener('connect', (event) => {
  if (event instanceof MessageEvent) for (const port of event.ports) streams.connect(port);
});
