// Unread counts of the other rooms that this device has visited. The page's connection watches them without being in them,
// and the server notes new lines. See `watch` in PROTOCOL.md.

import {
  MAX_HISTORY,
  MAX_WATCHED,
  type Unread,
  type WatchedRoom,
} from '../../functions/protocol.ts';
import type { KnownRoom } from '../device/rooms.ts';
import type { ChatApi } from './chat-api.ts';

/** Within this time the server forgets that somebody watches a room. It is asked anew well before. */
const RENEW_EVERY_MS = 25 * 60_000;
/** A call that failed is repeated after this time, and after the next welcome. */
const RETRY_MS = 10_000;
/** In a crowd that comes back at once, the calls are spread: this long for each person online, at most {@link MOST_DELAY_MS}. */
const DELAY_PER_PERSON_MS = 10;
const MOST_DELAY_MS = 10_000;

export interface OtherRooms {
  /** A connection stands. It watches nothing yet. */
  readonly onWelcome: (online: number) => void;
  readonly onUnread: (unread: Unread) => void;
  /** The rooms of the device, or what was read in them, have changed. */
  readonly changed: () => void;
  readonly stop: () => void;
}

export interface OtherRoomsDeps {
  /** The other rooms that this device remembers now, the last visited first. */
  readonly rooms: () => readonly KnownRoom[];
  /** Rejects without a connection, or if the server refuses. */
  readonly watch: (rooms: readonly string[]) => Promise<readonly WatchedRoom[]>;
  /** 0 ≤ r < 1. */
  readonly random: () => number;
  readonly api: (room: string) => Pick<ChatApi, 'history'>;
  /** The person's user id. */
  readonly me: () => string | undefined;
  readonly onCounts: (unread: UnreadByRoom) => void;
  /** The room has started over: its last message has a number below the last one read. */
  readonly onStartedOver: (room: string, last: number) => void;
}

/** How much is unread in a room, and whether something of it mentions the person. */
export type UnreadByRoom = ReadonlyMap<
  string,
  { readonly count: number; readonly mention: boolean }
>;

/** Watches from the first welcome until `stop`. A room that does not answer keeps its count. */
export function watchOtherRooms(deps: OtherRoomsDeps): OtherRooms {
  const { rooms, watch, random, api, me, onCounts, onStartedOver } = deps;
  const known = new Map<string, WatchedRoom>();
  /** By room: the last line that mentions the person. */
  const mentions = new Map<string, number>();
  let watched: ReadonlySet<string> = new Set();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let counts = '';
  let isConnected = false;

  const names = () => rooms().map(({ room }) => room);

  function plan(ms: number): void {
    clearTimeout(timer);
    timer = setTimeout(() => void watchAll(), ms);
  }

  async function watchAll(): Promise<void> {
    const wanted = names().slice(0, MAX_WATCHED);
    watched = new Set(wanted);
    if (wanted.length === 0) return;
    // Another tab may read on while the answer is on its way.
    const readBefore = new Map(rooms().map(({ room, readTo = 0 }) => [room, readTo]));
    try {
      for (const watched of await watch(wanted)) {
        const { room, last = Infinity } = watched;
        known.set(room, watched);
        if ((mentions.get(room) ?? 0) > last) mentions.delete(room);
        if ((readBefore.get(room) ?? 0) > last) onStartedOver(room, last);
      }
      plan(RENEW_EVERY_MS);
      count();
      await lookForMentions();
    } catch {
      // Also if the connection has closed meanwhile: then the next welcome is earlier.
      plan(RETRY_MS);
    }
  }

  /** Among what came while nobody was noted. A room that does not answer has none. */
  async function lookForMentions(): Promise<void> {
    const user = me();
    for (const { room, readTo = 0 } of rooms()) {
      if (countIn(room, readTo) === 0) continue;
      const answer = await api(room)
        .history({ after: readTo, limit: MAX_HISTORY })
        .catch(() => undefined);
      for (const { seq, mentions = [] } of answer?.messages ?? []) {
        if (user !== undefined && mentions.includes(user)) noteMention(room, seq);
      }
    }
    count();
  }

  function noteMention(room: string, seq: number): void {
    mentions.set(room, Math.max(seq, mentions.get(room) ?? 0));
  }

  /** In a room that was never read, old lines are history, not news. */
  function countIn(room: string, readTo: number | undefined): number {
    const { seq, first } = known.get(room) ?? { seq: 0, first: 1 };
    return readTo === undefined ? 0 : Math.max(0, seq - Math.max(readTo, first - 1));
  }

  function count(): void {
    const unread = new Map<string, { readonly count: number; readonly mention: boolean }>();
    for (const { room, readTo } of rooms()) {
      const mention = (mentions.get(room) ?? 0) > (readTo ?? 0);
      // A mention may be in a room that was never read.
      unread.set(room, { count: countIn(room, readTo) || Number(mention), mention });
    }
    const text = JSON.stringify([...unread]);
    if (text === counts) return;
    counts = text;
    onCounts(unread);
  }

  return {
    onWelcome: (online) => {
      isConnected = true;
      plan(random() * Math.min(MOST_DELAY_MS, online * DELAY_PER_PERSON_MS));
    },
    onUnread: ({ room, seq, mention }) => {
      if (mention) noteMention(room, seq);
      const before = known.get(room) ?? { room, seq: 0, first: 1 };
      known.set(room, { ...before, seq: Math.max(seq, before.seq) });
      count();
    },
    changed: () => {
      count();
      if (isConnected && names().some((room) => !watched.has(room))) plan(0);
    },
    stop: () => clearTimeout(timer),
  };
}
