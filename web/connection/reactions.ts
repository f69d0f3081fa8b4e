// The reactions of a room: follows what the chat hears of them, fetches what it has missed, and sends the person's own votes.
// It loads with the first reaction.

import type { ReactResult, Refusal } from '../../functions/protocol.ts';
import type { Problem } from '../state/connection-state.ts';
import {
  hasMissed,
  NO_REACTIONS,
  type OwnVote,
  type ReactionEvent,
  type Reactions,
  reactionsTo,
  reduceReactions,
  type ShownReaction,
} from '../state/reactions.ts';
import { createStore } from '../state/store.ts';
import type { ChatClient } from './chat.ts';
import { isAbsentOr, isWhole, parseRefusal, parser } from './incoming.ts';
import { LONGEST_RETRY_MS, makePause, type Pause, retryDelayMs, within } from './retry.ts';

/** Frames overtake each other by milliseconds. A change that is missing for longer was lost. */
export const MISSED_MS = 1_000;
/** From so many online a crowd spreads its requests. */
const SHARING_FROM = 20;
/** In a large room the answer waits for the votes of the others, up to 5 s. */
const ANSWER_LIMIT_MS = 15_000;
/** A vote is taken back after so many attempts on open connections. */
export const MOST_ATTEMPTS = 5;

/** Why nobody can react now. */
type Hindrance = 'offline' | 'blocked';

export interface RoomReactions {
  readonly to: (seq: number) => readonly ShownReaction[];
  /** The person's name in the room. */
  readonly me: () => string;
  /** Undefined if the person can react. */
  readonly hindrance: () => Hindrance | undefined;
  /** Shows the vote at once. Does nothing while there is a hindrance. */
  readonly toggle: (seq: number, emoji: string) => void;
  /** The listener runs after each change. Returns a function that ends the subscription. */
  readonly subscribe: (listener: () => void) => () => void;
  readonly stop: () => void;
}

