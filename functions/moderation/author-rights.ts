// What the author of a message may do with it: edit and remove it, for some minutes. Nobody else may, except moderators.

import { ChatError, type ChatMessage } from '../protocol.ts';

export interface AuthorRules {
  /** Epoch ms. */
  readonly now: () => number;
  readonly settings: {
    /** For how many minutes after a message its author may change it. */
    readonly editMinutes: number;
  };
}

type Deed = 'edit' | 'remove';

/** Why the user may not do it: `not_author` or `too_late`. Undefined if the user may. */
export function refusalToAuthor(
  deed: Deed,
  { seq, userId, sentAt }: ChatMessage,
  by: string,
  { now, settings: { editMinutes } }: AuthorRules,
): ChatError | undefined {
  if (userId !== by) {
    return new ChatError(
      'not_author',
      `unable to ${deed} message ${seq}; somebody else wrote it. Ask a moderator.`,
    );
  }
  if (editMinutes > 0 && now() - sentAt <= editMinutes * 60_000) return undefined;
  const rule =
    editMinutes === 0 ? 'messages stay as they are' : `it is older than ${editMinutes} minutes`;
  return new ChatError(
    'too_late',
    `unable to ${deed} message ${seq}; ${rule}. Send another message that corrects it.`,
  );
}

/** The error for a number without a message that can be edited or removed. */
export function noSuchMessage(deed: Deed, seq: number): ChatError {
  return new ChatError(
    'not_found',
    `unable to ${deed} message ${seq}; the room has no such message any more. Choose one that is shown.`,
  );
}

/** The error for a message that somebody else kept changing at the same moment. */
export function changedMeanwhile(deed: Deed, seq: number): ChatError {
  return new ChatError(
    'unavailable',
    `unable to ${deed} message ${seq}; it was changed at the same moment. Try again.`,
  );
}
