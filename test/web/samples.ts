// Frames and answers as the functions make them, with defaults for what a test does not care about.

import type {
  ChatMessage,
  Events,
  History,
  Member,
  Members,
  Welcome,
} from '../../functions/protocol.ts';

import type { Memory } from '../../web/device/memory.ts';

export const ROOM = 'lobby';

export function messageOf(seq: number, userId = 'bob', id = `m${seq}`): ChatMessage {
  return { seq, id, userId, name: userId.toUpperCase(), text: `text ${seq}`, sentAt: 1_000 + seq };
}

/** Messages `from` to `to`, both included. */
export function messagesOf(from: number, to: number): ChatMessage[] {
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => messageOf(from + index));
}

export function memberOf(connectionId: string, userId = connectionId): Member {
  return { connectionId, userId, name: userId.toUpperCase() };
}

export function welcomeOf(welcome: Partial<Welcome> = {}): Welcome {
  return { ...memberOf('c-ada', 'ada'), room: ROOM, revision: 1, seq: 0, online: 1, ...welcome };
}

export function eventsOf(events: Partial<Events> = {}): Events {
  const messages = events.messages ?? [];
  const seq = messages.at(-1)?.seq ?? 0;
  return { room: ROOM, revision: 2, seq, online: 1, messages, joined: [], left: [], ...events };
}

export function historyOf(history: Partial<History> = {}): History {
  const messages = history.messages ?? [];
  const seq = messages.at(-1)?.seq ?? 0;
  return { room: ROOM, revision: 1, first: 1, seq, online: 1, messages, ...history };
}

export function membersOf(members: readonly Member[], rest: Partial<Members> = {}): Members {
  return {
    room: ROOM,
    revision: 1,
    online: members.length,
    members: members.map((member) => ({ ...member, connectedAt: 1_000 })),
    truncated: false,
    ...rest,
  };
}

/** What a device remembers, in a map. */
export function memoryOf(items: Readonly<Record<string, string>> = {}): Memory {
  const map = new Map(Object.entries(items));
  return {
    read: (key) => map.get(key),
    write: (key, value) => {
      if (value === undefined) map.delete(key);
      else map.set(key, value);
    },
    keys: () => [...map.keys()],
  };
}
