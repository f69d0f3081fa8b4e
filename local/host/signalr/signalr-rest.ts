// REST calls to SignalR Service, over kept connections.
// Source: Azure/azure-signalr, Microsoft.Azure.SignalR.Management (RestApiProvider, RestClient).

import { Agent, type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps, Agent as SecureAgent } from 'node:https';
import { type SignalRConnection, signAccessToken } from '../../access-token.ts';

export interface ServiceCall {
  readonly method: 'POST' | 'PUT' | 'DELETE';
  /** Segments below `/api/hubs/<hub>/`, not encoded. The last one may be an operation such as `:send`. */
  readonly path: readonly string[];
  readonly body?: string;
  /** A 404 with this `x-ms-error-code` counts as success. */
  readonly toleratedCode?: string;
}

export type CallService = (
  connection: SignalRConnection,
  hub: string,
  call: ServiceCall,
) => Promise<void>;

export interface ServiceClient {
  readonly call: CallService;
  close(): void;
}

const API_VERSION = '2022-06-01';
/** The timeout of the SDK's HttpClient, ms. */
const TIMEOUT_MS = 100_000;

export function createServiceClient(now: () => number): ServiceClient {
  const options = { keepAlive: true, scheduling: 'lifo', timeout: TIMEOUT_MS } as const;
  const agent = new Agent(options);
  const secureAgent = new SecureAgent(options);
  const sign = createSigner();

  return {
    async call({ endpoint, serverEndpoint, accessKey }, hub, call) {
      const path = ['api', 'hubs', hub, ...call.path].map(encodeSegment).join('/');
      const url = new URL(`${serverEndpoint}/${path}`);
      const token = sign(accessKey, `${endpoint}/${path}`, now());
      url.searchParams.set('api-version', API_VERSION);
      const send = () =>
        exchange(url, call, token, url.protocol === 'https:' ? secureAgent : agent);
      const answer = await send();
      const isTolerated =
        answer.status === 404 &&
        call.toleratedCode !== undefined &&
        answer.errorCode === call.toleratedCode;
      if ((answer.status < 200 || answer.status > 299) && !isTolerated) {
        throw refusedError(url, call, answer);
      }
    },
    close() {
      agent.destroy();
      secureAgent.destroy();
    },
  };
}

/** A busy room gets many calls a second, and the tokens of a second are the same. */
function createSigner(): (accessKey: string, audience: string, now: number) => string {
  let second = 0;
  const signed = new Map<string, string>();
  return (accessKey, audience, now) => {
    if (Math.floor(now / 1_000) !== second) {
      second = Math.floor(now / 1_000);
      signed.clear();
    }
    const key = JSON.stringify([accessKey, audience]);
    const token = signed.get(key) ?? signAccessToken(accessKey, audience, {}, now);
    signed.set(key, token);
    return token;
  };
}

interface Answer {
  readonly status: number;
  readonly errorCode: string | undefined;
  readonly text: string;
}

function exchange(
  url: URL,
  call: ServiceCall,
  token: string,
  agent: Agent | SecureAgent,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { method } = call;
    // As text Node sends it with the head in one piece.
    const content = call.body;
    const headers = {
      authorization: `Bearer ${token}`,
      'asrs-user-agent': 'serverless-chat-host [func=node]',
      ...(content !== undefined && {
        'content-type': 'application/json; charset=utf-8',
        'content-length': Buffer.byteLength(content),
      }),
    };
    const request = url.protocol === 'https:' ? requestHttps : requestHttp;
    const outgoing = request(url, { method, headers, agent, timeout: TIMEOUT_MS }, (incoming) => {
      readAnswer(incoming, resolve, reject);
    });
    outgoing.on('timeout', () => outgoing.destroy(new Error(`no answer in ${TIMEOUT_MS} ms`)));
    outgoing.on('error', (error: NodeJS.ErrnoException) => {
      // The service closed an idle connection just as we took it again, or read the call and failed. Nothing shows which,
      // so only a call that may run twice is repeated: a second POST would be a second broadcast.
      const isHarmless = method !== 'POST' && outgoing.reusedSocket;
      if (isHarmless && error.code === 'ECONNRESET') {
        exchange(url, call, token, agent).then(resolve, reject);
      } else {
        reject(unreachable(url, error));
      }
    });
    outgoing.end(content);
  });
}

function readAnswer(
  incoming: IncomingMessage,
  resolve: (answer: Answer) => void,
  reject: (error: Error) => void,
): void {
  let text = '';
  incoming.setEncoding('utf8');
  incoming.on('data', (chunk: string) => {
    if (text.length < 1_000) text += chunk;
  });
  incoming.on('end', () => {
    const code = incoming.headers['x-ms-error-code'];
    resolve({
      status: incoming.statusCode ?? 0,
      errorCode: typeof code === 'string' ? code : undefined,
      text: text.slice(0, 300),
    });
  });
  incoming.on('error', reject);
  // The last event, also of an answer that ended early.
  incoming.on('close', () => {
    if (!incoming.readableEnded) reject(new Error('the answer ended early'));
  });
}

/** Encodes like Uri.EscapeDataString of .NET, except that an operation keeps its colon. */
function encodeSegment(segment: string): string {
  if (segment === ':send') return segment;
  if (/\p{Cs}/u.test(segment)) {
    throw new Error(
      `unable to call the SignalR Service; ${JSON.stringify(segment)} is no proper text. Use names without half characters.`,
    );
  }
  return encodeURIComponent(segment).replace(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

// Both errors have the request's address, as the SDK's do. If an output fails, the client can read it.

function refusedError(url: URL, call: ServiceCall, { status, text }: Answer): Error {
  const remedy =
    status === 401
      ? 'Check the AccessKey of the connection string.'
      : 'See the service’s log for the reason.';
  return new Error(
    `unable to ${call.method} ${call.path.join('/')} at the SignalR Service; it answered ${status}${text ? ` (${text})` : ''}. ${remedy} Request Uri: ${url.href}`,
  );
}

function unreachable(url: URL, error: Error): Error {
  return new Error(
    `unable to reach the SignalR Service at ${url.origin}; ${error.message}. Start it, or correct the connection string. Request Uri: ${url.href}`,
    { cause: error },
  );
}
