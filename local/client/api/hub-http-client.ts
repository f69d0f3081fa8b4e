import {
  HttpClient,
  HttpError,
  type HttpRequest,
  HttpResponse,
  TimeoutError,
} from '@microsoft/signalr';
import type { Fetch } from './fetch.ts';

/** Sends the SignalR client's requests over the same network: through the same proxy, without following redirects. */
export class HubHttpClient extends HttpClient {
  readonly #fetch: Fetch;

  constructor(fetch: Fetch) {
    super();
    this.#fetch = fetch;
  }

  override async send(request: HttpRequest): Promise<HttpResponse> {
    const { url = '', method = 'GET', content, headers, timeout, abortSignal } = request;
    const end = new AbortController();
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      end.abort();
    }, timeout);
    if (abortSignal?.aborted) end.abort();
    // The client's own type of signal has no other listener.
    else if (abortSignal) abortSignal.onabort = () => end.abort();
    try {
      const answer = await this.#fetch(new URL(url), {
        method,
        headers: { 'content-type': 'text/plain;charset=UTF-8', ...headers },
        ...(content ? { body: content.toString() } : {}),
        redirect: 'manual',
        signal: end.signal,
      });
      const chunks: Uint8Array[] = [];
      for await (const chunk of answer.body ?? []) chunks.push(chunk);
      const text = Buffer.concat(chunks).toString();
      const { status } = answer;
      if (status < 200 || status > 299) throw new HttpError(text.slice(0, 200), status);
      return new HttpResponse(status, '', text);
    } catch (error) {
      // A poll without messages ends like this, and the client polls again.
      throw isLate ? new TimeoutError() : error;
    } finally {
      clearTimeout(timer);
      if (abortSignal) abortSignal.onabort = null;
    }
  }
}
