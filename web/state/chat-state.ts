// The page's state and its reducer: (state, event) → state. Pure. The time comes with the event, by a clock that nobody
// sets: milliseconds since the page opened.

import {
  type Events,
  type History,
  type Members,
  TYPING_EVERY_MS,
  type Typing,
  typingRule,
  type Welcome,
} from '../../functions/protocol.ts';
import { type Coming, noteComings } from './comings.ts';
import {
  type ConnectionEvent,
  type ConnectionState,
  isShutOut,
  nextConnectionState,
  type Problem,
} from './connection-state.ts';
import {
  addAcked,
  addBroadcast,
  addHistory,
  EMPTY_LOG,
  type HistoryQuery,
  type MessageLog,
} from './message-log.ts';
import {
  dropShown,
  holdBack,
  markRefused,
  markSending,
  markStored,
  markWaiting,
  nameIn,
  type Outbox,
  recognise,
  rewrite,
  withChange,
} from './outbox.ts';
import {
  look,
  NOT_READ,
  type Reading,
  readAll,
  readElsewhere,
  readOn,
  see,
  startReading,
} from './reading.ts';
import {
  applyChanges,
  applySnapshot,
  connectionsIn,
  connectionsOf,
  EMPTY_ROSTER,
  type Roster,
} from './roster.ts';

export interface ChatState {
  readonly room: string;
  readonly connection: ConnectionState;
  /** Our identity, from the last `welcome`. */
  readonly me:
    | Pick<
        Welcome,
        'userId' | 'name' | 'connectionId' | 'typing' | 'editMinutes' | 'moderator' | 'creator'
      >
    | undefined;
  /** Whose unsent lines the device had. Undefined if they may be sent by anybody who is welcomed. */
  readonly unsentOf: string | undefined;
  /** Who is likely to be welcomed: the account, or the guest who was here last. Undefined for a new guest. */
  readonly expected: string | undefined;
  /** Open connections in the room at the highest known revision. Undefined before the first one. */
  readonly online: number | undefined;
  readonly revision: number;
  /** The highest revision at the start of the current connection. */
  readonly revisionBefore: number;
  readonly log: MessageLog;
  readonly isLoadingOlder: boolean;
  readonly roster: Roster;
  readonly outbox: Outbox;
  /** By user id. `until` is the end of the note, in milliseconds since the page opened. */
  readonly typing: ReadonlyMap<string, { readonly name: string; readonly until: number }>;
  readonly comings: readonly Coming[];
  readonly reading: Reading;
  /** The last frame or answer that says something about reactions. */
  readonly reacted: Events | History | undefined;
  /** Whether the device has a network, as far as the browser knows. */
  readonly isNetworkUp: boolean;
  readonly notice: Notice | undefined;
}

export type Notice =
  /** The service ended the connection. `reason` is a moderator's words, or a limit. */
  | { readonly kind: 'ended'; readonly reason: string }
  | { readonly kind: 'problem'; readonly problem: Problem }
  /** A part of the page's code does not load, even after a reload. */
  | { readonly kind: 'part-missing' };

