// What the page, the hub and the HTTP API say to each other: targets, shapes, limits, parsers, errors.
// It imports nothing, because it also runs in the browser. In words: PROTOCOL.md.

/** The room of a caller that names none. */
export const DEFAULT_ROOM = 'lobby';

/** All that is published over HTTP is from this user; people's ids look otherwise. */
export const PUBLISHER = 'app';

/** Limits count characters as Unicode code points, so that an emoji outside the BMP is one. */
export const MAX_ROOM_LENGTH = 64;
export const MAX_NAME_LENGTH = 32;
export const MAX_TEXT_LENGTH = 4_000;
export const MAX_ID_LENGTH = 64;
/** Most messages in one answer of the history. */
export const MAX_HISTORY = 200;
/** Most entries of `joined` and of `left` in one `events`. */
export const MAX_LISTED = 50;

/**
 * A chat message, as it is stored and as it is told.
 *
 * @example { seq: 7, id: 'q1Zx', userId: 'g-4kT0', name: 'Ada', text: 'hi', sentAt: 1767225600000 }
 */
export interface ChatMessage {
  /** The message's number in its room: 1 for the first, no gaps. */
  readonly seq: number;
  /** The sender's own id for it, the same on every retry. */
  readonly id: string;
  readonly userId: string;
  readonly name: string;
  /** Shown as text, never as HTML. */
  readonly text: string;
  /** Milliseconds since the Unix epoch, by the function's clock. */
  readonly sentAt: number;
  /** The number of an earlier message that is to be shown as removed; this one says nothing else, its text is empty. */
  readonly deletes?: number;
  /** It was removed: its text is empty. */
  readonly deleted?: true;
}

/** One open connection in a room. A user with two tabs is two of these. */
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
}

/** Service → everybody in the room, as target `events`: what one commit (or several in a row) changed. */
export interface Events {
  readonly room: string;
  /** Grows by one with each commit to the room; frames may arrive out of order. */
  readonly revision: number;
  /** The number of the room's last message at that revision. */
  readonly seq: number;
  /** Open connections in the room at that revision. */
  readonly online: number;
  readonly messages: readonly ChatMessage[];
  /** Not always everyone ({@link MAX_LISTED}, and what fits a frame); `online` is exact all the same. */
  readonly joined: readonly Member[];
  readonly left: readonly Member[];
}

/** Service → everybody in the room, as target `typing`. */
export interface Typing {
  readonly userId: string;
  readonly name: string;
}

/**
 * What the JSON reader of the SignalR extension takes for a date, and writes in another form. The pattern is wider than the
 * reader: four million texts that look like dates were tried on Newtonsoft.Json 13.0.3.
 */
