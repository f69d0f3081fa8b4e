// Alerts: a notification while the page is hidden, a sound for messages that the person does not see arrive.
// Both only if the person has switched them on.

import type { ChatMessage } from '../../functions/protocol.ts';
import type { ChatEvent, ChatState } from './chat-state.ts';
import { indexOf } from './log-window.ts';
import type { Store } from './store.ts';

interface Alerting {
  readonly notifies: boolean;
  readonly sounds: boolean;
}

/** Shortest time between two sounds, for busy rooms. */
export const SOUND_EVERY_MS = 2_000;

export interface AlertsNeeds {
  readonly store: Store<ChatState, ChatEvent>;
  readonly wants: () => Alerting;
  readonly isVisible: () => boolean;
  readonly now: () => number;
  /** Shows one notification for the room. It replaces the one before. */
  readonly notify: (message: ChatMessage) => void;
  readonly sound: () => void;
}

/** Returns how to end it. */
export function startAlerts(needs: AlertsNeeds): () => void {
  const { store, wants, isVisible, now, notify, sound } = needs;
  let soundedAt = Number.NEGATIVE_INFINITY;
  return store.subscribe((state, before) => {
    const message = newest(state, before);
    if (!message) return;
    const { notifies, sounds } = wants();
    if (notifies && !isVisible()) notify(message);
    if (sounds && now() - soundedAt >= SOUND_EVERY_MS) {
      soundedAt = now();
      sound();
    }
  });
}

/** The last message of somebody else that has just come and is not under the person's eyes. */
function newest(state: ChatState, before: ChatState): ChatMessage | undefined {
  // The first history holds old messages, not news.
  if (before.log.to === undefined || state.log.to === before.log.to) return undefined;
  if (state.reading.isReading) return undefined;
  const { shown } = state.log;
  const from = indexOf(shown, before.log.to + 1);
  return shown
    .slice(from)
    .findLast(({ userId, deletes }) => userId !== state.me?.userId && deletes === undefined);
}
