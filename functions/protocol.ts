// The protocol of page, hub and HTTP API: shapes, limits, parsers and errors. PROTOCOL.md describes it.
// It imports nothing, because it also runs in the browser.

/** The room of a caller that names none. */
export const DEFAULT_ROOM = 'lobby';

/** The user of published messages. Ids of people have another form. */
export const PUBLISHER = 'app';

/** The user of what moderators do. Ids of people have another form. */
export const MODERATOR = 'moderator';

/** The end of a private room's name, which nobody can guess, with what stands before it. */
export const PRIVATE_ROOM = /^(?:(.+)-)?[a-hjkmnp-z2-9]{4}(?:-[a-hjkmnp-z2-9]{4}){3}$/;

/** The name of a room that a deployment check makes, before 12 random characters. */
export const CHECK_ROOM = 'doctor-';
/** What a client reads whose connection a moderator ends without a reason. The page knows these sentences in its languages. */
export const DISCONNECTED = 'You were disconnected by a moderator.';
export const ERASED = 'All that was said in this room has been deleted.';
/** The header of a guest token, in the answer of negotiate and in later requests. Only for guests without a cookie. */
export const GUEST_HEADER = 'x-chat-guest';

/** Limits count characters as Unicode code points, so that an emoji outside the BMP is one. */
export const MAX_ROOM_LENGTH = 64;
export const MAX_NAME_LENGTH = 32;
export const MAX_TEXT_LENGTH = 4_000;
export const MAX_ID_LENGTH = 64;
/** In UTF-8, because keys in storage have the id, and are limited in bytes. Three times the length of an account's id. */
export const MAX_USER_ID_BYTES = 128;
/** Rooms that a device, and the account of a person, remembers: those visited last. */
export const MAX_PLACES = 12;
/** Maximum number of people whom a message mentions. */
export const MAX_MENTIONS = 10;
/** For how many minutes after a message its author may edit or remove it, unless `CHAT_EDIT_MINUTES` says otherwise. */
export const DEFAULT_EDIT_MINUTES = 60;
/** Maximum number of messages in one answer of the history. */
export const MAX_HISTORY = 200;
/** Maximum number of entries of `joined`, `left`, `added` and `removed` in one `events`. */
export const MAX_LISTED = 50;
/** An emoji of several people and signs is a sequence of code points. */
export const MAX_EMOJI_LENGTH = 32;
/** Different emoji on one message. */
export const MAX_EMOJIS = 20;
/** Reactions to one message, of all people together. */
export const MAX_REACTIONS = 2_000;
/** People whom a message names for each emoji. */
export const MAX_REACTION_NAMES = 10;
/** The number of messages, counted from the last one, whose changed reactions the history finds. */
export const REACTED_MESSAGES = 2_000;
/** Characters of what a search looks for, after trimming. */
const MAX_QUERY_LENGTH = 100;
/** Maximum number of messages in one answer of a search. */
export const MAX_HITS = 50;
/** How many messages one call of a search reads: what storage answers to one request. */
export const SEARCHED_AT_ONCE = 1_000;

/**
 * A chat message, as it is stored and as it is broadcast.
 *
 * @example { seq: 7, id: 'q1Zx', userId: 'g-4kT0', name: 'Ada', text: 'hi', sentAt: 1767225600000 }
 */
export interface ChatMessage {
  /** The message's number in its room: 1 for the first, no gaps. */
  readonly seq: number;
  /** The sender's own id, the same on every retry. */
  readonly id: string;
  readonly userId: string;
  readonly name: string;
  /** Shown as text, never as HTML. */
  readonly text: string;
  /** Milliseconds since the Unix epoch, by the function's clock. */
  readonly sentAt: number;
  /** Open connections in the room when it was stored. Absent if an earlier version stored it, and in a removal. */
  readonly online?: number;
  /** The number of the message that this one answers. It may have expired or be removed. */
  readonly replyTo?: number;
  /** The ids of the users whom the text mentions, at most {@link MAX_MENTIONS}. */
  readonly mentions?: readonly string[];
  /** When the text was last changed, epoch ms. The text is the new one. */
  readonly editedAt?: number;
  /**
   * The number of an earlier message whose text this one replaces. Its own text is the new one. It is empty once a later
   * message edits or removes the same message, or once that message has expired.
   */
  readonly edits?: number;
  /** The number of an earlier message that this one removes. Its own text is empty. */
  readonly deletes?: number;
  /** The message was removed, and its text is empty. */
  readonly deleted?: true;
  /**
   * Why a moderator removed the message, in the removed message and in the removal. Empty without a reason. Absent if its author
   * removed it.
   */
  readonly reason?: string;
  /** Absent if nobody has reacted. In the order in which each emoji came first. */
  readonly reactions?: readonly Reaction[];
}