const DATE = /^(?:\d{4}-\d{2}-\d{2}T|\/Date\()/;

/** A text as an argument of `send`: one that looks like a date goes in two pieces, and neither looks like one. */
export function toArgument(text: string): string | readonly string[] {
  return DATE.test(text) ? [text.slice(0, 1), text.slice(1)] : text;
}

/** The text of an argument of `send`, its pieces joined; anything else as it is, for a parser to refuse. */
export function fromArgument(argument: unknown): unknown {
  return isListOfStrings(argument) ? argument.join('') : argument;
}

function isListOfStrings(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((piece) => typeof piece === 'string');
}

/**
 * The first extension bundle whose SignalR extension (2.0) returns what functions answer; older ones return null, or fail
 * with MessagePack. `host.json` asks for it.
 * Source: bundleConfig.json of azure-functions-extension-bundles; the extension's CHANGELOG, 1.15.0 and 2.0.0
 */
export const LEAST_BUNDLE = '4.23.0';

/** What an invocation of `send` answers. */
export type SendResult =
  | { readonly ok: true; readonly seq: number; readonly sentAt: number; readonly online: number }
  | { readonly ok: false; readonly code: ErrorCode; readonly message: string };

/** `POST /api/negotiate`: where to connect, and the token that opens it. */
export interface ConnectionInfo {
  readonly url: string;
  readonly accessToken: string;
}

/** `GET /api/rooms/{room}/messages`, oldest first. */
export interface History {
  readonly room: string;
  readonly revision: number;
  /** The oldest message still kept; who asks after less than `first` − 1 has missed some for good. */
  readonly first: number;
  readonly seq: number;
  readonly online: number;
  readonly messages: readonly ChatMessage[];
}

/** `GET /api/rooms/{room}/members` and `…/connections`. */
export interface Members {
  readonly room: string;
  readonly revision: number;
  readonly online: number;
  readonly members: readonly (Member & { readonly connectedAt: number })[];
  /** True where there are more members than the answer holds. */
  readonly truncated: boolean;
}

/** `GET /api/rooms`, in the order of the names. */
export interface Rooms {
  readonly rooms: readonly RoomSummary[];
  /** Present where there are more: to be given as `?continue=`. */
  readonly continue?: string;
}

export interface RoomSummary {
  readonly room: string;
  readonly online: number;
  /** The number of the last message. */
  readonly seq: number;
  /** The number of the oldest message still kept. */
  readonly first: number;
  /** When somebody last came, went or said something; epoch ms. */
  readonly activeAt: number;
  /** Why the room is closed; absent while it is open. */
  readonly closed?: string;
}

/** The body of every HTTP error. */
export interface ErrorBody {
  readonly error: { readonly code: ErrorCode; readonly message: string };
  /** Where to sign in, with `not_signed_in`: an app registration, and who issues its tokens. */
  readonly signIn?: { readonly clientId: string; readonly authority: string };
  /** When it ends by itself, with `banned`: epoch milliseconds. */
  readonly until?: number;
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
  /** The text is no text, empty, or too long. */
  | 'bad_text'
  /** The message id is missing or too long. */
  | 'bad_id'
  /** Another text is stored under the message id; nothing is stored. */
  | 'id_in_use'
  /** Some other part of a request has the wrong shape. */
  | 'bad_request'
  /** A setting is missing or wrong; the app does not start. */
  | 'bad_setting'
  /** Sign-in is required. */
  | 'not_signed_in'
  /** The caller is kept out of the room for a while. */
  | 'banned'
  /** Nobody may enter the room or say anything in it, until it is opened again. */
  | 'room_closed'
  /** The caller sends faster than is good for the room; a moment later it may go on. */
  | 'too_many_messages'
  /** The ticket in the connection's query is missing, forged, or too old to connect with. */
  | 'bad_ticket'
  /** The Functions host's SignalR extension does not pass on what functions answer. The page says so; no function does. */
  | 'old_extension'
  /** An upstream request does not come from our service. */
  | 'bad_signature'
  | 'not_found'
  /** The request's body has more than the limit. */
  | 'too_large'
  /** Storage or service did not answer, or were too busy, for longer than we retry. Try again. */
  | 'unavailable';

/** The only error class of `functions/` and `web/`: a code for programs, a sentence for people. */
export class ChatError extends Error {
  readonly code: ErrorCode;
  /** When it ends by itself, where that is known: epoch milliseconds. */
  readonly until: number | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    { until, ...options }: ErrorOptions & { readonly until?: number | undefined } = {},
  ) {
    super(message, options);
    this.name = 'ChatError';
    this.code = code;
    this.until = until;
  }
}

// Letters, combining marks after them, digits, - and _, in any script, but nothing that shows nothing.
const ROOM = /^(?!.*\p{Default_Ignorable_Code_Point})[\p{L}\p{Nd}_-][\p{L}\p{M}\p{Nd}_-]*$/u;

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

// Controls, line breaks, lone surrogates, and whatever shows nothing or reorders its neighbours (bidi controls,
// zero-width spaces, fillers, tags, …): with them one name could look like another.
const FORBIDDEN_IN_NAME =
  /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\p{Noncharacter_Code_Point}\p{Default_Ignorable_Code_Point}\u2800]/u;
const VISIBLE = /[\p{L}\p{N}\p{P}\p{S}]/u;
// Joiners and variation selectors where they are seen: within an emoji, a non-joiner between letters of a script that
// joins by itself, either after the sign that takes an Indic letter's vowel away.
const EMOJI = String.raw`\p{Extended_Pictographic}(?:\p{Emoji_Modifier}|\ufe0f)?`;
// Source: unicode.org/Public/UCD/latest/ucd/IndicSyllabicCategory.txt (Virama, Invisible_Stacker)
const VIRAMA = String.raw`[\u094d\u09cd\u0a4d\u0acd\u0b4d\u0bcd\u0c4d\u0ccd\u0d4d\u0dca\u1039\u17d2]`;
const SEEN_JOINERS = new RegExp(
  String.raw`${EMOJI}(?:\u200d${EMOJI})*|[\d#*]\ufe0f\u20e3|[\p{Script=Arabic}\p{Script=Syriac}]\u200c(?=\p{L})|${VIRAMA}[\u200c\u200d](?=\p{L})`,
  'gu',
);

/** A person's name: NFC, trimmed, every run of spaces one plain space. Throws `bad_name`. */
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
 * A message's text: line breaks become \n, what no text can hold becomes U+FFFD. Throws `bad_text`.
 * U+2028 and U+2029 are line breaks too, and Azurite can't read a transaction that holds one.
 */
export function parseText(value: unknown): string {
  if (typeof value !== 'string') {
    throw new ChatError('bad_text', 'unable to send message; its text is no string. Send text.');
  }
  const text = value.replace(/\r\n?|[\u2028\u2029]/g, '\n').replace(/[\0\p{Cs}]/gu, '\ufffd');
  if (text.trim() === '') {
    throw new ChatError('bad_text', 'unable to send message; its text is empty. Write something.');
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

/** Characters as people count them, nearly: Unicode code points. */
export function lengthOf(text: string): number {
  let length = 0;
  for (const _ of text) length += 1;
  return length;
}

/** A value inside an error message: quoted, and never longer than a line. */
function show(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  const text = typeof value === 'string' ? value : typeof value;
  const quoted = JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
  // JSON leaves alone what breaks or reorders a line.
  return quoted.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) => {
    return `\\u{${character.codePointAt(0)?.toString(16)}}`;
  });
}