export type ChatEvent =
  | ConnectionEvent
  | { readonly type: 'welcome'; readonly welcome: Welcome }
  | { readonly type: 'events'; readonly events: Events; readonly at: number }
  | { readonly type: 'typing'; readonly typing: Typing; readonly at: number }
  | { readonly type: 'history'; readonly history: History; readonly query: HistoryQuery }
  /** Older messages, which the log does not take. */
  | { readonly type: 'past'; readonly history: History }
  | { readonly type: 'members'; readonly members: Members }
  | { readonly type: 'loading-older'; readonly isLoading: boolean }
  /** What the device remembers of an earlier visit. */
  | { readonly type: 'restored'; readonly before: Before }
  /** The person wrote a line. */
  | {
      readonly type: 'written';
      readonly id: string;
      readonly text: string;
      readonly replyTo?: number | undefined;
      readonly mentions?: readonly string[] | undefined;
      readonly isUnnamed?: boolean | undefined;
    }
  /** The person gave an unsent line another text. */
  | {
      readonly type: 'rewritten';
      readonly id: string;
      readonly text: string;
      readonly mentions?: readonly string[] | undefined;
      readonly isUnnamed?: boolean | undefined;
      readonly newId: string;
    }
  /** Whom the line with that text mentions, which was not known when it was written. */
  | {
      readonly type: 'named';
      readonly id: string;
      readonly text: string;
      readonly mentions: readonly string[] | undefined;
    }
  /** The person edited or removed message `edits` or `removes`. */
  | {
      readonly type: 'changed';
      readonly id: string;
      readonly text: string;
      readonly edits?: number;
      readonly removes?: number;
    }
  | { readonly type: 'sending' | 'postponed' | 'try-again' | 'discard'; readonly id: string }
  | { readonly type: 'acked'; readonly id: string; readonly seq: number }
  | { readonly type: 'rejected'; readonly id: string; readonly problem: Problem }
  /** Whether the person looks at the end of the log. */
  | { readonly type: 'reading'; readonly isReading: boolean }
  /** The person has seen the messages up to this one, on a page that has the focus. */
  | { readonly type: 'seen'; readonly seq: number }
  /** The person says that all is read. */
  | { readonly type: 'read-all' }
  /** Another tab or device of the person has read the room up to this message. */
  | { readonly type: 'read-elsewhere'; readonly readTo: number }
  | { readonly type: 'network'; readonly isUp: boolean }
  | { readonly type: 'notice'; readonly notice: Notice | undefined }
  | { readonly type: 'tick'; readonly at: number };

export interface Before {
  /** Whose visit it was. Undefined if it does not matter. */
  readonly user: string | undefined;
  /** The user id of an account. Its lines are in a place of its own on the device. */
  readonly account?: string | undefined;
  /** The last message read. */
  readonly readTo: number | undefined;
  readonly unsent: Unsent;
}

export type Unsent = readonly {
  readonly id: string;
  readonly text: string;
  readonly replyTo?: number | undefined;
  readonly mentions?: readonly string[] | undefined;
  /** The person decides what becomes of it. */
  readonly isRefused?: boolean | undefined;
  readonly isNew?: boolean | undefined;
  readonly edits?: number | undefined;
  readonly removes?: number | undefined;
}[];

/** The state before the first event. */
export function initialState(room: string): ChatState {
  return {
    room,
    connection: { kind: 'connecting' },
    me: undefined,
    unsentOf: undefined,
    expected: undefined,
    online: undefined,
    revision: 0,
    revisionBefore: 0,
    log: EMPTY_LOG,
    isLoadingOlder: false,
    roster: EMPTY_ROSTER,
    outbox: [],
    typing: new Map(),
    comings: [],
    reading: NOT_READ,
    reacted: undefined,
    isNetworkUp: true,
    notice: undefined,
  };
}

