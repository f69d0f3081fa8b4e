// Parsers of what several HTTP functions take in their query or path.

import { toReason } from '../moderation/reason.ts';
import { ChatError, isUserId, MAX_USER_ID_BYTES } from '../protocol.ts';

/** Why a message is removed, somebody is disconnected or a room is closed, from `?reason=`. `otherwise` if the request has none. */
export function readReason(query: URLSearchParams, otherwise: string): string {
  return toReason(query.get('reason'), otherwise);
}

/** The user whom a moderator names with `?user=`. `to` is what the request does. Throws `bad_request`. */
export function readNamedUser(query: URLSearchParams, to: string): string {
  const user = query.get('user') ?? '';
  if (isUserId(user)) return user;
  const reason =
    user === ''
      ? 'the request names no user'
      : `${JSON.stringify(user.slice(0, 40))} is no user id`;
  throw new ChatError(
    'bad_request',
    `unable to ${to}; ${reason}. Add ?user= with a user id, which has at most ${MAX_USER_ID_BYTES} bytes.`,
  );
}

/** A whole number from the query, or undefined if it is absent. Throws `bad_request`. */
export function readWholeNumber(
  query: URLSearchParams,
  name: string,
  least: number,
  most: number,
): number | undefined {
  const text = query.get(name);
  return text === null ? undefined : parseWholeNumber(name, text, least, most);
}

/** Throws `bad_request`. */
export function parseWholeNumber(name: string, text: string, least: number, most: number): number {
  const number = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (!(number >= least && number <= most)) {
    throw new ChatError(
      'bad_request',
      `unable to use ${name}=${text.slice(0, 40)}; it must be a whole number from ${least} to ${most}. Correct it.`,
    );
  }
  return number;
}
