// Reads the body of a request, up to a limit.

import type { IncomingMessage } from 'node:http';
import { HttpError } from './http-error.ts';

/** Throws {@link HttpError} with 413 as soon as the body is known to have more than `limit` bytes. */
export async function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > limit) throw tooLarge(limit);
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limit) throw tooLarge(limit);
    chunks.push(chunk);
  }
  return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
}

function tooLarge(limit: number): HttpError {
  return new HttpError(
    413,
    'PayloadTooLarge',
    `unable to read the body; it has more than ${limit} bytes. Send less in one message.`,
    // Reading the rest would be useless.
    { Connection: 'close' },
  );
}
