// One request and its answer. The doctor judges the answers of foreign servers, too. The other commands refuse them.

import { type HealthFacts, parseHealthFacts } from '../api/answers.ts';
import type { Fetch, FetchAnswer, FetchInit } from '../api/fetch.ts';
import { addressRemedy, reasonOf } from '../api/network-error.ts';
import type { Clock } from '../context.ts';
import type { Exchange, Seen } from './observations.ts';

/** The first request may wake a function app. */
const ANSWER_WITHIN_MS = 30_000;
/** A page of the chat is far smaller. */
const MOST_BYTES = 4 * 1_024 * 1_024;

export interface Asking {
  readonly fetch: Fetch;
  readonly clock: Clock;
  /** Ends the request. */
  readonly signal: AbortSignal;
}

/** An exchange, with the headers for those who need more of them. */
export type Answered = Exchange & { readonly headers?: FetchAnswer['headers'] };

/** Never rejects. */
export async function exchange(
  url: URL,
  init: Omit<FetchInit, 'redirect' | 'signal'>,
  { fetch, clock, signal }: Asking,
): Promise<Answered> {
  const late = new AbortController();
  const answered = new AbortController();
  void clock.sleep(ANSWER_WITHIN_MS, answered.signal).then(() => {
    if (!answered.signal.aborted) late.abort();
  });
  try {
    const request = { ...init, redirect: 'manual', signal: AbortSignal.any([signal, late.signal]) };
    const answer = await fetch(url, request as FetchInit);
    const bytes = await readBody(answer.body);
    return { ...toSeen(answer, bytes.toString('utf8'), clock), headers: answer.headers };
  } catch (error) {
    if (late.signal.aborted) return { reason: 'no answer in time' };
    return { reason: reasonOf(error), remedy: addressRemedy(error) };
  } finally {
    answered.abort();
  }
}

/** Throws for a body over the limit: a foreign server may send without an end. */
export async function readBody(body: FetchAnswer['body']): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body ?? []) {
    length += chunk.length;
    if (length > MOST_BYTES) throw new Error('its answer does not end');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

export function toSeen(
  { status, headers }: Pick<FetchAnswer, 'status' | 'headers'>,
  text: string,
  clock: Clock,
): Seen {
  const date = Date.parse(headers.get('date') ?? '');
  return {
    status,
    text,
    location: headers.get('location'),
    asksForSignIn: headers.get('www-authenticate') !== null,
    clockOffset: Number.isNaN(date) ? undefined : date - clock.now(),
  };
}

/** Health with the functions' clock less ours. */
export interface HealthSeen {
  readonly facts: HealthFacts | undefined;
  readonly seen: Answered;
  readonly clockOffset: number | undefined;
}

/** Never throws. `clockOffset` is how far the functions' clock is ahead, in ms. */
export async function askHealth(url: string, asking: Asking): Promise<HealthSeen> {
  const seen = await exchange(new URL(`${url}/api/health`), { method: 'GET', headers: {} }, asking);
  const facts =
    'status' in seen && [200, 503].includes(seen.status) ? parseHealthFacts(seen.text) : undefined;
  const now = facts?.now;
  const ofHeader = 'status' in seen ? seen.clockOffset : undefined;
  return { facts, seen, clockOffset: now === undefined ? ofHeader : now - asking.clock.now() };
}
