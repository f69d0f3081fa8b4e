// What the device remembers for the page. Storage may be forbidden, full, or written by another version. Then the page
// works without it while it is open.

import { ifPossible } from './if-possible.ts';

export interface Memory {
  readonly read: (key: string) => string | undefined;
  /** Undefined removes the value. */
  readonly write: (key: string, value: string | undefined) => void;
  readonly keys: () => readonly string[];
}

/** Never throws. Without storage a read returns undefined, a write does nothing, and there are no keys. */
export function openMemory(storage: () => Storage): Memory {
  return {
    read: (key) => {
      return ifPossible(() => storage().getItem(key)) ?? undefined;
    },
    write: (key, value) => {
      // If it fails, the next visit starts without the value.
      ifPossible(() =>
        value === undefined ? storage().removeItem(key) : storage().setItem(key, value),
      );
    },
    keys: () => ifPossible(() => Object.keys(storage())) ?? [],
  };
}

/** The value, parsed from JSON. Undefined if it is missing or has another shape. */
export function readJson<T>(
  memory: Memory,
  key: string,
  parse: (value: unknown) => T | undefined,
): T | undefined {
  const text = memory.read(key);
  if (text === undefined) return undefined;
  try {
    return parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
