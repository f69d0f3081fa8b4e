// A connection that posts messages to a server one at a time, as a Functions host does.

import { connect, type Socket } from 'node:net';
import type { Target } from './target.ts';

/** 64 characters, the length of a typical line of chat. */
const FILLER = 'x'.repeat(64);

export class Poster {
  readonly #socket: Socket;
  readonly #head: string;
  readonly #target: Target;
  #answered: () => void = () => {};

  constructor(port: number, target: Target, token: string) {
    this.#target = target;
    const path = target.kind === 'signalr' ? '/api/hubs/chat/:send' : '/send';
    this.#head =
      `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: Bearer ${token}\r\n` +
      'Content-Type: application/json\r\nContent-Length: ';
    this.#socket = connect(port, '127.0.0.1');
    this.#socket.setNoDelay(true);
    this.#socket.on('data', (chunk) => {
      if (!chunk.toString('latin1', 0, 12).endsWith('202')) {
        throw new Error(`not accepted: ${chunk.toString('latin1', 0, 300)}`);
      }
      this.#answered();
    });
  }

  /** Resolves when the server has answered. */
  post(number: number): Promise<void> {
    const text = `#${number}#${FILLER}`.slice(0, 64);
    const body =
      this.#target.kind === 'signalr'
        ? `{"target":"news","arguments":["${text}"]}`
        : `{"text":"${text}"}`;
    this.#socket.write(`${this.#head}${body.length}\r\n\r\n${body}`);
    return new Promise((resolve) => {
      this.#answered = resolve;
    });
  }

  close(): void {
    this.#socket.destroy();
  }
}
