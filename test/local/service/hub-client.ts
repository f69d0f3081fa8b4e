// Real SignalR clients, REST calls and raw sockets for tests.

import {
  HttpTransportType,
  type HubConnection,
  HubConnectionBuilder,
  HubConnectionState,
  LogLevel,
} from '@microsoft/signalr';
import { MessagePackHubProtocol } from '@microsoft/signalr-protocol-msgpack';
import { WebSocket } from 'ws';
import { EMULATOR_KEY, signAccessToken } from '../../../local/access-token.ts';
import type { Emulator } from '../../../local/service/server.ts';

/** The part of an emulator that a client has to know. */
type Service = Pick<Emulator, 'port'>;

export interface ClientOptions {
  readonly hub?: string;
  readonly userId?: string;
  readonly protocol?: 'json' | 'messagepack';
  /** WebSockets unless given. */
  readonly transport?: HttpTransportType;
  /** Reconnects at once. */
  readonly reconnect?: boolean;
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly query?: string;
}

/** The URL and token that a negotiate function would give out. */
export async function connectionInfo(
  service: Service,
  { hub = 'chat', userId, claims = {}, query = '' }: ClientOptions = {},
): Promise<{ url: string; token: string }> {
  const token = await signAccessToken(
    EMULATOR_KEY,
    `http://127.0.0.1/client/?hub=${hub}`,
    { ...claims, ...(userId === undefined ? {} : { 'asrs.s.uid': userId }) },
    Date.now(),
  );
  return { url: `http://127.0.0.1:${service.port}/client/?hub=${hub}${query}`, token };
}

async function newClient(service: Service, options: ClientOptions = {}): Promise<HubConnection> {
  const { url, token } = await connectionInfo(service, options);
  const builder = new HubConnectionBuilder()
    .withUrl(url, {
      accessTokenFactory: () => token,
      transport: options.transport ?? HttpTransportType.WebSockets,
    })
    .configureLogging(LogLevel.None);
  if (options.protocol === 'messagepack') builder.withHubProtocol(new MessagePackHubProtocol());
  if (options.reconnect) builder.withAutomaticReconnect([0, 0, 0]);
  return builder.build();
}

export async function startClient(
  service: Service,
  options: ClientOptions = {},
): Promise<HubConnection> {
  const client = await newClient(service, options);
  await client.start();
  return client;
}

export async function stopClient(client: HubConnection): Promise<void> {
  if (client.state !== HubConnectionState.Disconnected) await client.stop();
}

export interface RestOptions {
  readonly body?: unknown;
  /** Sent unchanged, instead of `body`. */
  readonly rawBody?: string | Uint8Array;
  readonly contentType?: string;
  /** Replaces the valid token. Null for none. */
  readonly token?: string | null;
}

/** A call as the SDK makes it: the audience has neither port nor query. */
export async function rest(
  service: Service,
  method: string,
  path: string,
  options: RestOptions = {},
): Promise<Response> {
  const audience = `http://127.0.0.1${path.replace(/\?.*$/, '')}`;
  const token =
    options.token === undefined
      ? await signAccessToken(EMULATOR_KEY, audience, {}, Date.now())
      : options.token;
  const body =
    options.rawBody ?? (options.body === undefined ? undefined : JSON.stringify(options.body));
  return fetch(`http://127.0.0.1:${service.port}${path}`, {
    method,
    headers: {
      ...(token === null ? {} : { Authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'Content-Type': options.contentType ?? 'application/json' }),
    },
    ...(body === undefined ? {} : { body: body as string }),
  });
}

/** A bare WebSocket that queues what arrives, so that no message is missed. */
export interface RawClient {
  readonly socket: WebSocket;
  readonly closed: Promise<{ code: number }>;
  /** The next WebSocket message as text. */
  next(): Promise<string>;
  send(data: string | Uint8Array): void;
}

export async function openRawClient(
  service: Service,
  options: ClientOptions = {},
): Promise<RawClient> {
  const { url, token } = await connectionInfo(service, options);
  const socket = new WebSocket(url.replace('http:', 'ws:'), {
    headers: { Authorization: `Bearer ${token}` },
  });
  const arrived: string[] = [];
  const waiting: ((text: string) => void)[] = [];
  socket.on('message', (data: Buffer) => {
    const next = waiting.shift();
    if (next) next(data.toString());
    else arrived.push(data.toString());
  });
  const closed = new Promise<{ code: number }>((resolve) => {
    socket.on('close', (code) => resolve({ code }));
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  return {
    socket,
    closed,
    next: () => {
      const known = arrived.shift();
      return known === undefined
        ? new Promise((resolve) => waiting.push(resolve))
        : Promise.resolve(known);
    },
    send: (data) => socket.send(data),
  };
}

/** The arguments that a client gets for a target, in order. */
export function collect(client: HubConnection, target: string) {
  const arrived: unknown[][] = [];
  const waiting: (() => void)[] = [];
  client.on(target, (...args: unknown[]) => {
    arrived.push(args);
    for (const wake of waiting.splice(0)) wake();
  });
  return {
    arrived,
    async until(count: number): Promise<unknown[][]> {
      while (arrived.length < count) await new Promise<void>((resolve) => waiting.push(resolve));
      return arrived;
    },
  };
}
