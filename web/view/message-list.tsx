import { useCallback, useMemo, useRef, useState } from 'preact/hooks';
import { type ChatMessage, isLine, PUBLISHER } from '../../functions/protocol.ts';
import type { ChatClient } from '../connection/chat.ts';
import { copyText } from '../device/clipboard.ts';
import { messageLink, nameOfRoom } from '../device/names.ts';
import { loadStyle } from '../device/style-loader.ts';
import { type ChatState, readerOf } from '../state/chat-state.ts';
import { isShutOut } from '../state/connection-state.ts';
import { isFiltered, WHOLE_LOG } from '../state/log-room.ts';
import { indexOf, rangeOf } from '../state/log-window.ts';
import { hasOlder } from '../state/message-log.ts';
import { isChangeable, type Outbox, type OutboxLine } from '../state/outbox.ts';
import { type Editable, mayChange } from '../state/own-messages.ts';
import { countUnread, firstUnread, isFar } from '../state/reading.ts';
import { Guard } from './guard.tsx';
import { Icon } from './icons.tsx';
import { Invite } from './invite.tsx';
import { useLanguage, useWords } from './language.ts';
import { lazyPart } from './lazy-part.ts';
import { Live } from './live.tsx';
import { belongsTo, keyOf, type LogItem, toItems } from './log-items.ts';
import { plainOf, useLog } from './logs.ts';
import { useLongPress } from './long-press.ts';
import type { Point } from './menu.tsx';
import { MessageLine, PlainLine } from './message-line.tsx';
import type { Moderating } from './moderation-form.tsx';
import { moveBetweenLines } from './move-between-lines.ts';
import { OutboxLines } from './outbox-lines.tsx';
import { useIsPrinting, useIsReading } from './page-signs.ts';
import type { Jump } from './past/jumps.tsx';
import type { Target } from './past/past-view.tsx';
import { usePastPart } from './past-part.tsx';
import { importReactions, useReactions } from './reactions.ts';
import { useReadingPlace } from './reading-place.ts';

interface MessageListProps {
  readonly state: ChatState;
  readonly chat: ChatClient;
  readonly reply: (message: ChatMessage) => void;
  /** Begins to edit in the composer. */
  readonly edit: (what: Editable) => void;
  /** The last message to which somebody wanted to go. */
  readonly jump: Jump | undefined;
  /** Opens a dialog of moderators. Undefined for everyone else. */
  readonly moderate: ((what: Moderating) => void) | undefined;
}

/** The menu of a message loads when the first one opens. */
const useMenuPart = lazyPart(async () => {
  const { loadMenuStyle, MessageMenu } = await import('./actions/message-menu.tsx');
  const style = loadMenuStyle();
  await importReactions().catch(() => {});
  await style;
  return { MessageMenu };
});

/** The bar over unread messages loads when something is unread. */
const useUnreadPart = lazyPart(async () => {
  const style = loadStyle('unread.css');
  const { UnreadBar } = await import('./unread/unread-bar.tsx');
  await style;
  return { UnreadBar };
});

