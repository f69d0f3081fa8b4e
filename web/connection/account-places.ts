// The reading places of an account travel between its devices: when to ask for them, and when to write what was read here.

import type { Place, Places } from '../../functions/protocol.ts';
import type { KnownRoom } from '../device/rooms.ts';

/** Between two writes of a person who goes on reading. */
const WRITE_EVERY_MS = 60_000;
/** The same when the page loses the focus: the person may go on at another device. */
const PAUSE_MS = 10_000;
/** Places that came within this time are new enough for a person who comes back. */
const ASK_EVERY_MS = 60_000;

export interface PlacesChange {
  /** What was read, the room visited last first. */
  readonly places: readonly Place[];
  /** Rooms that the person has taken off the list. */
  readonly forgotten: readonly string[];
}

export interface AccountPlaces {
  /** Resolves with the first answer, or without one. */
  readonly asked: Promise<void>;
  /** The rooms of the device, or what was read in them, have changed. */
  readonly changed: () => void;
  readonly forget: (room: string) => void;
  /** The person comes back to the page. */
  readonly came: () => void;
  /** The page has lost the focus. */
  readonly paused: () => void;
  /** The page goes out of sight, and may never come back. */
  readonly left: () => void;
  readonly stop: () => void;
}

interface AccountPlacesDeps {
  /** The rooms of the device, the last visited first. */
  readonly rooms: () => readonly KnownRoom[];
  readonly read: () => Promise<Places>;
  /** @param isLast whether the page may end before an answer */
  readonly write: (change: PlacesChange, isLast: boolean) => Promise<Places>;
  /** The places that the account has. */
  readonly onPlaces: (places: readonly Place[]) => void;
  /** Milliseconds that never go back. */
  readonly now: () => number;
}

/** Asks at once, and works until `stop`. What a failed request had goes with the next one. */
export function keepAccountPlaces(deps: AccountPlacesDeps): AccountPlaces {
  const { rooms, read, write, onPlaces, now } = deps;
  /** By room, what the account has as far as the page knows. Undefined before the first answer. */
  let known: ReadonlyMap<string, number> | undefined;
  let forgotten: ReadonlySet<string> = new Set();
  let cameAt = Number.NEGATIVE_INFINITY;
  // A person who opens a room reads on for a while.
  let wroteAt = now();
  let timer: { readonly at: number; readonly id: ReturnType<typeof setTimeout> } | undefined;
  let isWriting = false;
  let hasStopped = false;

  async function take(answer: Promise<Places>): Promise<void> {
    const { places } = await answer;
    if (hasStopped) return;
    cameAt = now();
    known = new Map(places.map(({ room, readTo }) => [room, readTo]));
    onPlaces(places.filter(({ room }) => !forgotten.has(room)));
  }

  async function ask(): Promise<void> {
    // Without an answer everything is news: the server takes the highest place.
    await take(read()).catch(() => {
      known ??= new Map();
    });
    plan(WRITE_EVERY_MS);
  }

  /** What the account does not have. */
  function news(): PlacesChange | undefined {
    if (!known) return undefined;
    const has = known;
    const places = rooms().flatMap(({ room, readTo }) =>
      readTo !== undefined && readTo > (has.get(room) ?? -1) ? [{ room, readTo }] : [],
    );
    const gone = [...forgotten].filter((room) => has.has(room));
    return places.length + gone.length === 0 ? undefined : { places, forgotten: gone };
  }

  async function flush(isLast = false): Promise<void> {
    clearTimeout(timer?.id);
    timer = undefined;
    const change = news();
    if (!change || isWriting || hasStopped) return;
    isWriting = true;
    wroteAt = now();
    try {
      await take(write(change, isLast));
      forgotten = new Set([...forgotten].filter((room) => !change.forgotten.includes(room)));
    } catch {
      // See above.
    }
    isWriting = false;
    plan(WRITE_EVERY_MS);
  }

  /** Writes when the last write is so long ago. */
  function plan(pauseMs: number): void {
    const at = wroteAt + pauseMs;
    if (hasStopped || (timer && timer.at <= at) || !news()) return;
    clearTimeout(timer?.id);
    timer = { at, id: setTimeout(() => void flush(), Math.max(0, at - now())) };
  }

  return {
    asked: ask(),
    changed: () => plan(WRITE_EVERY_MS),
    forget: (room) => {
      forgotten = new Set([...forgotten, room]);
      plan(PAUSE_MS);
    },
    came: () => {
      if (now() - cameAt >= ASK_EVERY_MS) void ask();
    },
    paused: () => plan(PAUSE_MS),
    left: () => void flush(true),
    stop: () => {
      hasStopped = true;
      clearTimeout(timer?.id);
    },
  };
}
