// What a caller gets whose request failed: texts for clients, whose errors people read in a console; JSON for the REST API.

import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Log } from './log.ts';
import { Refused } from './refused.ts';

export interface ErrorContext {
  /** As the official emulator, which sends no `x-ms-error-code`. */
  readonly compat: boolean;
  readonly log: Log;
}

export function answerError(
  error: unknown,
  request: IncomingMessage,
  path: string,
  response: ServerResponse,
  { compat, log }: ErrorContext,
): void {
  // The caller went away in the middle of its request.
  if (response.destroyed || response.headersSent) return;
  const { status, code, message, headers } = toRefused(error, log);
  log(`${request.method} ${path}: ${status}, ${message}`, 'warn');
  const isRest = path.startsWith('/api/');
  const body = isRest ? JSON.stringify({ code, message }) : message;
  response
    .writeHead(status, {
      ...headers,
      ...(isRest && status === 404 && !compat ? { 'x-ms-error-code': code } : {}),
      // A body that nobody has read would have to be read, before the next request, for nothing.
      ...(request.complete ? {} : { Connection: 'close' }),
      'Content-Type': isRest ? 'application/json' : 'text/plain; charset=utf-8',
      'Content-Length': Buffer.byteLength(body),
    })
    .end(body);
}

/** The same for an upgrade, which has a bare socket. */
export function answerUpgradeError(error: unknown, path: string, socket: Duplex, log: Log): void {
  const { status, message, headers } = toRefused(error, log);
  log(`upgrade ${path}: ${status}, ${message}`, 'warn');
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\nConnection: close\r\n${lines.join('')}` +
      `Content-Type: text/plain; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(message)}\r\n\r\n${message}`,
  );
}

function toRefused(error: unknown, log: Log): Refused {
  if (error instanceof Refused) return error;
  log(`failed: ${error instanceof Error ? error.stack : String(error)}`, 'warn');
  return new Refused(500, 'InternalServerError', 'unable to answer; the emulator made a mistake.');
}
