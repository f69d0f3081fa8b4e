// A client invoked `watch(rooms)`: from now on its connection learns of new lines in these rooms, without being in them.

import { atATime } from '../at-a-time.ts';
import type { Deps } from '../deps.ts';
import {
  ChatError,
  MAX_WATCHED,
  parseRoom,
  type WatchedRoom,
  type WatchResult,
} from '../protocol.ts';
import type { Head } from '../room/rows.ts';
import { pagesOf, watchersOf } from '../service/bindings.ts';
import { readCaller } from './caller.ts';
import type { HubAnswer, HubCall } from './hub-function.ts';
import { refusedCall } from './refused-call.ts';

/** How long a room is watched after a call. */
export const WATCHED_FOR_MS = 60 * 60_000;
/** A room that is watched for longer than this needs no commit. So all pages together cost it two commits in an hour. */
const RENEW_BELOW_MS = WATCHED_FOR_MS / 2;
const ROOMS_AT_A_TIME = 4;

/** Answers a {@link WatchResult}, and never throws. */
export async function watch(call: HubCall, deps: Deps): Promise<HubAnswer> {
  try {
    const { userId } = await readCaller(call, deps);
    const asked = parseRooms(call.arguments[0]);
    await deps.service.addToGroup(pagesOf(userId), call.connectionId);
    const rooms = await atATime(ROOMS_AT_A_TIME, asked, (watched) =>
      watchRoom(watched, call.connectionId, deps),
    );
    return { actions: [], result: { ok: true, rooms } satisfies WatchResult, isRoutine: true };
  } catch (error) {
    return refusedCall(error, 'watch rooms');
  }
}

function parseRooms(value: unknown): readonly string[] {
  if (!Array.isArray(value) || value.length > MAX_WATCHED) {
    throw new ChatError(
      'bad_request',
      `unable to watch rooms; the argument is no list of at most ${MAX_WATCHED} rooms. Send a shorter list.`,
    );
  }
  return value.map(parseRoom);
}

/**
 * A line is either in the answer, or noted: when the head of the answer is read, the connection is in the group, and the room
 * knows that it is watched.
 */
async function watchRoom(room: string, connectionId: string, deps: Deps): Promise<WatchedRoom> {
  await deps.service.addToGroup(watchersOf(room), connectionId);
  const head = await deps.views.findHead(room);
  if (!head) return { room, seq: 0, first: 1, last: 0 };
  const now = deps.now();
  if (head.watchedUntil >= now + RENEW_BELOW_MS) return lastLineOf(room, head);
  await deps.rooms.submit(room, { kind: 'watch', until: now + WATCHED_FOR_MS });
  // A line that was stored in between was not noted.
  return lastLineOf(room, (await deps.views.findHead(room)) ?? head);
}

function lastLineOf(room: string, { lastLine, first, seq }: Head): WatchedRoom {
  return { room, seq: lastLine, first, last: seq };
}