/** The log: the window of messages around the reader, and the unsent lines. */
export function MessageList({ state, chat, reply, edit, jump, moderate }: MessageListProps) {
  const { log, outbox, me, reading, room, connection } = state;
  const reader = readerOf(state);
  const language = useLanguage();
  const { words } = language;
  const { shown, log: lines, isLog } = useLog(log.shown);
  const isPaused = lines?.view.pausedAt !== undefined;
  const isLoaded = log.to !== undefined;
  const place = useReadingPlace({
    shown,
    written: outbox.length,
    loadOlder: chat.loadOlder,
    isLoaded,
    opensAt: () => {
      return isLog || isFar(reading, log) ? undefined : firstUnread(reading, log, reader)?.seq;
    },
  });
  const { ref, window, onScroll, isAtEnd, toEnd } = place;
  const past = usePastPart(jump !== undefined);
  const [pastTarget, setPast] = useState<Target>();
  // A log is followed, and its tools say how much is new.
  const news = useUnreadPart(reading.newAfter !== undefined && !isLog);
  useIsReading(isAtEnd && isLoaded && !isPaused && !pastTarget, chat.reading);
  const isPrinting = useIsPrinting();
  const { start, end } = isPrinting ? { start: 0, end: shown.length } : rangeOf(shown, window);
  const isPart = lines !== undefined && isFiltered(lines.view);
  const items = useMemo(
    () => toItems(shown.slice(start, end), shown[start - 1], reading.newAfter, isPart),
    // In another time zone days begin elsewhere. The language changes with it.
    [shown, start, end, reading.newAfter, isPart, language],
  );
  const [copied, setCopied] = useState('');
  const copyThis = useMemo(() => makeCopy(setCopied), []);
  const copy = useMemo(() => (message: ChatMessage) => copyThis(plainOf(message)), []);
  const [menu, setMenu] = useState<{ readonly message: ChatMessage; readonly at: Point }>();
  const part = useMenuPart(menu !== undefined);
  const reacting = useReactions(chat, state.reacted !== undefined || menu !== undefined);
  const more = useCallback((message: ChatMessage, at: Point) => setMenu({ message, at }), []);
  /** What the past view shows. */
  const older = useRef<readonly ChatMessage[]>([]);
  const press = useLongPress((target, at) => {
    const { seq: number = 0, id } = target.closest<HTMLElement>('.line')?.dataset ?? {};
    const waiting = outbox.find((one) => one.id === id && isChangeable(one));
    if (waiting) return edit(waiting);
    const seq = Number(number);
    const message = [...log.shown, ...older.current].find((one) => one.seq === seq);
    if (message && !message.deleted) setMenu({ message, at });
  });
  const render = (item: LogItem) =>
    item.kind === 'message' ? (
      <Guard key={keyOf(item)} fallback={<PlainLine message={item.message} />}>
        {lines && item.message.userId === PUBLISHER ? (
          <lines.part.LogRow
            message={item.message}
            namesSource={lines.sources.length > 1}
            reply={reply}
            copy={copy}
            more={more}
          />
        ) : (
          <MessageLine
            message={item.message}
            follows={item.follows}
            online={item.online}
            isMine={item.message.userId === reader}
            change={changeOf(outbox, item.message.seq)}
            store={chat.store}
            reply={reply}
            copy={copy}
            more={more}
            reacting={reacting}
          />
        )}
      </Guard>
    ) : (
      <Guard key={keyOf(item)} fallback={null}>
        <Mark item={item} />
      </Guard>
    );
  const deeds = {
    reply,
    copy,
    copyLink: ({ seq }: ChatMessage) => copyThis(messageLink(room, seq, document.baseURI)),
    edit,
    remove: ({ seq }: ChatMessage) => chat.remove(seq),
    mayChange: (message: ChatMessage) => mayChange(message, me, Date.now()),
    me: reader,
    moderate,
  };
  const unread = isAtEnd ? 0 : countUnread(reading, log, reader);
  const isEmpty = isLoaded && log.shown.length === 0 && outbox.length === 0;
  // A person who may not enter the room cannot invite anyone.
  const invites = isEmpty && connection.kind !== 'blocked';

  return (
    <div class="log-frame">
      {lines && (
        <Guard fallback={null}>
          <lines.part.LogTools
            view={lines.view}
            change={lines.change}
            sources={lines.sources}
            counts={lines.counts}
            shown={shown.length}
            all={log.shown.length}
            newer={log.shown.length - indexOf(log.shown, (lines.view.pausedAt ?? Infinity) + 1)}
            isComplete={lines.isComplete}
            isFollowing={isAtEnd && !isPaused}
            pause={() => lines.change({ ...lines.view, pausedAt: log.shown.at(-1)?.seq })}
            follow={() => {
              lines.change({ ...lines.view, pausedAt: undefined });
              toEnd();
            }}
            copyLines={() => copyThis(shown.map(plainOf).join('\n'))}
          />
        </Guard>
      )}
      {news && !isLog && !pastTarget && (
        <Guard fallback={null}>
          <news.UnreadBar state={state} chat={chat} place={place} />
        </Guard>
      )}
      <section
        class="log"
        data-covered={pastTarget !== undefined}
        data-lines={lines && (lines.view.wraps ? 'wrap' : 'scroll')}
        data-sources={lines && lines.sources.length > 1 ? 'many' : undefined}
        ref={ref}
        onScroll={onScroll}
        onCopy={lines?.part.copySelectedLines}
        onKeyDown={(event) => {
          moveBetweenLines(event);
          lines?.part.selectLines(event);
        }}
        {...press}
        role="log"
        aria-label={words.messages}
        // Screen readers announce new messages at the end, not older ones that scrolling back loads.
        aria-live={isAtEnd && isLoaded ? 'polite' : 'off'}
        aria-busy={(!isLoaded && !isHidden(state)) || state.isLoadingOlder}
        data-testid="log"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
        tabIndex={0}
      >
        <div class="log-inner">
          {start === 0 && <Top state={state} loadOlder={() => void chat.loadOlder()} />}
          {invites && <Invite room={room} isFirst />}
          {items.map(render)}
          {end === shown.length && (
            <OutboxLines
              lines={outbox.filter(isOwnLine)}
              canSend={!isShutOut(connection)}
              follows={isMineLast(log.shown, me)}
              tryAgain={chat.tryAgain}
              discard={chat.discard}
              edit={edit}
            />
          )}
        </div>
      </section>
      {menu && part && (
        <part.MessageMenu {...menu} deeds={deeds} close={() => setMenu(undefined)}>
          {reacting && takesReactions(menu.message, lines !== undefined) && (
            <reacting.QuickRow seq={menu.message.seq} close={() => setMenu(undefined)} />
          )}
        </part.MessageMenu>
      )}
      {reacting && <reacting.Overlay />}
      <div class="toast" role="status" data-testid="toast">
        {copied === 'copied' && <Live text={words.copied} />}
        {copied === 'failed' && <Live text={words.copyFailed} />}
      </div>
      {jump && past && (
        <Guard fallback={null}>
          <past.Jumps
            jump={jump}
            state={state}
            chat={chat}
            place={place}
            past={pastTarget}
            setPast={setPast}
            render={render}
            handlers={press}
            onShown={(messages) => {
              older.current = messages;
            }}
            showAll={() => lines?.change({ ...WHOLE_LOG, wraps: lines.view.wraps })}
          />
        </Guard>
      )}
      <div class="to-end" role="status">
        {!isAtEnd && (
          <button type="button" data-testid="to-end" data-unread={unread} onClick={toEnd}>
            {unread > 0 ? <Live text={words.newMessages(unread)} /> : words.toEnd}
            <Icon name="down" />
          </button>
        )}
      </div>
    </div>
  );
}