/** One emoji on a message, and how many people chose it. */
export interface Reaction {
  readonly emoji: string;
  readonly count: number;
  /** Of the first people, at most {@link MAX_REACTION_NAMES}. */
  readonly names: readonly string[];
  /** The caller of the history is among them. Never in a broadcast. */
  readonly mine?: true;
}

/** The reactions to a message after a change. */
export interface ReactionChange {
  /** The number of the message. */
  readonly seq: number;
  /** The room's revision of the change. A client drops a change that is older than what it shows. */
  readonly revision: number;
  readonly counts: readonly Reaction[];
  /** Not always everyone, like `joined`. `counts` are exact in any case. */
  readonly added: readonly Reactor[];
  readonly removed: readonly Reactor[];
}

/** Who chose an emoji, or took it back. */
export interface Reactor {
  readonly userId: string;
  readonly name: string;
  readonly emoji: string;
}

/** Whether the message is what somebody said, and no announcement of another change. */
export function isLine({ deletes, edits }: Pick<ChatMessage, 'deletes' | 'edits'>): boolean {
  return deletes === undefined && edits === undefined;
}

/** One open connection in a room. A user with two tabs has two of these. */
export interface Member {
  readonly connectionId: string;
  readonly userId: string;
  readonly name: string;
}

/** Service → the newcomer alone, as target `welcome`, after its connection is in the room's group. */
export interface Welcome {
  readonly connectionId: string;
  readonly userId: string;
  readonly name: string;
  readonly room: string;
  readonly revision: number;
  readonly seq: number;
  readonly online: number;
  /** Present if the app broadcasts no typing notes at all. */
  readonly typing?: false;
  /** For how many minutes an author may edit or remove a message. Present if it is not {@link DEFAULT_EDIT_MINUTES}. */
  readonly editMinutes?: number;
  /** Present if the user may remove, ban and close in this room. The functions decide again with each call. */
  readonly moderator?: true;
  /** The id of the user who created this private room, if it is known. */
  readonly creator?: string;
}

/** Service → everyone in the room, as target `events`: the changes of one commit, or of several in a row. */
export interface Events {
  readonly room: string;
  /** Grows by one with each commit to the room. Frames may arrive out of order. */
  readonly revision: number;
  /** The number of the room's last message at that revision. */
  readonly seq: number;
  /** Open connections in the room at that revision. */
  readonly online: number;
  readonly messages: readonly ChatMessage[];
  /** Not always everyone ({@link MAX_LISTED}, and the size of a frame). `online` is exact in any case. */
  readonly joined: readonly Member[];
  readonly left: readonly Member[];
  /** Present if reactions have changed. */
  readonly reactions?: readonly ReactionChange[];
  /** With `reactions`: the revision of the room's change of reactions before. A client that has not seen it has missed some. */
  readonly reactedBefore?: number;
}

/** Service → everyone in the room, as target `typing`: a typing note. */
export interface Typing {
  readonly userId: string;
  readonly name: string;
}

/** The most rooms of one call of `watch`. */
export const MAX_WATCHED = 20;

/** How far a person has read in a room. */
export interface Place {
  readonly room: string;
  /** The `seq` of the last message read. */
  readonly readTo: number;
}

/** Throws `bad_room`, or `bad_request` if `readTo` is no number of a message. */
export function parsePlace(value: unknown): Place {
  const { room, readTo } = Object(value) as Readonly<Record<string, unknown>>;
  if (!Number.isSafeInteger(readTo) || Number(readTo) < 0) {
    throw new ChatError(
      'bad_request',
      'unable to use the reading place; `readTo` is no number of a message. Correct it.',
    );
  }
  return { room: parseRoom(room), readTo: Number(readTo) };
}

/** The answer of `GET` and `PUT /api/reading`: the rooms read last, first. */
export interface Places {
  readonly places: readonly Place[];
}

