// The first history of a later visit reaches back to the first unread message, so that the room opens there. A part of the page
// that loads when more is unread than the first history holds.

import { type History, MAX_HISTORY } from '../../functions/protocol.ts';
import type { ChatApi } from './chat-api.ts';
import { PAGE } from './history-follower.ts';

/** Beyond that the room opens at its end, and the person decides how far to go back. */
export const MOST_OPENING_PAGES = 3;
export const MOST_OPENING = PAGE + MOST_OPENING_PAGES * MAX_HISTORY;

/**
 * The latest messages with those before them, back to `readTo`. At most {@link MOST_OPENING_PAGES} requests,
 * and none if they would not suffice. Never rejects: without an answer it is what there is.
 */
export async function fillBack(
  { history }: Pick<ChatApi, 'history'>,
  latest: History,
  readTo: number,
): Promise<History> {
  let { messages } = latest;
  if (latest.seq - readTo > MOST_OPENING) return latest;
  for (let page = 0; page < MOST_OPENING_PAGES; page += 1) {
    const before = messages[0]?.seq ?? 0;
    // The last line that was read is there, too: the mark of new lines stands between the two.
    if (before <= Math.max(readTo, latest.first)) break;
    const older = await history({ before, limit: MAX_HISTORY }).catch(() => undefined);
    if (!older || older.messages.length === 0) break;
    messages = [...older.messages, ...messages];
  }
  return { ...latest, messages };
}
