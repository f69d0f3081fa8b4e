// The service: one HTTP server, its parts joined, its start and its stop.

import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { EMULATOR_KEY, toConnectionString } from '../access-token.ts';
import { AccessCheck } from './access-check.ts';
import { ClientEndpoint, isClientPath } from './client-endpoint.ts';
import { type Counts, newCounts } from './counts.ts';
import { Hubs } from './hubs.ts';
import { DEFAULT_LIMITS, DEFAULT_TIMES, type Limits, type Times } from './options.ts';
import { Refused } from './refused.ts';
import { parseTarget, type RequestTarget } from './request-target.ts';
import { handleRest, type RestContext } from './rest-api.ts';
import { Upstream } from './upstream.ts';
import { toTemplate, type UpstreamTemplate } from './upstream-settings.ts';

export interface ServiceOptions {
  /** 0 for any free one. */
  readonly port?: number;
  /** Where to listen: 127.0.0.1 unless given. */
  readonly ip?: string;
  /** One or two access keys, primary first. */
  readonly keys?: readonly string[];
  /** Templates, or the URL that takes all events; without any, events are skipped. */
  readonly upstream?: readonly UpstreamTemplate[] | string;
  readonly times?: Partial<Times>;
  readonly limits?: Partial<Limits>;
  /** Epoch milliseconds. */
  readonly now?: () => number;
  /** Gets one line per connection, event and REST call; never a token or a query. */
  readonly log?: (line: string) => void;
}

export interface Service {
  readonly port: number;
  /** E.g. `http://localhost:8888`. */
  readonly endpoint: string;
  readonly connectionString: string;
  /** Lives: the numbers go on changing. */
  readonly counts: Counts;
  setUpstream(upstream: readonly UpstreamTemplate[] | string): void;
  /** Sends all clients away, tells the upstream, and closes everything. May be called twice. */
  stop(): Promise<void>;
}

/** A connection without a request for this long is closed; longer than the pools of callers keep theirs. */
const KEEP_ALIVE_MS = 120_000;
const LONGEST_TICK_MS = 1_000;

export async function startService(options: ServiceOptions = {}): Promise<Service> {
  const { keys = [EMULATOR_KEY], now = Date.now, log = () => {} } = options;
  if (keys.length < 1 || keys.length > 2) {
    throw new Error(
      'unable to start the service; it has one or two access keys. Give a primary one.',
    );
  }
  const times = { ...DEFAULT_TIMES, ...options.times };
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const counts = newCounts();
  const hubs = new Hubs(counts);
  const upstream = new Upstream(toTemplates(options.upstream ?? []), times.upstreamMs);
  const access = new AccessCheck(keys, limits.tokenLength, now);
  const clients = new ClientEndpoint(access, hubs, {
    accessKeys: keys,
    upstream,
    times,
    limits,
    now,
    log,
  });
  const rest: RestContext = { access, hubs, bodyBytes: limits.restBodyBytes, now, log };

  const server = http.createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => {
    const target = parseTarget(request.url);
    answer(request, target, response, clients, rest, counts).catch((error: unknown) =>
      answerError(error, request, target, response, log),
    );
  });
  server.on('upgrade', (request, socket, head) => {
    upgrade(request, socket, head, clients, log);
  });
  await listen(server, options.port ?? 0, options.ip ?? '127.0.0.1');

  const ticker = setInterval(() => {
    clients.tick(now());
    hubs.sweep(now());
  }, tickMs(times));

  const stop = async () => {
    clearInterval(ticker);
    server.close();
    await Promise.race([clients.closeAll(), delay(times.stopMs)]);
    upstream.stop();
    server.closeAllConnections();
  };
  const { port } = server.address() as AddressInfo;
  // Bound to loopback, its usual name goes into the connection string, as with the official emulator.
  const host = options.ip === undefined ? 'localhost' : toUrlHost(options.ip);
  let stopping: Promise<void> | undefined;
  return {
    port,
    endpoint: `http://${host}:${port}`,
    connectionString: toConnectionString(`http://${host}`, port, keys[0] ?? ''),
    counts,
    setUpstream: (next) => upstream.setTemplates(toTemplates(next)),
    stop: () => {
      stopping ??= stop();
      return stopping;
    },
  };
}