/** Service → pages in other rooms that watch this one, and of people whom a line mentions, as target `unread`. */
export interface Unread {
  readonly room: string;
  /** The number of the room's last line, or of the line that mentions the person. */
  readonly seq: number;
  readonly mention?: true;
}

/** A room that a page watches. */
export interface WatchedRoom extends Pick<Unread, 'room' | 'seq'> {
  /** The oldest message still kept. Above `seq` if there is none. */
  readonly first: number;
  /** The number of the last message of any kind. Below what a page has read, the room has started over. Absent of an earlier version. */
  readonly last?: number;
}

/** The result of `watch`: the rooms in the order of the call. */
export type WatchResult =
  | { readonly ok: true; readonly rooms: readonly WatchedRoom[] }
  | { readonly ok: false; readonly code: ErrorCode; readonly message: string };

/** How often typing notes are sent and broadcast, and how long they are shown. All times in ms. */
export interface TypingRule {
  /** How long a person types before the first note of a line. */
  readonly afterMs: number;
  /** Time between two notes of one person. */
  readonly everyMs: number;
  /** How long a note is shown: until the next one is there. */
  readonly shownMs: number;
  /** Maximum number of notes of all people together in `everyMs`. */
  readonly most: number;
}

/** Up to this many online, everybody's typing is shown at once. */
const TYPING_AT_ONCE_UP_TO = 8;
/** Above this many online, nobody's is. */
const TYPING_SHOWN_UP_TO = 50;
/** Each person more delays the first note, so the price of a line grows slower than the room. */
const TYPING_DELAY_MS = 1_000;
export const TYPING_EVERY_MS = 3_000;
/** For the way of the next note. */
const TYPING_MARGIN_MS = 1_000;
/** The page names two people, and calls three *several*. More notes would change nothing. */
const TYPING_NAMED = 3;

/**
 * The rule of a room, for page and functions alike. A note is one billed message for everyone online, and its line often
 * follows within seconds. So in a larger room only long lines are announced, and in a large one none: undefined.
 */
export function typingRule(online: number): TypingRule | undefined {
  if (online > TYPING_SHOWN_UP_TO) return undefined;
  const isSmall = online <= TYPING_AT_ONCE_UP_TO;
  const afterMs = isSmall ? 0 : (online - TYPING_AT_ONCE_UP_TO) * TYPING_DELAY_MS;
  const everyMs = Math.max(TYPING_EVERY_MS, afterMs);
  return {
    afterMs,
    everyMs,
    shownMs: everyMs + TYPING_MARGIN_MS,
    // In a small room everybody may type at once, and begin another line meanwhile.
    most: isSmall ? 2 * TYPING_AT_ONCE_UP_TO : TYPING_NAMED,
  };
}

/**
 * Texts that the JSON reader of the SignalR extension takes for dates, and writes in another form. The pattern is wider
 * than the reader: four million texts that look like dates were tried on Newtonsoft.Json 13.0.3.
 */
