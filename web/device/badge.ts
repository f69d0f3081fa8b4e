// The unread count in the title of the page. Pure.

import type { Words } from '../words/words.ts';

/** The number as text, `99+` for more than 99. */
export function badgeText(unread: number): string {
  return unread > 99 ? '99+' : `${unread}`;
}

/** The document's title. */
export function titleOf(words: Words, room: string, unread: number): string {
  const title = words.title(room);
  return unread === 0 ? title : words.titleUnread(badgeText(unread), title);
}
