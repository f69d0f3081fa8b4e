// Ends the page when the device belongs to somebody else: after a sign-out, a *forget me* or a change of account in another tab.

import { ifPossible } from './if-possible.ts';
import type { Owner } from './owner.ts';

export interface OwnerWatch {
  /** The user has been forgotten, or has signed out. */
  readonly announce: () => void;
  /** Ends the watch. After it `end` is not called. */
  readonly stop: () => void;
}

/** Calls `end` at most once. Storage and its events may be forbidden, and old browsers have no channels: either is enough. */
export function watchOwner(owner: Owner, end: () => void): OwnerWatch {
  const check = () => {
    if (!owner.hasEnded() && owner.isReplaced()) end();
  };
  window.addEventListener('storage', check);
  // A page that the browser has frozen hears nothing.
  document.addEventListener('visibilitychange', check);
  const channel = ifPossible(() => new BroadcastChannel('chat'));
  channel?.addEventListener('message', () => {
    if (!owner.hasEnded()) end();
  });
  return {
    announce: () => channel?.postMessage('forgotten'),
    stop: () => {
      window.removeEventListener('storage', check);
      document.removeEventListener('visibilitychange', check);
      channel?.close();
    },
  };
}
