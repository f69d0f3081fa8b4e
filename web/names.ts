// The person's name on this device, and the room in the page's address.

import { DEFAULT_ROOM, parseName, parseRoom } from '../functions/protocol.ts';

const KEY = 'chat.name';

/** The name chosen before, or none. Storage may be forbidden to the page; then the name lasts as long as the page. */
export function rememberedName(storage: () => Storage): string | undefined {
  try {
    return parseName(storage().getItem(KEY));
  } catch {
    return undefined;
  }
}

export function rememberName(storage: () => Storage, name: string): void {
  try {
    storage().setItem(KEY, name);
  } catch {
    // Asked again next time.
  }
}

/** The room of a path: `/` is the lobby, `/r/{room}` names one, percent-encoded. Throws `bad_room`. */
export function roomOf(path: string): string {
  const match = /^\/r\/([^/]*)\/?$/.exec(path);
  return match ? parseRoom(decoded(match[1] ?? '')) : DEFAULT_ROOM;
}

export function pathOf(room: string): string {
  return room === DEFAULT_ROOM ? '/' : `/r/${encodeURIComponent(room)}`;
}

/** What is no valid percent-encoding stays as it is, and the room's own check refuses it. */
function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
