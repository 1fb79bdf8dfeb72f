import type { ServerResponse } from 'node:http';

/**
 * Calls back once, when an answer is out or its connection is gone. An answer that waits on its connection behind
 * another one (HTTP pipelining) tells nothing itself when that connection goes.
 */
export function whenOver(response: ServerResponse, callback: () => void): void {
  const { socket } = response.req;
  if (socket.destroyed) {
    callback();
    return;
  }
  const over = () => {
    response.off('close', over);
    socket.off('close', over);
    callback();
  };
  response.once('close', over);
  socket.setMaxListeners(0).once('close', over); // as many as are asked for at once
}
