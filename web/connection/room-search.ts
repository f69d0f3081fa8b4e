// A search of a room: asks the functions for one stretch after the other, newest first.

import { ChatError, type SearchHit } from '../../functions/protocol.ts';
import { fromJson, refusalOf } from './chat-api.ts';
import { parseHistory } from './incoming.ts';
import { makePause } from './retry.ts';
import { fetchText } from './timed-fetch.ts';

type SearchPhase =
  | { readonly kind: 'searching' }
  /** There is more to search. */
  | { readonly kind: 'paused' }
  | { readonly kind: 'done' }
  /** `problem` is what the functions say. Undefined if no answer came. */
  | { readonly kind: 'failed'; readonly problem: ChatError | undefined };

export interface SearchState {
  readonly phase: SearchPhase;
  readonly hits: readonly SearchHit[];
  /** How far back it has searched, epoch ms. */
  readonly searchedTo: number | undefined;
}

export interface RunningSearch {
  /** Searches further, or once more what failed. */
  readonly goOn: () => void;
  /** Ends the request under way. Nothing changes any more. */
  readonly stop: () => void;
}

/** A search goes on by itself for so many calls, each of 1,000 messages, or until it has found so many. */
export const CALLS_IN_A_ROW = 10;
export const HITS_IN_A_ROW = 100;
/** The answer of a chat with too many searches says so. */
export const RETRY_MS = 1_000;
const ANSWER_LIMIT_MS = 15_000;

interface Stretch {
  readonly hits: readonly SearchHit[];
  readonly before: number | undefined;
  readonly searchedTo: number | undefined;
}

/** Begins at once. Calls `onChange` with each new state. */
export function startSearch(
  room: string,
  query: string,
  fetcher: typeof fetch,
  onChange: (state: SearchState) => void,
): RunningSearch {
  const url = `api/rooms/${encodeURIComponent(room)}/search?`;
  let isOver = false;
  let endRequest = () => {};
  const pause = makePause();
  let state: SearchState = { phase: { kind: 'searching' }, hits: [], searchedTo: undefined };
  let before: number | undefined;

  const show = (next: Partial<SearchState>) => {
    state = { ...state, ...next };
    if (!isOver) onChange(state);
  };

  async function run(): Promise<void> {
    show({ phase: { kind: 'searching' } });
    const { hits } = state;
    try {
      for (let calls = 0; calls < CALLS_IN_A_ROW; calls += 1) {
        const found = await ask();
        before = found.before;
        show({
          hits: [...state.hits, ...found.hits],
          searchedTo: found.searchedTo ?? state.searchedTo,
        });
        if (before === undefined) return show({ phase: { kind: 'done' } });
        if (state.hits.length >= hits.length + HITS_IN_A_ROW) break;
      }
      show({ phase: { kind: 'paused' } });
    } catch (error) {
      const problem = error instanceof ChatError ? error : undefined;
      show({ phase: { kind: 'failed', problem } });
    }
  }

  /** Waits while the chat has too many searches. Rejects when it is stopped. */
  async function ask(): Promise<Stretch> {
    const parameters = new URLSearchParams({ q: query });
    if (before !== undefined) parameters.set('before', `${before}`);
    for (;;) {
      const { response, text } = await fetchText(
        fetcher,
        `${url}${parameters}`,
        {},
        {
          limitMs: ANSWER_LIMIT_MS,
          onAbort: (end) => {
            endRequest = end;
          },
        },
      );
      const body = fromJson(text);
      const found = response.ok ? parseStretch(body) : undefined;
      if (found) return found;
      const refusal = refusalOf(body);
      if (refusal?.code !== 'too_many_searches') throw refusal ?? new Error('a foreign answer');
      await pause.wait(RETRY_MS);
      if (isOver) throw new Error('stopped');
    }
  }

  void run();
  return {
    goOn: () => {
      if (state.phase.kind === 'paused' || state.phase.kind === 'failed') void run();
    },
    stop: () => {
      isOver = true;
      endRequest();
      pause.cut();
    },
  };
}

/** Undefined if the body is not of our functions. */
function parseStretch(body: unknown): Stretch | undefined {
  const history = parseHistory(body);
  if (!history) return undefined;
  const { before, searchedTo } = body as Readonly<Record<string, unknown>>;
  return {
    hits: history.messages,
    before: Number.isSafeInteger(before) ? Number(before) : undefined,
    searchedTo: Number.isSafeInteger(searchedTo) ? Number(searchedTo) : undefined,
  };
}
