// One connection to the hub `chat`, from negotiate to close. The only file that imports @microsoft/signalr.

import {
  HttpClient,
  HttpError,
  type HttpRequest,
  HttpResponse,
  HttpTransportType,
  HubConnectionBuilder,
  NullLogger,
  TimeoutError as PollTimeout,
} from '@microsoft/signalr';
import {
  type Events,
  type SendOptions,
  type SendResult,
  type Typing,
  toArgument,
  toQuotaError,
  type Unread,
  type WatchedRoom,
  type Welcome,
} from '../../functions/protocol.ts';
import { fromJson, refusalOf } from './chat-api.ts';
import {
  parseEvents,
  parseTyping,
  parseUnread,
  parseWelcome,
  readChangeResult,
  readSendResult,
  readWatchResult,
} from './incoming.ts';
import { fetchText, TimeoutError } from './timed-fetch.ts';

type ChangeResult = ReturnType<typeof readChangeResult>;

export interface Hub {
  /** Negotiates and connects. Rejects with a ChatError if negotiate refused. */
  readonly start: () => Promise<void>;
  readonly stop: () => Promise<void>;
  /** Resolves with the function's answer. Rejects when no answer can come any more. */
  readonly send: (text: string, id: string, about?: About) => Promise<SendResult>;
  /** Resolves with the function's answer, as `send` does. */
  readonly edit: (seq: number, text: string, id: string) => Promise<ChangeResult>;
  readonly remove: (seq: number) => Promise<ChangeResult>;
  /** Resolves with the function's answer, which is not parsed. */
  readonly react: (seq: number, emoji: string, on: boolean) => Promise<unknown>;
  /** Resolves with the function's answer to `remove`, `ban` or `close`. */
  readonly moderate: (
    target: 'remove' | 'ban' | 'close',
    reason: string,
    ...about: readonly unknown[]
  ) => Promise<ChangeResult>;
  readonly typing: () => Promise<void>;
  /** Resolves with the rooms' last lines. Rejects if the server refuses or no answer can come any more. */
  readonly watch: (rooms: readonly string[]) => Promise<readonly WatchedRoom[]>;
}

/** What a message refers to. */
export type About = { readonly [key in keyof SendOptions]: SendOptions[key] | undefined };

export interface HubListener {
  readonly welcome: (welcome: Welcome) => void;
  readonly events: (events: Events) => void;
  readonly typing: (typing: Typing) => void;
  /** There are new lines in a room that this connection watches. */
  readonly unread: (unread: Unread) => void;
  /** Called once, after a successful start. `reason` is the text of the service's Close message, if it is for people. */
  readonly closed: (reason: string | undefined) => void;
}

/** Prefix of the SignalR client's error for a Close message with a reason. Source: @microsoft/signalr, HubConnection.ts. */
const CLOSE_PREFIX = 'Server returned an error on close: ';

/**
 * Reasons of the service that pass by themselves. The page shows *reconnecting* and nothing else.
 * Source: learn.microsoft.com/azure/azure-signalr/signalr-howto-troubleshoot-guide
 */
const PASSING = [
  'Connection closed with an error.',
  'Connection ping timeout',
  'Internal server error.',
  'Internal server transient error',
  'Service reloading, try reconnecting',
];

/** The functions' own sentences begin like this. Their next answer to negotiate says the same, with its code. */
const OUR_SENTENCE = 'unable to ';

/** The reason to show a person: a moderator's words, or a limit of the service. Undefined for a passing reason. */
export function reasonOf(error: Error | undefined): string | undefined {
  if (!error?.message.startsWith(CLOSE_PREFIX)) return undefined;
  const reason = error.message.slice(CLOSE_PREFIX.length);
  return PASSING.includes(reason) || reason.startsWith(OUR_SENTENCE) ? undefined : reason;
}

export interface HubAddress {
  /** Address of page and API, with a slash at its end. */
  readonly base: string;
  readonly room: string;
  readonly name: string;
  /** The person's ID token. Undefined without sign-in. */
  readonly token: () => Promise<string | undefined>;
  readonly route: Route;
}

/** What the page's attempts have shown about the network. One for the life of the page. */
interface Route {
  /** Whether the last attempt got no further than the service's negotiate. */
  isSilent: boolean;
  /** Until when every attempt polls, as `performance.now()`. The page sets it to 0 when the network changes. */
  pollsUntil: number;
}

/**
 * Longest time from the service's negotiate to the end of the handshake. The functions have no part in it. A proxy may let
 * a WebSocket or an event stream open and pass nothing on, so the next attempt polls.
 */
const HANDSHAKE_LIMIT_MS = 10_000;

/** If polling works then, the page polls at once for this long. After that it tries a WebSocket again, which is faster. */
const POLLING_MS = 30 * 60_000;

/**
 * Makes a connection that has not started yet. Frames that do not parse are dropped. Where a proxy refuses WebSockets, the
 * SignalR client goes on to server-sent events, then to long polling.
 */