const DATE = /^(?:\d{4}-\d{2}-\d{2}T|\/Date\()/;

/** A text as an argument of `send`. A text that looks like a date is sent in two pieces, which do not. */
export function toArgument(text: string): string | readonly string[] {
  return DATE.test(text) ? [text.slice(0, 1), text.slice(1)] : text;
}

/** The text of an argument of `send`, with its pieces joined. Anything else stays as it is, and a parser refuses it. */
export function fromArgument(argument: unknown): unknown {
  return isListOfStrings(argument) ? argument.join('') : argument;
}

function isListOfStrings(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((piece) => typeof piece === 'string');
}

/**
 * The first extension bundle whose SignalR extension (2.0) returns the answers of functions. Older ones return null, or fail
 * with MessagePack. `host.json` requires it.
 * Source: bundleConfig.json of azure-functions-extension-bundles; the extension's CHANGELOG, 1.15.0 and 2.0.0
 */
export const LEAST_BUNDLE = '4.23.0';

/** The result of a refused call. */
export interface Refusal {
  readonly ok: false;
  readonly code: ErrorCode;
  readonly message: string;
}

/** The result of `send`. */
export type SendResult =
  | { readonly ok: true; readonly seq: number; readonly sentAt: number; readonly online: number }
  | Refusal;

/** The third argument of `send`. */
export type SendOptions = Pick<ChatMessage, 'replyTo' | 'mentions'>;

/** The result of `edit`. `seq` and `sentAt` are those of the message that announces the edit. */
export type EditResult =
  | { readonly ok: true; readonly seq: number; readonly sentAt: number }
  | Refusal;

/** The result of `remove`. */
export type RemoveResult = { readonly ok: true } | Refusal;

/** The result of `ban` and `close`. */
export type ModerationResult = { readonly ok: true } | Refusal;

/** The result of `react`. */
export type ReactResult =
  | {
      readonly ok: true;
      /** Of the message's last change of reactions: the vote stands since then at the latest. */
      readonly revision: number;
      /** What stands instead, if a later call of the same user for the same emoji shared the commit. Absent otherwise. */
      readonly on?: boolean;
    }
  | Refusal;

/** The result of a call that is refused. */
export interface Refusal {
  readonly ok: false;
  readonly code: ErrorCode;
  readonly message: string;
}

/** `POST /api/negotiate`: where to connect, and the token that opens it. */
export interface ConnectionInfo {
  readonly url: string;
  readonly accessToken: string;
}

/** `GET /api/rooms/{room}/messages`, oldest first. */
export interface History {
  readonly room: string;
  readonly revision: number;
  /** The oldest message still kept. A client that asks after less than `first` − 1 has missed some for good. */
  readonly first: number;
  readonly seq: number;
  readonly online: number;
  readonly messages: readonly ChatMessage[];
  /** The revision of the last change of reactions. Absent if nobody has ever reacted in the room. */
  readonly reactedAt?: number;
  /** With `?reactedAfter=`: the reactions that have changed since. `added` and `removed` are empty. */
  readonly reactions?: readonly ReactionChange[];
}

/** `GET /api/rooms/{room}/search`, newest first. */
export interface Search extends Omit<History, 'messages' | 'reactions' | 'reactedAt'> {
  readonly messages: readonly SearchHit[];
  /** Present if there is more to search: repeat the request with it. */
  readonly before?: number;
  /** When the oldest message was sent that this call looked at, epoch ms. Absent if there was none. */
  readonly searchedTo?: number;
}

/** A message that a search has found. */
export type SearchHit = Omit<ChatMessage, 'reactions'>;

/** `GET /api/rooms/{room}/members` and `…/connections`. */
export interface Members {
  readonly room: string;
  readonly revision: number;
  readonly online: number;
  readonly members: readonly (Member & { readonly connectedAt: number })[];
  /** Whether there are more members than the answer holds. */
  readonly truncated: boolean;
}

/** `GET /api/rooms`, in the order of the names. */
export interface Rooms {
  readonly rooms: readonly RoomSummary[];
  /** Present if there are more rooms: repeat the request with it as `?continue=`. */
  readonly continue?: string;
}

export interface RoomSummary {
  readonly room: string;
  readonly online: number;
  /** The number of the last message. */
  readonly seq: number;
  /** The number of the oldest message still kept. */
  readonly first: number;
  /** Time of the last join, leave or message, epoch ms. */
  readonly activeAt: number;
  /** Why the room is closed. Absent while it is open. */
  readonly closed?: string;
}

/** The first line of `GET …/archive`: what a room has beside its bans and messages. */
export interface ArchivedRoom {
  readonly room: string;
  /** The id of the user who created this private room. Absent if it is not known. */
  readonly creator?: string;
  /** The number of the oldest message still kept. Above `seq` if there is none. */
  readonly first: number;
  /** The number of the last message. */
  readonly seq: number;
  /** Time of the last join, leave or message, epoch ms. */
  readonly activeAt: number;
  /** Why the room is closed. Absent while it is open. */
  readonly closed?: string;
}

/** A ban in `…/archive`. */
export interface ArchivedBan {
  /** The user's id. */
  readonly ban: string;
  /** Epoch ms. */
  readonly until: number;
}

/** A message in `…/archive`: all that storage has about it. */
export interface ArchivedMessage extends Omit<ChatMessage, 'reactions'> {
  /** Who has reacted. */
  readonly reactedBy?: readonly ArchivedReaction[];
  /** With `deleted`: the number of the message that announces the removal. */
  readonly deletedBy?: number;
  /** With `editedAt`: the number of the message that announces the last edit. */
  readonly editedBy?: number;
  /** Absent if the receipt follows from the message's own text. `none` for a message without one. */
  readonly receipt?: 'none' | ArchivedReceipt;
}

/** One emoji on a message, and everyone who chose it, in their order. */
export interface ArchivedReaction {
  readonly emoji: string;
  /** Those whose names the message keeps. */
  readonly named: readonly { readonly userId: string; readonly name: string }[];
  /** User ids of all others. */
  readonly others: readonly string[];
}

/** The receipt of lines that were published as one text, or of a message whose text is not the one that was sent. */
export interface ArchivedReceipt {
  readonly kind: 'message' | 'text';
  /** The number of the last line. */
  readonly seq: number;
  readonly online: number;
  readonly digest: string;
}

/** The answer to `POST …/archive`: what became of the messages. */
export interface ImportedMessages {
  readonly imported: number;
  /** They were there already. */
  readonly unchanged: number;
  /** They have expired in this room or were erased there, and stay so. */
  readonly gone: number;
}

/** The body of every HTTP error. */
export interface ErrorBody {
  readonly error: { readonly code: ErrorCode; readonly message: string };
  /** With `not_signed_in`: how to sign in, an app registration and the issuer of its tokens. */
  readonly signIn?: { readonly clientId: string; readonly authority: string };
  /** With `banned`: the end of the ban, epoch milliseconds. */
  readonly until?: number;
  /** With `room_closed`: the moderator's words. Absent if the moderator gave none. */
  readonly reason?: string;
  /** With `room_closed`: present if the caller is a moderator who may open the room again. */
  readonly mayOpen?: true;
}

/** The body of an error in the middle of a published text. */
export interface PublishErrorBody extends ErrorBody {
  /** How many of its lines are stored all the same, from the first. */
  readonly stored: number;
}

export type ErrorCode =
  /** The room's name has the wrong length or characters. */
  | 'bad_room'
  /** The person's name has the wrong length or characters. */
  | 'bad_name'
  /** The text is not a string, empty, invisible, or too long. */
  | 'bad_text'
  /** The message id is missing or too long. */
  | 'bad_id'
  /** Another text is stored under the message id. The new text is not stored. */
  | 'id_in_use'
  /** Another part of a request has the wrong shape. */
  | 'bad_request'
  /** A setting is missing or wrong, and the app does not start. */
  | 'bad_setting'
  /** Sign-in is required. */
  | 'not_signed_in'
  /** The caller is banned from the room for a while. */
  | 'banned'
  /** Nobody may enter the room or speak in it until it is opened again. */
  | 'room_closed'
  /** The caller exceeds the rate limit, and may retry a moment later. */
  | 'too_many_messages'
  /** The message has as many reactions, or as many different ones, as it can have. */
  | 'too_many_reactions'
  /** More is searched than storage can bear. Retry a moment later. */
  | 'too_many_searches'
  /** The user has too many connections, or opens too many in a short time. Close some, or retry later. */
  | 'too_many_connections'
  /** The room has as many connections as the settings allow. */
  | 'room_full'
  /** SignalR Service takes no more connections, or no more messages today. The page says so; no function does. */
  | 'quota_used_up'
  /** The ticket in the connection's query is missing, forged, or too old to connect. */
  | 'bad_ticket'
  /** The Functions host's SignalR extension does not return the answers of functions. Only the page reports this code. */
  | 'old_extension'
  /** Only the author of a message may edit it, and only the author or a moderator may remove it. */
  | 'not_author'
  /** Only a moderator of the room may do it, and nobody may do it to this user. */
  | 'not_moderator'
  /** The message is too old for its author to edit or remove it, or the settings do not allow it. */
  | 'too_late'
  /** An upstream request does not come from our service. */
  | 'bad_signature'
  | 'not_found'
  /** A moderator's request names a room that does not exist. */
  | 'no_room'
  /** An import names a room that has other messages, or a room is read while it is imported. */
  | 'room_in_use'
  /** The request's body exceeds its limit. */
  | 'too_large'
  /** Storage or service did not answer, or were busy, for longer than we retry. Try again. */
  | 'unavailable';

const DAY_MS = 24 * 60 * 60_000;

/**
 * The error for a 429 of SignalR Service that says which limit was reached. Undefined for any other text. The messages of a day
 * are counted anew at midnight UTC.
 *
 * Source: learn.microsoft.com/azure/azure-signalr/signalr-howto-troubleshoot-guide
 *
 * @param now epoch ms
 */
export function toQuotaError(text: string, now: number): ChatError | undefined {
  if (text.includes('Message count reaches limit')) {
    const until = (Math.floor(now / DAY_MS) + 1) * DAY_MS;
    const message = `unable to use SignalR Service; the messages of the day are used up until ${new Date(until).toISOString()}. Come back then, or use a larger service.`;
    return new ChatError('quota_used_up', message, { until });
  }
  if (!text.includes('Connection count reaches limit')) return undefined;
  return new ChatError(
    'quota_used_up',
    'unable to use SignalR Service; all of its connections are in use. Wait until somebody has gone, or use a larger service.',
  );
}

/** The only error class of `functions/` and `web/`: a code for programs, a sentence for people. */
export class ChatError extends Error {
  readonly code: ErrorCode;
  /** When it ends by itself, if known. Epoch milliseconds. */
  readonly until: number | undefined;
  /** A moderator's words for it. */
  readonly reason: string | undefined;
  /** The caller may open the closed room again. */
  readonly mayOpen: true | undefined;
  /** Whole seconds after which a rate limit accepts the same call. HTTP answers it as `retry-after`. */
  readonly retryAfter: number | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    {
      until,
      reason,
      mayOpen,
      retryAfter,
      ...options
    }: ErrorOptions & {
      readonly until?: number | undefined;
      readonly reason?: string | undefined;
      readonly mayOpen?: true | undefined;
      readonly retryAfter?: number | undefined;
    } = {},
  ) {
    super(message, options);
    this.name = 'ChatError';
    this.code = code;
    this.until = until;
    this.reason = reason;
    this.mayOpen = mayOpen;
    this.retryAfter = retryAfter;
  }
}

