// The edge to node:http. Inside, a request is a plain object and a response a plain value; whatever goes wrong
// becomes a status, never an uncaught exception.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

/** The real host's limit for a request body (104857600 bytes). */
export const MAX_BODY_BYTES = 100 * 1024 * 1024;

export interface HostRequest {
  readonly method: string;
  /** Absolute; the host name is the caller's `Host` header. */
  readonly url: URL;
  /** Percent-decoded, except for %2F, as ASP.NET Core hands paths to routing. */
  readonly path: string;
  /** Lower-case names; values of a repeated header joined with a comma. */
  readonly headers: ReadonlyMap<string, string>;
  /** Name, value, name, value, as they came. */
  readonly rawHeaders: readonly string[];
  /** Reads the body. Throws a {@link RequestError} where it is too large or ends early. */
  readBody(): Promise<Buffer>;
}

export interface HostResponse {
  readonly status: number;
  /** The reason phrase, where it is not the usual one. */
  readonly reason?: string;
  readonly headers?: readonly (readonly [name: string, value: string])[];
  readonly body?: Uint8Array | string;
}

/** A request that gets a status and goes no further. */
export class RequestError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = 'RequestError';
    this.status = status;
  }
}

export type Handle = (request: HostRequest) => Promise<HostResponse>;

export interface HttpServer {
  readonly server: Server;
  /** Resolves when every request has its answer, or its caller has gone. */
  idle(): Promise<void>;
}

export function createHttpServer(handle: Handle, report: (error: unknown) => void): HttpServer {
  const open = new Set<Promise<unknown>>();
  // Kestrel's limits: 32 KB of headers, 130 s for an idle connection.
  const options = { maxHeaderSize: 32 * 1024, keepAliveTimeout: 130_000, requestTimeout: 0 };
  const server = createServer(options, (incoming, outgoing) => {
    // A caller that goes away is no error of ours; without a listener it could end the process.
    outgoing.on('error', ignore);
    const closed = new Promise((resolve) => outgoing.once('close', resolve));
    open.add(closed);
    void closed.then(() => open.delete(closed));
    answer(incoming, outgoing, handle).catch((error: unknown) => {
      report(error);
      outgoing.destroy();
    });
  });
  return {
    server,
    async idle() {
      while (open.size > 0) await Promise.all(open);
    },
  };
}

async function answer(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  handle: Handle,
): Promise<void> {
  let response: HostResponse;
  try {
    response = await handle(toHostRequest(incoming));
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    response = { status: error.status };
    // The rest of the body is not wanted.
    outgoing.shouldKeepAlive = false;
  }
  send(outgoing, response);
}

function send(outgoing: ServerResponse, response: HostResponse): void {
  if (outgoing.destroyed) return;
  const body = response.body === undefined ? Buffer.alloc(0) : Buffer.from(response.body);
  outgoing.statusCode = response.status;
  if (response.reason !== undefined) outgoing.statusMessage = response.reason;
  for (const [name, value] of response.headers ?? []) outgoing.appendHeader(name, value);
  const mayHaveBody = response.status !== 204 && response.status !== 304;
  if (mayHaveBody && !outgoing.hasHeader('content-length')) {
    outgoing.setHeader('content-length', body.length);
  }
  outgoing.end(mayHaveBody && body.length > 0 ? body : undefined);
}

export function toHostRequest(incoming: IncomingMessage): HostRequest {
  const headers = new Map<string, string>();
  for (const [name, values] of Object.entries(incoming.headersDistinct)) {
    headers.set(name, (values ?? []).join(','));
  }
  const url = toUrl(incoming.url ?? '/', headers.get('host'));
  return {
    method: incoming.method ?? 'GET',
    url,
    path: decodePath(url.pathname),
    headers,
    rawHeaders: incoming.rawHeaders,
    readBody: () => readBody(incoming),
  };
}

function toUrl(target: string, host: string | undefined): URL {
  const authority = host ?? 'localhost';
  // A name and a port, or an address: a Host header with a path or a user in it would change the URL.
  const isPlainHost = /^[^\s/?#@\\]+$/.test(authority);
  const text = target.startsWith('/') ? `http://${authority}${target}` : target;
  if (!isPlainHost || !URL.canParse(text)) {
    throw new RequestError(400, 'the request has no proper target and Host header');
  }
  const url = new URL(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new RequestError(400, 'the request target is no http address');
  }
  url.username = '';
  url.password = '';
  return url;
}

/** Invalid escapes stay as they are; Kestrel refuses a null character. */
export function decodePath(path: string): string {
  const decoded = path.replace(/(?:%(?!2f)[0-9a-f]{2})+/gi, (escapes) => {
    try {
      return decodeURIComponent(escapes);
    } catch {
      return escapes;
    }
  });
  if (decoded.includes('\0')) throw new RequestError(400, 'the path has a null character');
  return decoded;
}

async function readBody(incoming: IncomingMessage): Promise<Buffer> {
  if (Number(incoming.headers['content-length'] ?? 0) > MAX_BODY_BYTES) throw tooLarge();
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of incoming as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > MAX_BODY_BYTES) break;
      chunks.push(chunk);
    }
  } catch {
    throw new RequestError(400, 'the body ended early');
  }
  if (length > MAX_BODY_BYTES) throw tooLarge();
  return Buffer.concat(chunks, length);
}

function tooLarge(): RequestError {
  return new RequestError(413, `the body has more than ${MAX_BODY_BYTES} bytes`);
}

function ignore(): void {}
