// Which of the person's messages can be edited and removed. Pure. The functions decide: this only saves an attempt in vain.

import { type ChatMessage, DEFAULT_EDIT_MINUTES, isLine } from '../../functions/protocol.ts';
import type { ChatState } from './chat-state.ts';
import { isChangeable, type OutboxLine } from './outbox.ts';

/** What the composer edits: a message of the room, or a line of the outbox. */
export type Editable =
  | { readonly seq: number; readonly text: string }
  | Pick<OutboxLine, 'id' | 'text' | 'mentions'>;

/** The same for one message or line, and another for each other. */
export function keyOf(what: Editable): number | string {
  return 'seq' in what ? what.seq : what.id;
}

/** @param now epoch ms */
export function mayChange(message: ChatMessage, me: ChatState['me'], now: number): boolean {
  const { userId, sentAt, deleted } = message;
  if (!me || userId !== me.userId || deleted || !isLine(message)) return false;
  const { editMinutes = DEFAULT_EDIT_MINUTES } = me;
  return editMinutes > 0 && now - sentAt <= editMinutes * 60_000;
}

/** The last line that the person wrote and may change. */
export function lastEditable({ outbox, log, me }: ChatState, now: number): Editable | undefined {
  const line = findLast(outbox, (one) => one.edits === undefined && one.removes === undefined);
  if (line) return isChangeable(line) ? line : undefined;
  const message = findLast(log.shown, (one) => one.userId === me?.userId && isLine(one));
  return message && mayChange(message, me, now) ? message : undefined;
}

function findLast<T>(list: readonly T[], isWanted: (one: T) => boolean): T | undefined {
  return [...list].reverse().find(isWanted);
}
