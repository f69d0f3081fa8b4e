// What the account of a person adds to the rooms that the device knows. Pure except for the given memory.

import { MAX_PLACES, type Place } from '../../functions/protocol.ts';
import type { Memory } from './memory.ts';
import { type KnownRoom, keepRooms, knownRooms } from './rooms.ts';

/**
 * Adds the account's places: in each room the highest one wins, and rooms that the device does not know come last. Whether
 * something has changed.
 */
export function addPlaces(memory: Memory, places: readonly Place[]): boolean {
  const rooms = knownRooms(memory);
  const added = withPlaces(rooms, places);
  if (JSON.stringify(added) === JSON.stringify(rooms)) return false;
  keepRooms(memory, added);
  return true;
}

export function withPlaces(
  rooms: readonly KnownRoom[],
  places: readonly Place[],
): readonly KnownRoom[] {
  const readTo = new Map(places.map((place) => [place.room, place.readTo]));
  const known = rooms.map((one) => {
    const highest = Math.max(one.readTo ?? -1, readTo.get(one.room) ?? -1);
    return highest < 0 ? one : { room: one.room, readTo: highest };
  });
  const others = places.filter(({ room }) => rooms.every((one) => one.room !== room));
  return [...known, ...others].slice(0, MAX_PLACES);
}
