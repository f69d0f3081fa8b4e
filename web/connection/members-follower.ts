// Fetches the members of the room: after a welcome, and while the roster is known to be incomplete.

import { type ChatEvent, type ChatState, isRosterIncomplete } from '../state/chat-state.ts';
import type { Store } from '../state/store.ts';
import type { ChatApi } from './chat-api.ts';

/** Shortest time between two fetches of an incomplete roster by one client. Longer in a crowd. */
export const ROSTER_MS = 10_000;

export interface MembersFollower {
  readonly fetch: () => Promise<void>;
  /** Fetches later if the roster is incomplete. */
  readonly watchRoster: () => void;
  readonly stop: () => void;
}

/** Never throws: after a failed fetch the roster stays incomplete, and is fetched again later. */
export function followMembers({
  store,
  api,
  random,
  isVisible,
  crowd,
}: {
  readonly store: Store<ChatState, ChatEvent>;
  readonly api: ChatApi;
  readonly random: () => number;
  readonly isVisible: () => boolean;
  /** The factor by which a crowd spreads its requests. */
  readonly crowd: () => number;
}): MembersFollower {
  let isStopped = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let askedAt = Number.NEGATIVE_INFINITY;

  async function fetch(): Promise<void> {
    askedAt = performance.now();
    try {
      const members = await api.members();
      if (!isStopped) store.dispatch({ type: 'members', members });
    } catch {
      // See above.
    }
    watchRoster();
  }

  function watchRoster(): void {
    const { state } = store;
    // A truncated snapshot cannot become complete.
    const isWanted =
      isRosterIncomplete(state) && !state.roster.truncated && state.connection.kind === 'online';
    if (!isWanted || timer !== undefined || !isVisible() || isStopped) return;
    const dueMs = askedAt + ROSTER_MS * crowd() - performance.now();
    timer = setTimeout(
      () => {
        timer = undefined;
        if (isRosterIncomplete(store.state) && isVisible()) void fetch();
      },
      Math.max(0, dueMs) + random() * (ROSTER_MS / 2) * crowd(),
    );
  }

  return {
    fetch,
    watchRoster,
    stop: () => {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}
