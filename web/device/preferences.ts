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

/** For the next visit. */
export function writePreferences(memory: Memory, settings: Preferences): void {
  memory.write(KEY, JSON.stringify(settings));
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
