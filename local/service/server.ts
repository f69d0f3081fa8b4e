// The service: joins its parts, starts and stops them.

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { EMULATOR_KEY, toConnectionString } from '../access-token.ts';
import { AccessCheck } from './access/access-check.ts';
import { ClientEndpoint, isClientPath } from './connections/client-endpoint.ts';
import { Hubs } from './connections/hubs.ts';
import { type Counts, newCounts } from './counts.ts';
import { answerError, answerUpgradeError, type ErrorContext } from './http/answer-error.ts';
import { HttpError } from './http/http-error.ts';
import { listen } from './http/listen.ts';
import { parseTarget, type RequestTarget } from './http/request-target.ts';
import { Inspector } from './inspector.ts';
import { DEFAULT_LIMITS, DEFAULT_TIMES, type EmulatorOptions, type Times } from './options.ts';
import { Quota } from './quota.ts';
import { handleRest, type RestContext } from './rest/rest-api.ts';
import { isServerPath, noServerConnections, ServerConnections } from './server-connections.ts';
import { inOrder } from './upstream/delivery.ts';
import { NO_FAULTS, withFaults } from './upstream/faults.ts';
import { Upstream } from './upstream/upstream.ts';
import { toTemplates, type UpstreamOption } from './upstream/upstream-settings.ts';

/** A running emulator. */
export interface Emulator {
  readonly port: number;
  /** E.g. `http://localhost:8888`. */
  readonly endpoint: string;
  readonly connectionString: string;
  /** A live object: the numbers keep changing. */
  readonly counts: Counts;
  /** Events go there from now on. Throws if it is not usable, and changes nothing. */
  setUpstream(upstream: UpstreamOption): void;
  /**
   * Disconnects all clients, admits no more, and posts their `disconnected` events, to which the app may still answer over REST.
   * Resolves when it has answered, or after `times.stopMs`.
   */
  disconnectAll(): Promise<void>;
  /** The same, and closes everything. May be called twice. */
  stop(): Promise<void>;
}

const LONGEST_TICK_MS = 1_000;

/** Resolves when it listens. The options have to be valid. `startEmulator` checks them. */
export async function startService(options: EmulatorOptions): Promise<Emulator> {
  const { keys = [EMULATOR_KEY], now = Date.now, compat = false } = options;
  const monotonicNow = options.monotonicNow ?? options.now ?? (() => performance.now());
  const [accessKey] = keys;
  if (accessKey === undefined) throw new Error('unable to start; there is no key. Give one.');
  const times = { ...DEFAULT_TIMES, ...options.times };
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const counts = newCounts();
  const hubs = new Hubs(counts);
  const inspector = options.inspect ? new Inspector(hubs, counts, now) : undefined;
  const log = inspector ? inspector.overhear(options.log) : (options.log ?? (() => {}));
  const upstream = new Upstream(toTemplates(options.upstream ?? []), times.upstreamMs);
  const access = new AccessCheck(keys, limits.tokenLength, now, {
    hosts: options.tokenHosts,
    signatureOnly: compat,
  });
  const deliver = inOrder(upstream);
  const quota = options.units === undefined ? undefined : new Quota(options.units, counts, now);
  const clients = new ClientEndpoint(access, hubs, quota, {
    accessKeys: keys,
    deliver: options.faults ? withFaults({ ...NO_FAULTS, ...options.faults }, deliver) : deliver,
    times,
    limits,
    compat,
    monotonicNow,
    log,
  });
  const parts: Parts = {
    clients,
    servers: new ServerConnections(times.handshakeMs, log),
    rest: {
      access,
      accessKey,
      hubs,
      quota,
      bodyBytes: limits.restBodyBytes,
      compat,
      now,
      monotonicNow,
      log,
    },
    counts,
    inspector,
  };
  const listeners = newListeners(parts, { compat, log });
  const listening = await listen(listeners, options.port ?? 0, options.ip);
  const ticker = setInterval(() => {
    clients.tick(monotonicNow());
    hubs.sweep(monotonicNow());
  }, tickMs(times));

  let disconnecting: Promise<void> | undefined;
  const disconnectAll = () => {
    disconnecting ??= Promise.race([clients.closeAll(), delay(times.stopMs)]);
    return disconnecting;
  };
  const stop = async () => {
    clearInterval(ticker);
    // It still listens: the app broadcasts each leave by REST, though nobody hears it any more.
    await disconnectAll();
    listening.close();
    upstream.stop();
    listening.closeConnections();
  };
  // On loopback the connection string has `localhost`, as with the official emulator.
  const host = options.ip === undefined ? 'localhost' : toUrlHost(options.ip);
  let stopping: Promise<void> | undefined;
  return {
    port: listening.port,
    endpoint: `http://${host}:${listening.port}`,
    connectionString: toConnectionString(`http://${host}`, listening.port, accessKey),
    counts,
    setUpstream: (next) => upstream.setTemplates(toTemplates(next)),
    disconnectAll,
    stop: () => {
      stopping ??= stop();
      return stopping;
    },
  };
}

interface Parts {
  readonly clients: ClientEndpoint;
  readonly servers: ServerConnections;
  readonly rest: RestContext;
  readonly counts: Counts;
  readonly inspector: Inspector | undefined;
}

function newListeners(parts: Parts, context: ErrorContext) {
  return {
    request: (request: IncomingMessage, response: ServerResponse) => {
      const target = parseTarget(request.url);
      answer(request, target, response, parts).catch((error: unknown) =>
        answerError(error, request, target.path, response, context),
      );
    },
    upgrade: (...[request, socket, head]: Parameters<Parameters<typeof listen>[0]['upgrade']>) => {
      const target = parseTarget(request.url);
      // Until `ws` listens, a reset by the client would be an unhandled error.
      socket.on('error', () => {});
      upgrade(request, target, socket, head, parts).catch((error: unknown) =>
        answerUpgradeError(error, target.path, socket, context),
      );
    },
  };
}

async function upgrade(
  request: IncomingMessage,
  target: RequestTarget,
  socket: Duplex,
  head: Buffer,
  { clients, servers }: Parts,
): Promise<void> {
  if (isServerPath(target.path)) servers.refuse(request, socket, head);
  else await clients.upgrade(request, target, socket, head);
}

async function answer(
  request: IncomingMessage,
  target: RequestTarget,
  response: ServerResponse,
  { clients, rest, counts, inspector }: Parts,
): Promise<void> {
  const { path } = target;
  if (isClientPath(path)) {
    await clients.handle(request, target, response);
  } else if (/^\/api(\/v1)?\/health$/.test(path)) {
    if (rest.compat) rest.access.check(request, target, { kind: 'rest', path });
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      throw new HttpError(
        405,
        'MethodNotAllowed',
        'unable to do this; health takes GET and HEAD.',
        {
          Allow: 'GET, HEAD',
        },
      );
    }
    response.writeHead(200, { 'Content-Length': 0 }).end();
  } else if (path.startsWith('/api/')) {
    await handleRest(request, target, response, rest);
  } else if (path === '/emulator/counts') {
    response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(counts));
  } else if (path.startsWith('/emulator/') && inspector) {
    inspector.handle(path, response);
  } else if (isServerPath(path)) {
    throw noServerConnections();
  } else {
    throw new HttpError(404, 'NotFound', 'unable to find this path; there is /client/ and /api/.');
  }
}

/** Short enough for the shortest of the times, which tests set low. */
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
