// Older messages in the place of the log, around a number or from a date on. The log below stays as it is.

import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { type ChatMessage, type History, isLine } from '../../../functions/protocol.ts';
import type { ChatClient } from '../../connection/chat.ts';
import { nameOfRoom } from '../../device/names.ts';
import { indexOf } from '../../state/log-window.ts';
import type { HistoryQuery, MessageLog } from '../../state/message-log.ts';
import {
  addAfter,
  addBefore,
  followPast,
  openPast,
  PAST_PAGE,
  type Past,
} from '../../state/past.ts';
import { PAST_WORDS } from '../../words/past-words.ts';
import { useLanguage } from '../language.ts';
import { Live } from '../live.tsx';
import { type LogItem, toItems } from '../log-items.ts';
import { moveBetweenLines } from '../move-between-lines.ts';
import { type Anchor, findAnchor, keepPlace } from '../reading-place.ts';
import { DOWN, landOn } from './land.ts';

/** A new object goes there once more. */
export type Target =
  /** Message `seq`, which stands `top` CSS pixels below the upper edge. Without it, the message is marked. */
  | { readonly seq: number; readonly top?: number }
  /** The first message from that time on, epoch ms. */
  | { readonly at: number };

export interface PastViewProps {
  readonly chat: ChatClient;
  readonly log: MessageLog;
  readonly target: Target;
  /** Shows an item of the log as the log does. */
  readonly render: (item: LogItem) => ComponentChildren;
  /** Further properties of the element that scrolls. */
  readonly handlers: object;
  /** The messages that are shown, for the actions of the log. */
  readonly onShown: (messages: readonly ChatMessage[]) => void;
  /** The message is there. `isFirst` says that the room has nothing before it. */
  readonly onReached: (message: ChatMessage, isFirst: boolean) => void;
  /** There is no such message, or none from that time on, or no answer came. */
  readonly onNowhere: (why: 'gone' | 'nothing-since' | 'failed') => void;
  /** The reader has come to what the log has: a line of it, or its end. */
  readonly onLive: (anchor: Anchor | undefined) => void;
  readonly toNow: () => void;
}

/** Distances as in reading-place.ts. */
const NEAR_PX = 32;
const AHEAD_SCREENS = 1.5;

