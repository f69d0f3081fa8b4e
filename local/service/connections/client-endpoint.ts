// /client: clients negotiate and connect here.

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { JWTPayload } from 'jose';
import type { AccessCheck } from '../access/access-check.ts';
import { toUserId } from '../access/claims.ts';
import { HttpError } from '../http/http-error.ts';
import type { RequestTarget } from '../http/request-target.ts';
import { MESSAGE_LIMIT, type Quota } from '../quota.ts';
import type { Transport } from '../transports/transport.ts';
import { TurnWriter } from '../transports/turn-writer.ts';
import { WebSocketTransports } from '../transports/web-socket.ts';
import { ClientConnection } from './client-connection.ts';
import type { ConnectionContext } from './connection-context.ts';
import { toCorsHeaders, toPreflightHeaders } from './cors.ts';
import { type Admission, HttpConnections, unknownConnection } from './http-connections.ts';
import { type Hubs, isHubName } from './hubs.ts';
import { type NegotiatedConnection, Negotiations, toNegotiateVersion } from './negotiate.ts';

/** A request whose token has been checked. */
interface Caller {
  readonly target: RequestTarget;
  readonly hub: string;
  readonly claims: JWTPayload;
}

/** Whether a request belongs to {@link ClientEndpoint}. */
export function isClientPath(path: string): boolean {
  return path === '/client' || path.startsWith('/client/');
}

/** Opens connections on all transports, and keeps track of them. */
export class ClientEndpoint {
  readonly #access: AccessCheck;
  readonly #hubs: Hubs;
  readonly #quota: Quota | undefined;
  readonly #context: ConnectionContext;
  readonly #negotiations: Negotiations;
  readonly #webSockets: WebSocketTransports;
  readonly #http: HttpConnections;
  /** Includes ended connections until their `disconnected` is answered. */
  readonly #connections = new Set<ClientConnection>();
  /** Number of connections with a client. The limit of a unit counts these. */
  #clients = 0;
  #isClosing = false;

