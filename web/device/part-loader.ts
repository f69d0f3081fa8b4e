// Loads parts of the page's code on demand. After a deployment the parts of an open page are gone, because their names
// change with their contents.

import type { Memory } from './memory.ts';

/** The page is served, and its part is not. */
export class PartMissing extends Error {}

export interface PartLoaderDeps {
  /** Survives a reload, if the browser allows it. */
  readonly tab: Memory;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Whether the server gives the page at this moment. Never rejects. */
  readonly isServed: () => Promise<boolean>;
  readonly reload: () => void;
}

export type LoadPart = <T>(load: () => Promise<T>) => Promise<T>;

const KEY = 'chat.reloaded';

/** Shortest time between two reloads. A part that a reload does not bring back must not reload the page for ever. */
export const RELOAD_EVERY_MS = 5 * 60_000;

/**
 * Loads the page again if a part of it is gone, and rejects with a PartMissing if that has not helped. Rejects with the
 * error of `load` if the server does not answer.
 */
export function partLoader({ tab, now, isServed, reload }: PartLoaderDeps): LoadPart {
  return async (load) => {
    try {
      return await load();
    } catch (error) {
      if (!(await isServed())) throw error;
      const reloadedAt = Number(tab.read(KEY) ?? 0);
      const time = `${now()}`;
      tab.write(KEY, time);
      // Without storage nothing would end a row of reloads.
      if (now() - reloadedAt >= RELOAD_EVERY_MS && tab.read(KEY) === time) reload();
      throw new PartMissing('unable to load a part of the page; it is gone. Reload the page.');
    }
  };
}
