// /client: where clients negotiate and connect.

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { AccessCheck } from './access-check.ts';
import { toUserId } from './claims.ts';
import { ClientConnection, type ConnectionContext } from './client-connection.ts';
import { toCorsHeaders, toPreflightHeaders } from './cors.ts';
import { type Hubs, isHubName } from './hubs.ts';
import { type NegotiatedConnection, Negotiations, toNegotiateVersion } from './negotiate.ts';
import { Refused } from './refused.ts';
import type { RequestTarget } from './request-target.ts';
import { WebSocketTransports } from './transports/web-socket.ts';

export function isClientPath(path: string): boolean {
  return path === '/client' || path.startsWith('/client/');
}

export class ClientEndpoint {
  readonly #access: AccessCheck;
  readonly #hubs: Hubs;
  readonly #context: ConnectionContext;
  readonly #negotiations: Negotiations;
  readonly #webSockets: WebSocketTransports;
  readonly #connections = new Set<ClientConnection>();

  constructor(access: AccessCheck, hubs: Hubs, context: ConnectionContext) {
    const { times, limits } = context;
    this.#access = access;
    this.#hubs = hubs;
    this.#context = context;
    this.#negotiations = new Negotiations(times.negotiateMs);
    this.#webSockets = new WebSocketTransports({
      // Room for a message over the limit, so that its sender is told why it is closed.
      frameBytes: 2 * limits.messageBytes,
      slowClientBytes: limits.slowClientBytes,
    });
  }

  /** Everything on /client but WebSocket upgrades. */
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
    await this.#access.check(request, target, { kind: 'client', hub });
    if (target.path === '/client/negotiate') this.#negotiate(request, target, hub, response);
    else this.#refuseTransport(target, hub);
  }

  /** A WebSocket upgrade on /client. Throws {@link Refused} before anything is answered. */
  async upgrade(
    request: IncomingMessage,
    target: RequestTarget,
    socket: Duplex,
    head: Buffer,
  ): Promise<void> {
    if (target.path.replace(/\/$/, '') !== '/client') throw notFound();
    const hub = hubOf(target);
    const claims = await this.#access.check(request, target, { kind: 'client', hub });
    const negotiated = this.#open(target, hub);
    const release = () => this.#negotiations.close(negotiated.connectionToken);
    socket.once('close', release);
    // The client left while its token was being checked.
    if (socket.destroyed) release();
    this.#webSockets.accept(request, socket, head, (transport) => {
      const facts = {
        id: negotiated.connectionId,
        hubName: this.#hubs.get(hub).name,
        userId: toUserId(claims),
        claims,
        query: target.search,
      };
      const live = this.#hubs.get(hub);
      const connection = new ClientConnection(facts, transport, live, this.#context);
      this.#connections.add(connection);
      void connection.finished.then(() => this.#connections.delete(connection));
      return connection;
    });
  }

  tick(now: number): void {
    this.#negotiations.sweep(now);
    for (const connection of this.#connections) connection.tick(now);
  }

  /** Sends all clients away, to come back later; settles when all of it has been told upstream. */
  async closeAll(): Promise<void> {
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
      throw new Refused(405, 'MethodNotAllowed', 'unable to negotiate; send a POST.', {
        Allow: 'POST, OPTIONS',
      });
    }
    const version = toNegotiateVersion(query.get('negotiateVersion'));
    const answer = this.#negotiations.negotiate(hub, version, this.#context.now());
    this.#context.log(`hub ${hub} connection ${answer.connectionId}: negotiated`);
    response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(answer));
  }

  #open({ query }: RequestTarget, hub: string): NegotiatedConnection {
    const token = query.get('id');
    if (!token) return this.#negotiations.openDirectly();
    const opened = this.#negotiations.open(token, hub, this.#context.now());
    if (opened === 'unknown') throw unknownConnection();
    if (opened === 'in use') {
      throw new Refused(409, 'Conflict', 'unable to connect; another WebSocket has this id.');
    }
    return opened;
  }

  /** Server-Sent Events and Long Polling are not offered by negotiate; who tries them all the same gets told. */
  #refuseTransport({ query }: RequestTarget, hub: string): never {
    const token = query.get('id');
    // Both texts are ASP.NET Core's.
    if (!token) throw new Refused(400, 'BadRequest', 'Connection ID required');
    if (!this.#negotiations.knows(token, hub, this.#context.now())) throw unknownConnection();
    throw new Refused(
      400,
      'BadRequest',
      'unable to open this transport; only WebSockets are offered here. Connect with a WebSocket.',
    );
  }
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
    throw new Refused(
      400,
      'BadRequest',
      `unable to find the hub; ${reason}. Connect to /client/?hub=name, a letter first, then letters, digits or _.`,
    );
  }
  return hub;
}

function unknownConnection(): Refused {
  return new Refused(404, 'NotFound', 'No Connection with that ID');
}

function notFound(): Refused {
  return new Refused(404, 'NotFound', 'unable to find this path; clients connect to /client/.');
}