  constructor(
    access: AccessCheck,
    hubs: Hubs,
    quota: Quota | undefined,
    context: ConnectionContext,
  ) {
    const { times, limits } = context;
    this.#access = access;
    this.#hubs = hubs;
    this.#quota = quota;
    this.#context = context;
    this.#negotiations = new Negotiations(times.negotiateMs);
    const writer = new TurnWriter();
    this.#webSockets = new WebSocketTransports(writer, {
      // Accepts a message that is a little over the limit, so that its sender gets the reason.
      frameBytes: limits.webSocketMessageBytes + limits.messageBytes,
      slowClientBytes: limits.slowClientBytes,
    });
    this.#http = new HttpConnections(writer, limits);
  }

  /** Every request on /client except WebSocket upgrades. */
  async handle(
    request: IncomingMessage,
    target: RequestTarget,
    response: ServerResponse,
  ): Promise<void> {
    for (const [name, value] of toCorsHeaders(request)) response.setHeader(name, value);
    if (request.method === 'OPTIONS') {
      for (const [name, value] of toPreflightHeaders(request)) response.setHeader(name, value);
      response.writeHead(204).end();
      return;
    }
    const hub = hubOf(target);
    const claims = this.#access.check(request, target, { kind: 'client', hub });
    const caller = { target, hub, claims };
    if (target.path === '/client/negotiate') this.#negotiate(request, target, hub, response);
    else if (isConnectPath(target)) await this.#carry(request, response, caller);
    else throw notFound();
  }

  /** A WebSocket upgrade on /client. Throws {@link HttpError} before it writes an answer. */
  async upgrade(
    request: IncomingMessage,
    target: RequestTarget,
    socket: Duplex,
    head: Buffer,
  ): Promise<void> {
    if (!isConnectPath(target)) throw notFound();
    const hub = hubOf(target);
    const claims = this.#access.check(request, target, { kind: 'client', hub });
    const negotiated = this.#open(target, hub);
    this.#closeWith(socket, negotiated.connectionToken);
    this.#webSockets.accept(request, socket, head, (transport) =>
      this.#connect({ target, hub, claims }, negotiated, transport),
    );
  }

  /** A method of its own, so that the listener of a long-lived socket does not keep the request in memory. */
  #closeWith(socket: Duplex, connectionToken: string): void {
    const release = () => this.#negotiations.close(connectionToken);
    socket.once('close', release);
    // The client has left already.
    if (socket.destroyed) release();
  }

  tick(now: number): void {
    this.#negotiations.sweep(now);
    for (const connection of this.#connections) connection.tick(now);
    if (this.#quota?.isSpent()) this.#closeForMessages();
  }

  /** A free unit that has used its messages closes all clients. */
  #closeForMessages(): void {
    for (const connection of [...this.#connections]) {
      connection.close({ error: MESSAGE_LIMIT, allowReconnect: true }, MESSAGE_LIMIT);
    }
  }

  /**
   * Closes all clients, lets them reconnect elsewhere, and refuses new ones. Settles when the upstream has all `disconnected`
   * events.
   */
  async closeAll(): Promise<void> {
    this.#isClosing = true;
    const error = 'Service reloading, try reconnecting';
    const connections = [...this.#connections];
    for (const connection of connections) connection.close({ error, allowReconnect: true }, error);
    await Promise.all(connections.map(({ finished }) => finished));
  }

  #negotiate(
    request: IncomingMessage,
    { query }: RequestTarget,
    hub: string,
    response: ServerResponse,
  ): void {
    if (request.method !== 'POST') {
      throw new HttpError(405, 'MethodNotAllowed', 'unable to negotiate; send a POST.', {
        Allow: 'POST, OPTIONS',
      });
    }
    this.#refuseIfClosing();
    this.#quota?.checkConnections(this.#clients);
    const version = toNegotiateVersion(query.get('negotiateversion'));
    const answer = this.#negotiations.negotiate(hub, version, this.#context.monotonicNow());
    this.#context.log(`hub ${hub} connection ${answer.connectionId}: negotiated`, 'debug');
    const body = JSON.stringify(answer);
    response
      .writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': body.length })
      .end(body);
  }

  /** A request of Server-Sent Events or Long Polling. */
  async #carry(request: IncomingMessage, response: ServerResponse, caller: Caller): Promise<void> {
    const { target, hub } = caller;
    const connectionToken = target.query.get('id');
    // ASP.NET Core's text.
    if (!connectionToken) throw new HttpError(400, 'BadRequest', 'Connection ID required');
    if (!this.#negotiations.knows(connectionToken, hub, this.#context.monotonicNow())) {
      throw unknownConnection();
    }
    const call = { request, response, connectionToken };
    const admission: Admission = {
      open: () => {
        const negotiated = this.#open(target, hub);
        return (transport) => this.#connect(caller, negotiated, transport);
      },
      release: () => this.#negotiations.close(connectionToken),
    };
    switch (request.method) {
      case 'GET':
        if (isForEvents(request)) this.#http.openEvents(call, admission);
        else this.#http.poll(call, admission);
        return;
      case 'POST':
        return await this.#http.post(call);
      case 'DELETE':
        this.#http.leave(call);
        return;
      default:
        throw new HttpError(
          405,
          'MethodNotAllowed',
          'unable to do this; /client/ takes GET, POST and DELETE.',
          { Allow: 'GET, POST, DELETE, OPTIONS' },
        );
    }
  }

  #refuseIfClosing(): void {
    if (!this.#isClosing) return;
    throw new HttpError(
      503,
      'ServiceUnavailable',
      'unable to connect; the service stops. Try again later.',
    );
  }

  #open({ query }: RequestTarget, hub: string): NegotiatedConnection {
    this.#refuseIfClosing();
    this.#quota?.checkConnections(this.#clients);
    const token = query.get('id');
    if (!token) return this.#negotiations.openDirectly();
    const opened = this.#negotiations.open(token, hub, this.#context.monotonicNow());
    if (opened === 'unknown') throw unknownConnection();
    if (opened === 'in use') {
      throw new HttpError(409, 'Conflict', 'unable to connect; another transport has this id.');
    }
    return opened;
  }

  #connect(
    { target, hub, claims }: Caller,
    negotiated: NegotiatedConnection,
    transport: Transport,
  ): ClientConnection {
    const live = this.#hubs.get(hub);
    const facts = {
      id: negotiated.connectionId,
      hubName: live.name,
      userId: toUserId(claims),
      claims,
      query: target.search,
    };
    const connection = new ClientConnection(facts, transport, live, this.#context, () => {
      this.#clients -= 1;
    });
    this.#clients += 1;
    this.#connections.add(connection);
    void connection.finished.then(() => this.#connections.delete(connection));
    return connection;
  }
}

function isConnectPath({ path }: RequestTarget): boolean {
  return path === '/client' || path === '/client/';
}

function isForEvents({ headers }: IncomingMessage): boolean {
  return headers.accept?.includes('text/event-stream') ?? false;
}

function hubOf({ query }: RequestTarget): string {
  const [hub, ...more] = query.getAll('hub');
  if (hub === undefined || more.length > 0 || !isHubName(hub)) {
    const reason =
      hub === undefined
        ? 'none is named'
        : more.length > 0
          ? 'several are named'
          : 'its name is not allowed';
    throw new HttpError(
      400,
      'BadRequest',
      `unable to find the hub; ${reason}. Connect to /client/?hub=name, a letter first, then letters, digits or _.`,
    );
  }
  return hub;
}

function notFound(): HttpError {
  return new HttpError(404, 'NotFound', 'unable to find this path; clients connect to /client/.');
}
