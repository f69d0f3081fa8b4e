// How much is unread in the rooms that the person has been in, besides this one: asked for when the page comes into sight
// and now and then while it is, one small question a room.

import { type KnownRoom, readToIn } from '../device/rooms.ts';
import type { ChatApi } from './chat-api.ts';

export const ASK_EVERY_MS = 90_000;
/** Of the rooms visited last; each costs a call. */
export const MOST_ASKED = 6;

export interface OtherRooms {
  readonly check: () => void;
  readonly stop: () => void;
}

export interface OtherRoomsNeeds {
  /** The other rooms, the last visited first, as this device remembers them now. */
  readonly rooms: () => readonly KnownRoom[];
  readonly api: (room: string) => Pick<ChatApi, 'history'>;
  readonly isVisible: () => boolean;
  readonly tell: (unread: ReadonlyMap<string, number>) => void;
}

export function watchOtherRooms({ rooms, api, isVisible, tell }: OtherRoomsNeeds): OtherRooms {
  let isStopped = false;
  let isAsking = false;
  let unread: ReadonlyMap<string, number> = new Map();

  async function ask(room: string): Promise<number | undefined> {
    try {
      const { seq } = await api(room).history({ limit: 1 });
      // Read only now: another tab may have read the room while the answer was on its way.
      return Math.max(0, seq - (readToIn(rooms(), room) ?? seq));
    } catch {
      // The count stays as it was; there is another time.
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
    // Rooms may have been forgotten, before or while it was asked; their counts go with them.
    const left = new Set(rooms().map(({ room }) => room));
    unread = new Map([...counted].filter(([room]) => left.has(room)));
    tell(unread);
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
