// What this page has written and does not yet see in the room. Pure.

import type { ChatMessage } from '../../functions/protocol.ts';
import type { Problem } from './link.ts';

export interface OutboxLine {
  /** Made once; every attempt to send the line carries it, so that it is stored once. */
  readonly id: string;
  readonly text: string;
  readonly state: LineState;
  readonly seq?: number;
  /** Why it was refused. */
  readonly problem?: Problem;
}

export type LineState =
  /** Its turn has not come, or an attempt failed and another follows. */
  | 'waiting'
  /** An attempt is under way. */
  | 'sending'
  /** The room has it as message `seq`; it leaves the outbox when that message is shown. */
  | 'stored'
  /** It will not be stored as it is; the person decides. */
  | 'refused';

export type Outbox = readonly OutboxLine[];

/** The line whose turn it is, or none while one is under way: one at a time keeps them in order. */
export function nextToSend(outbox: Outbox): OutboxLine | undefined {
  if (outbox.some((line) => line.state === 'sending')) return undefined;
  return outbox.find((line) => line.state === 'waiting');
}

export function markSending(outbox: Outbox, id: string): Outbox {
  return change(outbox, id, ({ text }) => ({ id, text, state: 'sending' }));
}

/** Back in the queue: after an attempt of unknown outcome, or when the person wants another try. */
export function markWaiting(outbox: Outbox, id: string): Outbox {
  return change(outbox, id, ({ text }) => ({ id, text, state: 'waiting' }));
}

export function markStored(outbox: Outbox, id: string, seq: number): Outbox {
  return change(outbox, id, ({ text }) => ({ id, text, state: 'stored', seq }));
}

export function markRefused(outbox: Outbox, id: string, problem: Problem): Outbox {
  return change(outbox, id, ({ text }) => ({ id, text, state: 'refused', problem }));
}

/** Whatever comes after *stored* (a late failure of an earlier attempt, say) changes nothing. */
function change(outbox: Outbox, id: string, to: (line: OutboxLine) => OutboxLine): Outbox {
  return outbox.map((line) => (line.id === id && line.state !== 'stored' ? to(line) : line));
}

/** Marks the lines that are among `messages`: being told of one's own message is an acknowledgement too. */
export function recognise(
  outbox: Outbox,
  messages: readonly ChatMessage[],
  userId: string | undefined,
): Outbox {
  if (outbox.length === 0) return outbox;
  return messages.reduce(
    (lines, message) =>
      message.userId === userId ? markStored(lines, message.id, message.seq) : lines,
    outbox,
  );
}

/** Drops the lines that the log shows by now. */
export function dropShown(outbox: Outbox, shownTo: number | undefined): Outbox {
  if (shownTo === undefined) return outbox;
  const rest = outbox.filter((line) => line.seq === undefined || line.seq > shownTo);
  return rest.length === outbox.length ? outbox : rest;
}
