// Alerts: a notification while the person looks elsewhere, a sound for messages that nobody reads as they arrive.
// Both only if the person has switched them on.

import { type ChatMessage, isLine } from '../../functions/protocol.ts';
import type { ChatEvent, ChatState } from './chat-state.ts';
import { indexOf } from './log-window.ts';
import type { Store } from './store.ts';

interface Alerting {
  readonly notifies: boolean;
  readonly sounds: boolean;
}

/** An alert waits so long for another tab that reads the message. */
export const ALERT_AFTER_MS = 1_000;
/** Shortest time between two sounds, for busy rooms. */
export const SOUND_EVERY_MS = 2_000;

export interface AlertsNeeds {
  readonly store: Store<ChatState, ChatEvent>;
  readonly wants: () => Alerting;
  /** Whether the person looks at the page. */
  readonly isInFocus: () => boolean;
  readonly now: () => number;
  /** Shows one notification for the room. It replaces the one before. */
  readonly notify: (message: ChatMessage) => void;
  readonly sound: () => void;
}

/** Returns a function that ends the alerts. */
export function startAlerts(needs: AlertsNeeds): () => void {
  const { store, wants, isInFocus, now, notify, sound } = needs;
  let soundedAt = Number.NEGATIVE_INFINITY;
  let last: ChatMessage | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function alert(): void {
    timer = undefined;
    if (!last || last.seq <= (store.state.reading.readTo ?? 0)) return;
    const { notifies, sounds } = wants();
    if (notifies && !isInFocus()) notify(last);
    if (sounds && now() - soundedAt >= SOUND_EVERY_MS) {
      soundedAt = now();
      sound();
    }
  }

  const unsubscribe = store.subscribe((state, before) => {
    const message = newest(state, before);
    if (!message) return;
    last = message;
    timer ??= setTimeout(alert, ALERT_AFTER_MS);
  });
  return () => {
    unsubscribe();
    clearTimeout(timer);
  };
}

/** The last message of somebody else that has just arrived. */
function newest(state: ChatState, before: ChatState): ChatMessage | undefined {
  // The first history holds old messages, not news.
  if (before.log.to === undefined || state.log.to === before.log.to) return undefined;
  const { shown } = state.log;
  const from = indexOf(shown, before.log.to + 1);
  return shown
    .slice(from)
    .filter((message) => message.userId !== state.me?.userId && isLine(message))
    .at(-1);
}
