import { Agent, request } from 'node:http';
import { connect } from 'node:net';

export interface Question {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
}

export interface Answer {
  readonly status: number;
  readonly mediaType: string;
  readonly body: string;
}

/** Longer than anything the service may take for an answer. */
export const PATIENCE_MS = 60_000;

/** HTTP as a program speaks it, over connections that are kept. */
export class HttpClient {
  readonly #port: number;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 16 });

  constructor(port: number) {
    this.#port = port;
  }

  /** Rejects if no answer comes. */
  ask({ method, path, headers = {}, body }: Question): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const length = body === undefined ? {} : { 'content-length': String(body.byteLength) };
      const asked = request(
        {
          ...{ host: '127.0.0.1', port: this.#port, agent: this.#agent, method, path },
          headers: { ...length, ...headers },
          signal: AbortSignal.timeout(PATIENCE_MS),
        },
        (response) => {
          const pieces: Buffer[] = [];
          response.on('data', (piece: Buffer) => pieces.push(piece));
          response.on('error', reject);
          response.on('end', () => {
            const mediaType = response.headers['content-type'] ?? '';
            resolve({ status: response.statusCode ?? 0, mediaType, body: Buffer.concat(pieces).toString() });
          });
        },
      );
      asked.on('error', reject);
      asked.end(body);
    });
  }

  /**
   * Writes bytes as they are, and hangs up after `hangUpMs` or when the server does. What came back until then, if
   * it was an answer.
   */
  async write(bytes: Uint8Array, hangUpMs: number): Promise<Answer | null> {
    const socket = connect(this.#port, '127.0.0.1');
    let received = '';
    socket.setEncoding('utf8').on('data', (text: string) => {
      received += text;
    });
    socket.on('error', () => {}); // the server may close before all is written
    socket.write(bytes);
    const timer = setTimeout(() => socket.destroy(), hangUpMs);
    await new Promise((resolve) => socket.once('close', resolve));
    clearTimeout(timer);
    const status = /^HTTP\/1\.1 (\d{3}) /.exec(received)?.[1];
    if (status === undefined) return null;
    const [head = '', body = ''] = received.split('\r\n\r\n', 2);
    return {
      status: Number(status),
      mediaType: /^content-type: (.*)$/im.exec(head)?.[1]?.trim() ?? '',
      body,
    };
  }

  close(): void {
    this.#agent.destroy();
  }
}
