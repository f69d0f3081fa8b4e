// Clients without a WebSocket: the transport of each connection, and its requests.

import type { IncomingMessage, ServerResponse } from 'node:http';
import { HttpError } from '../http/http-error.ts';
import { readBody } from '../http/request-body.ts';
import { LongPolling } from '../transports/long-polling.ts';
import { ServerSentEvents } from '../transports/server-sent-events.ts';
import type { Transport } from '../transports/transport.ts';
import type { TurnWriter } from '../transports/turn-writer.ts';
import type { ClientConnection } from './client-connection.ts';

export interface HttpLimits {
  readonly messageBytes: number;
  readonly slowClientBytes: number;
}

/** A request with the connection token of negotiate. */
export interface HttpCall {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly connectionToken: string;
}

/** Opens a negotiated connection. Throws {@link HttpError} before it uses the transport. */
export interface Admission {
  open(): (transport: Transport) => ClientConnection;
  /** Invalidates the connection's token. */
  release(): void;
}

interface Carried {
  readonly transport: ServerSentEvents | LongPolling;
  readonly connection: ClientConnection;
}

/** Server-Sent Events and Long Polling. */
export class HttpConnections {
  readonly #carried = new Map<string, Carried>();
  readonly #writer: TurnWriter;
  readonly #limits: HttpLimits;

  constructor(writer: TurnWriter, limits: HttpLimits) {
    this.#writer = writer;
    this.#limits = limits;
  }

  carries(connectionToken: string): boolean {
    return this.#carried.has(connectionToken);
  }

  /** A GET that accepts an event stream. */
  openEvents({ response, connectionToken }: HttpCall, admission: Admission): void {
    const connect = admission.open();
    const transport = new ServerSentEvents(response, this.#writer, this.#limits.slowClientBytes);
    const connection = connect(transport);
    this.#carried.set(connectionToken, { transport, connection });
    response.once('close', () => this.#forget(connectionToken, admission));
    transport.listen(connection);
  }

  /** Any other GET. */
  poll({ response, connectionToken }: HttpCall, admission: Admission): void {
    const transport = this.#carried.get(connectionToken)?.transport;
    if (transport instanceof LongPolling) transport.poll(response);
    else this.#openPolling(connectionToken, admission).poll(response);
  }

  /** A POST with messages of the client. */
  async post({ request, response, connectionToken }: HttpCall): Promise<void> {
    const { transport, connection } = this.#find(connectionToken);
    await transport.posts.take(async () => {
      const body = await readBody(request, this.#limits.messageBytes);
      if (!this.carries(connectionToken)) throw unknownConnection();
      connection.received(body);
    });
    response.writeHead(200, { 'Content-Type': 'text/plain', 'Content-Length': 0 }).end();
  }

  /** A DELETE ends Long Polling. With Server-Sent Events the client ends the answer instead. */
  leave({ response, connectionToken }: HttpCall): void {
    const { transport } = this.#find(connectionToken);
    if (!(transport instanceof LongPolling)) {
      throw new HttpError(
        400,
        'BadRequest',
        'unable to end this connection by DELETE; its transport is no Long Polling. Close it on your side.',
      );
    }
    transport.leave();
    response.writeHead(202, { 'Content-Type': 'text/plain', 'Content-Length': 0 }).end();
  }

  #openPolling(connectionToken: string, admission: Admission): LongPolling {
    const connect = admission.open();
    const transport = new LongPolling(this.#writer, this.#limits.slowClientBytes, () =>
      this.#forget(connectionToken, admission),
    );
    const connection = connect(transport);
    this.#carried.set(connectionToken, { transport, connection });
    transport.listen(connection);
    return transport;
  }

  #find(connectionToken: string): Carried {
    const carried = this.#carried.get(connectionToken);
    if (!carried) throw unknownConnection();
    return carried;
  }

  #forget(connectionToken: string, admission: Admission): void {
    if (this.#carried.delete(connectionToken)) admission.release();
  }
}

/** ASP.NET Core's text, which clients show. */
export function unknownConnection(): HttpError {
  return new HttpError(404, 'NotFound', 'No Connection with that ID');
}
