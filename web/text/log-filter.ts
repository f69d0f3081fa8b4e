// Chooses the messages of a log that its reader wants to see. Keeps what it has found out, because a log has 100,000 lines
// and grows all the time.

import { type ChatMessage, PUBLISHER } from '../../functions/protocol.ts';
import { isFiltered, type LogView } from '../state/log-room.ts';
import { indexOf } from '../state/log-window.ts';
import { type Level, levelOf } from './log-level.ts';
import { plainOf } from './log-text.ts';

/** Looking for the levels of so many lines takes a frame. */
export const LEVELS_A_PASS = 200;
/** The same for what a text is compared with, of lines with the codes of a terminal. */
export const TEXTS_A_PASS = 5_000;

export interface Filtered {
  readonly shown: readonly ChatMessage[];
  /** False if older messages have not been looked at. The next call goes on. */
  readonly isComplete: boolean;
}

type KnownLevels = WeakMap<ChatMessage, { readonly level: Level | undefined }>;

/** How many lines have each level. */
export type LevelCounts = Readonly<Record<Level, number>>;

const NO_LINES: LevelCounts = { error: 0, warning: 0, info: 0, debug: 0 };

export class LogFilter {
  readonly #levels: KnownLevels = new WeakMap();
  /** What the reader's text is compared with, which each key would otherwise find out for each line. */
  readonly #folded: WeakMap<ChatMessage, string> = new WeakMap();
  readonly #counter = new LevelCounter(this.#levels);
  #paused: readonly ChatMessage[] = [];
  #cut: readonly ChatMessage[] = [];
  #view: LogView | undefined;
  #result: Filtered = { shown: [], isComplete: true };

  /** The same array while nothing changes, so that nothing renders again. */
  apply(all: readonly ChatMessage[], view: LogView): Filtered {
    const cut = this.#upTo(all, view.pausedAt);
    if (!isFiltered(view)) return { shown: cut, isComplete: true };
    const isSame =
      this.#view?.levels === view.levels &&
      this.#view.text === view.text &&
      this.#view.source === view.source;
    if (isSame && this.#result.isComplete && cut === this.#cut) return this.#result;
    // What is neither the beginning nor the end of the new log has been changed, or begins elsewhere.
    const known = isSame && this.#result.isComplete ? this.#cut : [];
    const before = this.#result.shown;
    let { shown, isComplete }: Filtered = { shown: before, isComplete: true };
    if (known.length > 0 && commonStart(known, cut) === known.length) {
      const newer = this.#matching(cut.slice(known.length), view);
      if (newer.shown.length > 0) shown = [...before, ...newer.shown];
      isComplete = newer.isComplete;
    } else if (known.length > 0 && commonEnd(known, cut) === known.length) {
      const older = this.#matching(cut.slice(0, -known.length), view);
      if (older.shown.length > 0) shown = [...older.shown, ...before];
      isComplete = older.isComplete;
    } else {
      ({ shown, isComplete } = this.#matching(cut, view));
    }
    this.#cut = cut;
    this.#view = view;
    this.#result = { shown, isComplete };
    return this.#result;
  }

  /** Of all lines, also those that the view does not show. `isComplete` is false if older lines have not been looked at. */
  count(all: readonly ChatMessage[]): {
    readonly counts: LevelCounts;
    readonly isComplete: boolean;
  } {
    return this.#counter.of(all);
  }

  #upTo(all: readonly ChatMessage[], pausedAt: number | undefined): readonly ChatMessage[] {
    if (pausedAt === undefined) return all;
    const cut = all.slice(0, indexOf(all, pausedAt + 1));
    const isSame =
      cut.length === this.#paused.length && commonStart(cut, this.#paused) === cut.length;
    if (!isSame) this.#paused = cut;
    return this.#paused;
  }

  /** From the end, where the reader is. */
  #matching(all: readonly ChatMessage[], { levels, source, text }: LogView): Filtered {
    const wanted = text.toLowerCase();
    const found: ChatMessage[] = [];
    let fresh = 0;
    let freshTexts = 0;
    for (let index = all.length - 1; index >= 0; index -= 1) {
      const message = all[index];
      if (!message || message.deletes !== undefined) continue;
      if (source !== '' && message.userId === PUBLISHER && message.name !== source) continue;
      if (wanted !== '') {
        let folded = this.#folded.get(message);
        if (folded === undefined) {
          if (freshTexts === TEXTS_A_PASS) return { shown: found.reverse(), isComplete: false };
          freshTexts += 1;
          folded = plainOf(message).toLowerCase();
          this.#folded.set(message, folded);
        }
        if (!folded.includes(wanted)) continue;
      }
      if (levels.size > 0 && message.userId === PUBLISHER) {
        let known = this.#levels.get(message);
        if (!known) {
          if (fresh === LEVELS_A_PASS) return { shown: found.reverse(), isComplete: false };
          fresh += 1;
          known = { level: levelOf(plainOf(message)) };
          this.#levels.set(message, known);
        }
        if (known.level === undefined || !levels.has(known.level)) continue;
      }
      found.push(message);
    }
    return { shown: found.reverse(), isComplete: true };
  }
}

