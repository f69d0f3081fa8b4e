// Fetches over HTTP what the connection did not bring: history and members after every welcome, the messages of a gap,
// and, as a safety net, the content of a last broadcast that was lost.

import { ChatError, MAX_HISTORY } from '../../functions/protocol.ts';
import { type ChatEvent, type ChatState, isRosterIncomplete } from '../state/chat-state.ts';
import type { Problem } from '../state/link.ts';
import { type HistoryQuery, hasOlder, missing } from '../state/message-log.ts';
import type { Store } from '../state/store.ts';
import type { ChatApi } from './chat-api.ts';
import { LONGEST_RETRY_MS, makePause, retryDelayMs } from './retry.ts';

/** Messages in the first answer, and in each older page. */
const PAGE = 50;

/** Frames overtake each other by milliseconds. An older gap means a lost frame. */
export const GAP_MS = 1_000;
/** The same if only our own acknowledgement names the message. It often comes before the broadcast. */
export const ACKED_GAP_MS = 2_000;

/**
 * The safety net. When a room falls silent, each client asks again for messages and members: after 20 s plus a random
 * share of 20 s, then after four times as long, and so on up to about half an hour. A hidden page does not ask.
 * From 20 online the random share grows with the number online, so a whole room asks at most about once a second.
 */
export const SILENCE_MS = 20_000;
const SILENCE_GROWTH = 4;
const LONGEST_SILENCE_MS = 30 * 60_000;
const SHARING_FROM = 20;

/** Shortest time between two fetches of an incomplete roster by one client. Longer in a crowd, as above. */
export const ROSTER_MS = 10_000;

export interface CatchUp {
  readonly welcomed: () => void;
  /** A frame has arrived, so the room is not silent. */
  readonly heard: () => void;
  /** Fetches what is missing at once, for example after a time hidden or offline. */
  readonly check: () => void;
  readonly loadOlder: () => Promise<void>;
  readonly stop: () => void;
}

export interface CatchUpNeeds {
  readonly store: Store<ChatState, ChatEvent>;
  readonly api: ChatApi;
  readonly random: () => number;
  readonly isVisible: () => boolean;
}

type Timer = ReturnType<typeof setTimeout> | undefined;

/** Watches the store for gaps until `stop`. Never throws: a failed fetch is repeated. */
export function startCatchUp({ store, api, random, isVisible }: CatchUpNeeds): CatchUp {
  const pause = makePause();
  let isStopped = false;
  let isFetching = false;
  let isAskedAgain = false;
  let gapTimer: Timer;
  /** Fetches in a row that did not close the gap. */
  let fruitless = 0;
  let silenceTimer: Timer;
  let silenceMs = SILENCE_MS;
  let rosterTimer: Timer;
  let rosterAskedAt = Number.NEGATIVE_INFINITY;

  /** Fetches until the history has no more. One run at a time: a call during a run makes it repeat. */
  async function catchUp(): Promise<void> {
    if (isFetching) {
      isAskedAgain = true;
      return;
    }
    isFetching = true;
    let failures = 0;
    do {
      isAskedAgain = false;
      try {
        if (await fetchNewer()) isAskedAgain = true;
        failures = 0;
      } catch (error) {
        if (isStopped || isFinal(error)) break;
        failures += 1;
        await pause.wait(retryDelayMs(failures, random));
      }
    } while (!isStopped && (isAskedAgain || failures > 0));
    isFetching = false;
    watchGap(store.state);
  }

  /** Fetches one page. True if there is more. */
  async function fetchNewer(): Promise<boolean> {
    const { to } = store.state.log;
    const query: HistoryQuery =
      to === undefined ? { limit: PAGE } : { after: to, limit: MAX_HISTORY };
    const history = await api.history(query);
    if (isStopped) return false;
    store.dispatch({ type: 'history', history, query });
    const last = history.messages.at(-1)?.seq;
    return last !== undefined && last < history.seq;
  }

  function watchGap(state: ChatState): void {
    clearTimeout(gapTimer);
    gapTimer = undefined;
    const who = missing(state.log);
    if (who === 'nothing') fruitless = 0;
    if (who === 'nothing' || state.log.to === undefined || isFetching || isStopped) return;
    const first = who === 'told' ? GAP_MS : ACKED_GAP_MS;
    gapTimer = setTimeout(
      () => {
        fruitless += 1;
        void catchUp();
      },
      Math.min(LONGEST_RETRY_MS, first * 2 ** fruitless),
    );
  }

  /** The factor by which a crowd spreads its requests. */
  const crowd = () => Math.max(1, (store.state.online ?? 0) / SHARING_FROM);

  function awaitSilence(): void {
    clearTimeout(silenceTimer);
    if (isStopped) return;
    silenceTimer = setTimeout(
      () => {
        if (!isVisible()) return;
        silenceMs = Math.min(LONGEST_SILENCE_MS, silenceMs * SILENCE_GROWTH);
        // If as many joins as leaves were missed, the count matches and only a fetch shows it.
        const roster = store.state.roster.truncated ? undefined : loadMembers();
        void Promise.all([catchUp(), roster]).then(awaitSilence);
      },
      silenceMs * (1 + random() * crowd()),
    );
  }

  async function loadMembers(): Promise<void> {
    rosterAskedAt = Date.now();
    try {
      const members = await api.members();
      if (!isStopped) store.dispatch({ type: 'members', members });
    } catch {
      // The roster stays marked as incomplete, and is fetched again later.
    }
    watchRoster(store.state);
  }

  function watchRoster(state: ChatState): void {
    // A truncated snapshot cannot become complete.
    const isWanted =
      isRosterIncomplete(state) && !state.roster.truncated && state.link.kind === 'online';
    if (!isWanted || rosterTimer !== undefined || !isVisible() || isStopped) return;
    const dueMs = rosterAskedAt + ROSTER_MS * crowd() - Date.now();
    rosterTimer = setTimeout(
      () => {
        rosterTimer = undefined;
        if (isRosterIncomplete(store.state) && isVisible()) void loadMembers();
      },
      Math.max(0, dueMs) + random() * (ROSTER_MS / 2) * crowd(),
    );
  }

  const unsubscribe = store.subscribe((state, before) => {
    const { log } = state;
    const hasMoved = log.to !== before.log.to || missing(log) !== missing(before.log);
    if (hasMoved) watchGap(state);
    if (state.roster !== before.roster || state.online !== before.online) watchRoster(state);
  });

  function heard(): void {
    silenceMs = SILENCE_MS;
    awaitSilence();
  }

  return {
    welcomed: () => {
      pause.cut();
      void catchUp();
      void loadMembers();
      heard();
    },
    heard,
    check: () => {
      pause.cut();
      void catchUp();
      watchRoster(store.state);
      heard();
    },
    loadOlder: async () => {
      const { log, isLoadingOlder } = store.state;
      if (!hasOlder(log) || isLoadingOlder) return;
      const query = { before: log.from, limit: PAGE };
      store.dispatch({ type: 'loading-older', isLoading: true });
      try {
        store.dispatch({ type: 'history', history: await api.history(query), query });
      } catch (error) {
        store.dispatch({ type: 'notice', notice: { kind: 'problem', problem: toProblem(error) } });
      }
      store.dispatch({ type: 'loading-older', isLoading: false });
    },
    stop: () => {
      isStopped = true;
      unsubscribe();
      pause.cut();
      for (const timer of [gapTimer, silenceTimer, rosterTimer]) clearTimeout(timer);
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

/** Whether a retry would get the same answer. The next welcome asks again. */
function isFinal(error: unknown): boolean {
  return error instanceof ChatError && error.code !== 'unavailable';
}