/** Follows the chat until `stop`. One for each chat at a time. Never throws. */
export function followReactions(
  chat: Pick<ChatClient, 'store' | 'reactionNews' | 'react' | 'history' | 'reconnect'>,
  random: () => number,
): RoomReactions {
  const store = createStore<Reactions, ReactionEvent>(reduceReactions, NO_REACTIONS);
  const listeners = new Set<() => void>();
  /** By emoji and message: the pause before the next attempt of a call that is under way. */
  const underWay = new Map<string, Pause>();
  let isStopped = false;
  let isFetching = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let fruitless = 0;

  const isOnline = () => chat.store.state.connection.kind === 'online';

  /** Takes what the chat has heard since the last time. Before the welcome nobody knows which votes of a frame are own. */
  function take(): void {
    const { me } = chat.store.state;
    for (const heard of chat.reactionNews.splice(0)) {
      const { news, isFirst } = heard;
      if ('first' in news) store.dispatch({ type: 'history', history: news, isFirst });
      else if (me) store.dispatch({ type: 'frame', frame: news, userId: me.userId });
      else chat.reactionNews.push(heard);
    }
  }

  /** Waits for what is missing, then fetches it. */
  function watch(): void {
    if (isStopped || isFetching || timer !== undefined) return;
    if (!hasMissed(store.state)) {
      fruitless = 0;
      return;
    }
    const crowd = Math.max(0, (chat.store.state.online ?? 0) / SHARING_FROM - 1);
    const wait = Math.min(LONGEST_RETRY_MS, MISSED_MS * 2 ** fruitless);
    timer = setTimeout(() => void fetch(), wait + random() * crowd * MISSED_MS);
  }

  async function fetch(): Promise<void> {
    timer = undefined;
    if (isStopped || !hasMissed(store.state)) return;
    isFetching = true;
    fruitless += 1;
    try {
      const history = await chat.history({ reactedAfter: store.state.to, limit: 1 });
      if (!isStopped) store.dispatch({ type: 'history', history, isFirst: false });
    } catch {
      // It is still missing, so another attempt follows.
    }
    isFetching = false;
    watch();
  }

  /** One call at a time for each emoji of a message, so that the last choice wins. */
  async function send(chosen: OwnVote): Promise<void> {
    const key = keyOf(chosen);
    if (underWay.has(key)) return;
    const pause = makePause();
    underWay.set(key, pause);
    let failures = 0;
    while (!isStopped && isOnline()) {
      const vote = store.state.votes.find((one) => isWaiting(one) && keyOf(one) === key);
      if (!vote) break;
      const isDone = await attempt(vote);
      failures = isDone ? 0 : failures + 1;
      if (failures >= MOST_ATTEMPTS && isOnline()) refuse(vote, NO_ANSWER);
      else if (!isDone && !isStopped) await pause.wait(retryDelayMs(failures, random));
    }
    underWay.delete(key);
  }

  /** Whether the vote stands or was refused. */
  async function attempt(vote: OwnVote): Promise<boolean> {
    const { seq, emoji, on } = vote;
    try {
      const answer = await within(ANSWER_LIMIT_MS, chat.react(seq, emoji, on), 'react');
      const result = readReactResult(answer);
      if (result.ok) {
        const { revision, on: standing } = result;
        store.dispatch({ type: 'stands', vote, revision, on: standing ?? on });
        return true;
      }
      const { code, message } = result;
      // A new connection gets a new ticket, or the reason why there is none.
      if (code === 'bad_ticket' || code === 'banned' || code === 'room_closed') chat.reconnect();
      if (code === 'bad_ticket' || code === 'unavailable' || code === 'too_many_messages') {
        return false;
      }
      refuse(vote, { code, message });
      return true;
    } catch {
      // The vote may stand or not, and a repeated call changes nothing.
      return false;
    }
  }

  function refuse(vote: OwnVote, problem: Problem): void {
    store.dispatch({ type: 'refused', vote });
    chat.store.dispatch({ type: 'notice', notice: { kind: 'problem', problem } });
  }

  function notify(): void {
    for (const listener of listeners) listener();
  }

  const unsubscribe = chat.store.subscribe((state, before) => {
    const hasStartedOver = before.log.to !== undefined && state.log.to === undefined;
    const isOther = before.me !== undefined && state.me?.userId !== before.me.userId;
    if (hasStartedOver || isOther) store.dispatch({ type: 'reset' });
    take();
    if (state.connection === before.connection && state.me === before.me) return;
    notify();
    for (const pause of underWay.values()) pause.cut();
    for (const vote of store.state.votes.filter(isWaiting)) {
      // The page says why, and nobody knows when it ends.
      if (hindrance() === 'blocked') store.dispatch({ type: 'refused', vote });
      else void send(vote);
    }
  });
  store.subscribe(() => {
    watch();
    notify();
  });
  // A view that has failed has taken the news with it. What was named shows that all of it is missing.
  const { reacted } = chat.store.state;
  if (chat.reactionNews.length === 0 && reacted) {
    chat.reactionNews.push({ news: reacted, isFirst: false });
  }
  take();

  return {
    to: (seq) => reactionsTo(store.state, seq, chat.store.state.me?.name ?? ''),
    me: () => chat.store.state.me?.name ?? '',
    hindrance,
    toggle: (seq, emoji) => {
      if (hindrance()) return;
      const isMine = reactionsTo(store.state, seq, '').some((one) => {
        return one.emoji === emoji && one.isMine;
      });
      const vote = { seq, emoji, on: !isMine };
      store.dispatch({ type: 'voted', vote });
      void send(vote);
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    stop: () => {
      isStopped = true;
      unsubscribe();
      clearTimeout(timer);
      for (const pause of underWay.values()) pause.cut();
    },
  };

  function hindrance(): Hindrance | undefined {
    if (isOnline()) return undefined;
    return chat.store.state.connection.kind === 'blocked' ? 'blocked' : 'offline';
  }
}

const NO_ANSWER: Problem = {
  code: 'unavailable',
  message: 'unable to react; no answer came. Try again.',
};

function isWaiting({ revision }: OwnVote): boolean {
  return revision === undefined;
}

function keyOf({ seq, emoji }: OwnVote): string {
  return `${seq} ${emoji}`;
}

const parseStanding = parser<Exclude<ReactResult, Refusal>>({
  ok: (ok) => ok === true,
  revision: isWhole,
  on: isAbsentOr((value) => typeof value === 'boolean'),
});

/** The answer to a `react`. Throws for any other shape. Not in incoming.ts, which every visit loads. */
function readReactResult(answer: unknown): ReactResult {
  const result = parseStanding(answer) ?? parseRefusal(answer);
  if (!result) throw new Error('unable to react; the answer has another shape.');
  return result;
}