async function answer(
  request: IncomingMessage,
  target: RequestTarget,
  response: ServerResponse,
  clients: ClientEndpoint,
  rest: RestContext,
  counts: Counts,
): Promise<void> {
  const { path } = target;
  if (isClientPath(path)) {
    await clients.handle(request, target, response);
  } else if (/^\/api(\/v1)?\/health$/.test(path)) {
    response.writeHead(200, { 'Content-Length': 0 }).end();
  } else if (path.startsWith('/api/')) {
    await handleRest(request, target, response, rest);
  } else if (path === '/emulator/counts') {
    response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(counts));
  } else if (/^\/server(\/|$)/.test(path)) {
    throw new Refused(
      404,
      'NotFound',
      'unable to take a server connection; this service has serverless mode only. Use the REST API (Transient).',
    );
  } else {
    throw new Refused(404, 'NotFound', 'unable to find this path; there is /client/ and /api/.');
  }
}

/** Texts for clients, whose errors people read in a console; JSON for the REST API. */
function answerError(
  error: unknown,
  request: IncomingMessage,
  { path }: RequestTarget,
  response: ServerResponse,
  log: (line: string) => void,
): void {
  // The caller went away in the middle of its request.
  if (response.destroyed || response.headersSent) return;
  const refused = toRefused(error, log);
  const { status, code, message, headers } = refused;
  log(`${request.method} ${path}: ${status}, ${message}`);
  const isRest = path.startsWith('/api/');
  const body = isRest ? JSON.stringify({ code, message }) : message;
  response
    .writeHead(status, {
      ...headers,
      ...(isRest && status === 404 ? { 'x-ms-error-code': code } : {}),
      'Content-Type': isRest ? 'application/json' : 'text/plain; charset=utf-8',
      'Content-Length': Buffer.byteLength(body),
    })
    .end(body);
}

function upgrade(
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  clients: ClientEndpoint,
  log: (line: string) => void,
): void {
  const target = parseTarget(request.url);
  // Before `ws` listens, a reset by the client would be an error that nobody handles.
  const ignore = () => {};
  socket.on('error', ignore);
  clients.upgrade(request, target, socket, head).catch((error: unknown) => {
    const { status, message, headers } = toRefused(error, log);
    log(`upgrade ${target.path}: ${status}, ${message}`);
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.end(
      `HTTP/1.1 ${status} ${http.STATUS_CODES[status] ?? ''}\r\nConnection: close\r\n${lines.join('')}` +
        `Content-Type: text/plain; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(message)}\r\n\r\n${message}`,
    );
  });
}

function toRefused(error: unknown, log: (line: string) => void): Refused {
  if (error instanceof Refused) return error;
  log(`failed: ${error instanceof Error ? error.stack : String(error)}`);
  return new Refused(500, 'InternalServerError', 'unable to answer; the emulator made a mistake.');
}

function toTemplates(upstream: readonly UpstreamTemplate[] | string): readonly UpstreamTemplate[] {
  return typeof upstream === 'string' ? [toTemplate(upstream)] : upstream;
}

function listen(server: http.Server, port: number, ip: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    // A backlog for storms of reconnects; the kernel's own limit may be lower.
    server.listen({ port, host: ip, backlog: 4_096 }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

/** Often enough for the shortest of the times, which tests set low. */
function tickMs({ pingMs, clientTimeoutMs, handshakeMs, negotiateMs }: Times): number {
  const shortest = Math.min(pingMs, clientTimeoutMs, handshakeMs, negotiateMs);
  return Math.min(LONGEST_TICK_MS, Math.max(5, shortest / 4));
}

function toUrlHost(ip: string): string {
  return ip.includes(':') ? `[${ip}]` : ip;
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
}