// Characters without a glyph: zero-width spaces, fillers, variation selectors, bidi controls, tags, …, and the letters and
// symbols that are blank by themselves (Braille, hieroglyphs, a note head).
const INVISIBLE = String.raw`\p{Default_Ignorable_Code_Point}\u2800\u{13441}\u{13442}\u{1d159}`;
const SHOWS_NOTHING = new RegExp(
  String.raw`^[\p{White_Space}\p{Cc}\ufff9-\ufffb${INVISIBLE}]*$`,
  'u',
);

/** Whether nothing of the text can be seen: it has only white space, control characters and invisible characters. */
export function showsNothing(text: string): boolean {
  return SHOWS_NOTHING.test(text);
}

// Letters, combining marks after them, digits, - and _, in any script, without invisible characters.
const ROOM = new RegExp(
  String.raw`^(?!.*[${INVISIBLE}])[\p{L}\p{Nd}_-][\p{L}\p{M}\p{Nd}_-]*$`,
  'u',
);

/** A room's name, NFC. Throws `bad_room`. */
export function parseRoom(value: unknown): string {
  const room = typeof value === 'string' ? value.normalize('NFC') : '';
  if (!ROOM.test(room) || lengthOf(room) > MAX_ROOM_LENGTH) {
    throw new ChatError(
      'bad_room',
      `unable to use ${show(value)} as a room; a room's name has 1 to ${MAX_ROOM_LENGTH} letters, digits, - or _. Choose another.`,
    );
  }
  return room;
}

