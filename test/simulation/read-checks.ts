// Checks what readers get: frames, histories, lists of members, tickets, and what pages show.

import type { ChatMessage, Events, History, Members } from '../../functions/protocol.ts';
import type { GateLedger } from './gate-ledger.ts';
import type { ReactionLedger } from './reaction-ledger.ts';
import type { TextLedger } from './text-ledger.ts';

/** The room at the moment of a request. */
export interface Asked {
  readonly revision: number;
  readonly vanished: number;
  readonly closings: number;
  readonly isClosed: boolean;
}

/** The room as it is stored. */
interface Stored {
  readonly revision: number;
  readonly first: number;
  readonly vanished: number;
  /** The connections that it counts. */
  readonly open: string[];
  readonly gate: GateLedger;
  readonly texts: TextLedger;
  readonly reactions: ReactionLedger;
  /** Undefined for a revision that the room never had. */
  momentOf(revision: number): { readonly seq: number; readonly online: number } | undefined;
}

export class ReadChecks {
  readonly #fail: (claim: string) => void;
  readonly #room: Stored;

  constructor(fail: (claim: string) => void, room: Stored) {
    this.#fail = fail;
    this.#room = room;
  }

  /** The numbers in a frame must be those of its revision. */
  checkNumbers(who: string, { revision, online }: { revision: number; online: number }): void {
    const moment = this.#room.momentOf(revision);
    if (moment?.online !== online) {
      this.#fail(`${who} gets ${online} online at ${revision}, not ${moment?.online}`);
    }
  }

  /** At rest a page shows what the room keeps: the last text, none of a removed message, nothing that is gone. */
  checkShown(who: string, message: ChatMessage): void {
    const { seq, text } = message;
    if (seq < this.#room.first)
      this.#fail(`${who} shows message ${seq}, and ${this.#room.first} is the first`);
    if (!this.#room.texts.isCurrent(message)) {
      this.#fail(`${who} shows "${text}" as message ${seq}, not "${this.#room.texts.textOf(seq)}"`);
    }
  }

  checkEvents(events: Events): void {
    this.checkNumbers('the room', events);
    for (const message of events.messages) this.#room.texts.check('the room', message);
    this.#room.reactions.checkEvents(events);
    const moment = this.#room.momentOf(events.revision);
    if (moment && events.seq > Math.max(moment.seq, events.messages.at(-1)?.seq ?? 0)) {
      this.#fail(
        `revision ${events.revision} is broadcast with seq ${events.seq}, not ${moment.seq}`,
      );
    }
  }

  /** The room as it is at the moment of a request. */
  now(): Asked {
    const { revision, vanished } = this.#room;
    return {
      revision,
      vanished,
      closings: this.#room.gate.changes,
      isClosed: this.#room.gate.isClosed,
    };
  }

  /** No answer is older than its request, and none that names a change has an earlier text of what it changes. */
  checkHistory(history: History, asked: Asked): void {
    this.#checkFresh('a history', history.revision, asked);
    const { seq, first, messages } = history;
    for (const message of messages) {
      this.#room.texts.check('a history', message, seq);
      this.#room.reactions.checkRead(message, asked);
    }
    for (const [index, message] of messages.entries()) {
      const before = messages[index - 1]?.seq;
      const isGap = before !== undefined && message.seq !== before + 1;
      // What expires between the reads of the head and of the messages is missing.
      if (isGap && before >= Math.max(first, this.#room.first)) {
        this.#fail(`a history has message ${message.seq} after ${before}`);
      }
    }
  }

  /** An answer of the revision that the room has had since the request lists exactly its connections. */
  checkMembers({ revision, members, truncated }: Members, asked: Asked): void {
    this.#checkFresh('a list of members', revision, asked);
    if (asked.vanished !== this.#room.vanished || revision !== this.#room.revision || truncated)
      return;
    const listed = members.map(({ connectionId }) => connectionId).sort();
    const open = this.#room.open.sort();
    if (listed.join() !== open.join()) {
      this.#fail(`the members at ${revision} are ${listed.length}, and ${open.length} are open`);
    }
  }

  /** Nobody gets a ticket for a room that has been closed since before the request. */
  checkNegotiated(asked: Asked): void {
    if (asked.isClosed && this.#room.gate.isClosed && asked.closings === this.#room.gate.changes) {
      this.#fail('negotiate lets somebody into a closed room');
    }
  }

  #checkFresh(what: string, revision: number, asked: Asked): void {
    if (asked.vanished === this.#room.vanished && revision < asked.revision) {
      this.#fail(`${what} of revision ${revision} answers a request at ${asked.revision}`);
    }
  }
}