export function PastView(props: PastViewProps) {
  const { chat, log, target, render, handlers, onShown, onReached, onNowhere, onLive } = props;
  const language = useLanguage();
  const { words: shared, id } = language;
  const words = PAST_WORDS[id];
  const ref = useRef<HTMLElement>(null);
  const anchor = useRef<Anchor>(undefined);
  const [past, setPast] = useState<Past>();
  const [isLoading, setLoading] = useState(false);
  /** The same at once: two events may come between two renderings. */
  const isAsking = useRef(false);
  /** Only a scroll tries again then. */
  const hasFailed = useRef(false);
  /** The last message when the view opened. */
  const [openedAt] = useState(log.to ?? 0);
  /** The message to mark. */
  const landing = useRef<number>(undefined);
  const current = useRef({ past, target });
  current.current = { past, target };

  const goTo = (message: ChatMessage, top: number | undefined, isFirst = false) => {
    const height = ref.current?.clientHeight ?? 0;
    anchor.current = { seq: `${message.seq}`, top: top ?? height * DOWN };
    if (top === undefined) landing.current = message.seq;
    onReached(message, isFirst);
  };

  useEffect(() => {
    void openAt(target);
  }, [target]);

  /** The log's reactions are those of the older messages, too. */
  async function ask(query: Omit<HistoryQuery, 'limit'>): Promise<History> {
    const history = await chat.history({ ...query, limit: PAST_PAGE });
    chat.store.dispatch({ type: 'past', history });
    return history;
  }

  async function openAt(wanted: Target): Promise<void> {
    const loaded = 'seq' in wanted ? past?.shown.find(({ seq }) => seq === wanted.seq) : undefined;
    if (past && loaded) {
      goTo(loaded, 'seq' in wanted ? wanted.top : undefined);
      setPast({ ...past });
      return;
    }
    const isOld = () => current.current.target !== wanted;
    try {
      const from = await ask('at' in wanted ? { at: wanted.at } : { after: wanted.seq - 1 });
      const first = from.messages.find(isLine);
      if (isOld()) return;
      if (!first) return onNowhere('at' in wanted ? 'nothing-since' : 'gone');
      if ('seq' in wanted && first.seq !== wanted.seq) return onNowhere('gone');
      const before = await ask({ before: from.messages[0]?.seq ?? 1 });
      if (isOld()) return;
      setPast(openPast(before, from));
      const isFirst = before.messages.length === 0;
      goTo(first, 'seq' in wanted ? wanted.top : undefined, isFirst);
    } catch {
      if (!isOld()) onNowhere('failed');
    }
  }

  async function load(side: 'before' | 'after'): Promise<void> {
    const { shown = [] } = past ?? {};
    const edge = side === 'before' ? shown[0] : shown.at(-1);
    if (!edge || isAsking.current) return;
    isAsking.current = true;
    setLoading(true);
    const answer = await ask({ [side]: edge.seq }).catch(() => undefined);
    isAsking.current = false;
    hasFailed.current = answer === undefined;
    setLoading(false);
    // Meanwhile the reader may have gone elsewhere.
    if (answer && current.current.past === past) {
      setPast((now) => now && (side === 'before' ? addBefore : addAfter)(now, answer));
    }
  }

  const look = () => {
    const element = ref.current;
    if (!element || !past) return;
    const { scrollTop, scrollHeight, clientHeight } = element;
    const below = scrollHeight - scrollTop - clientHeight;
    const ahead = AHEAD_SCREENS * clientHeight;
    const { current: line } = anchor;
    if (line && Number(line.seq) >= log.from) return onLive(line);
    if (below <= NEAR_PX && !past.hasNewer) return onLive(undefined);
    if (below < ahead && past.hasNewer) void load('after');
    else if (scrollTop < ahead && past.hasOlder) void load('before');
  };

  const live = log.shown;
  useEffect(() => {
    const news = live.slice(indexOf(live, openedAt + 1));
    setPast((now) => now && followPast(now, news));
  }, [live]);

  useLayoutEffect(() => {
    if (ref.current) keepPlace(ref.current, anchor.current);
  });
  useEffect(() => {
    const { current: element } = ref;
    if (!element || !past) return;
    if (landing.current !== undefined) landOn(element, landing.current);
    landing.current = undefined;
    onShown(past.shown);
  }, [past]);
  // An answer to a question of before a rendering is dropped, and a reader at an edge does not scroll.
  useEffect(() => {
    if (!hasFailed.current) look();
  }, [past, isLoading]);
  useEffect(() => () => onShown([]), []);

  const items = useMemo(
    () => toItems(past?.shown ?? [], undefined, undefined),
    // In another time zone days begin elsewhere.
    [past, language],
  );
  const news = live.slice(indexOf(live, openedAt + 1)).filter(isLine).length;

  return (
    <section class="past" aria-label={words.older} data-testid="past">
      <div class="past-bar">
        <p>{words.older}</p>
        <p role="status" data-testid="past-news">
          {news > 0 && <Live text={words.newLines(news)} />}
        </p>
        <button type="button" class="quiet" data-testid="to-now" onClick={props.toNow}>
          {words.toNow}
        </button>
      </div>
      <section
        class="log"
        ref={ref}
        {...handlers}
        onKeyDown={moveBetweenLines}
        onScroll={() => {
          if (ref.current) anchor.current = findAnchor(ref.current);
          hasFailed.current = false;
          look();
        }}
        role="log"
        aria-live="off"
        aria-busy={isLoading || !past}
        aria-label={words.older}
        data-testid="past-log"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
        tabIndex={0}
      >
        <div class="log-inner">
          {!past && (
            <p class="mark">
              <Live text={shared.loading} />
            </p>
          )}
          {past && !past.hasOlder && (
            <p class="mark">
              {past.shown[0]?.seq === 1
                ? shared.beginning(nameOfRoom(chat.store.state.room).name)
                : shared.olderGone}
            </p>
          )}
          {items.map(render)}
        </div>
      </section>
    </section>
  );
}
