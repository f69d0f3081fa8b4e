// Ends an HTTP answer whose client may have stopped reading.

import type { ServerResponse } from 'node:http';

/** Time for the client to read the last bytes before they are dropped. */
export const CLOSE_TIMEOUT_MS = 5_000;

/**
 * Ends the answer, and destroys it if the client has not read all of it in time. Otherwise the bytes would stay in
 * memory, and the socket open.
 */
export function endWithin(
  response: ServerResponse,
  ms: number,
  body?: Buffer,
  onCut: () => void = () => {},
): void {
  const timer = setTimeout(() => {
    response.destroy();
    onCut();
  }, ms).unref();
  response.once('close', () => clearTimeout(timer));
  response.end(body);
}
