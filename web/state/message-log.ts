// The messages of a room as one client knows them: in order of `seq`, each once, with the known gaps. Pure.

import { type ChatMessage, type History, isLine } from '../../functions/protocol.ts';
import { indexOf } from './log-window.ts';

export interface MessageLog {
  /** Ascending, none below `first`. A jump in `seq` between two neighbours means that the messages between are gone. */
  readonly shown: readonly ChatMessage[];
  /** The first `seq` of the loaded part. Scrolling back loads older messages. */
  readonly from: number;
  /** Up to this `seq` every message is shown or known to be gone. Undefined before the first history. */
  readonly to: number | undefined;
  /** Ascending. They have arrived, but a message before them has not. Not shown yet. */
  readonly waiting: readonly ChatMessage[];
  /** The highest `seq` that a broadcast, a welcome or the history has named. */
  readonly broadcast: number;
  /** The highest `seq` that an acknowledgement has named. Its broadcast may still be on its way. */
  readonly acked: number;
  /** The oldest message that the room still keeps, as far as we know. */
  readonly first: number;
}

/** A history request: the latest messages, those on one side of a message, or those from a time on. */
export interface HistoryQuery {
  /** Epoch ms. Stands alone. */
  readonly at?: number;
  readonly after?: number;
  readonly before?: number;
  /** Asks for changed reactions, and for no messages. */
  readonly reactedAfter?: number;
  readonly limit: number;
}

export const EMPTY_LOG: MessageLog = {
  shown: [],
  from: 1,
  to: undefined,
  waiting: [],
  broadcast: 0,
  acked: 0,
  first: 0,
};

/** Adds the messages of a frame, in any order. `seq` is the room's last message at that time. */
export function addBroadcast(
  log: MessageLog,
  messages: readonly ChatMessage[],
  seq: number,
): MessageLog {
  const broadcast = messages.reduce((highest, message) => Math.max(highest, message.seq), seq);
  return settle({ ...log, broadcast: Math.max(log.broadcast, broadcast) }, messages, log.to);
}

/** Notes that the room has message `seq`, which we sent. */
export function addAcked(log: MessageLog, seq: number): MessageLog {
  return { ...log, acked: Math.max(log.acked, seq) };
}

/**
 * Adds an answer of the history. It is complete for the range that it covers: other messages there are gone.
 * What the room no longer keeps, because it expired or the room was erased, leaves the log.
 * An answer to a query that no longer fits, because the room has started over meanwhile, changes nothing.
 */
export function addHistory(log: MessageLog, history: History, query: HistoryQuery): MessageLog {
  return withoutGone(addAnswer(log, history, query));
}

function addAnswer(log: MessageLog, history: History, query: HistoryQuery): MessageLog {
  if (query.before !== undefined) return addOlder(log, history, query.before);
  const known: MessageLog = {
    ...log,
    first: Math.max(log.first, history.first),
    broadcast: Math.max(log.broadcast, history.seq),
  };
  if (query.after === undefined) return addLatest(known, history);
  if (log.to === undefined || query.after > log.to) return log;
  return settle(known, history.messages, Math.max(log.to, coveredTo(history)));
}

function addLatest(log: MessageLog, history: History): MessageLog {
  if (log.to !== undefined) return addBroadcast(log, history.messages, history.seq);
  const to = coveredTo(history);
  return settle({ ...log, from: history.messages[0]?.seq ?? to + 1 }, history.messages, to);
}

function addOlder(log: MessageLog, history: History, before: number): MessageLog {
  if (log.to === undefined || before < log.from) return log;
  const oldest = history.messages[0]?.seq;
  return {
    ...log,
    shown: merge(history.messages, log.shown),
    from: Math.min(log.from, oldest ?? log.from),
    // An empty answer means that nothing older is kept, also if `first` is lower.
    first: Math.max(log.first, history.first, oldest === undefined ? log.from : 0),
  };
}

/** Only what the room still keeps. */
function withoutGone(log: MessageLog): MessageLog {
  const { shown, from, to, first } = log;
  if (to === undefined || from >= first) return log;
  return {
    ...log,
    shown: shown.slice(indexOf(shown, first)),
    // Of an empty room, the next message is the first.
    from: Math.min(first, to + 1),
  };
}

