// What this device remembers for the page. Storage may be forbidden, full, or hold what another version wrote: then the
// page does without, for as long as it is open.

export interface Memory {
  readonly read: (key: string) => string | undefined;
  /** Undefined forgets. */
  readonly write: (key: string, value: string | undefined) => void;
}

export function openMemory(storage: () => Storage): Memory {
  return {
    read: (key) => {
      try {
        return storage().getItem(key) ?? undefined;
      } catch {
        return undefined;
      }
    },
    write: (key, value) => {
      try {
        if (value === undefined) storage().removeItem(key);
        else storage().setItem(key, value);
      } catch {
        // Asked again, or empty, next time.
      }
    },
  };
}

/** The value as JSON if it is that and has the shape; undefined otherwise. */
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
