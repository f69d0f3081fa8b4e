// The chat's HTTP API for the commands. An answer may come from the chat, from a proxy in front of it, or from another
// server. Only the chat's own answers count, and every failure is one line that says what to do.

import { isUtf8 } from 'node:buffer';
import { type Clock, type CommandContext, Interrupted } from '../context.ts';
import { parseRefusal, type Refusal } from './answers.ts';
import { ApiError } from './api-error.ts';
import type { Fetch, FetchAnswer } from './fetch.ts';
import { addressRemedy, reasonOf, wasNeverSent } from './network-error.ts';

/** A complete answer. */
export interface Answer {
  readonly status: number;
  readonly headers: FetchAnswer['headers'];
  /** Invalid UTF-8 is replaced. {@link isUtf8} is false then. */
  readonly text: string;
  readonly isUtf8: boolean;
}

export interface ApiRequest {
  /** The purpose, for an error that begins with *unable to*. */
  readonly to: string;
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A reader for each expected status. It returns undefined for an answer that is not from the chat. */
export type Readers<T> = Readonly<Record<number, (answer: Answer) => T | undefined>>;

export interface ChatApiOptions {
  /** The page's URL without a trailing slash. */
  readonly url: string;
  /** A function key of the app, sent with every request. */
  readonly key: string | undefined;
  /** How long a request is retried while it may succeed. */
  readonly retryForMs: number;
}

/** Longest silence of the server, also within an answer. */
const SILENCE_MS = 60_000;
/** A page of an export has 1,000 messages of 4,000 characters, and JSON may escape each with six bytes. */
const MOST_BYTES = 64 * 1_024 * 1_024;
const FIRST_PAUSE_MS = 250;
const MAX_PAUSE_MS = 5_000;

/** Sends requests with retries, and reads their answers. */
export class ChatApi {
  readonly url: string;
  readonly #options: ChatApiOptions;
  readonly #fetch: Fetch;
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #report: (sentence: string) => void;
  /** The address is right, so an error that speaks against it passes. */
  #hasAnswered = false;

  constructor(
    options: ChatApiOptions,
    { clock, random, report }: Pick<CommandContext, 'clock' | 'random' | 'report'>,
    fetch: Fetch,
  ) {
    this.url = options.url;
    this.#options = options;
    this.#fetch = fetch;
    this.#clock = clock;
    this.#random = random;
    this.#report = report;
  }

  /**
   * Sends a request until it is answered, or until the retry time is over. Every request may be sent twice without harm.
   *
   * @param onFailure called with each failure, also with passing ones
   * @throws ApiError, or Interrupted when the signal is aborted
   */
  async call<T>(
    request: ApiRequest,
    readers: Readers<T>,
    signal: AbortSignal,
    onFailure: (error: ApiError) => void = () => {},
  ): Promise<T> {
    const { retryForMs } = this.#options;
    const giveUpAt = this.#clock.now() + retryForMs;
    for (let failures = 0; ; failures += 1) {
      try {
        const answer = await this.once(request, readers, signal);
        if (failures > 0) this.#report('the chat answers again; going on');
        return answer;
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        onFailure(error);
        const left = giveUpAt - this.#clock.now();
        if (!error.mayPass || left <= 0) throw error;
        if (failures === 0) {
          this.#report(`${error.message} Trying again for ${Math.ceil(retryForMs / 1_000)} s.`);
        }
        await this.#clock.sleep(Math.min(left, pauseAfter(failures, this.#random)), signal);
        if (signal.aborted) throw new Interrupted(false);
      }
    }
  }

  /** The same, once. */
  async once<T>(request: ApiRequest, readers: Readers<T>, signal: AbortSignal): Promise<T> {
    const answer = await this.#exchange(request, signal);
    const value = answer.isUtf8 ? readers[answer.status]?.(answer) : undefined;
    if (value !== undefined) {
      this.#hasAnswered = true;
      return value;
    }
    throw this.#toError(request, answer);
  }

