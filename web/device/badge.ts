// The unread count in the title of the page and on its icon. Pure.

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

/** A data URL of the icon with the number on it. Undefined if the plain icon is enough. */
export function addBadge(icon: string, unread: number): string | undefined {
  if (unread === 0) return undefined;
  const text = badgeText(unread);
  const width = 9 + 5 * text.length;
  const badge = `<rect x="${32 - width}" y="14" width="${width}" height="18" rx="9" fill="#b42318"/><text x="${32 - width / 2}" y="28" text-anchor="middle" font-family="system-ui,sans-serif" font-weight="700" font-size="${text.length > 2 ? 9 : 14}" fill="#fff">${text}</text>`;
  return `data:image/svg+xml,${encodeURIComponent(icon.replace('</svg>', `${badge}</svg>`))}`;
}
