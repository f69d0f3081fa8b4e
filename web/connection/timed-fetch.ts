// A request with a time limit for the whole answer. `AbortSignal.timeout` does the same, but is newer than the page's floor.

export class TimeoutError extends Error {}

export interface TimedRequest {
  readonly limitMs: number;
  /** Calls its listener to end the request early. */
  readonly onAbort?: (end: () => void) => void;
}

/** The answer and its body. Rejects with the fetcher's error if no answer came, and with a TimeoutError after the limit. */
export async function fetchText(
  fetcher: typeof fetch,
  url: string,
  init: RequestInit,
  { limitMs, onAbort }: TimedRequest,
): Promise<{ readonly response: Response; readonly text: string }> {
  const request = new AbortController();
  const end = () => request.abort();
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    end();
  }, limitMs);
  onAbort?.(end);
  try {
    const response = await fetcher(url, { ...init, signal: request.signal });
    return { response, text: await response.text() };
  } catch (error) {
    throw isLate ? new TimeoutError(`no answer within ${limitMs / 1_000} s`) : error;
  } finally {
    clearTimeout(timer);
  }
}
