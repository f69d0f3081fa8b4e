// What a caller gets whose request failed: texts for clients, whose errors people read in a console; JSON for the REST API.

import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Log } from '../log.ts';
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
  const refused = toRefused(error, log);
  log(`${request.method} ${path}: ${refused.status}, ${refused.message}`, 'warn');
  const { headers, body } = toAnswer(refused, path, compat);
  response
    .writeHead(refused.status, {
      ...headers,
      // A body that nobody has read would have to be read, before the next request, for nothing.
      ...(request.complete ? {} : { Connection: 'close' }),
    })
    .end(body);
}

/** The same for an upgrade, which has a bare socket. */
export function answerUpgradeError(
  error: unknown,
  path: string,
  socket: Duplex,
  { compat, log }: ErrorContext,
): void {
  const refused = toRefused(error, log);
  const { status, message } = refused;
  log(`upgrade ${path}: ${status}, ${message}`, 'warn');
  const { headers, body } = toAnswer(refused, path, compat);
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\nConnection: close\r\n${lines.join('')}\r\n${body}`,
  );
}

function toAnswer({ status, code, message, headers }: Refused, path: string, compat: boolean) {
  const isRest = path.startsWith('/api/');
  const body = isRest ? JSON.stringify({ code, message }) : message;
  return {
    body,
    headers: {
      ...headers,
      ...(isRest && status === 404 && !compat ? { 'x-ms-error-code': code } : {}),
      'Content-Type': isRest ? 'application/json' : 'text/plain; charset=utf-8',
      'Content-Length': Buffer.byteLength(body),
    },
  };
}

function toRefused(error: unknown, log: Log): Refused {
  if (error instanceof Refused) return error;
  log(`failed: ${error instanceof Error ? error.stack : String(error)}`, 'warn');
  return new Refused(500, 'InternalServerError', 'unable to answer; the emulator made a mistake.');
}
