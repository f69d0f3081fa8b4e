// Keeps the page connected for ever: negotiate, start, welcome, and again after every end. One loop handles the first
// start and all later ones. The SignalR client's automatic reconnect leaves out the first start.

import { ChatError, type ErrorCode, type SendResult } from '../../functions/protocol.ts';
import type { ChatEvent } from '../state/chat-state.ts';
import type { Problem } from '../state/connection-state.ts';
import type { Hub, HubListener } from './hub.ts';
import { parseSignIn } from './incoming.ts';
import { makePause, retryDelayMs } from './retry.ts';

/** Longest time from the start of an attempt to its welcome. It includes a cold start of the functions. */
const WELCOME_LIMIT_MS = 30_000;

/** A connection that lasts this long is a success. One that ends earlier counts as a failure. */
const LASTING_MS = 5_000;

/** Pause between attempts while banned or while the room is closed, plus a random pause of the same length. */
const BLOCKED_RETRY_MS = 30_000;

/** Answers of negotiate that stay the same until the person acts. */
const FINAL: readonly ErrorCode[] = ['bad_room', 'bad_name', 'bad_request', 'not_signed_in'];

/** Answers of negotiate that end by themselves. */
const BLOCKED: readonly ErrorCode[] = [
  'banned',
  'room_closed',
  'too_many_connections',
  'room_full',
  'quota_used_up',
];

export interface Connection {
  /** Rejects at once without a connection. */
  readonly send: (text: string, id: string) => Promise<SendResult>;
  readonly typing: () => Promise<void>;
  /** Ends a pause between attempts, because the network or the person may be back. */
  readonly wake: () => void;
  /** Reconnects at once: after a change of name, or when the connection may be dead without notice. */
  readonly renew: () => void;
  readonly stop: () => void;
}

/** Takes what happens to the connection, as events of the reducer. */
type OnEvent = (event: ChatEvent) => void;

type End =
  | { readonly kind: 'closed'; readonly reason: string | undefined; readonly lasted: boolean }
  | { readonly kind: 'failed'; readonly error: unknown }
  | { readonly kind: 'renewed' };

/** Starts the first attempt at once. `open` makes the hub of each attempt. */
export function keepConnected(
  open: (listener: HubListener) => Hub,
  onEvent: OnEvent,
  random: () => number,
): Connection {
  const pause = makePause();
  let hub: Hub | undefined;
  let finish: (end: End) => void = () => {};
  let isStopped = false;
  /** Whether only the person can end the pause, not the return of the network. */
  let isHeld = false;

  /** Runs one connection, from negotiate to its end. */
  function live(): Promise<End> {
    return new Promise((resolve) => {
      let welcomedAt = Number.POSITIVE_INFINITY;
      let hasEnded = false;
      const end = (how: End) => {
        if (hasEnded) return;
        hasEnded = true;
        clearTimeout(limit);
        hub = undefined;
        // Does nothing after a close. After a timeout it ends an attempt that could still succeed.
        opened.stop().catch(() => {});
        resolve(how);
      };
      const onHubEvent = (event: ChatEvent) => {
        if (!hasEnded) onEvent(event);
      };
      const opened = open({
        welcome: (welcome) => {
          clearTimeout(limit);
          if (hasEnded) return;
          welcomedAt = Math.min(welcomedAt, performance.now());
          hub = opened;
          onEvent({ type: 'welcome', welcome });
        },
        events: (events) => onHubEvent({ type: 'events', events, at: performance.now() }),
        typing: (typing) => onHubEvent({ type: 'typing', typing, at: performance.now() }),
        closed: (reason) =>
          end({ kind: 'closed', reason, lasted: performance.now() - welcomedAt >= LASTING_MS }),
      });
      const limit = setTimeout(() => {
        end({ kind: 'failed', error: new Error('unable to connect; no welcome in time.') });
      }, WELCOME_LIMIT_MS);
      finish = end;
      opened.start().catch((error: unknown) => end({ kind: 'failed', error }));
    });
  }

  async function run(): Promise<void> {
    let failures = 0;
    while (!isStopped) {
      onEvent({ type: 'connecting' });
      const end = await live();
      if (isStopped) return;
      failures = end.kind === 'closed' && end.lasted ? 1 : failures + 1;
      isHeld = end.kind === 'failed' && end.error instanceof ChatError && isLasting(end.error);
      onEvent(toEvent(end));
      if (end.kind !== 'renewed') {
        const wait = waitAfter(end, failures, random);
        if (Number.isFinite(wait)) onEvent({ type: 'waiting', until: performance.now() + wait });
        await pause.wait(wait);
      }
      isHeld = false;
    }
  }

  void run();
  return {
    send: (text, id) => hub?.send(text, id) ?? Promise.reject(new Error('not connected')),
    typing: () => hub?.typing() ?? Promise.resolve(),
    wake: () => {
      if (!isHeld) pause.cut();
    },
    renew: () => {
      finish({ kind: 'renewed' });
      pause.cut();
    },
    stop: () => {
      isStopped = true;
      finish({ kind: 'renewed' });
      pause.cut();
    },
  };
}

function isLasting({ code }: ChatError): boolean {
  return BLOCKED.includes(code) || FINAL.includes(code);
}

function waitAfter(end: Exclude<End, { kind: 'renewed' }>, failures: number, random: () => number) {
  const code = end.kind === 'failed' && end.error instanceof ChatError ? end.error.code : undefined;
  if (code && FINAL.includes(code)) return Number.POSITIVE_INFINITY;
  if (code && BLOCKED.includes(code)) return BLOCKED_RETRY_MS * (1 + random());
  return retryDelayMs(failures, random);
}

function toEvent(end: End): ChatEvent {
  if (end.kind === 'failed' && end.error instanceof ChatError) {
    const { code, message, until } = end.error;
    const problem: Problem = { code, message, until };
    if (BLOCKED.includes(code)) return { type: 'blocked', problem };
    if (code === 'not_signed_in') {
      return { type: 'signed-out', problem, signIn: parseSignIn(end.error.cause) };
    }
    if (FINAL.includes(code)) return { type: 'refused', problem };
  }
  return end.kind === 'closed' && end.reason !== undefined
    ? { type: 'disconnected', reason: end.reason }
    : { type: 'disconnected' };
}
