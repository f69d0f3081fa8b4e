// Unread counts of the other rooms that this device has visited. One small request per room, when the page becomes
// visible and from time to time while it is.

import { type KnownRoom, readToIn } from '../device/rooms.ts';
import type { ChatApi } from './chat-api.ts';

export const ASK_EVERY_MS = 90_000;
/** Number of rooms to ask for, the last visited first. Each costs a call. */
export const MOST_ASKED = 6;

export interface OtherRooms {
  readonly check: () => void;
  readonly stop: () => void;
}

export interface OtherRoomsDeps {
  /** The other rooms that this device remembers now, the last visited first. */
  readonly rooms: () => readonly KnownRoom[];
  readonly api: (room: string) => Pick<ChatApi, 'history'>;
  readonly isVisible: () => boolean;
  readonly onUnread: (unread: ReadonlyMap<string, number>) => void;
}

/** Asks at `check` and every {@link ASK_EVERY_MS} until `stop`. A room that does not answer keeps its count. */
export function watchOtherRooms({ rooms, api, isVisible, onUnread }: OtherRoomsDeps): OtherRooms {
  let isStopped = false;
  let isAsking = false;
  let unread: ReadonlyMap<string, number> = new Map();

  async function ask(room: string): Promise<number | undefined> {
    try {
      const { seq } = await api(room).history({ limit: 1 });
      // Read after the answer: another tab may have read the room meanwhile.
      return Math.max(0, seq - (readToIn(rooms(), room) ?? seq));
    } catch {
      // The count stays as it was until the next round.
      return unread.get(room);
    }
  }

  async function askAll(): Promise<void> {
    if (isAsking || isStopped || !isVisible()) return;
    isAsking = true;
    const counted = new Map(unread);
    for (const { room } of rooms().slice(0, MOST_ASKED)) {
      const count = await ask(room);
      if (isStopped) return;
      if (count !== undefined) counted.set(room, count);
    }
    isAsking = false;
    // Counts of rooms that were forgotten meanwhile are dropped.
    const left = new Set(rooms().map(({ room }) => room));
    unread = new Map([...counted].filter(([room]) => left.has(room)));
    onUnread(unread);
  }

  const timer = setInterval(() => void askAll(), ASK_EVERY_MS);
  return {
    check: () => void askAll(),
    stop: () => {
      isStopped = true;
      clearInterval(timer);
    },
  };
}
