// Alerts: a notification while the person looks elsewhere, a sound for messages that nobody reads as they arrive.
// Both only if the person has switched them on, and as the level of each room says.

import { type ChatMessage, isLine, type Unread } from '../../functions/protocol.ts';
import { type ChatEvent, type ChatState, readerOf } from './chat-state.ts';
import { indexOf } from './log-window.ts';
import type { Store } from './store.ts';

/** Which messages of a room alert. */
export type AlertLevel = 'all' | 'mentions' | 'none';

export const ALERT_LEVELS: readonly AlertLevel[] = ['all', 'mentions', 'none'];

interface Alerting {
  readonly notifies: boolean;
  readonly sounds: boolean;
}

/** An alert waits so long for another tab that reads the message. */
export const ALERT_AFTER_MS = 1_000;
/** The same for a line of another room. A tab of that room has its text, so that one alerts first. */
export const ALERT_ELSEWHERE_AFTER_MS = 1_500;
/** Shortest time between two sounds, for busy rooms. */
export const SOUND_EVERY_MS = 2_000;

export interface AlertsNeeds {
  readonly store: Store<ChatState, ChatEvent>;
  readonly wants: () => Alerting;
  readonly levelOf: (room: string) => AlertLevel;
  /** The last line read in another room. Undefined for one that the device does not know. */
  readonly readToIn: (room: string) => number | undefined;
  /** Whether no other tab alerts of the room's lines. Never rejects. */
  readonly claim: (room: string) => Promise<boolean>;
  /** Whether the person looks at the page. */
  readonly isInFocus: () => boolean;
  readonly now: () => number;
  /** Shows one notification for the room. It replaces the one before. */
  readonly notify: (message: ChatMessage) => void;
  /** The same for another room, of whose lines the page has the numbers only. */
  readonly notifyElsewhere: (unread: Unread) => void;
  readonly sound: () => void;
}

export interface AlertsOfPage {
  /** There are new lines in another room. */
  readonly onUnread: (unread: Unread) => void;
  readonly stop: () => void;
}

/** Alerts until `stop`. */
export function startAlerts(needs: AlertsNeeds): AlertsOfPage {
  const { store, wants, levelOf, readToIn, claim, isInFocus, now } = needs;
  const { notify, notifyElsewhere, sound } = needs;
  const { room } = store.state;
  let soundedAt = Number.NEGATIVE_INFINITY;
  let last: ChatMessage | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  /** By room. A mention is not replaced by a later line. */
  const elsewhere = new Map<string, Unread>();
  const timers = new Set<ReturnType<typeof setTimeout>>();

  function alert(): void {
    timer = undefined;
    if (!last || last.seq <= (store.state.reading.readTo ?? 0)) return;
    const message = last;
    void alertOf(room, !isInFocus(), () => notify(message));
  }

  function alertElsewhere(other: string): void {
    const unread = elsewhere.get(other);
    elsewhere.delete(other);
    const readTo = readToIn(other);
    if (!unread || readTo === undefined || unread.seq <= readTo) return;
    // A mention is worth a glance from one room to another. The rail shows all other lines.
    const isNotified = unread.mention === true || !isInFocus();
    void alertOf(other, isNotified, () => notifyElsewhere(unread));
  }

  async function alertOf(where: string, isNotified: boolean, show: () => void): Promise<void> {
    const { notifies, sounds } = wants();
    if (!(notifies && isNotified) && !sounds) return;
    if (!(await claim(where))) return;
    if (notifies && isNotified) show();
    if (sounds && now() - soundedAt >= SOUND_EVERY_MS) {
      soundedAt = now();
      sound();
    }
  }

  const unsubscribe = store.subscribe((state, before) => {
    const message = newest(state, before, levelOf(room));
    if (!message) return;
    last = message;
    timer ??= setTimeout(alert, ALERT_AFTER_MS);
  });
  return {
    onUnread: (unread) => {
      const other = unread.room;
      const level = levelOf(other);
      if (other === room || level === 'none' || (level === 'mentions' && !unread.mention)) return;
      const waiting = elsewhere.get(other);
      if (!waiting?.mention || unread.mention) elsewhere.set(other, unread);
      if (waiting) return;
      const planned = setTimeout(() => {
        timers.delete(planned);
        alertElsewhere(other);
      }, ALERT_ELSEWHERE_AFTER_MS);
      timers.add(planned);
    },
    stop: () => {
      unsubscribe();
      clearTimeout(timer);
      for (const planned of timers) clearTimeout(planned);
    },
  };
}

/** The last message of somebody else that has just arrived, and of which the level lets the person know. */
function newest(state: ChatState, before: ChatState, level: AlertLevel): ChatMessage | undefined {
  // The first history holds old messages, not news.
  if (before.log.to === undefined || state.log.to === before.log.to) return undefined;
  const { shown } = state.log;
  const from = indexOf(shown, before.log.to + 1);
  const me = readerOf(state) ?? '';
  const isWanted = ({ mentions = [] }: ChatMessage) =>
    level === 'all' || (level === 'mentions' && mentions.includes(me));
  return shown
    .slice(from)
    .filter((message) => message.userId !== me && isLine(message) && isWanted(message))
    .at(-1);
}
