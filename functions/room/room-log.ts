// The room log: every change to a room, in one order, each committed together with the room's head. Changes that arrive
// during a commit wait and share the next one. A single change is committed at once. One caller broadcasts a commit.

import { randomUUID } from 'node:crypto';
import { BoundedMap } from '../bounded-map.ts';
import { DEFAULT_CAPS } from '../settings.ts';
import type { Change, ChangeOf } from './change.ts';
import type { CommitNote } from './commit-note.ts';
import type { ChangeResult } from './pending-change.ts';
import { RoomWriter, type WriterOptions } from './room-writer.ts';

export type RoomLogOptions = Pick<WriterOptions, 'table' | 'broadcast'> &
  Partial<Omit<WriterOptions, 'note' | 'log' | 'openRows'>>;

// Number of rooms whose head is cached. A forgotten head costs one read.
const REMEMBERED_ROOMS = 1_000;
// Number of connections whose row is known since their join. A forgotten one costs one read when it leaves.
const REMEMBERED_CONNECTIONS = 10_000;
// Every call takes all notes, so more can wait only if nobody calls any more.
const MOST_NOTES = 1_000;

/** One per process. */
export class RoomLog {
  readonly #rooms = new Map<string, RoomWriter>();
  readonly #options: WriterOptions;
  #notes: CommitNote[] = [];
  #failures: string[] = [];

  constructor(options: RoomLogOptions) {
    this.#options = {
      batchMs: 0,
      now: Date.now,
      // A test with a clock of its own needs no second one.
      monotonicNow: options.now ?? (() => performance.now()),
      random: Math.random,
      sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
      newCommitId: randomUUID,
      retentionMs: 30 * 24 * 60 * 60_000,
      caps: DEFAULT_CAPS,
      linesStored: () => {},
      ...options,
      openRows: new BoundedMap(REMEMBERED_CONNECTIONS),
      note: (note) => {
        if (this.#notes.push(note) > MOST_NOTES) this.#notes.shift();
      },
      log: (line) => {
        if (this.#failures.push(line) > MOST_NOTES) this.#failures.shift();
      },
    };
  }

  /** Changes the room. Throws ChatError `unavailable` when storage does not answer for too long. */
  submit<Kind extends Change['kind']>(
    room: string,
    change: ChangeOf<Kind>,
  ): Promise<ChangeResult<Kind>> {
    // A plan gives each change an outcome of that change's kind (kinds/).
    return this.#writerOf(room).submit(change) as Promise<ChangeResult<Kind>>;
  }

  /** Each commit that took effect, once, for the log of the first invocation that asks. It is one of its callers. */
  takeNotes(): readonly CommitNote[] {
    const notes = this.#notes;
    this.#notes = [];
    return notes;
  }

  /** A line for the log of the invocation that asks next, about what happened outside of one. */
  report(line: string): void {
    this.#options.log(line);
  }

  /** Failures since the last call. The platform keeps little output from outside of an invocation. */
  takeFailures(): readonly string[] {
    const failures = this.#failures;
    this.#failures = [];
    return failures;
  }

  #writerOf(room: string): RoomWriter {
    const writer = this.#rooms.get(room) ?? new RoomWriter(room, this.#options);
    // Deleted and set again, it is the map's last entry.
    this.#rooms.delete(room);
    this.#rooms.set(room, writer);
    if (this.#rooms.size > REMEMBERED_ROOMS) this.#forgetOldest();
    return writer;
  }

  #forgetOldest(): void {
    for (const [room, writer] of this.#rooms) {
      if (!writer.isIdle) continue;
      this.#rooms.delete(room);
      return;
    }
  }
}
