// Chooses the messages of a log that its reader wants to see. Keeps what it has found out, because a log has 100,000 lines
// and grows all the time.

import { type ChatMessage, PUBLISHER } from '../../functions/protocol.ts';
import { isFiltered, type LogView } from '../state/log-room.ts';
import { indexOf } from '../state/log-window.ts';
import { type Level, levelOf } from './log-level.ts';
import { plainOf } from './log-text.ts';

/** Looking for the levels of so many lines takes a frame. */
export const LEVELS_A_PASS = 200;

export interface Filtered {
  readonly shown: readonly ChatMessage[];
  /** False if older messages have not been looked at. The next call goes on. */
  readonly isComplete: boolean;
}

export class LogFilter {
  readonly #levels = new WeakMap<ChatMessage, { readonly level: Level | undefined }>();
  #paused: readonly ChatMessage[] = [];
  #cut: readonly ChatMessage[] = [];
  #view: LogView | undefined;
  #result: Filtered = { shown: [], isComplete: true };

  /** The same array while nothing changes, so that nothing renders again. */
  apply(all: readonly ChatMessage[], view: LogView): Filtered {
    const cut = this.#upTo(all, view.pausedAt);
    if (!isFiltered(view)) return { shown: cut, isComplete: true };
    const isSame = this.#view?.levels === view.levels && this.#view.text === view.text;
    if (isSame && this.#result.isComplete && cut === this.#cut) return this.#result;
    const known = isSame && this.#result.isComplete ? commonStart(this.#cut, cut) : 0;
    // What is not the beginning of the new log has been removed, or begins elsewhere.
    const goesOn = known > 0 && known === this.#cut.length;
    const before = goesOn ? this.#result.shown : [];
    const added = this.#matching(cut, goesOn ? known : 0, view);
    const shown = goesOn && added.shown.length === 0 ? before : [...before, ...added.shown];
    this.#cut = cut;
    this.#view = view;
    this.#result = { shown, isComplete: added.isComplete };
    return this.#result;
  }

  #upTo(all: readonly ChatMessage[], pausedAt: number | undefined): readonly ChatMessage[] {
    if (pausedAt === undefined) return all;
    const cut = all.slice(0, indexOf(all, pausedAt + 1));
    const isSame =
      cut.length === this.#paused.length && commonStart(cut, this.#paused) === cut.length;
    if (!isSame) this.#paused = cut;
    return this.#paused;
  }

  /** From the end, where the reader is, back to the message at `from`. */
  #matching(all: readonly ChatMessage[], from: number, { levels, text }: LogView): Filtered {
    const wanted = text.toLowerCase();
    const found: ChatMessage[] = [];
    let fresh = 0;
    for (let index = all.length - 1; index >= from; index -= 1) {
      const message = all[index];
      if (!message || message.deletes !== undefined) continue;
      const plain = plainOf(message);
      if (wanted !== '' && !plain.toLowerCase().includes(wanted)) continue;
      if (levels.size > 0 && message.userId === PUBLISHER) {
        let known = this.#levels.get(message);
        if (!known) {
          if (fresh === LEVELS_A_PASS) return { shown: found.reverse(), isComplete: false };
          fresh += 1;
          known = { level: levelOf(plain) };
          this.#levels.set(message, known);
        }
        if (known.level === undefined || !levels.has(known.level)) continue;
      }
      found.push(message);
    }
    return { shown: found.reverse(), isComplete: true };
  }
}

/** How many messages both begin with. */
function commonStart(one: readonly ChatMessage[], other: readonly ChatMessage[]): number {
  const most = Math.min(one.length, other.length);
  let count = 0;
  while (count < most && one[count] === other[count]) count += 1;
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
