// Answers of failed requests: plain text for clients, which show it in a console, and JSON for the REST API.

import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Log } from '../log.ts';
import { HttpError } from './http-error.ts';

export interface ErrorContext {
  /** Behave as the official emulator, which sends no `x-ms-error-code`. */
  readonly compat: boolean;
  readonly log: Log;
}

/** Does nothing if the caller is gone or the answer has begun. */
export function answerError(
  error: unknown,
  request: IncomingMessage,
  path: string,
  response: ServerResponse,
  { compat, log }: ErrorContext,
): void {
  // The caller has left during its request.
  if (response.destroyed || response.headersSent) return;
  const refused = toHttpError(error, log);
  log(`${request.method} ${path}: ${refused.status}, ${refused.message}`, 'warn');
  const { headers, body } = toAnswer(refused, path, compat);
  response
    .writeHead(refused.status, {
      ...headers,
      // An unread body would have to be read before the next request on this connection.
      ...(request.complete ? {} : { Connection: 'close' }),
    })
    .end(body);
}

/** The same for an upgrade, which has a socket instead of a response. */
export function answerUpgradeError(
  error: unknown,
  path: string,
  socket: Duplex,
  { compat, log }: ErrorContext,
): void {
  const refused = toHttpError(error, log);
  const { status, message } = refused;
  log(`upgrade ${path}: ${status}, ${message}`, 'warn');
  const { headers, body } = toAnswer(refused, path, compat);
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\nConnection: close\r\n${lines.join('')}\r\n${body}`,
  );
}

function toAnswer({ status, code, message, headers }: HttpError, path: string, compat: boolean) {
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

function toHttpError(error: unknown, log: Log): HttpError {
  if (error instanceof HttpError) return error;
  log(`failed: ${error instanceof Error ? error.stack : String(error)}`, 'warn');
  return new HttpError(
    500,
    'InternalServerError',
    'unable to answer; the emulator made a mistake.',
  );
}