/** Frames and answers of another room change nothing. */
export function reduce(state: ChatState, event: ChatEvent): ChatState {
  switch (event.type) {
    case 'connecting':
      return {
        ...state,
        connection: nextConnectionState(state.connection, event),
        revisionBefore: state.revision,
      };
    case 'welcome':
      return applyWelcome(state, event.welcome);
    case 'events':
      return applyEvents(state, event.events, event.at);
    case 'typing':
      return applyTyping(state, event.typing, event.at);
    case 'disconnected':
      return {
        ...state,
        connection: nextConnectionState(state.connection, event),
        typing: new Map(),
        notice: event.reason === undefined ? state.notice : { kind: 'ended', reason: event.reason },
      };
    case 'blocked':
      return applyBlocked(state, event);
    case 'waiting':
    case 'signed-out':
    case 'refused':
      return { ...state, connection: nextConnectionState(state.connection, event) };
    case 'history':
      return applyHistory(state, event.history, event.query);
    case 'past':
      return tellsReactions(event.history) ? { ...state, reacted: event.history } : state;
    case 'members':
      return isHere(state, event.members)
        ? applyCount(
            { ...state, roster: applySnapshot(state.roster, event.members) },
            event.members,
          )
        : state;
    case 'loading-older':
      return { ...state, isLoadingOlder: event.isLoading };
    case 'restored':
      return {
        ...state,
        unsentOf: event.before.user,
        expected: event.before.user ?? event.before.account,
        outbox: [...event.before.unsent.map(toWaiting), ...state.outbox],
        reading: { ...state.reading, readTo: event.before.readTo },
      };
    case 'written': {
      const { type: _, ...line } = event;
      return {
        ...state,
        outbox: [...state.outbox, { ...line, state: 'waiting', isNew: true }],
        // A person who answers has seen the new messages, and the notice.
        reading: readAll(state.reading, state.log),
        notice: undefined,
      };
    }
    case 'rewritten':
      return { ...state, outbox: rewrite(state.outbox, event.id, event) };
    case 'named':
      return { ...state, outbox: nameIn(state.outbox, event) };
    case 'changed': {
      const { type: _, ...line } = event;
      return {
        ...state,
        outbox: withChange(state.outbox, { ...line, state: 'waiting', isNew: true }),
        notice: undefined,
      };
    }
    case 'sending':
      return { ...state, outbox: markSending(state.outbox, event.id) };
    case 'postponed':
      return { ...state, outbox: markWaiting(state.outbox, event.id) };
    case 'try-again':
      return isShutOut(state.connection)
        ? state
        : { ...state, outbox: markWaiting(state.outbox, event.id) };
    case 'discard':
      return { ...state, outbox: state.outbox.filter((line) => line.id !== event.id) };
    case 'acked':
      return {
        ...state,
        outbox: dropShown(markStored(state.outbox, event.id, event.seq), state.log.to),
        log: addAcked(state.log, event.seq),
        reading: readOn(state.reading, state.log, readerOf(state), state.log.to),
      };
    case 'rejected':
      return { ...state, outbox: markRefused(state.outbox, event.id, event.problem) };
    case 'reading':
      return { ...state, reading: look(state.reading, event.isReading, state.log) };
    case 'seen':
      return { ...state, reading: see(state.reading, event.seq, state.log) };
    case 'read-all':
      return { ...state, reading: readAll(state.reading, state.log) };
    case 'read-elsewhere':
      return {
        ...state,
        reading: readElsewhere(state.reading, event.readTo, state.log, readerOf(state)),
      };
    case 'network':
      return { ...state, isNetworkUp: event.isUp };
    case 'notice':
      return { ...state, notice: event.notice };
    case 'tick':
      return {
        ...state,
        typing: new Map([...state.typing].filter(([, { until }]) => until > event.at)),
        comings: state.comings.filter(({ until }) => until > event.at),
      };
  }
}

function applyBlocked(
  state: ChatState,
  event: Extract<ConnectionEvent, { readonly problem: Problem }>,
): ChatState {
  const connection = nextConnectionState(state.connection, event);
  return {
    ...state,
    connection,
    outbox: isShutOut(connection) ? holdBack(state.outbox) : state.outbox,
  };
}

/**
 * A join is a commit, so its revision is above every revision that we knew at the start of the connection. If it is not,
 * the room has started over because its storage was emptied. Then everything we show belongs to an older room.
 */
function applyWelcome(state: ChatState, welcome: Welcome): ChatState {
  if (!isHere(state, welcome)) return state;
  const hasBegunAnew = welcome.revision <= state.revisionBefore;
  const before = hasBegunAnew
    ? {
        ...initialState(state.room),
        outbox: state.outbox.filter((line) => line.seq === undefined),
        // Of the new room nothing has been read.
        reading: {
          ...NOT_READ,
          readTo: state.reading.readTo === undefined ? undefined : 0,
          isReading: state.reading.isReading,
        },
        isNetworkUp: state.isNetworkUp,
      }
    : state;
  const author = state.me?.userId ?? state.unsentOf;
  const isOther = author !== undefined && author !== welcome.userId;
  return applyCount(
    {
      ...before,
      connection: { kind: 'online' },
      me: welcome,
      // A line that was sent as somebody else may be stored already. Nothing is ever sent for another user.
      outbox: isOther ? holdBack(before.outbox) : before.outbox,
      log: addBroadcast(before.log, [], welcome.seq),
      roster: applyChanges(before.roster, welcome.revision, [welcome], []),
    },
    welcome,
  );
}

