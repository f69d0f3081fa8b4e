// The unread count on the page's icon. A part of the page that loads when something is unread for the first time.

import { badgeText } from './badge.ts';

const GREY = '#344054';
const RED = '#b42318';

type ShowBadge = (unread: number, isMentioned: boolean) => void;

/** Shows the number on the icon, 0 for the plain one. A mention is red. Without the icon's file it changes nothing, and the title has the number. */
export async function openIconBadge(link: HTMLLinkElement): Promise<ShowBadge> {
  const plain = link.href;
  const icon = await fetch(plain).then(
    (answer) => answer.text(),
    () => undefined,
  );
  return (unread, isMentioned) => {
    if (icon !== undefined) link.href = addBadge(icon, unread, isMentioned) ?? plain;
  };
}

/** A data URL of the icon with the number on it. Undefined if the plain icon is enough. */
export function addBadge(icon: string, unread: number, isMentioned: boolean): string | undefined {
  if (unread === 0) return undefined;
  const text = badgeText(unread);
  const width = 9 + 5 * text.length;
  const badge = `<rect x="${32 - width}" y="14" width="${width}" height="18" rx="9" fill="${isMentioned ? RED : GREY}"/><text x="${32 - width / 2}" y="28" text-anchor="middle" font-family="system-ui,sans-serif" font-weight="700" font-size="${text.length > 2 ? 9 : 14}" fill="#fff">${text}</text>`;
  return `data:image/svg+xml,${encodeURIComponent(icon.replace('</svg>', `${badge}</svg>`))}`;
}
