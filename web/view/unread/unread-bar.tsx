// The bar over unread messages, and what of them counts as read. A part of the page that loads when something is unread,
// together with style/unread.css.

import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { MAX_HISTORY } from '../../../functions/protocol.ts';
import type { ChatClient } from '../../connection/chat.ts';
import { isInFocus, onFocusChange } from '../../device/focus.ts';
import type { ChatState } from '../../state/chat-state.ts';
import { isFar } from '../../state/reading.ts';
import {
  isBarShown,
  type Unread,
  unreadOf,
  type Whereabouts,
  whereIs,
} from '../../state/unread.ts';
import { UNREAD_WORDS } from '../../words/unread-words.ts';
import { Icon } from '../icons.tsx';
import { useLanguage } from '../language.ts';
import { Live } from '../live.tsx';
import { OPENS_AT_PX, type ReadingPlace } from '../reading-place.ts';
import { sightOf } from './sight.ts';

/** What is in sight is looked at so often while the log moves, ms. */
const LOOK_EVERY_MS = 200;
/** One click loads at most so many pages of older messages: 5,000 messages. */
const MOST_PAGES = 25;

interface UnreadBarProps {
  readonly state: ChatState;
  readonly chat: Pick<ChatClient, 'store' | 'loadOlder'>;
  readonly place: ReadingPlace;
}

/** Says how much is new, leads to it, and marks all read. */
export function UnreadBar({ state, chat, place }: UnreadBarProps) {
  const { id, formats } = useLanguage();
  const words = UNREAD_WORDS[id];
  const unread = unreadOf(state);
  const { goToFirst, isGoing } = useWayToFirst(state, unread, chat, place);
  const { where, seenMark } = useSight(chat, place, isGoing);
  const { isAtEnd } = place;
  const hasSeenMark = seenMark === unread?.mark;
  const isShown =
    unread !== undefined && (isGoing || isBarShown(unread, where, { isAtEnd, hasSeenMark }));
  const bar = useRef<HTMLDivElement>(null);
  useStillLog(isShown, bar, place);
  const markRead = () => {
    chat.store.dispatch({ type: 'read-all' });
    place.toEnd();
  };
  useEscape(unread?.isUnread === true, markRead);
  const text = isShown ? textOf(unread) : '';
  // Said once, when the bar appears: the number grows with each line, and the log says those itself.
  const said = useRef('');
  if ((said.current === '') !== (text === '')) said.current = text;

  return (
    <>
      <p class="unseen" role="status">
        {said.current !== '' && <Live text={said.current} />}
      </p>
      {isShown && (
        // biome-ignore lint/a11y/useSemanticElements: a fieldset is no flex container in older browsers
        <div
          class="unread-bar"
          ref={bar}
          role="group"
          aria-label={words.bar}
          data-testid="unread-bar"
          data-where={where}
        >
          <p data-testid="unread-since">
            <Live text={text} />
          </p>
          {(where !== 'here' || unread.isFar) && (
            <button
              type="button"
              data-testid="to-first-unread"
              title={words.toFirst}
              aria-label={words.toFirst}
              aria-disabled={isGoing}
              onClick={goToFirst}
            >
              <span class="wide-only">{words.toFirst}</span>
              <Icon name="down" />
            </button>
          )}
          <button type="button" data-testid="mark-read" onClick={markRead}>
            {words.markRead}
          </button>
        </div>
      )}
    </>
  );

  function textOf({ count, isMore, since }: Unread): string {
    // `end` rounds up.
    const minute = since === undefined ? undefined : Math.floor(since / 60_000) * 60_000;
    const time = minute === undefined ? undefined : formats.end(minute, Date.now());
    return words.newSince(count, isMore, time);
  }
}

