// Lines that the person wrote and that the room does not show yet, and edits and removals of one's own messages. Pure.

import type { ChatMessage } from '../../functions/protocol.ts';
import type { Problem } from './connection-state.ts';

export interface OutboxLine {
  /** Made once. Every attempt to send the line has it, so the line is stored once. */
  readonly id: string;
  readonly text: string;
  readonly state: LineState;
  /** The number of the message that it answers. */
  readonly replyTo?: number | undefined;
  /** The ids of the people whom it mentions. */
  readonly mentions?: readonly string[] | undefined;
  /** Whom it mentions is not known yet. Until then it waits, and so do the lines behind it. */
  readonly isUnnamed?: boolean | undefined;
  /** Nobody has tried to send it, so it can be changed and discarded. */
  readonly isNew?: boolean | undefined;
  /** The number of the message whose text becomes this one. */
  readonly edits?: number | undefined;
  /** The number of the message that is to be removed. The text is empty. */
  readonly removes?: number | undefined;
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
  const next = outbox.find((line) => line.state === 'waiting');
  return next?.isUnnamed ? undefined : next;
}

/** An attempt has started. */
export function markSending(outbox: Outbox, id: string): Outbox {
  return change(outbox, id, (line) => ({ ...bare(line), state: 'sending' }));
}

/** Back in the queue: after an attempt with unknown outcome, or because the person retries. */
export function markWaiting(outbox: Outbox, id: string): Outbox {
  return change(outbox, id, (line) => ({ ...bare(line), state: 'waiting' }));
}

/** The room has acknowledged it as message `seq`. */
export function markStored(outbox: Outbox, id: string, seq: number): Outbox {
  return change(outbox, id, (line) => ({ ...bare(line), state: 'stored', seq }));
}

/** The functions have refused it for good. */
export function markRefused(outbox: Outbox, id: string, problem: Problem): Outbox {
  return change(outbox, id, (line) => ({ ...bare(line), state: 'refused', problem }));
}

/** Only the person sends the lines then, or discards them. */
export function holdBack(outbox: Outbox): Outbox {
  return outbox.map((line) =>
    line.state === 'stored' ? line : { ...bare(line), state: 'refused' },
  );
}

/** Whether the person may change it: no attempt has an outcome that is not known. */
export function isChangeable({ state, isNew }: OutboxLine): boolean {
  return state === 'refused' || (state === 'waiting' && isNew === true);
}

type Next = Pick<OutboxLine, 'text' | 'mentions' | 'isUnnamed'>;

/** The line with another text. A refused one gets `newId`, because its id may belong to the former text. */
export function rewrite(
  outbox: Outbox,
  id: string,
  { text, mentions, isUnnamed, newId }: Next & { readonly newId: string },
): Outbox {
  return outbox.map((line): OutboxLine => {
    if (line.id !== id || !isChangeable(line)) return line;
    const kept = line.state === 'refused' ? newId : id;
    const next = bare({ ...line, id: kept, text, mentions, isUnnamed });
    return { ...next, state: 'waiting', isNew: true };
  });
}

/** Now it is known whom the line mentions, as long as it has that text. */
export function nameIn(
  outbox: Outbox,
  { id, text, mentions }: Pick<OutboxLine, 'id' | 'text' | 'mentions'>,
): Outbox {
  return outbox.map((line) =>
    line.id === id && line.text === text && line.isUnnamed
      ? { ...line, mentions, isUnnamed: undefined }
      : line,
  );
}

/** Adds an edit or a removal. It takes the place of one of the same message that nobody has tried to send. */
export function withChange(outbox: Outbox, line: OutboxLine): Outbox {
  const about = line.edits ?? line.removes;
  const others = outbox.filter(
    (one) => (one.edits ?? one.removes) !== about || !isChangeable(one) || about === undefined,
  );
  return [...others, line];
}

/** What stays of a line in every state. */
function bare({
  id,
  text,
  replyTo,
  mentions,
  isUnnamed,
  edits,
  removes,
}: OutboxLine): Omit<OutboxLine, 'state'> {
  return {
    id,
    text,
    ...(replyTo && { replyTo }),
    ...(mentions && { mentions }),
    ...(isUnnamed && { isUnnamed }),
    ...(edits && { edits }),
    ...(removes && { removes }),
  };
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
  return messages.reduce((lines, message) => {
    const { id, seq, deletes } = message;
    const removal = lines.find(({ removes }) => removes !== undefined && removes === deletes);
    if (removal) return markStored(lines, removal.id, seq);
    return message.userId === userId ? markStored(lines, id, seq) : lines;
  }, outbox);
}

/** Drops the lines that the log shows. */
export function dropShown(outbox: Outbox, shownTo: number | undefined): Outbox {
  if (shownTo === undefined) return outbox;
  const rest = outbox.filter((line) => line.seq === undefined || line.seq > shownTo);
  return rest.length === outbox.length ? outbox : rest;
}