// Control characters, line breaks, lone surrogates, and characters that are invisible or reorder their neighbours. With
// them one name could look like another.
const FORBIDDEN_IN_NAME = new RegExp(
  String.raw`[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\p{Noncharacter_Code_Point}${INVISIBLE}]`,
  'u',
);
const VISIBLE = /[\p{L}\p{N}\p{P}\p{S}]/u;
// Joiners and variation selectors with a visible effect: within an emoji, a non-joiner between letters of a joining
// script, and either of them after the sign that removes an Indic letter's vowel.
const EMOJI = String.raw`\p{Extended_Pictographic}(?:\p{Emoji_Modifier}|\ufe0f)?`;
// Source: unicode.org/Public/UCD/latest/ucd/IndicSyllabicCategory.txt (Virama, Invisible_Stacker)
const VIRAMA = String.raw`[\u094d\u09cd\u0a4d\u0acd\u0b4d\u0bcd\u0c4d\u0ccd\u0d4d\u0dca\u1039\u17d2]`;
const SEEN_JOINERS = new RegExp(
  String.raw`${EMOJI}(?:\u200d${EMOJI})*|[\d#*]\ufe0f\u20e3|[\p{Script=Arabic}\p{Script=Syriac}]\u200c(?=\p{L})|${VIRAMA}[\u200c\u200d](?=\p{L})`,
  'gu',
);

