// Reads rooms with all that storage has about them, page by page.

import type {
  ArchivedBan,
  ArchivedMessage,
  ArchivedRoom,
  RoomSummary,
} from '../../../functions/protocol.ts';
import { parseArchivedBan, parseArchivedMessage, parseArchivedRoom } from '../api/answers.ts';
import { ApiError } from '../api/api-error.ts';
import { type Answer, type ChatApi, inRoom } from '../api/chat-api.ts';
import { pageOfRooms } from '../api/room-list.ts';

/** The lines of one answer, as the chat wrote them, and what they hold. */
export interface ArchivePage {
  readonly facts: ArchivedRoom;
  readonly factsLine: string;
  readonly bans: readonly { readonly ban: ArchivedBan; readonly line: string }[];
  readonly messages: readonly { readonly message: ArchivedMessage; readonly line: string }[];
}

/** Undefined if the room does not exist any more. `after` is undefined for the first page. */
export async function readArchivePage(
  api: ChatApi,
  room: string,
  after: number | undefined,
  signal: AbortSignal,
): Promise<ArchivePage | undefined> {
  const query = { after: after === undefined ? undefined : String(after) };
  const request = { to: `export ${room}`, path: inRoom(room, 'archive'), query };
  try {
    const readers = { 200: (answer: Answer) => toPage(answer, room, after ?? 0) };
    return await api.call(request, readers, signal);
  } catch (error) {
    if (error instanceof ApiError && error.failure === 'absent') return undefined;
    throw error;
  }
}

/** All rooms in the order of their names, from `start` on. */
export async function* listRooms(
  api: ChatApi,
  signal: AbortSignal,
  start?: string,
): AsyncGenerator<RoomSummary> {
  for (let next = start; ; ) {
    const page = await api.call(...pageOfRooms(next), signal);
    yield* page.rooms;
    next = page.continue;
    if (next === undefined) return;
  }
}

/** Undefined unless it is a complete page of that room, with messages in ascending order. */
function toPage({ text, headers }: Answer, room: string, after: number): ArchivePage | undefined {
  if (!headers.get('content-type')?.startsWith('application/x-ndjson')) return undefined;
  if (!text.endsWith('\n')) return undefined;
  const [factsLine = '', ...lines] = text.slice(0, -1).split('\n');
  const facts = parseArchivedRoom(factsLine);
  if (facts?.room !== room) return undefined;
  const bans: { ban: ArchivedBan; line: string }[] = [];
  const messages: { message: ArchivedMessage; line: string }[] = [];
  for (const line of lines) {
    const ban = messages.length === 0 ? parseArchivedBan(line) : undefined;
    const message = ban ? undefined : parseArchivedMessage(line);
    if (ban) bans.push({ ban, line });
    else if (!message || message.seq <= (messages.at(-1)?.message.seq ?? after)) return undefined;
    else messages.push({ message, line });
  }
  return { facts, factsLine, bans, messages };
}
