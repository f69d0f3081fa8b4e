// Parses answers of the chat's HTTP API: a shape of functions/protocol.ts, or undefined for another server's answer.
// Unknown members are ignored, so a newer chat can add some.

import type {
  ArchivedBan,
  ArchivedMessage,
  ArchivedReaction,
  ArchivedRoom,
  ChatMessage,
  ConnectionInfo,
  History,
  ImportedMessages,
  Members,
  Place,
  Places,
  Reaction,
  RoomSummary,
  Rooms,
  Search,
} from '../../../functions/protocol.ts';
import type { End } from '../archive/archive-lines.ts';

type Check<T> = { readonly [key in keyof T]-?: (value: unknown) => boolean };

const isText = (value: unknown) => typeof value === 'string';
/** Counts, message numbers, revisions and times are whole and not negative. */
const isWhole = (value: unknown) => Number.isSafeInteger(value) && Number(value) >= 0;
const isAbsentOr = (isFit: (value: unknown) => boolean) => (value: unknown) =>
  value === undefined || isFit(value);
const isListOf = (isItem: (value: unknown) => boolean) => (value: unknown) =>
  Array.isArray(value) && value.every(isItem);

function parser<T>(check: Check<T>): (text: string) => T | undefined {
  return (text) => {
    const value = parseJson(text);
    return has(check, value) ? value : undefined;
  };
}

