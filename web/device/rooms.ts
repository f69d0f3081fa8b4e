// The rooms that this device has visited, and the last message read in each. Pure except for the given memory.

import { MAX_PLACES, parseRoom } from '../../functions/protocol.ts';
import { type Memory, readJson } from './memory.ts';

export interface KnownRoom {
  readonly room: string;
  /** The last `seq` read on this device. Absent if no message has been seen yet. */
  readonly readTo?: number;
}

/** The device remembers this many rooms, the last visited ones. */
export const MOST_ROOMS = MAX_PLACES;

const KEY = 'chat.rooms';

/** The last visited first. */
export function knownRooms(memory: Memory): readonly KnownRoom[] {
  return readJson(memory, KEY, parseRooms) ?? [];
}

/** The last `seq` read in the room. Undefined for an unknown room. */
export function readToIn(rooms: readonly KnownRoom[], room: string): number | undefined {
  return rooms.find((known) => known.room === room)?.readTo;
}

/** Puts the room first, and returns the new list. */
export function visit(memory: Memory, room: string): readonly KnownRoom[] {
  const rooms = knownRooms(memory);
  const visited = rooms.find((known) => known.room === room) ?? { room };
  return keepRooms(memory, [visited, ...rooms.filter((known) => known !== visited)]);
}

/** Reads the list again each time, because another tab may have changed it. */
export function markRead(memory: Memory, room: string, readTo: number): readonly KnownRoom[] {
  const rooms = knownRooms(memory);
  return keepRooms(
    memory,
    rooms.map((known) => (known.room === room ? { room, readTo } : known)),
  );
}

/**
 * The room has started over, and its last message is `last`: nothing of it has been read, unless another tab has read it since.
 * Returns the new list.
 */
export function startOver(memory: Memory, room: string, last: number): readonly KnownRoom[] {
  const isOld = (readToIn(knownRooms(memory), room) ?? 0) > last;
  return isOld ? markRead(memory, room, 0) : knownRooms(memory);
}

/** Removes the room, and returns the new list. */
export function forget(memory: Memory, room: string): readonly KnownRoom[] {
  return keepRooms(
    memory,
    knownRooms(memory).filter((known) => known.room !== room),
  );
}

/** Writes the list, and returns what is kept of it. */
export function keepRooms(memory: Memory, rooms: readonly KnownRoom[]): readonly KnownRoom[] {
  const kept = rooms.slice(0, MOST_ROOMS);
  memory.write(KEY, JSON.stringify(kept));
  return kept;
}

function parseRooms(value: unknown): readonly KnownRoom[] | undefined {
  if (!Array.isArray(value)) return undefined;
  return value.flatMap((item: unknown) => parseKnownRoom(item) ?? []).slice(0, MOST_ROOMS);
}

function parseKnownRoom(value: unknown): KnownRoom | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { room, readTo }: { readonly room?: unknown; readonly readTo?: unknown } = value;
  try {
    const name = parseRoom(room);
    return Number.isSafeInteger(readTo) ? { room: name, readTo: Number(readTo) } : { room: name };
  } catch {
    return undefined;
  }
}
