// How much is unread in the rooms that the person has been in, besides this one: asked for when the page comes into sight
// and now and then while it is, one small question a room.

import type { ChatApi } from './chat-api.ts';
import { type KnownRoom, readToIn } from './rooms.ts';

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
  const unread = new Map<string, number>();

  async function ask(room: string): Promise<void> {
    try {
      const { seq } = await api(room).history({ limit: 1 });
      // Read only now: another tab may have read the room while the answer was on its way.
      unread.set(room, Math.max(0, seq - (readToIn(rooms(), room) ?? seq)));
    } catch {
      // The count stays as it was; there is another time.
    }
  }

  async function askAll(): Promise<void> {
    if (isAsking || isStopped || !isVisible()) return;
    isAsking = true;
    for (const { room } of rooms().slice(0, MOST_ASKED)) {
      await ask(room);
      if (isStopped) return;
    }
    isAsking = false;
    tell(new Map(unread));
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
