// The Long Polling transport: service → client in the answers to consecutive GETs, client → service by POST.
//
//   first poll ──▶ 200, empty: the connection is ready
//   poll       ──▶ waits for messages, then 200 with all of them; 204 when the connection, or this poll, is over

import type { ServerResponse } from 'node:http';
import type { EncodedMessage } from '../hub-protocol/encoded-message.ts';
import { CLOSE_TIMEOUT_MS, endWithin } from './ending.ts';
import { Posts } from './posts.ts';
import type { Transport, TransportEvents } from './transport.ts';
import type { Outbox, TurnWriter } from './turn-writer.ts';

/** Time for the client to read one answer: `TransportSendTimeout` of ASP.NET Core. */
const SEND_TIMEOUT_MS = 10_000;

/** A poll has no time limit, because the keep-alive ping answers it before the client gives up. */
export class LongPolling implements Transport, Outbox {
  readonly name = 'LongPolling';
  readonly carriesBinary = true;
  readonly posts = new Posts();
  frames: Buffer[] = [];
  readonly #writer: TurnWriter;
  readonly #slowClientBytes: number;
  readonly #onClosed: () => void;
  #events: TransportEvents | undefined;
  #poll: ServerResponse | undefined;
  #hasPolled = false;
  #hasEnded = false;
  #waiting: Buffer[] = [];
  #waitingBytes = 0;

  /** @param onClosed called when nothing is left for another poll */
  constructor(writer: TurnWriter, slowClientBytes: number, onClosed: () => void) {
    this.#writer = writer;
    this.#slowClientBytes = slowClientBytes;
    this.#onClosed = onClosed;
  }

  listen(events: TransportEvents): void {
    this.#events = events;
  }

  /** Holds a poll until there is a message. */
  poll(response: ServerResponse): void {
    this.#answerOver();
    if (!this.#hasPolled) {
      this.#hasPolled = true;
      response.writeHead(200, { 'Content-Type': 'text/plain', 'Content-Length': 0 }).end();
      return;
    }
    this.#poll = response;
    // A client that gives up a poll sends another one. Messages wait for it.
    response.on('close', () => {
      if (this.#poll === response) this.#poll = undefined;
    });
    if (this.#waiting.length > 0) this.#answer();
    else if (this.#hasEnded) this.#close();
  }

  /** The client's DELETE. */
  leave(): void {
    this.#events?.ended(undefined);
    this.#hasEnded = true;
    this.#close();
  }

  send(message: EncodedMessage): void {
    this.#writer.add(this, message.payload);
  }

  write(bytes: Buffer): void {
    if (this.#hasEnded) return;
    if (this.#waitingBytes > 0 && this.#waitingBytes + bytes.length > this.#slowClientBytes) {
      this.#cutOff();
      return;
    }
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
    if (this.#poll) this.#answer();
  }

  pause(): void {
    this.posts.pause();
  }

  resume(): void {
    this.posts.resume();
  }

  end(): void {
    this.#writer.flush(this);
    this.#hasEnded = true;
    this.posts.resume();
    if (this.#poll) this.#close();
    else setTimeout(() => this.#close(), CLOSE_TIMEOUT_MS).unref();
  }

  #answer(): void {
    const body = Buffer.concat(this.#waiting);
    this.#waiting = [];
    this.#waitingBytes = 0;
    const poll = this.#poll;
    if (!poll) return;
    this.#poll = undefined;
    poll.writeHead(200, {
      'Content-Type': 'application/octet-stream',
      'Content-Length': body.length,
    });
    endWithin(poll, SEND_TIMEOUT_MS, body, () => this.#cutOff());
  }

  #cutOff(): void {
    this.#hasEnded = true;
    this.#events?.tooSlow();
    this.#close();
  }

  #answerOver(): void {
    this.#poll?.writeHead(204).end();
    this.#poll = undefined;
  }

  #close(): void {
    this.#answerOver();
    this.#waiting = [];
    this.posts.resume();
    this.#onClosed();
  }
}
