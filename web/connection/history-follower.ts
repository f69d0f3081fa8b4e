// Fetches messages that the connection did not bring: after a welcome, and when the log has a gap.

import { ChatError, MAX_HISTORY } from '../../functions/protocol.ts';
import type { ChatEvent, ChatState } from '../state/chat-state.ts';
import { findGap, type HistoryQuery } from '../state/message-log.ts';
import type { Store } from '../state/store.ts';
import type { ChatApi } from './chat-api.ts';
import { LONGEST_RETRY_MS, makePause, retryDelayMs } from './retry.ts';

/** Messages in the first answer, and in each older page. */
export const PAGE = 50;

/** Frames overtake each other by milliseconds. An older gap means a lost frame. */
export const GAP_MS = 1_000;
/** The same if only our own acknowledgement names the message. It often comes before the broadcast. */
export const ACKED_GAP_MS = 2_000;

export interface HistoryFollower {
  /** Fetches until the history has no more. One run at a time: a call during a run makes it repeat. */
  readonly fetch: () => Promise<void>;
  /** Ends the pause before a retry. A request that is under way and fails is then retried at once: it may be one of before. */
  readonly hurry: () => void;
  /** Waits for the gap of the log to close by itself, then fetches. */
  readonly watchGap: () => void;
  readonly stop: () => void;
}

/** Never throws: a failed fetch is repeated. */
export function followHistory({
  store,
  api,
  random,
}: {
  readonly store: Store<ChatState, ChatEvent>;
  readonly api: ChatApi;
  readonly random: () => number;
}): HistoryFollower {
  const pause = makePause();
  let isStopped = false;
  let isFetching = false;
  let isAskedAgain = false;
  let isHurried = false;
  let gapTimer: ReturnType<typeof setTimeout> | undefined;
  /** Fetches in a row that did not close the gap. */
  let fruitless = 0;

  async function fetch(): Promise<void> {
    isAskedAgain = true;
    if (isFetching) return;
    isFetching = true;
    let failures = 0;
    while (isAskedAgain && !isStopped) {
      isAskedAgain = false;
      isHurried = false;
      try {
        isAskedAgain = (await fetchPage()) || isAskedAgain;
        failures = 0;
      } catch (error) {
        if (isStopped || isFinal(error)) break;
        isAskedAgain = true;
        failures = isHurried ? 0 : failures + 1;
        if (!isHurried) await pause.wait(retryDelayMs(failures, random));
      }
    }
    isFetching = false;
    watchGap();
  }

  /** True if there is more. */
  async function fetchPage(): Promise<boolean> {
    const { to } = store.state.log;
    const query: HistoryQuery =
      to === undefined ? { limit: PAGE } : { after: to, limit: MAX_HISTORY };
    const history = await api.history(query);
    if (isStopped) return false;
    store.dispatch({ type: 'history', history, query });
    const last = history.messages.at(-1)?.seq;
    return last !== undefined && last < history.seq;
  }

  function watchGap(): void {
    clearTimeout(gapTimer);
    const { log } = store.state;
    const who = findGap(log);
    if (who === 'nothing') fruitless = 0;
    if (who === 'nothing' || log.to === undefined || isFetching || isStopped) return;
    const first = who === 'broadcast' ? GAP_MS : ACKED_GAP_MS;
    gapTimer = setTimeout(
      () => {
        fruitless += 1;
        void fetch();
      },
      Math.min(LONGEST_RETRY_MS, first * 2 ** fruitless),
    );
  }

  return {
    fetch,
    hurry: () => {
      isHurried = true;
      pause.cut();
    },
    watchGap,
    stop: () => {
      isStopped = true;
      pause.cut();
      clearTimeout(gapTimer);
    },
  };
}

/** Whether a retry would get the same answer. The next welcome asks again. */
function isFinal(error: unknown): boolean {
  return error instanceof ChatError && error.code !== 'unavailable';
}
