// An HTTP server that replaces the function app: it records the requests of the service, and gives configured answers.

import http, { type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface RecordedEvent {
  readonly path: string;
  readonly category: string;
  readonly event: string;
  readonly connectionId: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface Answer {
  readonly status?: number;
  readonly body?: string | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
  /** Destroys the connection after the body. */
  readonly cut?: boolean;
}

export interface RecordingUpstream {
  readonly url: string;
  readonly events: readonly RecordedEvent[];
  /** The answer to each event from now on. It may be a promise. */
  answer: (event: RecordedEvent) => Answer | Promise<Answer>;
  /** The first matching event, past or future. */
  next(fits: (event: RecordedEvent) => boolean): Promise<RecordedEvent>;
  stop(): Promise<void>;
}

/** @param port 0 for any free one */
export async function startRecordingUpstream(port = 0): Promise<RecordingUpstream> {
  const events: RecordedEvent[] = [];
  const waiting: {
    fits: (event: RecordedEvent) => boolean;
    resolve: (e: RecordedEvent) => void;
  }[] = [];
  const server = http.createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const event: RecordedEvent = {
      path: request.url ?? '',
      category: headerOf(request.headers, 'x-asrs-category'),
      event: headerOf(request.headers, 'x-asrs-event'),
      connectionId: headerOf(request.headers, 'x-asrs-connection-id'),
      headers: request.headers,
      body: Buffer.concat(chunks),
    };
    events.push(event);
    for (const { fits, resolve } of waiting) if (fits(event)) resolve(event);
    const { status = 200, body = '', headers = {}, cut = false } = await recorder.answer(event);
    response.writeHead(status, headers);
    if (cut) response.write(body, () => response.destroy());
    else response.end(body);
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const address = server.address() as AddressInfo;
  const recorder: RecordingUpstream = {
    url: `http://127.0.0.1:${address.port}/upstream`,
    events,
    answer: () => ({}),
    next: (fits) => {
      const known = events.find(fits);
      return known
        ? Promise.resolve(known)
        : new Promise((resolve) => waiting.push({ fits, resolve }));
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return recorder;
}

function headerOf(headers: IncomingHttpHeaders, name: string): string {
  return String(headers[name] ?? '');
}

/** A framed JSON completion, as the Functions extension makes it. */
export function jsonCompletion(event: RecordedEvent, result: unknown): Answer {
  const { invocationId } = JSON.parse(event.body.toString()) as { invocationId?: string };
  return { body: `${JSON.stringify({ type: 3, invocationId, result })}\x1e` };
}
