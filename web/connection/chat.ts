// One person in one room: connects the state, the connection, catching up and sending.

import {
  type Events,
  type History,
  parseText,
  typingRule,
  type Unread,
} from '../../functions/protocol.ts';
import {
  type Before,
  type ChatEvent,
  type ChatState,
  initialState,
  reduce,
  typingShownMs,
} from '../state/chat-state.ts';
import { COMING_SHOWN_MS } from '../state/comings.ts';
import type { OutboxLine } from '../state/outbox.ts';
import { createStore, type Store } from '../state/store.ts';
import { addKey, NOT_TYPED } from '../state/typing-pace.ts';
import { type CatchUp, startCatchUp } from './catch-up.ts';
import type { ChatApi } from './chat-api.ts';
import { type Connection, keepConnected } from './connection.ts';
import type { Hub, HubListener } from './hub.ts';
import { within } from './retry.ts';
import { startSender } from './sender.ts';
import { noticeStartedOver } from './started-over.ts';

/** The ids of the people whom a line mentions. A promise while the part of the page loads that finds them. */
export type Mentions = readonly string[] | undefined | Promise<readonly string[] | undefined>;

/** A line waits so long for them. After it, the line goes out and mentions nobody. */
const NAMED_WITHIN_MS = 10_000;

export interface ChatClient {
  readonly store: Store<ChatState, ChatEvent>;
  /** Puts a line into the outbox. Throws `bad_text`. */
  readonly write: (text: string, mentions?: Mentions, replyTo?: number) => void;
  /** Gives the own message `seq` another text. Throws `bad_text`. */
  readonly edit: (seq: number, text: string) => void;
  readonly remove: (seq: number) => void;
  /** Gives an unsent line another text. Throws `bad_text`. */
  readonly rewrite: (id: string, text: string, mentions?: Mentions) => void;
  /** What a moderator does. Rejects without a connection. */
  readonly moderate: Connection['moderate'];
  readonly typing: () => void;
  /** Learns of new lines in other rooms from now on. Rejects without a connection. */
  readonly watch: Connection['watch'];
  /** What was said about reactions, oldest first. The part of the page that shows them takes it out. */
  readonly reactionNews: ReactionNews[];
  readonly react: Connection['react'];
  readonly history: ChatApi['history'];
  readonly tryAgain: (id: string) => void;
  readonly discard: (id: string) => void;
  readonly loadOlder: CatchUp['loadOlder'];
  readonly dismissNotice: () => void;
  /** Whether the person looks at the end of the log. */
  readonly reading: (isReading: boolean) => void;
  /** The page is visible again. */
  readonly shown: () => void;
  /** The machine's network went away or came back. */
  readonly networkChanged: (isUp: boolean) => void;
  /** Reconnects: under another name, or because the person asks for it. */
  readonly reconnect: () => void;
  readonly stop: () => void;
}

interface ReactionNews {
  readonly news: Events | History;
  /** The answer has all messages that the page shows. */
  readonly isFirst: boolean;
}

export interface ChatClientDeps {
  readonly room: string;
  readonly open: (listener: HubListener) => Hub;
  readonly api: ChatApi;
  readonly newId: () => string;
  readonly random: () => number;
  readonly isVisible: () => boolean;
  /** New lines in another room. */
  readonly onUnread?: (unread: Unread) => void;
  /** What an earlier visit left on this device. Absent on a first visit. */
  readonly before?: Before;
}

