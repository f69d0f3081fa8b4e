// The edge to node:http. Inside, request and response are plain objects. Every error becomes a status, never an uncaught
// exception.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { RequestError } from './request-error.ts';
import { readTarget, refuseBadHead } from './request-target.ts';

/** The real host's limit for a request body (104857600 bytes). */
const MAX_BODY_BYTES = 100 * 1024 * 1024;

export interface HostRequest {
  readonly method: string;
  /** Absolute. The host name is the caller's `Host` header. */
  readonly url: URL;
  /** Percent-decoded except for %2F, as ASP.NET Core passes paths to routing. */
  readonly path: string;
  /** Lower-case names. Values of a repeated header are joined with a comma. */
  readonly headers: ReadonlyMap<string, string>;
  /** Name, value, name, value, as they were sent. */
  readonly rawHeaders: readonly string[];
  /** Reads the body. Throws a {@link RequestError} if it is too large or ends early. */
  readBody(): Promise<Buffer>;
}

export interface HostResponse {
  readonly status: number;
  /** The reason phrase, if it is not the usual one. */
  readonly reason?: string;
  readonly headers?: readonly (readonly [name: string, value: string])[];
  readonly body?: Uint8Array | string;
}

export type Handle = (request: HostRequest) => Promise<HostResponse>;

export interface HttpServer {
  readonly server: Server;
  /** Resolves when every request has its answer, or its caller has disconnected. */
  idle(): Promise<void>;
}

/** A request and its answer, until the answer is complete. */
class Exchange {
  readonly outgoing: ServerResponse;
  /** Rejects when the connection's data is not HTTP any more. */
  readonly broken: Promise<never>;
  #reject: (error: Error) => void = ignore;

  constructor(outgoing: ServerResponse) {
    this.outgoing = outgoing;
    this.broken = new Promise<never>((_, reject) => {
      this.#reject = reject;
    });
    this.broken.catch(ignore);
  }

  breakOff(): void {
    this.outgoing.shouldKeepAlive = false;
    this.#reject(unreadable());
  }
}

export function createHttpServer(handle: Handle, report: (error: unknown) => void): HttpServer {
  const open = new Set<Promise<unknown>>();
  const exchanges = new WeakMap<Duplex, Exchange>();
  const options = {
    // `refuseBadHead` applies Kestrel's limits, so Node's own limits are higher.
    maxHeaderSize: 1024 * 1024,
    // Kestrel's timeout of an idle connection.
    keepAliveTimeout: 130_000,
    requestTimeout: 0,
  };
  const server = createServer(options, (incoming, outgoing) => {
    // A caller that disconnects is not our error. Without a listener it could end the process.
    outgoing.on('error', ignore);
    const exchange = new Exchange(outgoing);
    exchanges.set(incoming.socket, exchange);
    const closed = new Promise((resolve) => outgoing.once('close', resolve));
    open.add(closed);
    void closed.then(() => {
      open.delete(closed);
      if (exchanges.get(incoming.socket) === exchange) exchanges.delete(incoming.socket);
    });
    answer(incoming, exchange, handle).catch((error: unknown) => {
      report(error);
      outgoing.destroy();
    });
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    const exchange = exchanges.get(socket);
    if (!exchange || !socket.writable) refuseConnection(error, socket);
    // The head was valid, and the function may not need the body. So the request gets its answer.
    else if (!exchange.outgoing.headersSent) exchange.breakOff();
    else exchange.outgoing.once('finish', () => socket.destroy());
  });
  return {
    server,
    async idle() {
      while (open.size > 0) await Promise.all(open);
    },
  };
}

const REFUSALS: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
};

function refuseConnection({ code = '' }: NodeJS.ErrnoException, socket: Duplex): void {
  if (socket.writable) {
    const status = REFUSALS[code] ?? '400 Bad Request';
    socket.write(`HTTP/1.1 ${status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
  }
  socket.destroy();
}

async function answer(
  incoming: IncomingMessage,
  { outgoing, broken }: Exchange,
  handle: Handle,
): Promise<void> {
  let response: HostResponse;
  try {
    response = await handle(toHostRequest(incoming, broken));
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    response = { status: error.status };
    // The rest of the body is ignored.
    outgoing.shouldKeepAlive = false;
  }
  send(outgoing, response);
}

/** Sends the body in chunks unless the function set its length, as the real host does. */
function send(outgoing: ServerResponse, response: HostResponse): void {
  if (outgoing.destroyed) return;
  const { body = '' } = response;
  outgoing.statusCode = response.status;
  if (response.reason !== undefined) outgoing.statusMessage = response.reason;
  for (const [name, value] of response.headers ?? []) outgoing.appendHeader(name, value);
  const mayHaveBody = response.status !== 204 && response.status !== 304;
  if (mayHaveBody && body.length > 0) outgoing.write(body);
  outgoing.end();
}

function toHostRequest(incoming: IncomingMessage, broken: Promise<never>): HostRequest {
  const { method = 'GET', url: target = '/', rawHeaders } = incoming;
  refuseBadHead({ method, target, rawHeaders });
  const headers = new Map<string, string>();
  const hosts: string[] = [];
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]?.toLowerCase() ?? '';
    const value = rawHeaders[at + 1] ?? '';
    if (name === 'host') hosts.push(value);
    const before = headers.get(name);
    headers.set(name, before === undefined ? value : `${before},${value}`);
  }
  return {
    method,
    ...readTarget(target, hosts),
    headers,
    rawHeaders,
    readBody: () => Promise.race([readBody(incoming, headers.get('content-length')), broken]),
  };
}

/** With listeners, because an asynchronous iterator costs each request several times as much. */
function readBody(incoming: IncomingMessage, announced = '0'): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    if (Number(announced) > MAX_BODY_BYTES) {
      reject(tooLarge());
      return;
    }
    // It ended before anyone asked for the body.
    if (incoming.destroyed) {
      reject(unreadable());
      return;
    }
    const chunks: Buffer[] = [];
    let length = 0;
    incoming.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= MAX_BODY_BYTES) {
        chunks.push(chunk);
        return;
      }
      reject(tooLarge());
      incoming.destroy();
    });
    incoming.on('end', () => resolve(Buffer.concat(chunks, length)));
    incoming.on('error', () => reject(unreadable()));
    // The last event, also of a body that ended early.
    incoming.on('close', () => {
      if (!incoming.readableEnded) reject(unreadable());
    });
  });
}

// The real host reads the body for the function, and counts either failure as its own.

function tooLarge(): RequestError {
  return new RequestError(500, `the body has more than ${MAX_BODY_BYTES} bytes`);
}

function unreadable(): RequestError {
  return new RequestError(500, 'the body ended early, or is no HTTP');
}

function ignore(): void {}
