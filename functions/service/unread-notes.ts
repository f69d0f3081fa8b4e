// Notes about new lines for pages in other rooms: to those that watch the room (hub/watch.ts), and to people whom a line
// mentions.
//
// Cost: a note is one billed message for each page that gets it. The first line after a silence is noted at once. While the
// room stays busy, notes come after 2, 4, 8, 16, 32 and then every 60 seconds, with the last line's number, and one follows the
// last line. So a busy room costs each watching page about one message a minute, however many lines it has. Mentions have
// the same pace for each user and room, and reach only that user's pages. Each process counts for itself.

import { BoundedMap } from '../bounded-map.ts';
import type { Unread } from '../protocol.ts';
import type { StoredLines } from '../room/room-writer.ts';
import { pagesOf, watchersOf } from './bindings.ts';
import type { SignalRService } from './signalr-rest.ts';

const FIRST_PAUSE_MS = 2_000;
const LONGEST_PAUSE_MS = 60_000;
/** The groups whose pace is known. A forgotten one begins anew. */
const MOST_PACES = 2_000;

export interface UnreadNotesOptions {
  readonly service: Pick<SignalRService, 'sendToGroup'>;
  /** Milliseconds that never go back. */
  readonly monotonicNow: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  /** Takes a line for the log. */
  readonly report: (line: string) => void;
}

interface Pace {
  /** The pause that is under way, or was the last one, ms. */
  pauseMs: number;
  /** When it ends, by the monotonic clock. */
  nextAt: number;
  /** The note that waits for the end of the pause. */
  waiting: Unread | undefined;
}

/** One per process. No method throws: a note that is lost is logged, and the next one makes up for it. */
export class UnreadNotes {
  readonly #paces = new BoundedMap<Pace>(MOST_PACES);
  readonly #options: UnreadNotesOptions;

  constructor(options: UnreadNotesOptions) {
    this.#options = options;
  }

  linesStored({ room, lines, isWatched }: StoredLines): void {
    const last = lines.at(-1);
    if (isWatched && last) this.#note(watchersOf(room), { room, seq: last.seq });
    for (const { seq, userId, mentions = [] } of lines) {
      for (const mentioned of mentions) {
        if (mentioned !== userId) this.#note(pagesOf(mentioned), { room, seq, mention: true });
      }
    }
  }

  #note(group: string, unread: Unread): void {
    const now = this.#options.monotonicNow();
    // No room's name has a space.
    const key = `${unread.room} ${group}`;
    const pace = this.#paces.get(key);
    if (pace && now < pace.nextAt) {
      if (!pace.waiting) void this.#noteAtEnd(group, pace);
      pace.waiting = unread;
      return;
    }
    const pauseMs = pace && now < pace.nextAt + pace.pauseMs ? longer(pace) : FIRST_PAUSE_MS;
    this.#paces.set(key, { pauseMs, nextAt: now + pauseMs, waiting: undefined });
    void this.#send(group, unread);
  }

  async #noteAtEnd(group: string, pace: Pace): Promise<void> {
    const { monotonicNow, sleep } = this.#options;
    while (monotonicNow() < pace.nextAt) await sleep(pace.nextAt - monotonicNow());
    const { waiting } = pace;
    pace.waiting = undefined;
    pace.pauseMs = longer(pace);
    pace.nextAt = monotonicNow() + pace.pauseMs;
    if (waiting) await this.#send(group, waiting);
  }

  async #send(group: string, unread: Unread): Promise<void> {
    const { service, report } = this.#options;
    try {
      await service.sendToGroup(group, 'unread', unread);
    } catch (error) {
      report(`room ${unread.room}: unable to note line ${unread.seq}: ${error}`);
    }
  }
}

function longer({ pauseMs }: Pace): number {
  return Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
}
