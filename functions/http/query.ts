// Parsers of what several HTTP functions take in their query or path.

import { toReason } from '../moderation/reason.ts';
import { ChatError } from '../protocol.ts';

/** Why a message is removed, somebody is disconnected or a room is closed, from `?reason=`. `otherwise` if the request has none. */
export function readReason(query: URLSearchParams, otherwise: string): string {
  return toReason(query.get('reason'), otherwise);
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