/** Watches what is in sight. It counts as read if the page has the focus. */
function useSight({ store }: UnreadBarProps['chat'], place: ReadingPlace, isGoing: boolean) {
  const [where, setWhere] = useState<Whereabouts>('here');
  /** The first new line that has been in sight. */
  const [seenMark, setSeenMark] = useState(0);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const isLeaving = useRef(isGoing);
  isLeaving.current = isGoing;
  const look = () => {
    timer.current = undefined;
    const sight = place.ref.current && sightOf(place.ref.current);
    // On the way to the first unread line the reader leaves what is in sight.
    if (!sight || isLeaving.current) return;
    if (isInFocus()) store.dispatch({ type: 'seen', seq: sight.last });
    const unread = unreadOf(store.state);
    if (!unread) return;
    setWhere(whereIs(unread.target, sight, store.state.log));
    const isMarkHere = whereIs(unread.mark, sight, store.state.log) === 'here';
    if (isMarkHere && isInFocus()) setSeenMark(unread.mark);
  };
  const lookSoon = () => {
    timer.current ??= setTimeout(look, LOOK_EVERY_MS);
  };
  // The log has changed.
  useEffect(lookSoon);
  useEffect(() => {
    const log = place.ref.current;
    log?.addEventListener('scroll', lookSoon, { passive: true });
    const end = onFocusChange(lookSoon);
    return () => {
      log?.removeEventListener('scroll', lookSoon);
      end();
      clearTimeout(timer.current);
    };
  }, []);
  return { where, seenMark };
}

/** Goes to the first unread line. If that one is not loaded, loads older messages before, a limited number. */
function useWayToFirst(
  { log, reading }: ChatState,
  unread: Unread | undefined,
  { store, loadOlder }: UnreadBarProps['chat'],
  place: ReadingPlace,
) {
  const [isWanted, setWanted] = useState(false);
  const [isLoading, setLoading] = useState(false);
  const load = async () => {
    setLoading(true);
    for (let page = 0; page < MOST_PAGES; page += 1) {
      const { from } = store.state.log;
      if (!isFar(store.state.reading, store.state.log)) break;
      await loadOlder(MAX_HISTORY);
      // The page says why.
      if (store.state.log.from === from) break;
    }
    setLoading(false);
  };
  useEffect(() => {
    // This component may render before the list has what was loaded.
    if (!isWanted || isLoading || store.state.log !== log) return;
    setWanted(false);
    const seq = isFar(reading, log) ? log.shown[0]?.seq : unread?.target;
    if (seq !== undefined) place.goTo({ seq: `${seq}`, top: OPENS_AT_PX });
  });
  return {
    isGoing: isWanted,
    goToFirst: () => {
      setWanted(true);
      if (isFar(reading, log) && !isLoading) void load();
    },
  };
}

/** Lines stay where they are on the screen when the bar above them comes or goes. */
function useStillLog(
  isShown: boolean,
  bar: { readonly current: HTMLElement | null },
  { where, goTo }: ReadingPlace,
): void {
  const height = useRef(0);
  useLayoutEffect(() => {
    const before = height.current;
    height.current = isShown ? (bar.current?.offsetHeight ?? 0) : 0;
    const at = where();
    if (at) goTo({ ...at, top: at.top - (height.current - before) });
  }, [isShown]);
}

/** Something else is open that Escape leaves. */
const BUSY = '.talk[inert], .reply-bar, .jump-back, .mention-list';

/** The Escape key of the chat: in the log, in the composer while it has nothing else to leave, or nowhere. */
function useEscape(isWanted: boolean, run: () => void): void {
  const latest = useRef(run);
  latest.current = run;
  useEffect(() => {
    if (!isWanted) return undefined;
    const onKeyDown = (event: KeyboardEvent) => {
      const { key, target } = event;
      if (key !== 'Escape' || !(target instanceof Element)) return;
      const isOfChat = target === document.body || target.closest('.log, .composer');
      if (isOfChat && !document.querySelector(BUSY)) latest.current();
    };
    // Before what else is open has closed.
    document.addEventListener('keydown', onKeyDown, true);
    return () => document.removeEventListener('keydown', onKeyDown, true);
  }, [isWanted]);
}
