// The end of an HTTP answer whose client may have stopped reading.

import type { ServerResponse } from 'node:http';

/** How long a client may take to fetch our last words before they are dropped. */
export const CLOSE_TIMEOUT_MS = 5_000;

/**
 * Ends the answer, and cuts it off if the client has not taken all of it within the time: what it does not read
 * would stay in memory, and its socket open, for as long as it likes.
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