function has<T>(check: Check<T>, value: unknown): value is T {
  if (typeof value !== 'object' || value === null) return false;
  const members = new Map<string, unknown>(Object.entries(value));
  return Object.entries<(value: unknown) => boolean>(check).every(([key, isFit]) =>
    isFit(members.get(key)),
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const reaction: Check<Reaction> = {
  emoji: isText,
  count: isWhole,
  names: isListOf(isText),
  mine: isAbsentOr((value) => value === true),
};

const message: Check<ChatMessage> = {
  seq: isWhole,
  id: isText,
  userId: isText,
  name: isText,
  text: isText,
  sentAt: isWhole,
  online: isAbsentOr(isWhole),
  replyTo: isAbsentOr(isWhole),
  mentions: isAbsentOr(isListOf(isText)),
  editedAt: isAbsentOr(isWhole),
  edits: isAbsentOr(isWhole),
  deletes: isAbsentOr(isWhole),
  deleted: isAbsentOr((value) => value === true),
  reason: isAbsentOr(isText),
  reactions: isAbsentOr(isListOf((value) => has(reaction, value))),
};

const { reactions: _, ...archived } = message;

export const parseMessage = parser<ChatMessage>(message);

/** `deletedBy`, `editedBy` and `receipt` are passed on as they are. */
export const parseArchivedMessage = parser<ArchivedMessage>({
  ...archived,
  deletedBy: () => true,
  editedBy: () => true,
  receipt: () => true,
  reactedBy: isAbsentOr(
    isListOf((value) =>
      has<ArchivedReaction>(
        {
          emoji: isText,
          named: isListOf((one) => has({ userId: isText, name: isText }, one)),
          others: isListOf(isText),
        },
        value,
      ),
    ),
  ),
});

export const parseArchivedRoom = parser<ArchivedRoom>({
  room: isText,
  first: isWhole,
  seq: isWhole,
  activeAt: isWhole,
  closed: isAbsentOr(isText),
  creator: isAbsentOr(isText),
});

export const parseArchivedBan = parser<ArchivedBan>({ ban: isText, until: isWhole });

/** How far one person has read. */
export function parsePlaces(text: string): readonly Place[] | undefined {
  const value = parseJson(text);
  const place: Check<Place> = { room: isText, readTo: isWhole };
  const shape: Check<Places> = { places: isListOf((one) => has(place, one)) };
  return has(shape, value) ? value.places : undefined;
}

/** The first line of an export of all rooms. */
export const parseFormat = parser<{ readonly format: 'serverless-chat'; readonly version: number }>(
  { format: (value) => value === 'serverless-chat', version: isWhole },
);

/** Its last line. */
export const parseEnd = parser<End>({
  end: (value) => value === true,
  rooms: isWhole,
  messages: isWhole,
});

export const parseImported = parser<ImportedMessages>({
  imported: isWhole,
  unchanged: isWhole,
  gone: isWhole,
});

export const parseHistory = parser<Pick<History, 'revision' | 'first' | 'seq' | 'messages'>>({
  revision: isWhole,
  first: isWhole,
  seq: isWhole,
  messages: isListOf((value) => has(message, value)),
});

export const parseSearchAnswer = parser<Omit<Search, 'room' | 'online'>>({
  revision: isWhole,
  first: isWhole,
  seq: isWhole,
  messages: isListOf((value) => has(message, value)),
  before: isAbsentOr(isWhole),
  searchedTo: isAbsentOr(isWhole),
});

export const parseConnectionInfo = parser<ConnectionInfo>({
  url: (value) => typeof value === 'string' && URL.canParse(value),
  accessToken: isText,
});

export const parseMembers = parser<Pick<Members, 'online' | 'members' | 'truncated'>>({
  online: isWhole,
  members: isListOf((value) =>
    has<Members['members'][number]>(
      { connectionId: isText, userId: isText, name: isText, connectedAt: isWhole },
      value,
    ),
  ),
  truncated: (value) => typeof value === 'boolean',
});

const room: Check<RoomSummary> = {
  room: isText,
  online: isWhole,
  seq: isWhole,
  first: isWhole,
  activeAt: isWhole,
  closed: isAbsentOr(isText),
};

export const parseRooms = parser<Rooms>({
  rooms: isListOf((value) => has(room, value)),
  continue: isAbsentOr(isText),
});

/** The answer to a publish: the number of the last message. */
export const parsePublished = parser<{ readonly seq: number }>({
  seq: (value) => isWhole(value) && value !== 0,
});

/** How far a removal of reactions has come. */
export interface Reached {
  readonly after: number;
}

export const parseReached = parser<Reached>({ after: isWhole });

/** The answer to an erase that is not finished. */
export const parseUnfinished = parser<{ readonly done: false }>({
  done: (value) => value === false,
});

/** The state of the chat as a whole, and of each part. */
export interface Health {
  readonly status: 'ok' | 'unavailable';
  readonly [part: string]: string;
}

/** `expected` is the status that goes with the HTTP status: `ok` with 200, `unavailable` with 503. */
export function parseHealth(text: string, expected: Health['status']): Health | undefined {
  const value = parseJson(text);
  const isHealth = has<Record<'status' | 'storage' | 'signalR', unknown>>(
    { status: (status) => status === expected, storage: isText, signalR: isText },
    value,
  );
  if (!isHealth) return undefined;
  const parts = Object.entries(value).filter(([, state]) => isText(state));
  return { ...Object.fromEntries(parts), status: expected };
}

/** Health for the doctor: what each part says, and the times. A chat of an earlier version has no times. */
export interface HealthFacts {
  readonly storage: string;
  readonly signalR: string;
  /** The functions' clock, epoch ms. */
  readonly now: number | undefined;
  /** The last upstream event, epoch ms. Undefined if there was none. */
  readonly upstreamAt: number | undefined;
  readonly refused: readonly { readonly reason: string; readonly at: number }[];
  /** The end of the timer's last run, epoch ms. Undefined if it never ran. */
  readonly cleanupAt: number | undefined;
  /** Whether it says the times at all. */
  readonly hasTimes: boolean;
}

const refusal: Check<HealthFacts['refused'][number]> = { reason: isText, at: isWhole };
const lastTime: Check<{ readonly lastAt?: number }> = { lastAt: isAbsentOr(isWhole) };
const times: Check<HealthTimes> = {
  now: isWhole,
  upstream: (value) => has({ ...lastTime, refused: isListOf((one) => has(refusal, one)) }, value),
  cleanup: (value) => has(lastTime, value),
};

interface HealthTimes {
  readonly now: number;
  readonly upstream: { readonly lastAt?: number; readonly refused: HealthFacts['refused'] };
  readonly cleanup: { readonly lastAt?: number };
}

export function parseHealthFacts(text: string): HealthFacts | undefined {
  const value = parseJson(text);
  const parts: Check<Pick<HealthFacts, 'storage' | 'signalR'>> = {
    storage: isText,
    signalR: isText,
  };
  if (!has(parts, value)) return undefined;
  const { storage, signalR } = value;
  const said: HealthTimes | undefined = has(times, value) ? value : undefined;
  const now = 'now' in value && isWhole(value.now) ? Number(value.now) : undefined;
  return {
    storage,
    signalR,
    now,
    upstreamAt: said?.upstream.lastAt,
    refused: said?.upstream.refused ?? [],
    cleanupAt: said?.cleanup.lastAt,
    hasTimes: said !== undefined,
  };
}

/** The chat's error for a refused request. */
export interface Refusal {
  readonly code: string;
  readonly message: string;
  /** Number of lines that were stored before the failure. Undefined if the chat does not report it. */
  readonly stored: number | undefined;
}

/** Our codes are lower-case words. Azure's own answers have the same shape and other codes. */
const CODE = /^[a-z]+(?:_[a-z]+)*$/;

/** An error of the chat itself. Undefined for the error page of a proxy. */
export function parseRefusal(text: string): Refusal | undefined {
  const value = parseJson(text);
  const isRefusal = has<{ readonly error: { readonly code: string; readonly message: string } }>(
    {
      error: (error) =>
        has(
          { code: (code: unknown) => typeof code === 'string' && CODE.test(code), message: isText },
          error,
        ),
    },
    value,
  );
  if (!isRefusal) return undefined;
  const stored = 'stored' in value ? value.stored : undefined;
  const { code, message: said } = value.error;
  return { code, message: said, stored: isWhole(stored) ? Number(stored) : undefined };
}
