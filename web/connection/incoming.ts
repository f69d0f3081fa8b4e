// Parses what arrives from the hub and the HTTP API, once, at the edge: a shape of functions/protocol.ts, or undefined.
// Unknown members are ignored, so a newer server can add some.

import {
  ChatError,
  type ChatMessage,
  type ErrorBody,
  type Events,
  type History,
  LEAST_BUNDLE,
  type Member,
  type Members,
  type Reaction,
  type ReactionChange,
  type Reactor,
  type Refusal,
  type SendResult,
  type Typing,
  type Unread,
  type WatchedRoom,
  type Welcome,
} from '../../functions/protocol.ts';
import type { SignIn } from '../state/connection-state.ts';

type Check<T> = { readonly [key in keyof T]-?: (value: unknown) => boolean };

const isText = (value: unknown) => typeof value === 'string';
const isFlag = (value: unknown) => typeof value === 'boolean';
/** Counts, sequence numbers, revisions and times are whole and not negative. */
export const isWhole = (value: unknown) => Number.isSafeInteger(value) && Number(value) >= 0;
export const isAbsentOr = (isFit: (value: unknown) => boolean) => (value: unknown) =>
  value === undefined || isFit(value);
const isListOf = (isItem: (value: unknown) => boolean) => (value: unknown) =>
  Array.isArray(value) && value.every(isItem);

export function parser<T>(check: Check<T>): (value: unknown) => T | undefined {
  return (value) => (has(check, value) ? value : undefined);
}

function has<T>(check: Check<T>, value: unknown): value is T {
  if (typeof value !== 'object' || value === null) return false;
  const members = value as Readonly<Record<string, unknown>>;
  for (const key in check) {
    if (!check[key](Object.hasOwn(members, key) ? members[key] : undefined)) return false;
  }
  return true;
}

const member: Check<Member> = { connectionId: isText, userId: isText, name: isText };
const isMember = (value: unknown) => has(member, value);
const listedMember: Check<Members['members'][number]> = { ...member, connectedAt: isWhole };

const reaction: Check<Reaction> = {
  emoji: isText,
  count: isWhole,
  names: isListOf(isText),
  mine: isAbsentOr((value) => value === true),
};
const isReactions = isListOf((value) => has(reaction, value));

const message: Check<ChatMessage> = {
  seq: isWhole,
  id: isText,
  userId: isText,
  name: isText,
  text: isText,
  sentAt: isWhole,
  online: isAbsentOr(isWhole),
  replyTo: isAbsentOr(isWhole),
  mentions: isAbsentOr(isListOf(isText)),
  editedAt: isAbsentOr(isWhole),
  edits: isAbsentOr(isWhole),
  deletes: isAbsentOr(isWhole),
  deleted: isAbsentOr((value) => value === true),
  reason: isAbsentOr(isText),
  reactions: isAbsentOr(isReactions),
};
const isMessage = (value: unknown) => has(message, value);

const reactor: Check<Reactor> = { userId: isText, name: isText, emoji: isText };
const isReactors = isListOf((value) => has(reactor, value));
const reactionChange: Check<ReactionChange> = {
  seq: isWhole,
  revision: isWhole,
  counts: isReactions,
  added: isReactors,
  removed: isReactors,
};
const reactions = isAbsentOr(isListOf((value) => has(reactionChange, value)));

const place = { room: isText, revision: isWhole, online: isWhole };

export const parseWelcome = parser<Welcome>({
  ...place,
  ...member,
  seq: isWhole,
  typing: isAbsentOr((value) => value === false),
  editMinutes: isAbsentOr(isWhole),
  moderator: isAbsentOr((value) => value === true),
  creator: isAbsentOr(isText),
});

export const parseEvents = parser<Events>({
  ...place,
  seq: isWhole,
  messages: isListOf(isMessage),
  joined: isListOf(isMember),
  left: isListOf(isMember),
  reactions,
  reactedBefore: isAbsentOr(isWhole),
});

export const parseTyping = parser<Typing>({ userId: isText, name: isText });

const lastLine = { room: isText, seq: isWhole };

export const parseUnread = parser<Unread>({
  ...lastLine,
  mention: isAbsentOr((value) => value === true),
});

const parseWatched = parser<{ readonly rooms: readonly WatchedRoom[] }>({
  rooms: isListOf((value) =>
    has({ ...lastLine, first: isWhole, last: isAbsentOr(isWhole) }, value),
  ),
});

export const parseHistory = parser<History>({
  ...place,
  first: isWhole,
  seq: isWhole,
  messages: isListOf(isMessage),
  reactedAt: isAbsentOr(isWhole),
  reactions,
});

export const parseMembers = parser<Members>({
  ...place,
  members: isListOf((value) => has(listedMember, value)),
  truncated: isFlag,
});

export const parseSignIn = parser<SignIn>({ clientId: isText, authority: isText });

export const parseErrorBody = parser<ErrorBody>({
  error: (value) => has({ code: isText, message: isText }, value),
  signIn: isAbsentOr((value) => parseSignIn(value) !== undefined),
  until: isAbsentOr(isWhole),
  reason: isAbsentOr(isText),
  mayOpen: isAbsentOr((value) => value === true),
});

export const parseRefusal = parser<Refusal>({
  ok: (ok) => ok === false,
  code: isText,
  message: isText,
});

/** The answer to `send`. Undefined for any other shape. */
export function parseSendResult(value: unknown): SendResult | undefined {
  return (
    parser<Extract<SendResult, { ok: true }>>({
      ok: (ok) => ok === true,
      seq: isWhole,
      sentAt: isWhole,
      online: isWhole,
    })(value) ?? parseRefusal(value)
  );
}

/** The answer to a `send`. Throws `old_extension`, or an error without a code for another shape. */
export function readSendResult(answer: unknown): SendResult {
  if (answer === null || answer === undefined) {
    throw new ChatError(
      'old_extension',
      `unable to confirm the message; the server's SignalR extension returns no answers. The server needs extension bundle ${LEAST_BUNDLE} or later: extensionBundle in host.json.`,
    );
  }
  const result = parseSendResult(answer);
  if (!result) throw new Error('unable to send message; the answer has another shape.');
  return result;
}

/** The answer to an `edit` or a `remove`: the number of the announcement, if it says one. */
export function readChangeResult(
  answer: unknown,
): { readonly ok: true; readonly seq?: number } | Refusal {
  const result =
    parser<{ readonly ok: true; readonly seq?: number }>({
      ok: (ok) => ok === true,
      seq: isAbsentOr(isWhole),
    })(answer) ?? parseRefusal(answer);
  if (!result) throw new Error('unable to change the message; the answer has another shape.');
  return result;
}

/** The answer to a `watch`. Throws if it is a refusal, or has another shape. */
export function readWatchResult(answer: unknown): readonly WatchedRoom[] {
  const result = parseWatched(answer);
  if (!result) throw new Error('unable to watch rooms; the server refuses it. Try again.');
  return result.rooms;
}