/** The `seq` up to which an answer is complete. */
function coveredTo(history: History): number {
  const gone = Math.min(history.first - 1, history.seq);
  return Math.max(0, gone, history.messages.at(-1)?.seq ?? 0);
}

/** Moves what can be shown from `waiting` and `arrived` to `shown`. */
function settle(
  log: MessageLog,
  arrived: readonly ChatMessage[],
  accountedTo: number | undefined,
): MessageLog {
  const pool = merge(log.waiting, arrived);
  if (accountedTo === undefined) return { ...log, waiting: pool };
  let to = accountedTo;
  const ready: ChatMessage[] = [];
  const waiting: ChatMessage[] = [];
  for (const message of pool) {
    if (message.seq === to + 1) to = message.seq;
    if (message.seq > to) waiting.push(message);
    else if (message.seq >= log.from) ready.push(message);
  }
  return { ...log, shown: merge(log.shown, ready), to, waiting };
}

/** Both lists, ascending, each `seq` once. Objects of the first list win, so that they are not rendered again. */
function merge(
  kept: readonly ChatMessage[],
  added: readonly ChatMessage[],
): readonly ChatMessage[] {
  if (added.length === 0) return kept;
  const last = kept.at(-1)?.seq ?? 0;
  // Each page of older messages comes before all that are shown, which may be 100,000.
  if (isAscending(added, last)) return withAnnounced([...kept, ...added], added);
  const bySeq = new Map(added.map((message) => [message.seq, message]));
  const isTail = added.every((message) => message.seq > last);
  if (!isTail) for (const message of kept) bySeq.set(message.seq, message);
  const merged = [...bySeq.values()].sort((a, b) => a.seq - b.seq);
  const news = isTail ? added : added.filter(({ seq }) => !hasSeq(kept, seq));
  return withAnnounced(isTail ? [...kept, ...merged] : merged, news);
}

/** Whether each `seq` is above the one before, and the first above `after`. */
function isAscending(messages: readonly ChatMessage[], after: number): boolean {
  let last = after;
  return messages.every(({ seq }) => {
    const isAbove = seq > last;
    last = seq;
    return isAbove;
  });
}

function hasSeq(messages: readonly ChatMessage[], seq: number): boolean {
  return messages[indexOf(messages, seq)]?.seq === seq;
}

/**
 * The messages as the announcements among `news` leave them. One that was there before is not applied again: a later one may
 * have followed. The history already returns what they say.
 */
function withAnnounced(
  messages: readonly ChatMessage[],
  news: readonly ChatMessage[],
): readonly ChatMessage[] {
  const announced = news.filter((message) => !isLine(message)).sort((a, b) => a.seq - b.seq);
  if (announced.length === 0) return messages;
  const changed = [...messages];
  for (const announcement of announced) {
    const about = announcement.deletes ?? announcement.edits ?? 0;
    const index = indexOf(changed, about);
    const message = changed[index];
    if (message?.seq === about) changed[index] = announce(message, announcement);
  }
  return changed;
}

/** The message after the announcement of its edit or removal. */
export function announce(
  message: ChatMessage,
  { deletes, text, sentAt, reason }: ChatMessage,
): ChatMessage {
  const why = reason === undefined ? {} : { reason };
  if (deletes !== undefined) return { ...message, text: '', deleted: true, ...why };
  // Without a text a later announcement follows.
  if (text === '' || message.deleted) return message;
  return { ...message, text, editedAt: sentAt };
}

/** Whether the room has messages that we do not have, and which source named them. */
export function findGap(log: MessageLog): 'nothing' | 'broadcast' | 'acked' {
  const to = log.to ?? 0;
  if (log.broadcast > to) return 'broadcast';
  return log.acked > to ? 'acked' : 'nothing';
}

/** Whether message `seq` can be answered and edited: as far as is known, it is neither removed nor gone. */
export function isKept({ shown, from, first }: MessageLog, seq: number): boolean {
  if (seq >= from) return shown.some((one) => one.seq === seq && !one.deleted);
  return seq >= first && !shown.some(({ deletes }) => deletes === seq);
}

/** Whether scrolling back loads more. */
export function hasOlder(log: MessageLog): boolean {
  return log.to !== undefined && log.from > Math.max(1, log.first);
}
