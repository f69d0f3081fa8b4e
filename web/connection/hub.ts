// One connection to the hub `chat`, from negotiate to close. The only file that imports @microsoft/signalr.

import {
  HttpClient,
  HttpError,
  type HttpRequest,
  HttpResponse,
  HttpTransportType,
  HubConnectionBuilder,
  NullLogger,
} from '@microsoft/signalr';
import {
  type Events,
  type SendResult,
  type Typing,
  toArgument,
  type Welcome,
} from '../../functions/protocol.ts';
import { fromJson, refusalOf } from './chat-api.ts';
import { parseEvents, parseTyping, parseWelcome, readSendResult } from './incoming.ts';

export interface Hub {
  /** Negotiates and connects. Rejects with a ChatError if negotiate refused. */
  readonly start: () => Promise<void>;
  readonly stop: () => Promise<void>;
  /** Resolves with the function's answer. Rejects when no answer can come any more. */
  readonly send: (text: string, id: string) => Promise<SendResult>;
  readonly typing: () => Promise<void>;
}

export interface HubListener {
  readonly welcome: (welcome: Welcome) => void;
  readonly events: (events: Events) => void;
  readonly typing: (typing: Typing) => void;
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

/** The reason to show a person: a moderator's words, or a limit of the service. Undefined for a passing reason. */
export function reasonOf(error: Error | undefined): string | undefined {
  if (!error?.message.startsWith(CLOSE_PREFIX)) return undefined;
  const reason = error.message.slice(CLOSE_PREFIX.length);
  return PASSING.includes(reason) ? undefined : reason;
}

export interface HubAddress {
  /** Origin of page and API. */
  readonly origin: string;
  readonly room: string;
  readonly name: string;
  /** The person's ID token. Undefined without sign-in. */
  readonly token: () => Promise<string | undefined>;
}

/** Makes a connection that has not started yet. Frames that do not parse are dropped. */
export function openHub(
  { origin, room, name, token }: HubAddress,
  listener: HubListener,
  fetcher: typeof fetch,
): Hub {
  const negotiate = new NegotiateClient(fetcher);
  const connection = new HubConnectionBuilder()
    .withUrl(`${origin}/api?${new URLSearchParams({ room, name })}`, {
      transport: HttpTransportType.WebSockets,
      httpClient: negotiate,
      // For our own negotiate. Its answer has the access token of the service, which replaces this one.
      accessTokenFactory: async () => (await token()) ?? '',
      // Our cookie travels with same-origin requests. The service, on another origin, needs none.
      withCredentials: false,
    })
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
  connection.onclose((error) => listener.closed(reasonOf(error)));

  return {
    start: async () => {
      try {
        await connection.start();
      } catch (error) {
        throw negotiate.refusal ?? error;
      }
    },
    stop: () => connection.stop(),
    send: async (text, id) =>
      readSendResult(await connection.invoke('send', toArgument(text), toArgument(id))),
    typing: () => connection.send('typing'),
  };
}

/**
 * Sends both negotiate requests, ours and the service's. The SignalR client's own HTTP client merges status and body
 * of a refusal into one text for developers. This one keeps our function's code and sentence.
 */
class NegotiateClient extends HttpClient {
  refusal: Error | undefined;
  readonly #fetch: typeof fetch;

  constructor(fetcher: typeof fetch) {
    super();
    this.#fetch = fetcher;
  }

  override async send(request: HttpRequest): Promise<HttpResponse> {
    const response = await this.#fetch(request.url ?? '', {
      method: request.method ?? 'POST',
      headers: { ...request.headers },
      credentials: 'same-origin',
      cache: 'no-store',
      signal: AbortSignal.timeout(request.timeout ?? 30_000),
    });
    const body = await response.text();
    if (response.ok) return new HttpResponse(response.status, response.statusText, body);
    this.refusal = refusalOf(fromJson(body));
    throw new HttpError(response.statusText, response.status);
  }
}
