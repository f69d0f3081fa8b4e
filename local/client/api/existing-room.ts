// Requests for a room that exists. If it does not, the error names the rooms that are spelled nearly so.

import { nearestWords } from '../../nearest-word.ts';
import { ApiError } from './api-error.ts';
import type { ApiRequest, ChatApi, Readers } from './chat-api.ts';
import { pageOfRooms } from './room-list.ts';

/** A page has up to 100 rooms, and each costs the chat a read. */
const MOST_PAGES = 5;
const MOST_NAMES = 3;

/** The same as {@link ChatApi.call}, for a request that names a room. */
export async function callInRoom<T>(
  api: ChatApi,
  room: string,
  request: ApiRequest,
  readers: Readers<T>,
  signal: AbortSignal,
): Promise<T> {
  try {
    return await api.call(request, readers, signal);
  } catch (error) {
    throw error instanceof ApiError && error.failure === 'absent'
      ? await withNearest(error, room, api, signal)
      : error;
  }
}

/** The error for a room that does not exist. `to` is the purpose, e.g. `follow lobby`. */
export function noRoom(
  to: string,
  room: string,
  remedy: string,
  api: ChatApi,
  signal: AbortSignal,
): Promise<ApiError> {
  const sentence = `unable to ${to}; there is no room ${JSON.stringify(room)}. ${remedy}`;
  return withNearest(new ApiError('absent', sentence, { mayBeDone: false }), room, api, signal);
}

async function withNearest(
  error: ApiError,
  room: string,
  api: ChatApi,
  signal: AbortSignal,
): Promise<ApiError> {
  const names = await listNames(api, signal);
  // It exists. Something in it does not.
  if (names.includes(room)) return error;
  const nearest = nearestWords(room, names, Math.ceil(room.length / 3)).slice(0, MOST_NAMES);
  if (nearest.length === 0) return error;
  const { message, mayBeDone } = error;
  return new ApiError('absent', `${message} Did you mean ${nearest.join(' or ')}?`, {
    cause: error,
    mayBeDone,
  });
}

/** No names if the chat does not list them, for example to a command without a key. */
async function listNames(api: ChatApi, signal: AbortSignal): Promise<string[]> {
  const names: string[] = [];
  try {
    for (let page = 0, next: string | undefined; page < MOST_PAGES; page += 1) {
      const rooms = await api.once(...pageOfRooms(next), signal);
      names.push(...rooms.rooms.map(({ room }) => room));
      next = rooms.continue;
      if (next === undefined) break;
    }
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
  }
  return names;
}
