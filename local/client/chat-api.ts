// The chat's HTTP API, as the commands use it. Every failure is one line that says what to do.

import type { ErrorBody } from '../../functions/protocol.ts';
import type { Chat } from './command-line.ts';

const REQUEST_TIMEOUT_MS = 60_000;

/** A request that failed. */
export class RequestFailed extends Error {
  /** Whether the same request may well succeed later. */
  readonly mayPass: boolean;

  constructor(message: string, mayPass: boolean, options?: ErrorOptions) {
    // What fails inside may say so in many lines: OpenSSL does, and so may a server that is no chat.
    super(message.replace(/\s+/g, ' ').trim(), options);
    this.mayPass = mayPass;
  }
}

export interface Asked {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Text. */
  readonly body?: string;
  /** Statuses beyond 2xx that are an answer, not a failure. */
  readonly takes?: readonly number[];
  readonly signal?: AbortSignal | undefined;
}

/** The path of a room's API, e.g. `/api/rooms/lobby/messages`. */
export function inRoom(room: string, ...rest: readonly string[]): string {
  return ['/api/rooms', ...[room, ...rest].map(encodeURIComponent)].join('/');
}

/** Throws {@link RequestFailed}. */
export async function ask(chat: Chat, path: string, asked: Asked = {}): Promise<Response> {
  const { method = 'GET', query = {}, headers = {}, body, takes = [] } = asked;
  const url = new URL(`${chat.url}${path}`);
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) url.searchParams.set(name, value);
  }
  const timeout = AbortSignal.timeout(REQUEST_TIMEOUT_MS);
  let response: Response;
  try {
    response = await fetch(url, {
      method,
      headers: { ...headers, ...(chat.key === undefined ? {} : { 'x-functions-key': chat.key }) },
      ...(body === undefined ? {} : { body }),
      signal: asked.signal ? AbortSignal.any([asked.signal, timeout]) : timeout,
    });
  } catch (cause) {
    throw unreachable(chat, cause);
  }
  if (!response.ok && !takes.includes(response.status)) throw await toFailure(response, chat);
  return response;
}

/** The JSON object of an answer, known by a field that it always has. Throws {@link RequestFailed}. */
export async function readAnswer<T>(
  response: Response,
  chat: Chat,
  field: keyof T & string,
): Promise<T> {
  return parseAnswer(await readText(response, chat), chat, field);
}

/** Throws {@link RequestFailed}. */
export async function readText(response: Response, chat: Chat): Promise<string> {
  try {
    return await response.text();
  } catch (cause) {
    throw unreachable(chat, cause);
  }
}

/** Throws {@link RequestFailed}. */
export function parseAnswer<T>(text: string, chat: Chat, field: keyof T & string): T {
  try {
    const value = JSON.parse(text);
    if (typeof value === 'object' && value !== null && Object.hasOwn(value, field)) return value;
  } catch {
    // A page of some other server, or nothing.
  }
  throw new RequestFailed(
    `unable to understand the answer; no chat answers at ${chat.url}. Check --url.`,
    false,
  );
}

function unreachable(chat: Chat, cause: unknown): RequestFailed {
  return new RequestFailed(
    `unable to reach the chat at ${chat.url}; ${reasonOf(cause)}. Check --url, and that it runs.`,
    true,
    { cause },
  );
}

async function toFailure(response: Response, chat: Chat): Promise<RequestFailed> {
  const { status } = response;
  const body = await response.text().catch(() => '');
  const mayPass = status >= 500 || status === 408 || status === 429;
  const said = readError(body);
  if (said !== undefined) {
    const remedy =
      said.code === 'not_signed_in' ? ' A token is given by --token or CHAT_TOKEN.' : '';
    return new RequestFailed(`${said.message}${remedy}`, mayPass);
  }
  if (status === 401 || status === 403) {
    return new RequestFailed(
      `unable to do this; the chat says ${status} to ${chat.key === undefined ? 'a request without a key' : 'this key'}. Give a function key of the app by --key or CHAT_KEY.`,
      false,
    );
  }
  return new RequestFailed(
    `unable to do this; ${chat.url} answers ${status}. Check that --url is the address of a chat.`,
    mayPass,
  );
}

function readError(body: string): ErrorBody['error'] | undefined {
  try {
    const error = (JSON.parse(body) as Partial<ErrorBody> | null)?.error;
    return typeof error?.message === 'string' ? error : undefined;
  } catch {
    return undefined;
  }
}

/** Node puts what happened into the cause of a `fetch failed`. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  if (error.name === 'TimeoutError') return 'it did not answer in time';
  if (!(cause instanceof Error)) return error.message;
  // Of OpenSSL: its message is a dump with this in it.
  if ('reason' in cause) return String(cause.reason);
  return 'code' in cause && cause.message === '' ? String(cause.code) : cause.message;
}
