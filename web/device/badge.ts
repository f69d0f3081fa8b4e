// The unread count in the title of the page. Pure.

import type { Words } from '../words/words.ts';

/** The number as text, `99+` for more than 99. */
export function badgeText(unread: number): string {
  return unread > 99 ? '99+' : `${unread}`;
}

/** The document's title. An @ says that something unread mentions the person. */
export function titleOf(words: Words, room: string, unread: number, isMentioned = false): string {
  const title = words.title(room);
  return unread === 0
    ? title
    : words.titleUnread(`${isMentioned ? '@' : ''}${badgeText(unread)}`, title);
}
