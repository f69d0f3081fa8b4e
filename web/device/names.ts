// Names and ids: the person's name on this device, the room in the page's address, a new private room, a new message.

import {
  DEFAULT_ROOM,
  MAX_ROOM_LENGTH,
  PRIVATE_ROOM,
  parseName,
  parseRoom,
} from '../../functions/protocol.ts';
import { ifPossible } from './if-possible.ts';
import type { Memory } from './memory.ts';

const KEY = 'chat.name';

/** The name from an earlier visit. Undefined if there is none, or if it is not valid. */
export function rememberedName(memory: Memory): string | undefined {
  try {
    return parseName(memory.read(KEY));
  } catch {
    return undefined;
  }
}

/** For the next visit, and for other tabs. */
export function rememberName(memory: Memory, name: string): void {
  memory.write(KEY, name);
}

/**
 * The path of an address below that of the chat, which ends with a slash: `/` or `/r/{room}`, also if the chat is below a path
 * of its origin. Undefined for an address elsewhere.
 */
export function pathBelow(base: string, address: string): string | undefined {
  const home = new URL(base);
  const { origin, pathname } = new URL(address, base);
  if (origin !== home.origin || !pathname.startsWith(home.pathname)) return undefined;
  return pathname.slice(home.pathname.length - 1);
}

/**
 * The room of a path: `/` is the lobby, `/r/{room}` names one, percent-encoded, and `/r/{room}/{seq}` one of its messages.
 * Throws `bad_room` for every other path.
 */
export function roomOf(path: string): string {
  if (path === '/' || path === '/index.html') return DEFAULT_ROOM;
  const match = /^\/r\/([^/]*)(?:\/\d{0,15})?$/.exec(path);
  return parseRoom(decode(match?.[1] ?? path));
}

/** The number of the message that a path names. */
export function messageAt(path: string): number | undefined {
  const [, seq] = /^\/r\/[^/]+\/(\d{1,15})$/.exec(path) ?? [];
  return seq === undefined ? undefined : Number(seq);
}

/** The address of a room relative to that of the chat, percent-encoded. */
export function pathOf(room: string): string {
  return room === DEFAULT_ROOM ? './' : `r/${encodeURIComponent(room)}`;
}

/** The link to a room as a person reads it: its letters, and not their percent-encoding. Browsers encode it when they open it. */
export function readableLink(room: string, base: string): string {
  return room === DEFAULT_ROOM ? base : `${base}r/${room}`;
}

/** The link to a message, in the same form. */
export function messageLink(room: string, seq: number, base: string): string {
  return `${base}r/${room}/${seq}`;
}

/** Letters and digits that are not confused with each other when read aloud or copied by hand. */
const LETTERS = 'abcdefghjkmnpqrstuvwxyz23456789';

/** So that the whole name is not too long for a room. */
const MOST_PRIVATE_NAME = MAX_ROOM_LENGTH - 20;

/**
 * A room that nobody can guess: 16 of 31 characters are 79 bits. What the person calls it stands before them, so everyone who
 * has the link sees it: `Tea_party-k3m9-…`. What a room's name cannot have is left out.
 *
 * @param random fills the array, as crypto.getRandomValues
 */
export function privateRoom(
  random: (bytes: Uint8Array<ArrayBuffer>) => Uint8Array,
  called = '',
): string {
  let code = '';
  while (code.length < 16) {
    // Bytes from 248 on would make the first characters more likely than the last.
    for (const byte of random(new Uint8Array(32))) {
      if (byte < 8 * LETTERS.length && code.length < 16) code += LETTERS[byte % LETTERS.length];
    }
  }
  const end = (code.match(/.{4}/g) ?? []).join('-');
  const allowed = called
    .normalize('NFC')
    .replace(/[^\p{L}\p{M}\p{Nd}\s_-]/gu, '')
    .trim()
    .replace(/\s+/gu, '_');
  const name = [...allowed].slice(0, MOST_PRIVATE_NAME).join('');
  try {
    return name === '' ? end : parseRoom(`${name}-${end}`);
  } catch {
    return end;
  }
}

export interface RoomName {
  /** As people read it: of a private room without the end that nobody guesses. */
  readonly name: string;
  readonly isPrivate: boolean;
}

/** How the page shows a room. */
export function nameOfRoom(room: string): RoomName {
  const match = PRIVATE_ROOM.exec(room);
  if (!match) return { name: room, isPrivate: false };
  return { name: match[1]?.replaceAll('_', ' ') ?? room, isPrivate: true };
}

/** 32 hexadecimal digits. `crypto.randomUUID` is missing on plain HTTP. An id has to be new, and need not be secret. */
export function newMessageId(): string {
  const bytes =
    ifPossible(() => crypto.getRandomValues(new Uint8Array(16))) ??
    Array.from({ length: 16 }, () => Math.floor(Math.random() * 256));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Text with invalid percent-encoding stays as it is, and the parser of rooms refuses it. */
function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
