// Notes about new lines for pages in other rooms, which watch the room (hub/watch.ts).
//
// Cost: a note is one billed message for each page that watches the room. The first line after a silence is noted at once.
// While the room stays busy, notes come after 2, 4, 8, 16, 32 and then every 60 seconds, with the last line's number, and one
// follows the last line. So a busy room costs each watching page about one message a minute, however many lines it has.
// Each process counts for itself.

import { BoundedMap } from '../bounded-map.ts';
import type { Unread } from '../protocol.ts';
import { watchersOf } from './bindings.ts';
import type { SignalRService } from './signalr-rest.ts';

const FIRST_PAUSE_MS = 2_000;
const LONGEST_PAUSE_MS = 60_000;
/** The rooms whose pace is known. A forgotten room begins anew. */
const MOST_ROOMS = 1_000;

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
  /** The line that waits for the end of the pause. 0 for none. */
  waiting: number;
}

/** One per process. No method throws: a note that is lost is logged, and the next one makes up for it. */
export class UnreadNotes {
  readonly #paces = new BoundedMap<Pace>(MOST_ROOMS);
  readonly #options: UnreadNotesOptions;

  constructor(options: UnreadNotesOptions) {
    this.#options = options;
  }

  /** Call it for each line that is stored in a watched room, with its number. */
  lineStored(room: string, seq: number): void {
    const now = this.#options.monotonicNow();
    const pace = this.#paces.get(room);
    if (pace && now < pace.nextAt) {
      if (pace.waiting === 0) void this.#noteAtEnd(room, pace);
      pace.waiting = Math.max(pace.waiting, seq);
      return;
    }
    const pauseMs = pace && now < pace.nextAt + pace.pauseMs ? longer(pace) : FIRST_PAUSE_MS;
    this.#paces.set(room, { pauseMs, nextAt: now + pauseMs, waiting: 0 });
    void this.#note({ room, seq });
  }

  async #noteAtEnd(room: string, pace: Pace): Promise<void> {
    const { monotonicNow, sleep } = this.#options;
    while (monotonicNow() < pace.nextAt) await sleep(pace.nextAt - monotonicNow());
    const seq = pace.waiting;
    pace.waiting = 0;
    pace.pauseMs = longer(pace);
    pace.nextAt = monotonicNow() + pace.pauseMs;
    await this.#note({ room, seq });
  }

  async #note(unread: Unread): Promise<void> {
    const { service, report } = this.#options;
    try {
      await service.sendToGroup(watchersOf(unread.room), 'unread', unread);
    } catch (error) {
      report(`room ${unread.room}: unable to note line ${unread.seq}: ${error}`);
    }
  }
}

function longer({ pauseMs }: Pace): number {
  return Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
}
