// Lines that the person wrote and that the room does not show yet. Pure.

import type { ChatMessage } from '../../functions/protocol.ts';
import type { Problem } from './connection-state.ts';

export interface OutboxLine {
  /** Made once. Every attempt to send the line has it, so the line is stored once. */
  readonly id: string;
  readonly text: string;
  readonly state: LineState;
  readonly seq?: number;
  /** Why it was refused. */
  readonly problem?: Problem;
}

type LineState =
  /** It is queued, or an attempt failed and another follows. */
  | 'waiting'
  /** An attempt is under way. */
  | 'sending'
  /** The room has it as message `seq`. It leaves the outbox when the log shows that message. */
  | 'stored'
  /** It will not be stored as it is. The person decides. */
  | 'refused';

export type Outbox = readonly OutboxLine[];

/** The next line to send. Undefined during an attempt: one at a time keeps the order. */
export function nextToSend(outbox: Outbox): OutboxLine | undefined {
  if (outbox.some((line) => line.state === 'sending')) return undefined;
  return outbox.find((line) => line.state === 'waiting');
}

/** An attempt has started. */
export function markSending(outbox: Outbox, id: string): Outbox {
  return change(outbox, id, ({ text }) => ({ id, text, state: 'sending' }));
}

/** Back in the queue: after an attempt with unknown outcome, or because the person retries. */
export function markWaiting(outbox: Outbox, id: string): Outbox {
  return change(outbox, id, ({ text }) => ({ id, text, state: 'waiting' }));
}

/** The room has acknowledged it as message `seq`. */
export function markStored(outbox: Outbox, id: string, seq: number): Outbox {
  return change(outbox, id, ({ text }) => ({ id, text, state: 'stored', seq }));
}

/** The functions have refused it for good. */
export function markRefused(outbox: Outbox, id: string, problem: Problem): Outbox {
  return change(outbox, id, ({ text }) => ({ id, text, state: 'refused', problem }));
}

/** Only the person sends the lines then, or discards them. */
export function holdBack(outbox: Outbox): Outbox {
  return outbox.map((line) =>
    line.state === 'stored' ? line : { id: line.id, text: line.text, state: 'refused' },
  );
}

/** Nothing changes a stored line, for example a late failure of an earlier attempt. */
function change(outbox: Outbox, id: string, to: (line: OutboxLine) => OutboxLine): Outbox {
  return outbox.map((line) => (line.id === id && line.state !== 'stored' ? to(line) : line));
}

/** Marks the lines that are among `messages` as stored: the broadcast of our own message acknowledges it too. */
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

/** Drops the lines that the log shows. */
export function dropShown(outbox: Outbox, shownTo: number | undefined): Outbox {
  if (shownTo === undefined) return outbox;
  const rest = outbox.filter((line) => line.seq === undefined || line.seq > shownTo);
  return rest.length === outbox.length ? outbox : rest;
}
