// The WebSocket transport. `ws` handles the upgrade and all incoming frames. Outgoing messages are whole uncompressed
// frames that their receivers share, written to the socket below `ws` once per turn. That is safe because `ws`, without
// compression, also writes each of its own frames (pong, close) in one call.

import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { EncodedMessage } from '../hub-protocol/encoded-message.ts';
import type { Transport, TransportEvents } from './transport.ts';
import type { Outbox, TurnWriter } from './turn-writer.ts';

/** Time for a client to answer our close frame before its socket is destroyed. */
const CLOSE_TIMEOUT_MS = 5_000;
/** Close codes of a normal end: normal, going away (a closed tab), none given. */
const NORMAL_CODES: ReadonlySet<number> = new Set([1000, 1001, 1005]);

export interface WebSocketLimits {
  /** Maximum bytes of one WebSocket message from a client. */
  readonly frameBytes: number;
  /** Maximum unsent bytes for one client before it counts as too slow. */
  readonly slowClientBytes: number;
}

/** Answers upgrades. */
export class WebSocketTransports {
  readonly #server: WebSocketServer;
  readonly #writer: TurnWriter;
  readonly #limits: WebSocketLimits;

  constructor(writer: TurnWriter, limits: WebSocketLimits) {
    this.#writer = writer;
    this.#limits = limits;
    // Untyped, because the published types of `ws` lack closeTimeout.
    const options = {
      noServer: true,
      perMessageDeflate: false,
      clientTracking: false,
      maxPayload: limits.frameBytes,
      closeTimeout: CLOSE_TIMEOUT_MS,
      // A frame may end within a character. Hub messages are decoded when they are whole.
      skipUTF8Validation: true,
    };
    this.#server = new WebSocketServer(options);
  }

  /** Answers the upgrade. `open` gets the transport and returns its listener. */
  accept(
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
    open: (transport: Transport) => TransportEvents,
  ): void {
    this.#server.handleUpgrade(request, socket, head, (webSocket) => {
      const transport = new WebSocketTransport(webSocket, socket, this.#writer, this.#limits);
      transport.listen(open(transport));
    });
  }
}

class WebSocketTransport implements Transport, Outbox {
  readonly name = 'WebSockets';
  readonly carriesBinary = true;
  frames: Buffer[] = [];
  readonly #webSocket: WebSocket;
  readonly #socket: Duplex;
  readonly #writer: TurnWriter;
  readonly #limits: WebSocketLimits;
  #events: TransportEvents | undefined;

  constructor(webSocket: WebSocket, socket: Duplex, writer: TurnWriter, limits: WebSocketLimits) {
    this.#webSocket = webSocket;
    this.#socket = socket;
    this.#writer = writer;
    this.#limits = limits;
  }

  listen(events: TransportEvents): void {
    this.#events = events;
    let failure: string | undefined;
    const webSocket = this.#webSocket;
    webSocket.on('message', (data) => events.received(data as Buffer));
    // `ws` closes the socket after an error (a bad frame, a message that is too large). `close` follows.
    webSocket.on('error', (error) => {
      failure = error.message;
    });
    webSocket.on('close', (code) => {
      const lost = 'The connection was lost without a goodbye.';
      events.ended(failure ?? (NORMAL_CODES.has(code) ? undefined : lost));
    });
  }

  send(message: EncodedMessage): void {
    this.#writer.add(this, message.webSocketFrame);
  }

  write(bytes: Buffer): void {
    if (this.#webSocket.readyState !== this.#webSocket.OPEN) return;
    const waiting = this.#socket.writableLength;
    // A burst does not mean that the client is slow. Unsent bytes of earlier turns do.
    if (waiting > 0 && waiting + bytes.length > this.#limits.slowClientBytes) {
      this.#webSocket.terminate();
      this.#events?.tooSlow();
      return;
    }
    this.#socket.write(bytes);
  }

  pause(): void {
    this.#webSocket.pause();
  }

  resume(): void {
    this.#webSocket.resume();
  }

  end(): void {
    this.#writer.flush(this);
    // A paused socket does not read the client's answer to the close.
    this.#webSocket.resume();
    this.#webSocket.close(1000);
  }
}
