// The hops of a line through the chat, in the order in which one needs the other, and what a check says of each.

/** Those of this machine are checked for a chat that runs here. */
export const HOPS = [
  'node',
  'settings',
  'port',
  'page',
  'functions',
  'clock',
  'storage',
  'service',
  'negotiate',
  'connect',
  'websockets',
  'upstream',
  'output',
  'send',
  'hear',
  'leave',
  'timer',
] as const;
export type Hop = (typeof HOPS)[number];

export type Verdict =
  | {
      readonly state: 'ok';
      /** What was found, e.g. `200, 48 KB`. */
      readonly found: string;
    }
  | {
      readonly state: 'broken';
      readonly found: string;
      /** What to do, in one sentence that names the setting. */
      readonly cure: string;
    }
  | {
      readonly state: 'skipped';
      /** Why nothing was tried. */
      readonly found: string;
    };

/** A hop that was checked, as it is printed. */
export interface Row {
  readonly hop: Hop;
  readonly state: Verdict['state'];
  /** What was tried, e.g. `GET /api/health`. */
  readonly tried: string;
  /** Milliseconds. */
  readonly ms: number;
  readonly found: string;
  readonly cure?: string;
}

export function ok(found: string): Verdict {
  return { state: 'ok', found };
}

export function broken(found: string, cure: string): Verdict {
  return { state: 'broken', found, cure };
}

export function skipped(found: string): Verdict {
  return { state: 'skipped', found };
}