/** Connects at once, and stays connected until `stop`. */
export function startChat(deps: ChatClientDeps): ChatClient {
  const { room, open, api, newId, random, isVisible, before, onUnread = () => {} } = deps;
  const store = createStore<ChatState, ChatEvent>(reduce, initialState(room));
  if (before) store.dispatch({ type: 'restored', before });
  const reactionNews: ReactionNews[] = [];
  store.subscribe(({ reacted, log }, { reacted: known, log: before }) => {
    if (reacted && reacted !== known) {
      const isFirst = before.to === undefined && log.to !== undefined;
      reactionNews.push({ news: reacted, isFirst });
    }
  });
  const watched = noticeStartedOver(api, () => store.state, joinAnew);
  const catchUp = startCatchUp({
    store,
    api: watched,
    random,
    isVisible,
  });
  const connection = keepConnected(open, onEvent, random, {
    online: () => store.state.online ?? 0,
    isVisible,
    onUnread,
  });
  const sender = startSender(store, connection, random);
  const ticks = new Set<ReturnType<typeof setTimeout>>();
  let typed = NOT_TYPED;

  function onEvent(event: ChatEvent): void {
    store.dispatch(event);
    if (event.type === 'welcome') catchUp.onWelcome();
    if (event.type === 'blocked' && event.problem.code === 'room_closed') catchUp.onClosed();
    if (event.type === 'events') {
      catchUp.onEvents();
      if (event.events.joined.length + event.events.left.length > 0) tickAfter(COMING_SHOWN_MS);
    }
    if (event.type === 'typing') tickAfter(typingShownMs(store.state));
  }

  /** The next welcome shows that the room has started over, and clears what the page shows. Before a welcome it is under way. */
  function joinAnew(): void {
    if (store.state.connection.kind === 'online') connection.renew();
  }

  function nameLater(ids: readonly string[], text: string, mentions: Mentions): void {
    if (!(mentions instanceof Promise)) return;
    const name = (named?: readonly string[]) => {
      for (const id of ids) store.dispatch({ type: 'named', id, text, mentions: named });
    };
    within(NAMED_WITHIN_MS, mentions, 'find whom a line mentions').then(name, () => name());
  }

  function tickAfter(ms: number): void {
    // The planned time, because timers of browsers may fire a fraction of a millisecond early.
    const at = performance.now() + ms;
    const timer = setTimeout(() => {
      ticks.delete(timer);
      store.dispatch({ type: 'tick', at });
    }, ms);
    ticks.add(timer);
  }

  return {
    store,
    write: (text, mentions, replyTo) => {
      const line = { id: newId(), text: parseText(text), replyTo };
      store.dispatch({ type: 'written', ...line, ...known(mentions) });
      nameLater([line.id], line.text, mentions);
      typed = NOT_TYPED;
    },
    edit: (edits, text) => {
      store.dispatch({ type: 'changed', id: newId(), text: parseText(text), edits });
    },
    remove: (removes) => store.dispatch({ type: 'changed', id: newId(), text: '', removes }),
    rewrite: (id, text, mentions) => {
      const line = { id, text: parseText(text), newId: newId() };
      store.dispatch({ type: 'rewritten', ...line, ...known(mentions) });
      // A refused line has the new id now.
      nameLater([id, line.newId], line.text, mentions);
    },
    typing: () => {
      const { me, online = 0 } = store.state;
      const rule = typingRule(online);
      // Nobody would see a note. Its call may be billed all the same.
      if (!rule || online < 2 || me?.typing === false) return;
      const { line, isNoteDue } = addKey(typed, rule, performance.now());
      typed = line;
      // A lost note does no harm.
      if (isNoteDue) connection.typing().catch(() => {});
    },
    moderate: connection.moderate,
    watch: connection.watch,
    reactionNews,
    react: connection.react,
    history: watched.history,
    tryAgain: (id) => store.dispatch({ type: 'try-again', id }),
    discard: (id) => store.dispatch({ type: 'discard', id }),
    loadOlder: catchUp.loadOlder,
    dismissNotice: () => store.dispatch({ type: 'notice', notice: undefined }),
    reading: (isReading) => store.dispatch({ type: 'reading', isReading }),
    shown: () => {
      connection.look();
      if (store.state.connection.kind === 'online') catchUp.check();
    },
    networkChanged: (isUp) => {
      store.dispatch({ type: 'network', isUp });
      // A WebSocket does not notice a change of network. It would stay silent for 30 s.
      if (store.state.connection.kind === 'online') connection.renew();
      else connection.wake();
    },
    reconnect: connection.renew,
    stop: () => {
      connection.stop();
      catchUp.stop();
      sender.stop();
      for (const timer of ticks) clearTimeout(timer);
    },
  };
}

/** What the outbox has at once. */
function known(mentions: Mentions): Pick<OutboxLine, 'mentions' | 'isUnnamed'> {
  return mentions instanceof Promise ? { isUnnamed: true } : { mentions };
}
