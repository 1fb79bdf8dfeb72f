import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/**
 * The connections of a server, so that it can close without waiting for those that wait. Node ends only those
 * that have had a request; browsers and connection pools keep some in reserve that have had none, and each
 * would hold up the end for a minute.
 */
export class Connections {
  /** Requests under way on each. */
  readonly #requests = new Map<Socket, number>();
  #isClosing = false;

  constructor(server: Server) {
    server.on('connection', (socket: Socket) => {
      if (this.#isClosing) {
        socket.destroy();
        return;
      }
      this.#requests.set(socket, 0);
      socket.once('close', () => this.#requests.delete(socket));
    });
    server.prependListener('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
      this.#count(socket, 1);
      response.once('close', () => this.#count(socket, -1));
    });
  }

  /** Ends those that have nothing under way now, and each other one when its last answer is out. */
  endIdle(): void {
    this.#isClosing = true;
    for (const socket of this.#requests.keys()) this.#count(socket, 0);
  }

  #count(socket: Socket, change: -1 | 0 | 1): void {
    const before = this.#requests.get(socket);
    if (before === undefined) return;
    this.#requests.set(socket, before + change);
    if (this.#isClosing && before + change === 0) socket.destroySoon();
  }
}