  async #exchange(request: ApiRequest, signal: AbortSignal): Promise<Answer> {
    const { to, method = 'GET', path, query = {}, headers = {}, body } = request;
    const { key } = this.#options;
    const url = new URL(`${this.url}${path}`);
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) url.searchParams.set(name, value);
    }
    const idle = new IdleTimeout(this.#clock, SILENCE_MS);
    try {
      const answer = await this.#fetch(url, {
        method,
        headers: { ...headers, ...(key === undefined ? {} : { 'x-functions-key': key }) },
        ...(body === undefined ? {} : { body }),
        // Following a redirect would turn a POST into a GET, and send the key to another address.
        redirect: 'manual',
        signal: AbortSignal.any([signal, idle.signal]),
      });
      const bytes = await readBody(answer.body, idle);
      const { status, headers: answered } = answer;
      return { status, headers: answered, text: bytes.toString('utf8'), isUtf8: isUtf8(bytes) };
    } catch (cause) {
      if (signal.aborted) throw new Interrupted(true);
      const reason = idle.signal.aborted ? 'it did not answer in time' : reasonOf(cause);
      const remedy = this.#hasAnswered ? undefined : addressRemedy(cause);
      throw new ApiError(
        remedy === undefined ? 'unreachable' : 'wrong_address',
        `unable to ${to}; the chat at ${this.url} cannot be reached: ${reason}. ${remedy ?? 'Check --url, and that it runs.'}`,
        { cause, mayBeDone: !wasNeverSent(cause) },
      );
    } finally {
      idle.end();
    }
  }

  #toError({ to }: ApiRequest, answer: Answer): ApiError {
    const { status, text } = answer;
    const refusal = status >= 400 ? parseRefusal(text) : undefined;
    if (refusal) return toRefused(status, refusal);
    if ([301, 302, 303, 307, 308].includes(status)) {
      const { sentence, mayBeDone } = this.#describeMove(answer);
      return new ApiError('moved', `unable to ${to}; ${sentence}`, { mayBeDone });
    }
    if (status === 401 && text === '' && answer.headers.get('www-authenticate') === null) {
      const what = this.#options.key === undefined ? 'wants a function key' : 'refuses this key';
      return new ApiError(
        'bad_key',
        `unable to ${to}; the chat ${what}. Give a function key of the app by --key or CHAT_KEY.`,
        { mayBeDone: false },
      );
    }
    return new ApiError(
      'foreign',
      `unable to ${to}; what ${this.url} answers, with status ${status}, is not the chat's: another server is there or in between, or the app is stopped or being deployed. Check --url.`,
      { mayBeDone: true },
    );
  }

  #describeMove({ status, headers }: Answer): { sentence: string; mayBeDone: boolean } {
    const location = headers.get('location');
    const to = location !== null && URL.canParse(location, this.url) && new URL(location, this.url);
    if (!to) {
      const sentence = `${this.url} answers ${status}, a redirect to no address. Check --url.`;
      return { sentence, mayBeDone: true };
    }
    // If the address ends with our own path, the chat is at the address before it.
    const [chat = '', ...path] = `${to.origin}${to.pathname}`.split('/api/');
    if (path.length > 0) {
      const sentence = `${this.url} has moved to ${chat} (status ${status}). Give the new address: --url ${chat}.`;
      return { sentence, mayBeDone: false };
    }
    // It may also be a proxy's error page.
    const sentence = `${this.url} sends us to ${chat.slice(0, 200)} (status ${status}), which is not followed. Check --url.`;
    return { sentence, mayBeDone: true };
  }
}

/** The path of a room's API, e.g. `/api/rooms/lobby/messages`. */
export function inRoom(room: string, ...rest: readonly string[]): string {
  return ['/api/rooms', ...[room, ...rest].map(encodeURIComponent)].join('/');
}

/** Reads a JSON body. */
export function json<T>(parse: (text: string) => T | undefined): (answer: Answer) => T | undefined {
  return ({ text }) => parse(text);
}

/** An answer without a body is from the chat if it has the headers of all of its answers. */
export function nothing({ headers, text }: Answer): 'done' | undefined {
  const isOurs =
    headers.get('cache-control')?.includes('no-store') === true &&
    headers.get('x-content-type-options') === 'nosniff';
  return isOurs && text === '' ? 'done' : undefined;
}

/** Exponential backoff with jitter, because many clients may wait for one chat. */
export function pauseAfter(failures: number, random: () => number): number {
  return Math.min(MAX_PAUSE_MS, FIRST_PAUSE_MS * 2 ** failures) * (0.5 + random() / 2);
}

function toRefused(status: number, { code, message, stored }: Refusal): ApiError {
  const isBusy = status >= 500 || status === 408 || status === 429;
  const remedy = code === 'not_signed_in' ? ' A token is given by --token or CHAT_TOKEN.' : '';
  const isAbsent = code === 'no_room' || code === 'not_found';
  const failure = isBusy ? 'busy' : isAbsent ? 'absent' : 'refused';
  return new ApiError(failure, `${message}${remedy}`, {
    mayBeDone: isBusy,
    stored,
  });
}

/** Aborts after a time without activity. */
class IdleTimeout {
  readonly #clock: Clock;
  readonly #ms: number;
  readonly #late = new AbortController();
  #wait = new AbortController();

  constructor(clock: Clock, ms: number) {
    this.#clock = clock;
    this.#ms = ms;
    this.restart();
  }

  get signal(): AbortSignal {
    return this.#late.signal;
  }

  restart(): void {
    this.#wait.abort();
    const wait = new AbortController();
    this.#wait = wait;
    void this.#clock.sleep(this.#ms, wait.signal).then(() => {
      if (!wait.signal.aborted) this.#late.abort();
    });
  }

  end(): void {
    this.#wait.abort();
  }
}

async function readBody(body: FetchAnswer['body'], idle: IdleTimeout): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body ?? []) {
    idle.restart();
    length += chunk.length;
    if (length > MOST_BYTES) throw new Error('its answer does not end');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
