// A stretch of messages far above what the log has loaded: the past view. It loads in both directions and holds a bounded
// number of messages. Pure.

import { type ChatMessage, type History, isLine } from '../../functions/protocol.ts';
import { MOST } from './log-window.ts';
import { announce } from './message-log.ts';

export interface Past {
  /** Ascending. All that the room has from the first to the last of them. */
  readonly shown: readonly ChatMessage[];
  readonly hasOlder: boolean;
  readonly hasNewer: boolean;
}

/** Messages in each answer. */
export const PAST_PAGE = 50;

/** From the messages before a number, and those from it on. */
export function openPast(before: History, from: History): Past {
  return {
    shown: [...before.messages, ...from.messages],
    hasOlder: before.messages.length > 0,
    hasNewer: goesOn(from),
  };
}

/** Adds the answer to the question for what is before. Newest messages that are too many leave. */
export function addBefore(past: Past, { messages }: History): Past {
  const shown = [...messages, ...past.shown];
  return {
    shown: shown.slice(0, MOST),
    hasOlder: messages.length > 0,
    hasNewer: past.hasNewer || shown.length > MOST,
  };
}

/** The same for what is after. Oldest messages that are too many leave. */
export function addAfter(past: Past, history: History): Past {
  const shown = [...past.shown, ...history.messages];
  return {
    shown: shown.slice(-MOST),
    hasOlder: past.hasOlder || shown.length > MOST,
    hasNewer: goesOn(history),
  };
}

/** Applies edits and removals that have come since. */
export function followPast(past: Past, news: readonly ChatMessage[]): Past {
  const announced = news.filter((message) => !isLine(message));
  if (announced.length === 0) return past;
  const shown = past.shown.map((message) =>
    announced
      .filter(({ edits, deletes }) => (edits ?? deletes) === message.seq)
      .reduce(announce, message),
  );
  return { ...past, shown };
}

/** Whether the room has messages after an answer. */
function goesOn({ messages, seq }: History): boolean {
  const last = messages.at(-1)?.seq;
  return last !== undefined && last < seq;
}
