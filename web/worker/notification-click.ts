// Decides what a click on a notification opens.

import { DEFAULT_ROOM } from '../../functions/protocol.ts';
import { pathBelow } from '../device/names.ts';
import { isPage } from './shell.ts';

/** The part of `Clients` that a click needs. */
export interface Windows {
  /** The most recently focused first. */
  readonly matchAll: (options: {
    readonly type: 'window';
    readonly includeUncontrolled: true;
  }) => Promise<readonly OpenWindow[]>;
  readonly openWindow: (url: string) => Promise<unknown>;
}

interface OpenWindow {
  readonly url: string;
  readonly focus: () => Promise<unknown>;
}

/** Focuses a window that shows the room of `path`, else opens one. Windows of other rooms stay as they are. `base` as in shell.ts. */
export async function openRoom(windows: Windows, path: string, base: string): Promise<void> {
  // A page that was reloaded without its cache is not controlled by the worker.
  const open = await windows.matchAll({ type: 'window', includeUncontrolled: true });
  const room = roomAt(path, base);
  const shown = open.find(({ url }) => roomAt(url, base) === room);
  await (shown ? shown.focus() : windows.openWindow(path));
}

/**
 * One room has several paths: `/` and `/r/lobby`, with and without a final slash. Undefined for other pages.
 * The name is compared only, so the parser of rooms is not loaded for it.
 */
function roomAt(address: string, base: string): string | undefined {
  try {
    const path = pathBelow(base, address);
    if (path === undefined || !isPage(path)) return undefined;
    return decodeURIComponent(path.split('/')[2] ?? DEFAULT_ROOM).normalize('NFC');
  } catch {
    return undefined;
  }
}
