// What an operator wants to know of a commit: how much went together, how long it took and what it cost to tell.
// Names of rooms and numbers only; never a text, a name or a token.

import type { Events } from '../protocol.ts';
import type { Plan } from './commit.ts';
import { billedFor } from './frames.ts';

export interface CommitNote {
  readonly room: string;
  readonly revision: number;
  /** The number of the last message; with `messages` it says which ones these were. */
  readonly seq: number;
  readonly online: number;
  readonly changes: number;
  readonly messages: number;
  readonly operations: number;
  /** How often another process was faster, or a change had happened before. */
  readonly conflicts: number;
  /** How often storage did not answer, or could not. */
  readonly failures: number;
  /** From the arrival of the oldest change to the answer of storage. */
  readonly waitedMs: number;
  readonly frames: number;
  /** Of all frames, for each that hears them. */
  readonly bytes: number;
  /** As how many messages they are billed, for each that hears them. */
  readonly billed: number;
}

/** What a commit took beside its success. */
export interface CommitStats {
  readonly conflicts: number;
  readonly failures: number;
}

export function toCommitNote(
  { head, operations, outcomes }: Plan,
  frames: readonly Events[],
  room: string,
  { conflicts, failures }: CommitStats,
  waitedMs: number,
): CommitNote {
  const { revision, seq, online } = head;
  return {
    room,
    revision,
    seq,
    online,
    changes: outcomes.length,
    messages: frames.reduce((sum, { messages }) => sum + messages.length, 0),
    operations: operations.length,
    conflicts,
    failures,
    waitedMs,
    frames: frames.length,
    bytes: frames.reduce((sum, frame) => sum + Buffer.byteLength(JSON.stringify(frame)), 0),
    billed: frames.reduce((sum, frame) => sum + billedFor(frame), 0),
  };
}

const MAX_REASON_LENGTH = 200;

/** Why something failed, on one line; the storage library's messages have several, the rest are request ids. */
export function toReason(error: unknown): string {
  return String(error).split('\n', 1).join().slice(0, MAX_REASON_LENGTH);
}
