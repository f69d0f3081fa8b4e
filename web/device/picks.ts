// The names that the person has put into a room's texts from a list, and whose they are. They last as long as the drafts of
// the tab.

import type { Named } from '../text/mentions.ts';
import { type Memory, readJson } from './memory.ts';

/** More than one message mentions. */
const MOST_PICKS = 20;

export interface Picks {
  /** The last one last. */
  readonly all: () => readonly Named[];
  readonly add: (person: Named) => void;
}

/** Without storage they last while the page is open. */
export function openPicks(memory: Memory, room: string): Picks {
  const key = `chat.draft-names.${room}`;
  let picks = readJson(memory, key, parsePicks) ?? [];
  return {
    all: () => picks,
    add: ({ userId, name }) => {
      const others = picks.filter((one) => one.userId !== userId || one.name !== name);
      picks = [...others, { userId, name }].slice(-MOST_PICKS);
      memory.write(key, JSON.stringify(picks));
    },
  };
}

function parsePicks(value: unknown): readonly Named[] | undefined {
  return Array.isArray(value) && value.every(isNamed) ? value : undefined;
}

function isNamed(value: unknown): value is Named {
  if (typeof value !== 'object' || value === null) return false;
  const { userId, name }: { readonly [key in keyof Named]?: unknown } = value;
  return typeof userId === 'string' && typeof name === 'string';
}