export function openHub(
  { base, room, name, token, route }: HubAddress,
  listener: HubListener,
  fetcher: typeof fetch,
): Hub {
  const isTrial = route.isSilent;
  const polls = isTrial || performance.now() < route.pollsUntil;
  route.isSilent = false;
  const http = new HubHttpClient(fetcher, `${base}api/`);
  const connection = new HubConnectionBuilder()
    .withUrl(`${base}api?${new URLSearchParams({ room, name })}`, {
      ...(polls && { transport: HttpTransportType.LongPolling }),
      httpClient: http,
      // For our own negotiate. Its answer has the access token of the service, which replaces this one.
      accessTokenFactory: async () => (await token()) ?? '',
      // Our cookie travels with same-origin requests. The service, on another origin, needs none.
      withCredentials: false,
    })
    // The build leaves out what it would drop (local/build/page-client.ts).
    .configureLogging(NullLogger.instance)
    .build();

  const register = <T>(
    target: string,
    parse: (argument: unknown) => T | undefined,
    handle: (value: T) => void,
  ) => {
    connection.on(target, (argument: unknown) => {
      const value = parse(argument);
      if (value !== undefined) handle(value);
    });
  };
  register('welcome', parseWelcome, listener.welcome);
  register('events', parseEvents, listener.events);
  register('typing', parseTyping, listener.typing);
  register('unread', parseUnread, listener.unread);
  connection.onclose((error) => listener.closed(reasonOf(error)));

  let limit: ReturnType<typeof setTimeout> | undefined;
  const silence = new Promise<never>((_, reject) => {
    http.onServiceAnswer = () => {
      limit ??= setTimeout(() => {
        route.isSilent = !polls;
        route.pollsUntil = 0;
        reject(new Error('unable to connect; no handshake in time. Trying another way.'));
      }, HANDSHAKE_LIMIT_MS);
    };
  });

  return {
    start: async () => {
      try {
        await Promise.race([connection.start(), silence]);
        if (isTrial) route.pollsUntil = performance.now() + POLLING_MS;
      } catch (error) {
        throw http.refusal ?? error;
      } finally {
        clearTimeout(limit);
      }
    },
    stop: () => connection.stop(),
    send: async (text, id, about = {}) => {
      const hasMore = Object.values(about).some((value) => value !== undefined);
      const more = hasMore ? [about] : [];
      return readSendResult(
        await connection.invoke('send', toArgument(text), toArgument(id), ...more),
      );
    },
    edit: async (seq, text, id) =>
      readChangeResult(await connection.invoke('edit', seq, toArgument(text), toArgument(id))),
    remove: async (seq) => readChangeResult(await connection.invoke('remove', seq)),
    react: (...vote) => connection.invoke('react', ...vote),
    moderate: async (target, reason, ...about) =>
      readChangeResult(await connection.invoke(target, ...about, { reason: toArgument(reason) })),
    typing: () => connection.send('typing'),
    watch: async (rooms) => readWatchResult(await connection.invoke('watch', rooms)),
  };
}

/**
 * Sends the client's requests: both negotiates, and what polling and event streams send. The SignalR client's own merges
 * status and body of a refusal into one text for developers. This one keeps our function's code and sentence.
 */
class HubHttpClient extends HttpClient {
  /** Why our function refused. */
  refusal: Error | undefined;
  onServiceAnswer = () => {};
  readonly #fetch: typeof fetch;
  readonly #api: string;

  /** URLs that begin with `api` are ours, all others the service's. */
  constructor(fetcher: typeof fetch, api: string) {
    super();
    this.#fetch = fetcher;
    this.#api = api;
  }

  override async send(request: HttpRequest): Promise<HttpResponse> {
    const { url = '', method = 'POST', headers, content, timeout, abortSignal } = request;
    try {
      const { response, text } = await fetchText(
        this.#fetch,
        url,
        {
          method,
          headers: { ...headers },
          ...(content && { body: content }),
          credentials: 'same-origin',
          cache: 'no-store',
        },
        {
          limitMs: timeout ?? 30_000,
          onAbort: (end) => {
            // The SignalR client's own type of signal, which has no other listener.
            if (abortSignal?.aborted) end();
            else if (abortSignal) abortSignal.onabort = end;
          },
        },
      );
      if (response.ok) {
        if (!url.startsWith(this.#api)) this.onServiceAnswer();
        return new HttpResponse(response.status, response.statusText, text);
      }
      const quota = response.status === 429 ? toQuotaError(text, Date.now()) : undefined;
      this.refusal = quota ?? refusalOf(fromJson(text));
      throw new HttpError(response.statusText, response.status);
    } catch (error) {
      // A poll without messages ends like this, and the client polls again.
      throw error instanceof TimeoutError ? new PollTimeout() : error;
    }
  }
}
