// The page's HTTP calls: the messages and the members of its room.

import { ChatError, type History, type Members } from '../../functions/protocol.ts';
import type { HistoryQuery } from '../state/message-log.ts';
import { parseErrorBody, parseHistory, parseMembers } from './incoming.ts';
import { fetchText } from './timed-fetch.ts';

export interface ChatApi {
  readonly history: (query: HistoryQuery) => Promise<History>;
  readonly members: () => Promise<Members>;
}

const ANSWER_LIMIT_MS = 15_000;

/** Its calls reject with a ChatError, or with the fetcher's error if no answer came. */
export function chatApi(room: string, fetcher: typeof fetch): ChatApi {
  const base = `api/rooms/${encodeURIComponent(room)}`;
  return {
    history: ({ after, before, at, reactedAfter, limit }) => {
      const query = new URLSearchParams({ limit: `${limit}` });
      if (after !== undefined) query.set('after', `${after}`);
      if (before !== undefined) query.set('before', `${before}`);
      if (at !== undefined) query.set('at', `${at}`);
      if (reactedAfter !== undefined) query.set('reactedAfter', `${reactedAfter}`);
      return get(fetcher, `${base}/messages?${query}`, parseHistory, 'load messages');
    },
    members: () => get(fetcher, `${base}/members`, parseMembers, 'load who is here'),
  };
}

async function get<T>(
  fetcher: typeof fetch,
  url: string,
  parse: (value: unknown) => T | undefined,
  doing: string,
): Promise<T> {
  const { response, text } = await fetchText(fetcher, url, {}, { limitMs: ANSWER_LIMIT_MS });
  const body = fromJson(text);
  if (!response.ok) throw refusalOf(body) ?? unexpected(doing, `the answer is ${response.status}`);
  const value = parse(body);
  if (value === undefined) throw unexpected(doing, 'the answer has another shape');
  return value;
}

/**
 * The error in an answer's body. Undefined if the body is not from our functions, for example a proxy's page.
 * Its cause is the answer's `signIn`, if it has one.
 */
export function refusalOf(body: unknown): ChatError | undefined {
  const refusal = parseErrorBody(body);
  if (!refusal) return undefined;
  const { error, signIn, until, reason, mayOpen } = refusal;
  return new ChatError(error.code, error.message, {
    until,
    reason,
    mayOpen,
    ...(signIn && { cause: signIn }),
  });
}

/** Undefined for a text that is not JSON. */
export function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function unexpected(doing: string, reason: string): ChatError {
  return new ChatError('unavailable', `unable to ${doing}; ${reason}. Trying again.`);
}
