// One connection of `tail` to the service, from its start to its end.

import { HttpTransportType } from '@microsoft/signalr';
import type { ConnectionInfo, Events, Welcome } from '../../../functions/protocol.ts';
import { ApiError } from '../api/api-error.ts';
import type { Fetch } from '../api/fetch.ts';
import type { Network } from '../api/network.ts';
import { addressRemedy, reasonOf } from '../api/network-error.ts';
import { makeServiceHub } from '../api/service-hub.ts';
import type { Clock } from '../context.ts';

/** A connection without a welcome is not in the room. */
const WELCOME_WITHIN_MS = 30_000;
/**
 * Longest time from the service's first answer to the end of the handshake. A proxy may let a WebSocket open and pass nothing on,
 * or not answer it at all, so the next attempt polls.
 */
const HANDSHAKE_WITHIN_MS = 10_000;
/** If polling works then, the next attempts poll at once for this long. After that a WebSocket is tried again. */
const POLLING_MS = 30 * 60_000;

/** What the attempts of this run have shown about the network. */
export interface Route {
  /** Whether the last attempt got no further than the service's first answer. */
  isSilent: boolean;
  /** Until when every attempt polls, by the clock. */
  pollsUntil: number;
  /** Whether the service has answered. So its address is right, and an error that speaks against it passes. */
  hasAnswered: boolean;
}

export function newRoute(): Route {
  return { isSilent: false, pollsUntil: Number.NEGATIVE_INFINITY, hasAnswered: false };
}

export interface Attempt {
  readonly info: ConnectionInfo;
  readonly network: Network;
  readonly clock: Clock;
  readonly route: Route;
  /** Ends the connection. */
  readonly signal: AbortSignal;
  readonly onWelcome: (welcome: Welcome) => void;
  readonly onEvents: (events: Events) => void;
}

/** Resolves with why the connection ended. Rejects if it did not come about, with an ApiError if the service cannot be reached. */
export async function connectOnce({
  info,
  network,
  clock,
  route,
  signal,
  onWelcome,
  onEvents,
}: Attempt): Promise<string> {
  signal.throwIfAborted();
  const isTrial = route.isSilent;
  const polls = isTrial || clock.now() < route.pollsUntil;
  route.isSilent = false;
  const service = watchService(network.fetch, route);
  const { hub, stop } = await makeServiceHub(
    info,
    // Long Polling works through a proxy that blocks WebSockets.
    polls
      ? HttpTransportType.LongPolling
      : HttpTransportType.WebSockets | HttpTransportType.LongPolling,
    service.fetch,
    network,
  );
  // An abort that has come meanwhile calls no listener any more.
  signal.throwIfAborted();
  const over = new AbortController();
  const connected = new AbortController();
  const ended = new Promise<string>((resolve) => {
    hub.onclose((error) => resolve(error ? toReason(error) : 'the service closed it'));
  });
  /** Calls it after the time, unless the signal is aborted before. */
  const after = (ms: number, until: AbortSignal, late: () => void) =>
    void clock.sleep(ms, until).then(() => {
      if (!until.aborted) late();
    });
  const silence = new Promise<never>((_, reject) => {
    void service.answered.then(() =>
      after(HANDSHAKE_WITHIN_MS, AbortSignal.any([connected.signal, over.signal]), () => {
        route.isSilent = !polls;
        route.pollsUntil = Number.NEGATIVE_INFINITY;
        reject(new Error('it does not end the handshake in time'));
      }),
    );
  });
  const welcomed = new AbortController();
  after(WELCOME_WITHIN_MS, AbortSignal.any([welcomed.signal, over.signal]), () => void stop());
  hub.on('events', onEvents);
  hub.on('typing', () => {});
  hub.on('welcome', (welcome: Welcome) => {
    welcomed.abort();
    onWelcome(welcome);
  });
  const onAbort = () => void stop();
  signal.addEventListener('abort', onAbort);
  try {
    await Promise.race([hub.start(), silence]);
    connected.abort();
    if (isTrial) route.pollsUntil = clock.now() + POLLING_MS;
    return await ended;
  } catch (error) {
    throw service.failure === undefined
      ? new Error(toReason(error))
      : toApiError(service.failure, info, route);
  } finally {
    over.abort();
    signal.removeEventListener('abort', onAbort);
    void stop();
  }
}

/** Notes when the service answers, and why it cannot be reached. */
function watchService(fetch: Fetch, route: Route) {
  let onAnswer = () => {};
  const answered = new Promise<void>((resolve) => {
    onAnswer = resolve;
  });
  const watched: Fetch = async (url, init) => {
    try {
      const answer = await fetch(url, init);
      route.hasAnswered = true;
      service.failure = undefined;
      onAnswer();
      return answer;
    } catch (error) {
      if (!init.signal.aborted) service.failure = error;
      throw error;
    }
  };
  const service: { fetch: Fetch; answered: Promise<void>; failure: unknown } = {
    fetch: watched,
    answered,
    failure: undefined,
  };
  return service;
}

/** Its remedy names no option, because the chat names the service's address. */
function toApiError(cause: unknown, { url }: ConnectionInfo, { hasAnswered }: Route): ApiError {
  const remedy = hasAnswered ? undefined : addressRemedy(cause);
  return new ApiError(
    remedy === undefined ? 'unreachable' : 'wrong_address',
    `unable to connect; the service at ${new URL(url).origin} cannot be reached: ${reasonOf(cause)}. ${remedy ?? 'Check that it runs.'}`,
    { cause, mayBeDone: false },
  );
}

function toReason(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/^Server returned an error on close: /, '').replace(/\.$/, '');
}
