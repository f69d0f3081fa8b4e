// The Server-Sent Events transport: service → client in one endless answer, client → service by POST.

import type { ServerResponse } from 'node:http';
import type { EncodedMessage } from '../hub-protocol/encoded-message.ts';
import { CLOSE_TIMEOUT_MS, endWithin } from './ending.ts';
import { Posts } from './posts.ts';
import type { Transport, TransportEvents } from './transport.ts';
import type { Outbox, TurnWriter } from './turn-writer.ts';

/** An empty comment. It sends the headers, which the client's `onopen` waits for. */
const COMMENT = ':\r\n\r\n';

/** One endless answer. */
export class ServerSentEvents implements Transport, Outbox {
  readonly name = 'ServerSentEvents';
  readonly carriesBinary = false;
  readonly posts = new Posts();
  frames: Buffer[] = [];
  readonly #response: ServerResponse;
  readonly #writer: TurnWriter;
  readonly #slowClientBytes: number;
  #events: TransportEvents | undefined;

  constructor(response: ServerResponse, writer: TurnWriter, slowClientBytes: number) {
    this.#response = response;
    this.#writer = writer;
    this.#slowClientBytes = slowClientBytes;
  }

  listen(events: TransportEvents): void {
    this.#events = events;
    this.#response.on('close', () => {
      this.posts.resume();
      // A client can leave only by closing the answer, so this is a normal end.
      events.ended(undefined);
    });
    this.#response.writeHead(200, {
      'Content-Type': 'text/event-stream',
      'Cache-Control': 'no-cache, no-store',
      // Asks proxies not to buffer.
      'X-Accel-Buffering': 'no',
    });
    this.#response.write(COMMENT);
  }

  send(message: EncodedMessage): void {
    this.#writer.add(this, toEvent(message));
  }

  write(bytes: Buffer): void {
    if (this.#response.writableEnded || this.#response.destroyed) return;
    const waiting = this.#response.writableLength;
    if (waiting > 0 && waiting + bytes.length > this.#slowClientBytes) {
      this.#events?.tooSlow();
      this.#response.destroy();
      return;
    }
    this.#response.write(bytes);
  }

  pause(): void {
    this.posts.pause();
  }

  resume(): void {
    this.posts.resume();
  }

  end(): void {
    this.#writer.flush(this);
    this.posts.resume();
    endWithin(this.#response, CLOSE_TIMEOUT_MS);
  }
}

const events = new WeakMap<EncodedMessage, Buffer>();

/** Made once for all receivers. A line break, which upstream answers may have, starts a new data line. */
function toEvent(message: EncodedMessage): Buffer {
  const known = events.get(message);
  if (known) return known;
  const lines = message.payload.toString().split(/\r\n|\n|\r/);
  const event = Buffer.from(`${lines.map((line) => `data: ${line}\r\n`).join('')}\r\n`);
  events.set(message, event);
  return event;
}
