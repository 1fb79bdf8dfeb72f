import { EventEmitter } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { newSocketServer, startInspect } from '@muster/inspect-bridge';
import type { WebSocket } from 'ws';
import { ID_PATTERN } from '../../events/ids.ts';
import type { Service } from '../service/service.ts';
import type { Mirror } from './stately.ts';
import { keyOf, type Watched, Watching } from './watching.ts';

const MAX_CLIENTS = 50;
const MAX_WATCHED = 20;
const MAX_MESSAGE_BYTES = 65_536;
/** What a client that reads nothing may pile up here before it is dropped. */
const MAX_BUFFERED_BYTES = 8 * 1_048_576;

/** Whether whoever asks may read about a theatre. */
export type MayRead = (theatre: string) => boolean;

/** Who asks for a WebSocket. */
export interface Asker {
  readonly mayRead: MayRead;
  /** Whether it is a page of ours, or a program, at a public address of the proxy before the server. */
  readonly isByProxy: boolean;
}

/**
 * The WebSocket of @xstate/inspect. A client names what it watches in its address, `?watch=ukraine.record/builders`
 * (as often as it likes, up to 20), says `{"type":"xstate.inspecting"}` and is told of every service that is
 * watched. It can change nothing: whatever else it says is dropped. Pages of the origins named may attach too.
 */
export class InspectSockets {
  readonly #sockets = newSocketServer(MAX_MESSAGE_BYTES);
  readonly #watching: Watching;
  readonly #origins: ReadonlySet<string>;
  readonly #clients = new Set<WebSocket>();
  readonly #server = Object.assign(new EventEmitter(), { clients: this.#clients });

  constructor(service: Service, origins: readonly string[], mirror: Mirror | null) {
    this.#origins = new Set(origins);
    this.#watching = new Watching(service, mirror);
    startInspect(this.#server);
  }

  /** Takes a connection over, or answers why not. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, { mayRead, isByProxy }: Asker): void {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    const watched = searchParams.getAll('watch').map(readWatched);
    const wanted = watched.filter((one) => one !== null);
    const refusal =
      pathname !== '/inspector/ws'
        ? '404 Not Found'
        : !(isByProxy || this.#isWelcome(request)) ||
            !isLoopback(request) ||
            !wanted.every(({ roll }) => mayRead(roll.theatre))
          ? '403 Forbidden'
          : this.#clients.size >= MAX_CLIENTS
            ? '503 Service Unavailable'
            : watched.length > MAX_WATCHED || wanted.length < watched.length
              ? '400 Bad Request'
              : null;
    if (refusal !== null) {
      refuse(socket, refusal);
      return;
    }
    this.#sockets.handleUpgrade(request, socket, head, (client) => void this.#accept(client, wanted));
  }

  /** Programs send no Origin; a page must be one of ours, or named, under an address that only this machine has. */
  #isWelcome({ headers: { origin, host } }: IncomingMessage): boolean {
    if (!URL.canParse(`http://${host}`)) return false;
    const { hostname, host: own } = new URL(`http://${host}`);
    if (!/^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname)) return false;
    if (origin === undefined || this.#origins.has(origin)) return true;
    return URL.canParse(origin) && new URL(origin).host === own;
  }

  close(): void {
    this.#watching.close();
    for (const client of this.#clients) client.terminate();
    // @xstate/inspect stays: its devtools are the process's, and warn on each event once a server is closed.
  }

  async #accept(client: WebSocket, wanted: readonly Watched[]): Promise<void> {
    let isInspecting = false;
    const told = new EventEmitter();
    const begin = () => told.emit('message', Buffer.from('{"type":"xstate.inspecting"}'), false);
    this.#server.emit('connection', told);
    client.on('error', () => client.terminate());
    client.on('message', (data, isBinary) => {
      if (isBinary || !isInspectingMessage(String(data))) return;
      isInspecting = true;
      if (this.#clients.has(client)) begin();
    });
    client.on('close', () => {
      this.#clients.delete(client);
      for (const watched of wanted) this.#watching.release(watched);
    });
    const found = await Promise.all(wanted.map((watched) => this.#watching.watch(watched)));
    const missing = wanted.find((_watched, index) => found[index] === false);
    if (missing !== undefined) {
      client.close(1008, `There is no ${keyOf(missing)}`.slice(0, 120));
      return;
    }
    if (client.readyState !== client.OPEN) return;
    this.#clients.add(limited(client));
    if (isInspecting) begin();
  }
}

/** Drops a client that does not read instead of keeping what it is told. */
function limited(client: WebSocket): WebSocket {
  const send = client.send.bind(client);
  client.send = (data: string) => {
    if (client.bufferedAmount > MAX_BUFFERED_BYTES) client.terminate();
    else send(data);
  };
  return client;
}

function isInspectingMessage(text: string): boolean {
  try {
    const message: unknown = JSON.parse(text);
    return (
      typeof message === 'object' &&
      message !== null &&
      'type' in message &&
      message.type === 'xstate.inspecting'
    );
  } catch {
    return false;
  }
}

/** Reads `theatre.timeline/contingent`; null if it is none. */
function readWatched(text: string): Watched | null {
  const [roll = '', subject = '', ...more] = text.split('/');
  const [theatre = '', timeline = '', ...rest] = roll.split('.');
  const ids = [theatre, timeline, subject];
  if (more.length > 0 || rest.length > 0 || !ids.every((id) => ID_PATTERN.test(id))) return null;
  return { roll: { theatre, timeline }, subject };
}

function isLoopback({ socket: { remoteAddress = '' } }: IncomingMessage): boolean {
  return /^(::ffff:)?127\.|^::1$/.test(remoteAddress);
}

function refuse(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
