// The log line of a commit, for operators: its size, its duration and the cost of its broadcast. It holds names of rooms
// and numbers only, never a text, a name or a token.

import type { Events } from '../protocol.ts';
import type { Plan } from './commit.ts';
import { billedFor } from './frames.ts';

export interface CommitNote {
  readonly room: string;
  readonly revision: number;
  /** The number of the last message. With `messages` it identifies the messages. */
  readonly seq: number;
  readonly online: number;
  readonly changes: number;
  readonly messages: number;
  readonly operations: number;
  /** How often another process was faster, or a change had happened before. */
  readonly conflicts: number;
  /** How often storage did not answer, or answered with an error. */
  readonly failures: number;
  /** From the arrival of the oldest change to the answer of storage. */
  readonly waitedMs: number;
  readonly frames: number;
  /** Size of all frames, per receiver. */
  readonly bytes: number;
  /** Number of billed messages, per receiver. */
  readonly billed: number;
}

/** Failed attempts of a commit. */
export interface CommitStats {
  readonly conflicts: number;
  readonly failures: number;
}

/** @param waitedMs the time from the arrival of the oldest change to the commit */
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

/** The first line of an error. Further lines of the storage library are request ids. */
export function toReason(error: unknown): string {
  return String(error).split('\n', 1).join().slice(0, MAX_REASON_LENGTH);
}
