// How much is unread, in the title of the page and on its icon. Pure.

import type { Words } from '../words/words.ts';

/** As people write it on badges: 99 at most. */
export function badgeText(unread: number): string {
  return unread > 99 ? '99+' : `${unread}`;
}

export function titleOf(words: Words, room: string, unread: number): string {
  const title = words.title(room);
  return unread === 0 ? title : words.titleUnread(badgeText(unread), title);
}

/** The page's icon with a number on it, as an address; undefined where the plain icon will do. */
export function badgedIcon(icon: string, unread: number): string | undefined {
  if (unread === 0) return undefined;
  const text = badgeText(unread);
  const width = 9 + 5 * text.length;
  const badge = `<rect x="${32 - width}" y="14" width="${width}" height="18" rx="9" fill="#b42318"/><text x="${32 - width / 2}" y="28" text-anchor="middle" font-family="system-ui,sans-serif" font-weight="700" font-size="${text.length > 2 ? 9 : 14}" fill="#fff">${text}</text>`;
  return `data:image/svg+xml,${encodeURIComponent(icon.replace('</svg>', `${badge}</svg>`))}`;
}