/** Whether a deployment check made the room. Nobody comes back to it, so the timer deletes it with its messages. */
export function isCheckRoom(room: string): boolean {
  return /^doctor-[\w-]{12}$/.test(room);
}

/** A person's name: NFC, trimmed, with every run of spaces as one plain space. Throws `bad_name`. */
export function parseName(value: unknown): string {
  const name =
    typeof value === 'string'
      ? value
          .normalize('NFC')
          .replace(/\p{Zs}+/gu, ' ')
          .trim()
      : '';
  if (
    name === '' ||
    lengthOf(name) > MAX_NAME_LENGTH ||
    !VISIBLE.test(name) ||
    FORBIDDEN_IN_NAME.test(name.replace(SEEN_JOINERS, ''))
  ) {
    throw new ChatError(
      'bad_name',
      `unable to use ${show(value)} as a name; a name has 1 to ${MAX_NAME_LENGTH} visible characters. Choose another.`,
    );
  }
  return name;
}

/**
 * A message's text: line breaks become \n, NUL and lone surrogates become U+FFFD. Throws `bad_text`.
 * U+2028 and U+2029 are line breaks too, and Azurite cannot read a transaction with one.
 */
export function parseText(value: unknown): string {
  if (typeof value !== 'string') {
    throw new ChatError('bad_text', 'unable to send message; its text is no string. Send text.');
  }
  const text = value.replace(/\r\n?|[\u2028\u2029]/g, '\n').replace(/[\0\p{Cs}]/gu, '\ufffd');
  if (showsNothing(text)) {
    const has = /^\p{White_Space}*$/u.test(text)
      ? 'is empty'
      : 'has only characters that nobody can see';
    throw new ChatError('bad_text', `unable to send message; its text ${has}. Write something.`);
  }
  const length = lengthOf(text);
  if (length > MAX_TEXT_LENGTH) {
    throw new ChatError(
      'bad_text',
      `unable to send message; its text has ${length} characters, the limit is ${MAX_TEXT_LENGTH}. Shorten it or send it in parts.`,
    );
  }
  return text;
}

/**
 * The text in a form in which letters that differ only in case or width are the same, in no language's own way. A search
 * compares texts in this form.
 */
export function foldText(text: string): string {
  const isPlain = /^[\0-\x7f]*$/.test(text);
  // Lower case first: some letters have one upper case and several lower ones. The upper case of a letter may be several.
  return isPlain
    ? text.toUpperCase()
    : text.normalize('NFKC').toLowerCase().toUpperCase().normalize('NFKC');
}

/** The words of a search, folded. Throws `bad_request`. */
export function parseSearch(value: unknown): readonly string[] {
  const text = typeof value === 'string' ? value.trim() : '';
  const isTooLong = lengthOf(text) > MAX_QUERY_LENGTH;
  const words = isTooLong ? [] : wordsOf(text);
  // A word that nobody can see is in texts that nobody means.
  if (words.length > 0 && !words.some(showsNothing)) return words;
  const reason = isTooLong
    ? `${lengthOf(text)} characters are too many`
    : showsNothing(text)
      ? 'there is nothing to look for'
      : 'one of the words has only characters that nobody can see';
  throw new ChatError(
    'bad_request',
    `unable to search; ${reason}. Look for 1 to ${MAX_QUERY_LENGTH} characters.`,
  );
}

/** Folded, each once. */
function wordsOf(text: string): readonly string[] {
  return [...new Set(foldText(text).split(/\p{White_Space}+/u))].filter((word) => word !== '');
}

/** A message's id, as its sender chose it. Throws `bad_id`. */
export function parseMessageId(value: unknown): string {
  if (
    typeof value !== 'string' ||
    value === '' ||
    lengthOf(value) > MAX_ID_LENGTH ||
    /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u.test(value)
  ) {
    throw new ChatError(
      'bad_id',
      `unable to send message; its id must be 1 to ${MAX_ID_LENGTH} characters. Send the same id again on a retry, and a new one with each new message.`,
    );
  }
  return value;
}

