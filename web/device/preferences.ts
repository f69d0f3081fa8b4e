// The person's preferences on this device: language, notifications, sound.

import { LANGUAGE_IDS, type LanguageId } from '../words/language.ts';
import { type Memory, readJson } from './memory.ts';

export interface Preferences {
  /** Undefined means the browser's preference. */
  readonly language: LanguageId | undefined;
  readonly notifies: boolean;
  readonly sounds: boolean;
}

const KEY = 'chat.settings';
const NONE: Preferences = { language: undefined, notifies: false, sounds: false };

/** The defaults if nothing valid is stored. */
export function readPreferences(memory: Memory): Preferences {
  return readJson(memory, KEY, parseSettings) ?? NONE;
}

/**
 * For the next visit, and for other tabs. Another tab may have chosen something else meanwhile, which stays.
 *
 * @param known what holds if nothing is stored
 */
export function changePreferences(
  memory: Memory,
  known: Preferences,
  change: Partial<Preferences>,
): Preferences {
  const changed = { ...(readJson(memory, KEY, parseSettings) ?? known), ...change };
  memory.write(KEY, JSON.stringify(changed));
  return changed;
}

/** Calls `onChange` after another tab has chosen. */
export function watchPreferences(
  page: EventTarget,
  memory: Memory,
  onChange: (settings: Preferences) => void,
): void {
  page.addEventListener('storage', (event: Event & { readonly key?: string | null }) => {
    if (event.key === KEY) onChange(readPreferences(memory));
  });
}

function parseSettings(value: unknown): Preferences | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { language, notifies, sounds }: { readonly [key in keyof Preferences]?: unknown } = value;
  return {
    language: LANGUAGE_IDS.find((id) => id === language),
    notifies: notifies === true,
    sounds: sounds === true,
  };
}