function applyEvents(state: ChatState, events: Events, at: number): ChatState {
  if (!isHere(state, events)) return state;
  const { messages, joined, left } = events;
  const me = readerOf(state);
  const roster = applyChanges(state.roster, events.revision, joined, left);
  const change = { before: state.roster, after: roster, joined, left, at };
  const log = addBroadcast(state.log, messages, events.seq);
  return {
    ...state,
    revision: Math.max(state.revision, events.revision),
    online: onlineAfter(state, events),
    log,
    outbox: dropShown(recognise(state.outbox, messages, me), log.to),
    reading: readOn(state.reading, log, me, state.log.to),
    roster,
    comings: noteComings(state.comings, change, me),
    typing: withoutTyping(state.typing, [
      ...messages,
      // With another tab still here, the person may type there.
      ...left.filter(({ userId }) => connectionsOf(roster, userId) === 0),
    ]),
    reacted: events.reactions ? events : state.reacted,
  };
}

function applyHistory(state: ChatState, history: History, query: HistoryQuery): ChatState {
  if (!isHere(state, history)) return state;
  const log = addHistory(state.log, history, query);
  const isFirst = state.log.to === undefined && log.to !== undefined;
  const reading = isFirst ? startReading(state.reading, history.seq) : state.reading;
  const me = readerOf(state);
  const outbox = recognise(state.outbox, history.messages, me);
  return {
    ...state,
    revision: Math.max(state.revision, history.revision),
    online: onlineAfter(state, history),
    notice: query.before !== undefined && isPassing(state.notice) ? undefined : state.notice,
    log,
    outbox: dropShown(outbox, log.to),
    reading: readOn(reading, log, me, state.log.to),
    reacted: tellsReactions(history) ? history : state.reacted,
  };
}

function applyTyping(state: ChatState, { userId, name }: Typing, at: number): ChatState {
  if (userId === readerOf(state)) return state;
  return {
    ...state,
    typing: new Map(state.typing).set(userId, { name, until: at + typingShownMs(state) }),
  };
}

/** How long a typing note stays without a new one, ms. A note may be on its way while the room becomes too large for notes. */
export function typingShownMs({ online = 0 }: Pick<ChatState, 'online'>): number {
  return typingRule(online)?.shownMs ?? TYPING_EVERY_MS;
}

/** Reactions that came with an archive have no revision. */
function tellsReactions({ reactedAt, messages }: History): boolean {
  return reactedAt !== undefined || messages.some(({ reactions }) => reactions);
}

type Count = Pick<Events, 'revision' | 'online'>;

function applyCount(state: ChatState, count: Count): ChatState {
  const revision = Math.max(state.revision, count.revision);
  return { ...state, revision, online: onlineAfter(state, count) };
}

/** `online` of the highest revision. Frames arrive in any order. */
function onlineAfter(state: ChatState, { revision, online }: Count): number | undefined {
  return revision >= state.revision ? online : state.online;
}

/** Who has spoken or left does not type any more. */
function withoutTyping(
  typing: ChatState['typing'],
  done: readonly Pick<Typing, 'userId'>[],
): ChatState['typing'] {
  if (!done.some(({ userId }) => typing.has(userId))) return typing;
  const rest = new Map(typing);
  for (const { userId } of done) rest.delete(userId);
  return rest;
}

/** Whose lines are one's own, and neither unread nor news. */
export function readerOf({ me, expected }: Pick<ChatState, 'me' | 'expected'>): string | undefined {
  return me?.userId ?? expected;
}

/** Older messages did not come, and now they have. */
function isPassing(notice: Notice | undefined): boolean {
  return notice?.kind === 'problem' && notice.problem.code === 'unavailable';
}

/** A new line of the outbox. */
function toWaiting({ isRefused, ...line }: Unsent[number]): Outbox[number] {
  return { ...line, state: isRefused ? 'refused' : 'waiting' };
}

function isHere(state: ChatState, { room }: { readonly room: string }): boolean {
  return room === state.room;
}

/** Whether the roster is known to differ from the number online. */
export function isRosterIncomplete(state: ChatState): boolean {
  return state.online !== undefined && connectionsIn(state.roster) !== state.online;
}