/** A number of a message, as an argument. Throws `bad_request`. */
export function parseSeq(value: unknown): number {
  if (Number.isSafeInteger(value) && Number(value) >= 1) return Number(value);
  throw new ChatError(
    'bad_request',
    'unable to find the message; its number must be a whole number from 1. Take the number from the history.',
  );
}

/** The third argument of `send`. Throws `bad_request`. */
export function parseSendOptions(value: unknown, text: string): SendOptions {
  if (value === undefined || value === null) return {};
  if (typeof value !== 'object' || Array.isArray(value)) {
    throw badOptions('its third argument is no object');
  }
  const { replyTo, mentions } = value as Readonly<Record<string, unknown>>;
  return { ...parseReplyTo(replyTo), ...parseMentions(mentions, text) };
}

function parseReplyTo(value: unknown): Pick<ChatMessage, 'replyTo'> {
  if (value === undefined || value === null) return {};
  if (Number.isSafeInteger(value) && Number(value) >= 1) return { replyTo: Number(value) };
  throw badOptions('`replyTo` is no number of a message');
}

function parseMentions(value: unknown, text: string): Pick<ChatMessage, 'mentions'> {
  if (value === undefined || value === null) return {};
  if (!isListOfStrings(value) || value.length > MAX_MENTIONS) {
    throw badOptions(`\`mentions\` is no list of at most ${MAX_MENTIONS} user ids`);
  }
  if (value.length === 0) return {};
  if (!text.includes('@')) throw badOptions('it mentions people, and its text has no @');
  if (!value.every(isUserId)) {
    throw badOptions(
      `\`mentions\` has an entry that is no user id of at most ${MAX_USER_ID_BYTES} bytes`,
    );
  }
  return { mentions: [...new Set(value)] };
}

/** Whether the text can be a user id: one line without invisible controls. */
export function isUserId(text: string): boolean {
  const isShort = text !== '' && new TextEncoder().encode(text).length <= MAX_USER_ID_BYTES;
  return isShort && !/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u.test(text);
}

function badOptions(reason: string): ChatError {
  return new ChatError(
    'bad_request',
    `unable to send message; ${reason}. Send it without, or correct it.`,
  );
}

// An emoji with its skin colour or presentation, or a flag of a region by tags.
const SIGN = String.raw`\p{Extended_Pictographic}(?:\p{Emoji_Modifier}|\ufe0f)?(?:[\u{e0020}-\u{e007e}]+\u{e007f})?`;
// Source: unicode.org/reports/tr51 (emoji sequences)
const EMOJI_SEQUENCE = new RegExp(
  String.raw`^(?:\p{Regional_Indicator}{2}|[\d#*]\ufe0f?\u20e3|${SIGN}(?:\u200d${SIGN})*)$`,
  'u',
);

/**
 * One emoji, in the form that asks for colour, so that two forms of one emoji are one reaction. Throws `bad_request`.
 */
export function parseEmoji(value: unknown): string {
  const isEmoji =
    typeof value === 'string' &&
    value.length <= 2 * MAX_EMOJI_LENGTH &&
    lengthOf(value) <= MAX_EMOJI_LENGTH &&
    EMOJI_SEQUENCE.test(value);
  if (!isEmoji) {
    throw new ChatError(
      'bad_request',
      `unable to react with ${show(value)}; a reaction is one emoji of at most ${MAX_EMOJI_LENGTH} code points. Choose one.`,
    );
  }
  if (/^[\d#*]/.test(value)) return `${value.slice(0, 1)}\ufe0f\u20e3`;
  return value
    .replace(/\ufe0f/g, '')
    .replace(
      /(?!\p{Emoji_Presentation})\p{Extended_Pictographic}(?!\p{Emoji_Modifier})/gu,
      '$&\ufe0f',
    );
}

/** Number of Unicode code points, close to what people count. */
export function lengthOf(text: string): number {
  let length = 0;
  for (const _ of text) length += 1;
  return length;
}

/** A value for an error message: quoted and shortened to a line. */
function show(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  const text = typeof value === 'string' ? value : typeof value;
  const quoted = JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
  // JSON does not escape characters that break or reorder a line.
  return quoted.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) => {
    return `\\u{${character.codePointAt(0)?.toString(16)}}`;
  });
}
