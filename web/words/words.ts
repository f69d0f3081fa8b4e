// Every sentence of the page, for each language to fill in. Sentences with a number or a name are functions.

import type { ErrorCode } from '../../functions/protocol.ts';

export interface Words {
  readonly title: (room: string) => string;
  readonly titleUnread: (unread: string, title: string) => string;
  readonly product: string;
  readonly room: (room: string) => string;
  readonly privateRoom: (room: string) => string;
  /** What a private room is. */
  readonly privateMeans: string;

  readonly messages: string;
  readonly beginning: (room: string) => string;
  readonly invite: string;
  readonly olderGone: string;
  readonly gone: (n: number) => string;
  readonly showOlder: string;
  readonly loading: string;
  readonly newFromHere: string;
  readonly newMessages: (n: number) => string;
  readonly toEnd: string;
  readonly removed: string;
  /** A moderator removed it. `reason` may be empty. */
  readonly removedBy: (reason: string) => string;
  readonly showMore: string;
  readonly showLess: string;
  readonly reply: string;
  readonly replyTo: (name: string) => string;
  readonly replyingTo: (name: string) => string;
  readonly cancelReply: string;
  readonly edit: string;
  readonly edited: string;
  readonly editing: string;
  readonly cancelEdit: string;
  readonly remove: string;
  /** Asks once more. */
  readonly removeForAll: string;
  readonly actionsFor: (name: string) => string;
  readonly copy: string;
  readonly copyMessageLink: string;
  readonly copied: string;
  readonly copyFailed: string;

  /** The marks of the demo that this chat descends from, the same in every language. */
  readonly sentMark: string;
  readonly sentMeans: string;
  readonly receivedMeans: string;
  readonly receivedMark: string;

  readonly waiting: string;
  readonly sending: string;
  readonly stored: string;
  readonly notSent: string;
  readonly saving: string;
  readonly removing: string;
  readonly notSaved: string;
  readonly notRemoved: string;
  readonly tryAgain: string;
  readonly discard: string;

  readonly write: string;
  readonly writeHint: (hasKeyboard: boolean) => string;
  readonly send: string;
  readonly cannotWrite: string;
  readonly left: (n: number) => string;
  readonly tooMany: (n: number) => string;
  readonly draftCut: string;
  readonly noFiles: string;

  readonly online: (n: number) => string;
  readonly onlineUnknown: string;
  readonly connecting: string;
  readonly connected: string;
  readonly reconnecting: string;
  readonly seconds: (seconds: number) => string;
  readonly reconnectingIn: (seconds: number) => string;
  readonly offline: string;
  readonly offlineNotice: string;
  readonly offlineShell: string;
  readonly blocked: string;
  readonly signedOut: string;
  readonly notConnected: string;
  readonly now: string;
  readonly connectNow: string;
  readonly dismiss: string;
  /** `time` is by the person's own clock, with the date if it is not today. */
  readonly blockedUntil: (time: string) => string;
  /** `reason` is a moderator's words. */
  readonly roomClosed: (reason: string | undefined) => string;
  readonly quotaUntil: (time: string) => string;
  readonly blockedRetry: string;
  /** Two sentences in a row. */
  readonly sentences: (first: string, second: string) => string;
  readonly ended: (reason: string) => string;

  readonly people: string;
  readonly you: string;
  /** Who made this private room. */
  readonly creator: string;
  readonly openRoom: string;
  readonly tabs: (n: number) => string;
  readonly rosterIncomplete: string;
  readonly rosterHidden: string;
  readonly logHidden: string;
  readonly joined: (name: string) => string;
  readonly leftRoom: (name: string) => string;
  readonly severalCame: (n: number) => string;
  readonly close: string;
  /** A part of the page fails, or its code does not load. */
  readonly partFailed: string;
  readonly reload: string;

  readonly typingOne: (name: string) => string;
  readonly typingTwo: (first: string, second: string) => string;
  readonly typingSeveral: string;

  readonly nobodyHere: string;
  readonly welcomeTo: (room: string) => string;
  readonly name: string;
  readonly join: string;
  readonly save: string;
  readonly chattingAs: string;
  readonly fleeting: string;

  readonly menu: string;
  readonly search: string;
  readonly rooms: string;
  readonly unread: (n: number) => string;
  /** `n` are unread, and at least one of them mentions the person. */
  readonly unreadMention: (n: number) => string;
  readonly forget: (room: string) => string;
  readonly addRoom: string;
  readonly nothingFound: string;
  readonly findPerson: string;
  readonly mention: string;
  readonly copyId: string;
  readonly otherRoom: string;
  readonly go: string;
  readonly inviteTitle: string;
  readonly share: string;
  readonly copyLink: string;
  readonly linkCopied: string;
  readonly linkIs: string;
  readonly showQr: string;
  readonly hideQr: string;
  readonly qrOf: (room: string) => string;
  readonly noSuchRoom: string;
  readonly toLobby: string;

  readonly profile: string;
  readonly languageLabel: string;
  readonly notice: (name: string, room: string) => string;

  readonly signIn: string;
  readonly signInHere: string;
  readonly signInFailed: string;
  readonly signInInsecure: string;

  /** What went wrong and what to do. English uses the functions' own sentence, which is more precise. */
  readonly problem: (code: ErrorCode, sentence: string) => string;
}
