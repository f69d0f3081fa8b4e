// Checks the answers to edits and removals: what is acknowledged is so, and nothing is refused without a reason.

import { type ErrorCode, isLine, type Refusal } from '../../functions/protocol.ts';
import type { Ledger } from './ledger.ts';
import type { Traits } from './traits.ts';

/** An edit or a removal by the author of a message. */
export interface AuthorCall {
  readonly event: 'edit' | 'remove';
  readonly userId: string;
  readonly seq: number;
  /** The new text of an edit. */
  readonly text: string;
  readonly id: string;
}

interface Began {
  /** By the clock of the process, epoch ms. */
  readonly at: number;
  /** Whether the change was stored already. */
  readonly wasDone: boolean;
}

export type Result = { readonly ok: true; readonly seq?: number } | Refusal;

/** Clocks differ by less than that, ms. */
const SKEW_MS = 1_000;

export interface AuthorChecksNeeds {
  readonly ledger: Ledger;
  readonly traits: Traits;
  readonly fail: (claim: string) => void;
}

export class AuthorChecks {
  readonly #needs: AuthorChecksNeeds;
  /** When the first attempt of a change began. A later one may only repeat it. */
  readonly #firstAt = new Map<string, number>();

  constructor(needs: AuthorChecksNeeds) {
    this.#needs = needs;
  }

  begin(call: AuthorCall, now: number): Began {
    const key = JSON.stringify([call.event, call.userId, call.seq, call.id, call.text]);
    const at = Math.min(this.#firstAt.get(key) ?? now, now);
    this.#firstAt.set(key, at);
    return { at, wasDone: this.#isDone(call) };
  }

  /** `now` is that of the process, epoch ms. */
  end(call: AuthorCall, { at, wasDone }: Began, result: Result, now: number): void {
    const { ledger, fail } = this.#needs;
    const { event, userId, seq } = call;
    if (!result.ok) {
      const isKept = seq >= ledger.first;
      const isFinal = FINAL.has(result.code);
      if (event === 'edit' && wasDone && isKept && isFinal) {
        fail(`the edit "${call.text}" is stored, and its retry is refused as ${result.code}`);
      }
      this.#checkReason(call, result.code, now);
      return;
    }
    const message = ledger.messages[seq - 1];
    const mayRemove = event === 'remove' && ledger.gate.moderates(userId);
    if (message?.userId !== userId && !mayRemove)
      fail(`${userId} may ${event} message ${seq} of somebody else`);
    if (!this.#isDone(call, result.seq)) fail(`${event} of ${seq} is acknowledged and not done`);
    const by = ledger.messages[(result.seq ?? ledger.texts.removalOf(seq) ?? 0) - 1];
    const isOwn = by?.userId === userId;
    if (message && isOwn && !wasDone && this.#isLate(message.sentAt, at)) {
      fail(`${event} of ${seq} succeeds when its time is over`);
    }
  }

  #isDone({ event, seq, text }: AuthorCall, announcement?: number): boolean {
    const { ledger } = this.#needs;
    // A message that is gone needs no removal.
    if (event === 'remove') return ledger.texts.isRemoved(seq) || seq < ledger.first;
    const by = announcement ?? ledger.seqOf(text);
    const announced = by === undefined ? undefined : ledger.messages[by - 1];
    return announced?.edits === seq && announced.text === text;
  }

  #checkReason({ event, seq, userId }: AuthorCall, code: ErrorCode, now: number): void {
    const { ledger, fail } = this.#needs;
    const message = ledger.messages[seq - 1];
    const isKept = message && isLine(message) && seq >= ledger.first;
    const isUnfounded =
      (code === 'not_author' && message?.userId === userId) ||
      (code === 'not_author' && event === 'remove' && ledger.gate.moderators.has(userId)) ||
      (code === 'too_late' && message && !this.#isLate(message.sentAt, now + SKEW_MS)) ||
      (code === 'not_found' && isKept && !ledger.texts.isRemoved(seq));
    if (isUnfounded) fail(`${event} of message ${seq} by ${userId} is refused as ${code}`);
  }

  #isLate(sentAt: number, now: number): boolean {
    const { editMinutes } = this.#needs.traits;
    return editMinutes === 0 || now - sentAt > editMinutes * 60_000;
  }
}

/** After these a page tries no more. */
const FINAL: ReadonlySet<ErrorCode> = new Set(['not_author', 'too_late', 'not_found', 'id_in_use']);
