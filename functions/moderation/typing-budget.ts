// Holds typing notes to the rule of the room (typingRule in protocol.ts), however often clients send them. The page keeps the
// rule itself, because the service may bill each note that a client sends, too.
// Each instance counts for itself in memory, so on a large app a room may get a few times the notes.

import { BoundedMap } from '../bounded-map.ts';
import { type TypingRule, typingRule } from '../protocol.ts';

const REMEMBERED_USERS = 10_000;
const REMEMBERED_ROOMS = 1_000;
/** How much earlier than planned a note may come, because the note or the line before was late. On average the pace is kept. */
const EARLY_MS = 1_000;

/** One per process. */
export class TypingBudget {
  /** When the next note of a user in a room is planned. */
  readonly #users = new BoundedMap<number>(REMEMBERED_USERS);
  readonly #rooms = new BoundedMap<number>(REMEMBERED_ROOMS);
  readonly #monotonicNow: () => number;

  /** @param monotonicNow ms that never go back */
  constructor(monotonicNow: () => number) {
    this.#monotonicNow = monotonicNow;
  }

  /** Whether to broadcast a note now. If so, it counts. */
  take(room: string, userId: string, online: number): boolean {
    const rule = typingRule(online);
    if (!rule) return false;
    const { everyMs, most } = rule;
    const now = this.#monotonicNow();
    const user = toKey(room, userId);
    const userAt = this.#users.get(user) ?? now;
    const roomAt = this.#rooms.get(room) ?? now;
    const stepMs = everyMs / most;
    if (now < userAt - earlyMs(rule) || now < roomAt - (everyMs - stepMs)) return false;
    this.#users.set(user, Math.max(now, userAt) + everyMs);
    this.#rooms.set(room, Math.max(now, roomAt) + stepMs);
    return true;
  }

  /** The line is in the room, so the next note is about another one. */
  lineSent(room: string, userId: string, online: number): void {
    const rule = typingRule(online);
    const user = toKey(room, userId);
    if (!rule || rule.afterMs === 0) {
      this.#users.delete(user);
      return;
    }
    this.#users.set(user, this.#monotonicNow() + rule.afterMs);
  }
}

/** Twice at once in a small room: the line after which the second note is due may have been another instance's. */
function earlyMs({ afterMs, everyMs }: TypingRule): number {
  return afterMs === 0 ? everyMs : EARLY_MS;
}

// No room's name has a space.
function toKey(room: string, userId: string): string {
  return `${room} ${userId}`;
}
