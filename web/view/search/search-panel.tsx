// The search of a room: beside the chat, or over it on a narrow screen. A part of the page that loads when it is first opened,
// together with style/search.css.

import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { type RunningSearch, type SearchState, startSearch } from '../../connection/room-search.ts';
import { toWords } from '../../text/search-marks.ts';
import type { Visit } from '../../visit.ts';
import type { Language } from '../../words/language.ts';
import { SEARCH_WORDS } from '../../words/search-words.ts';
import { Icon } from '../icons.tsx';
import { useLanguage } from '../language.ts';
import { Live } from '../live.tsx';
import { Hits, moveBetweenHits } from './hits.tsx';

export interface SearchPanelProps {
  readonly visit: Pick<Visit, 'room' | 'fetcher'>;
  readonly isNetworkUp: boolean;
  readonly close: () => void;
  readonly jumpTo: (seq: number) => void;
}

/** A search begins when nobody has typed for so long, or with Enter. */
const SETTLE_MS = 350;
/** Of what the functions take. */
const MAX_LENGTH = 100;

export function SearchPanel({ visit, isNetworkUp, close, jumpTo }: SearchPanelProps) {
  const language = useLanguage();
  const { words: pageWords } = language;
  const words = SEARCH_WORDS[language.id];
  const [text, setText] = useState('');
  const query = text.trim();
  const { found, begin, goOn } = useSearch(visit, query);
  const field = useRef<HTMLInputElement>(null);
  const giveBack = useFocus(field);
  const leave = () => {
    close();
    giveBack();
  };
  const hasFailed = found?.phase.kind === 'failed' && found.phase.problem === undefined;
  useEffect(() => {
    if (isNetworkUp && hasFailed) goOn();
  }, [isNetworkUp]);
  const mayGoOn = found?.phase.kind === 'paused' || found?.phase.kind === 'failed';

  return (
    <aside
      class="search"
      aria-label={words.title}
      data-testid="search-panel"
      onKeyDown={(event) => {
        if (event.key === 'Escape') leave();
        moveBetweenHits(event, field.current);
      }}
    >
      <div class="search-head">
        <form
          onSubmit={(event) => {
            event.preventDefault();
            begin();
          }}
        >
          <input
            ref={field}
            type="search"
            value={text}
            maxLength={MAX_LENGTH}
            placeholder={words.field}
            aria-label={words.field}
            autocomplete="off"
            autocapitalize="none"
            enterkeyhint="search"
            spellcheck={false}
            dir="auto"
            data-testid="search-field"
            onInput={(event) => {
              // What an input method shows while it composes is not written yet.
              if (!event.isComposing) setText(event.currentTarget.value);
            }}
            onCompositionEnd={({ currentTarget }) => setText(currentTarget.value)}
          />
        </form>
        <button
          type="button"
          class="mini"
          title={pageWords.close}
          aria-label={pageWords.close}
          data-testid="search-close"
          onClick={leave}
        >
          <Icon name="close" />
        </button>
      </div>
      <p class="hint" role="status" data-testid="search-status" data-state={found?.phase.kind}>
        <Live text={found ? statusOf(found, isNetworkUp, language) : words.hint} />
      </p>
      {found && <Hits hits={found.hits} words={toWords(query)} jumpTo={jumpTo} />}
      {found && found.phase.kind !== 'done' && (
        <button
          type="button"
          class="quiet"
          aria-disabled={!mayGoOn}
          data-testid="search-further"
          onClick={goOn}
        >
          <Live text={furtherOf(found, language)} />
        </button>
      )}
    </aside>
  );
}

/** The search for the query, which ends when the query changes or the panel closes. */
function useSearch({ room, fetcher }: SearchPanelProps['visit'], query: string) {
  const [found, setFound] = useState<SearchState>();
  const running = useRef<RunningSearch>(undefined);
  const stop = () => {
    running.current?.stop();
    running.current = undefined;
  };
  const begin = () => {
    if (query !== '') running.current ??= startSearch(room, query, fetcher, setFound);
  };
  // With the rendering, so that Enter right after a letter begins no search that ends at once.
  useLayoutEffect(() => {
    setFound(undefined);
    const timer = setTimeout(begin, SETTLE_MS);
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, [query]);
  return { found, begin, goOn: () => running.current?.goOn() };
}

/** The field takes the focus. Returns a function that gives it back to what had it before. */
function useFocus(field: { readonly current: HTMLInputElement | null }): () => void {
  const opener = useRef<Element>(null);
  useLayoutEffect(() => {
    opener.current = document.activeElement;
    field.current?.focus();
  }, []);
  return () => {
    const { current: element } = opener;
    // After the next rendering: what is below an open panel is inert.
    requestAnimationFrame(() => {
      if (element instanceof HTMLElement && element.isConnected) element.focus();
    });
  };
}

function statusOf(
  { phase, hits, searchedTo }: SearchState,
  isNetworkUp: boolean,
  { id, words: pageWords, formats }: Language,
): string {
  const words = SEARCH_WORDS[id];
  const day = searchedTo === undefined ? undefined : formats.day(searchedTo, Date.now());
  switch (phase.kind) {
    case 'searching':
      return day === undefined ? words.searching : words.searchingTo(day);
    case 'paused':
      return day === undefined ? words.found(hits.length) : words.foundTo(hits.length, day);
    case 'done':
      return words.found(hits.length);
    case 'failed':
      if (phase.problem) return pageWords.problem(phase.problem.code, phase.problem.message);
      return isNetworkUp ? words.failed : words.offline;
  }
}

function furtherOf({ phase }: SearchState, { id, words }: Language): string {
  switch (phase.kind) {
    case 'failed':
      return words.tryAgain;
    case 'searching':
      return SEARCH_WORDS[id].searching;
    default:
      return SEARCH_WORDS[id].further;
  }
}