/** The lines of a log are one surface, which has no place for reactions. */
function takesReactions({ userId }: ChatMessage, isLog: boolean): boolean {
  return !(isLog && userId === PUBLISHER);
}

/** A refused change is a line of its own, because the person decides what becomes of it. */
function isOwnLine({ edits, removes, state }: OutboxLine): boolean {
  return state === 'refused' || (edits === undefined && removes === undefined);
}

/** What the person has made of message `seq`, and the room does not show yet. */
function changeOf(outbox: Outbox, seq: number): OutboxLine | undefined {
  return outbox.filter((line) => (line.edits ?? line.removes) === seq && !isOwnLine(line)).at(-1);
}

/** Whether a line written now will belong to the group of the last message. */
function isMineLast(shown: readonly ChatMessage[], me: ChatState['me']): boolean {
  const last = shown.at(-1);
  if (!last || !me || !isLine(last)) return false;
  return belongsTo(last, { userId: me.userId, name: me.name, sentAt: Date.now() });
}

/** Copies text, and shows the outcome for a while. */
function makeCopy(say: (outcome: '' | 'copied' | 'failed') => void) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return (text: string) => {
    void copyText(text).then((isCopied) => {
      clearTimeout(timer);
      say(isCopied ? 'copied' : 'failed');
      timer = setTimeout(() => say(''), 2_500);
    });
  };
}

function Mark({ item }: { readonly item: Exclude<LogItem, { readonly kind: 'message' }> }) {
  const { words, formats } = useLanguage();
  switch (item.kind) {
    case 'day':
      return (
        <p class="mark day" data-testid="day">
          <Live text={formats.day(item.at, Date.now())} />
        </p>
      );
    case 'gone':
      return (
        <p class="mark" data-testid="gone">
          {words.gone(item.count)}
        </p>
      );
    case 'new':
      return (
        <p class="mark new" data-testid="new-from-here">
          <span>{words.newFromHere}</span>
        </p>
      );
  }
}

/** Whether the person may not read the room. Nothing is loading then. */
function isHidden({ connection }: ChatState): boolean {
  if (connection.kind === 'refused') return true;
  return connection.kind === 'blocked' && connection.problem.code === 'banned';
}

function Top({ state, loadOlder }: { readonly state: ChatState; readonly loadOlder: () => void }) {
  const { log, room, isLoadingOlder } = state;
  const words = useWords();
  if (log.to === undefined) {
    const text = isHidden(state)
      ? words.logHidden
      : state.isNetworkUp
        ? words.loading
        : words.offlineShell;
    return (
      <p class="mark">
        <Live text={text} />
      </p>
    );
  }
  if (!hasOlder(log)) {
    const text = log.from > 1 ? words.olderGone : words.beginning(nameOfRoom(room).name);
    return (
      <p class="mark">
        <Live text={text} />
      </p>
    );
  }
  return (
    <button type="button" class="older" onClick={loadOlder} aria-disabled={isLoadingOlder}>
      <Live text={isLoadingOlder ? words.loading : words.showOlder} />
    </button>
  );
}