/** Counts levels from the end of the log back, so many lines at a time, and keeps what it has counted. */
class LevelCounter {
  readonly #levels: KnownLevels;
  #all: readonly ChatMessage[] = [];
  /** The lines from this index on are counted. */
  #from = 0;
  #counts: Record<Level, number> = { ...NO_LINES };

  constructor(levels: KnownLevels) {
    this.#levels = levels;
  }

  of(all: readonly ChatMessage[]) {
    if (all !== this.#all) this.#goOnWith(all);
    let fresh = 0;
    while (this.#from > 0 && fresh < LEVELS_A_PASS) {
      this.#from -= 1;
      if (this.#add(all[this.#from])) fresh += 1;
    }
    return { counts: { ...this.#counts }, isComplete: this.#from === 0 };
  }

  /**
   * A few new lines at the end are added, and older ones before the beginning are left for the next passes. After any other
   * change it counts anew, and looks for no level twice.
   */
  #goOnWith(all: readonly ChatMessage[]): void {
    const before = this.#all;
    this.#all = all;
    const more = all.length - before.length;
    if (more <= LEVELS_A_PASS && commonStart(before, all) === before.length) {
      for (const message of all.slice(before.length)) this.#add(message);
    } else if (commonEnd(before, all) === before.length) {
      this.#from += more;
    } else {
      this.#from = all.length;
      this.#counts = { ...NO_LINES };
    }
  }

  /** Whether the level had to be looked for. */
  #add(message: ChatMessage | undefined): boolean {
    if (!message || message.userId !== PUBLISHER || message.deleted || message.deletes)
      return false;
    const known = this.#levels.get(message);
    const level = known ? known.level : levelOf(plainOf(message));
    if (!known) this.#levels.set(message, { level });
    if (level) this.#counts[level] += 1;
    return !known;
  }
}

/** How many messages both begin with. */
function commonStart(one: readonly ChatMessage[], other: readonly ChatMessage[]): number {
  const most = Math.min(one.length, other.length);
  let count = 0;
  while (count < most && one[count] === other[count]) count += 1;
  return count;
}

/** How many messages both end with. */
function commonEnd(one: readonly ChatMessage[], other: readonly ChatMessage[]): number {
  const most = Math.min(one.length, other.length);
  let count = 0;
  while (count < most && one[one.length - 1 - count] === other[other.length - 1 - count])
    count += 1;
  return count;
}

/** The names of those who publish, in the order in which they are first met. */
export class LogSources {
  readonly #names = new Set<string>();
  #first = Number.POSITIVE_INFINITY;
  #last = 0;
  #list: readonly string[] = [];

  /** Looks at new messages only. */
  of(all: readonly ChatMessage[]): readonly string[] {
    const older = all.slice(0, indexOf(all, Math.min(this.#first, Number.MAX_SAFE_INTEGER)));
    const newer = this.#last === 0 ? [] : all.slice(indexOf(all, this.#last + 1));
    for (const { userId, name } of [...older, ...newer]) {
      if (userId === PUBLISHER) this.#names.add(name);
    }
    this.#first = Math.min(this.#first, all[0]?.seq ?? this.#first);
    this.#last = Math.max(this.#last, all.at(-1)?.seq ?? 0);
    if (this.#list.length !== this.#names.size) this.#list = [...this.#names];
    return this.#list;
  }
}
