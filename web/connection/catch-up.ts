// Fetches over HTTP what the connection did not bring: history at once and again after every welcome, members after every
// welcome, the messages of a gap, and, as a safety net, the content of a last broadcast that was lost.

import { ChatError } from '../../functions/protocol.ts';
import type { ChatEvent, ChatState } from '../state/chat-state.ts';
import type { Problem } from '../state/connection-state.ts';
import { findGap, hasOlder } from '../state/message-log.ts';
import type { Store } from '../state/store.ts';
import type { ChatApi } from './chat-api.ts';
import { followHistory, PAGE } from './history-follower.ts';
import { followMembers } from './members-follower.ts';
import { watchSilence } from './silence-watch.ts';

/** From so many online a crowd spreads its requests. */
const SHARING_FROM = 20;

export interface CatchUp {
  readonly onWelcome: () => void;
  /** The room is closed. Its history stays readable, and may have been erased. */
  readonly onClosed: () => void;
  /** A frame has arrived, so the room is not silent. */
  readonly onEvents: () => void;
  /** Fetches what is missing at once, for example after a time hidden or offline. */
  readonly check: () => void;
  /** @param limit the number of messages, at most */
  readonly loadOlder: (limit?: number) => Promise<void>;
  readonly stop: () => void;
}

export interface CatchUpNeeds {
  readonly store: Store<ChatState, ChatEvent>;
  readonly api: ChatApi;
  readonly random: () => number;
  readonly isVisible: () => boolean;
}

/** Watches the store for gaps until `stop`. Never throws: a failed fetch is repeated. */
export function startCatchUp({ store, api, random, isVisible }: CatchUpNeeds): CatchUp {
  const crowd = () => Math.max(1, (store.state.online ?? 0) / SHARING_FROM);
  const history = followHistory({ store, api, random });
  const members = followMembers({ store, api, random, isVisible, crowd });
  const silence = watchSilence({
    random,
    isVisible,
    crowd,
    // If as many joins as leaves were missed, the count matches and only a fetch shows it.
    ask: () =>
      Promise.all([store.state.roster.truncated ? undefined : members.fetch(), history.fetch()]),
  });

  const unsubscribe = store.subscribe((state, before) => {
    const { log, roster, online } = state;
    const hasMoved = log.to !== before.log.to || findGap(log) !== findGap(before.log);
    if (hasMoved) history.watchGap();
    if (roster !== before.roster || online !== before.online) members.watchRoster();
  });

  // HTTP may pass where the connection does not. Until the welcome nothing else brings messages.
  void history.fetch();
  return {
    onWelcome: () => {
      history.hurry();
      void history.fetch();
      void members.fetch();
      silence.reset();
    },
    onClosed: () => void history.fetch(),
    onEvents: silence.reset,
    check: () => {
      history.hurry();
      void history.fetch();
      members.watchRoster();
      silence.reset();
    },
    loadOlder: async (limit = PAGE) => {
      const { log, isLoadingOlder } = store.state;
      if (!hasOlder(log) || isLoadingOlder) return;
      const query = { before: log.from, limit };
      store.dispatch({ type: 'loading-older', isLoading: true });
      try {
        store.dispatch({ type: 'history', history: await api.history(query), query });
      } catch (error) {
        store.dispatch({ type: 'notice', notice: { kind: 'problem', problem: toProblem(error) } });
      }
      store.dispatch({ type: 'loading-older', isLoading: false });
    },
    stop: () => {
      unsubscribe();
      for (const part of [history, members, silence]) part.stop();
    },
  };
}

/** A request without an answer counts as `unavailable`. */
function toProblem(error: unknown): Problem {
  if (error instanceof ChatError) return { code: error.code, message: error.message };
  return {
    code: 'unavailable',
    message: 'unable to load older messages; no answer came. Try again.',
  };
}
