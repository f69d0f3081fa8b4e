// Keeps the page connected for ever: negotiate, start, welcome, and again after every end. One loop handles the first
// start and all later ones. The SignalR client's automatic reconnect leaves out the first start.

import {
  ChatError,
  type ErrorCode,
  type Unread,
  type WatchedRoom,
} from '../../functions/protocol.ts';
import type { ChatEvent } from '../state/chat-state.ts';
import type { Problem } from '../state/connection-state.ts';
import type { Hub, HubListener } from './hub.ts';
import { parseSignIn } from './incoming.ts';
import { BLOCKED_SOON_MS, blockedDelayMs, makePause, retryDelayMs } from './retry.ts';

/** Longest time from the start of an attempt to its welcome. It includes a cold start of the functions. */
const WELCOME_LIMIT_MS = 30_000;

/** A connection that lasts this long is a success. One that ends earlier counts as a failure. */
const LASTING_MS = 5_000;

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
  readonly send: Hub['send'];
  readonly edit: Hub['edit'];
  readonly remove: Hub['remove'];
  readonly react: Hub['react'];
  /** What a moderator does. Rejects at once without a connection. */
  readonly moderate: Hub['moderate'];
  readonly typing: () => Promise<void>;
  /** Rejects at once without a connection. */
  readonly watch: (rooms: readonly string[]) => Promise<readonly WatchedRoom[]>;
  /** Ends a pause between attempts, because the network may be back. */
  readonly wake: () => void;
  /** Ends a pause between attempts, because the person looks. A room may be open again, so it ends that pause too. */
  readonly look: () => void;
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

interface Surroundings {
  /** Number online in the room when it was last known. */
  readonly online: () => number;
  readonly isVisible: () => boolean;
  /** Takes notes about new lines in other rooms. */
  readonly onUnread: (unread: Unread) => void;
}

const ALONE: Surroundings = { online: () => 0, isVisible: () => true, onUnread: () => {} };

/** Starts the first attempt at once. `open` makes the hub of each attempt. */
export function keepConnected(
  open: (listener: HubListener) => Hub,
  onEvent: OnEvent,
  random: () => number,
  { online, isVisible, onUnread }: Surroundings = ALONE,
): Connection {
  const pause = makePause();
  let hub: Hub | undefined;
  let finish: (end: End) => void = () => {};
  let isStopped = false;
  /** Why the return of the network does not end the pause. Only time, or the person, ends it. */
  let held: ErrorCode | undefined;
  let triedAt = 0;

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
        unread: (unread) => {
          if (!hasEnded) onUnread(unread);
        },
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
    /** When the page was refused first, without an entry since, and how many people were in the room then. */
    let blocked: { readonly at: number; readonly online: number } | undefined;
    while (!isStopped) {
      onEvent({ type: 'connecting' });
      triedAt = performance.now();
      const end = await live();
      if (isStopped) return;
      failures = end.kind === 'closed' && end.lasted ? 1 : failures + 1;
      const refusal = end.kind === 'failed' ? lastingRefusal(end.error) : undefined;
      held = refusal?.code;
      blocked = refusal && (blocked ?? { at: performance.now(), online: online() });
      onEvent(toEvent(end));
      if (end.kind !== 'renewed') {
        const wait =
          refusal && blocked ? waitAfterRefusal(refusal, blocked) : retryDelayMs(failures, random);
        if (Number.isFinite(wait)) onEvent({ type: 'waiting', until: performance.now() + wait });
        await pause.wait(wait);
      }
      held = undefined;
    }
  }

  function waitAfterRefusal(
    { code, until }: ChatError,
    blocked: { readonly at: number; readonly online: number },
  ): number {
    if (FINAL.includes(code)) return Number.POSITIVE_INFINITY;
    return blockedDelayMs({
      // By the page's clock. The answer shows whether it was early.
      endsInMs: until === undefined ? undefined : until - Date.now(),
      mayEndSoon: code === 'room_closed' && isVisible(),
      blockedMs: performance.now() - blocked.at,
      online: blocked.online,
      random,
    });
  }

  void run();
  return {
    send: (...message) => hub?.send(...message) ?? notConnected(),
    edit: (seq, text, id) => hub?.edit(seq, text, id) ?? notConnected(),
    remove: (seq) => hub?.remove(seq) ?? notConnected(),
    react: (...vote) => hub?.react(...vote) ?? notConnected(),
    moderate: (...call) => hub?.moderate(...call) ?? notConnected(),
    typing: () => hub?.typing() ?? Promise.resolve(),
    watch: (rooms) => hub?.watch(rooms) ?? notConnected(),
    wake: () => {
      if (held === undefined) pause.cut();
    },
    look: () => {
      const isDue = held === 'room_closed' && performance.now() - triedAt >= BLOCKED_SOON_MS;
      if (held === undefined || isDue) pause.cut();
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

/** Undefined for an error that a retry soon may not meet again. */
function lastingRefusal(error: unknown): ChatError | undefined {
  if (!(error instanceof ChatError)) return undefined;
  return BLOCKED.includes(error.code) || FINAL.includes(error.code) ? error : undefined;
}

function notConnected(): Promise<never> {
  return Promise.reject(new Error('not connected'));
}

function toEvent(end: End): ChatEvent {
  if (end.kind === 'failed' && end.error instanceof ChatError) {
    const { code, message, until, reason, mayOpen } = end.error;
    const problem: Problem = { code, message, until, reason, mayOpen };
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
