// What is personal on this device belongs to a user: the user's id is part of each key. A guest's id is known after the first
// welcome, so until then the page presumes the guest who was here last. Every page of the device sees whose it is now.

import type { Memory } from './memory.ts';

const OWNER = 'chat.user';
/** Without a user: what a guest leaves before the first welcome, and what version 0.1.0 left. */
const UNOWNED = /^chat\.(?:name|rooms|draft|unsent)/;
const OWNED = / chat\./;
const OURS = /(?:^| )chat\./;

export interface Owner {
  /** Undefined until a guest who is new here is known. */
  readonly user: () => string | undefined;
  /** What the device keeps for the user, and what only this tab keeps. */
  readonly device: Memory;
  readonly tab: Memory;
  /** What the device keeps for all users. */
  readonly shared: Memory;
  /** The user is known, or is another one. */
  readonly become: (user: string) => void;
  /** Whether the user has been forgotten, or has signed out, or another account has come, in another tab. */
  readonly isReplaced: () => boolean;
  /** Remembers nothing any more, and clears the tab; also the device, if another tab has. */
  readonly end: () => void;
  readonly hasEnded: () => boolean;
  /** The same, and clears the device. */
  readonly forget: () => void;
}

const isGuest = (id: string) => id.startsWith('g-');

/** @param account the user id of somebody who has signed in. Undefined for a guest. */
export function openOwner(device: Memory, tab: Memory, account: string | undefined): Owner {
  let hasEnded = false;
  /** Whether the device has the user's id. Without storage nobody can replace it. */
  let isKept = false;
  let user: string | undefined;

  const open = (memory: Memory, keyOf = (key: string) => key): Memory => ({
    read: (key) => memory.read(keyOf(key)),
    write: (key, value) => {
      if (!hasEnded) memory.write(keyOf(key), value);
    },
    keys: memory.keys,
  });
  const ofUser = (key: string) => (user === undefined ? key : `${user} ${key}`);

  /**
   * A guest takes over what nobody owns: it is the guest's own, or an older version left it. An account does not. What belongs to
   * other guests is removed, because they cannot come back. Other accounts can.
   */
  function become(next: string): void {
    for (const memory of [device, tab]) {
      for (const key of memory.keys()) {
        const isUnowned = UNOWNED.test(key);
        if (isUnowned && isGuest(next)) {
          const to = key.startsWith('chat.draft') ? tab : device;
          const owned = `${next} ${key}`;
          // Another tab may have been welcomed earlier.
          to.write(owned, to.read(owned) ?? memory.read(key));
        }
        const isOthers = OWNED.test(key) && !key.startsWith(`${next} `);
        if (isUnowned || (isOthers && (memory === tab || isGuest(key)))) {
          memory.write(key, undefined);
        }
      }
    }
    user = next;
    device.write(OWNER, next);
    isKept = device.read(OWNER) === next;
  }

  function clear(memory: Memory): void {
    hasEnded = true;
    for (const key of memory.keys()) if (OURS.test(key)) memory.write(key, undefined);
  }

  const last = device.read(OWNER) ?? '';
  if (account !== undefined) become(account);
  else if (isGuest(last)) become(last);
  return {
    user: () => user,
    device: open(device, ofUser),
    tab: open(tab, ofUser),
    shared: open(device),
    become,
    isReplaced: () => {
      const now = device.read(OWNER);
      // Tabs that opened at once without a cookie may be several guests. None of them replaces another.
      const areGuests = now !== undefined && isGuest(now) && isGuest(user ?? '');
      return isKept && now !== user && !areGuests;
    },
    end: () => {
      clear(tab);
      // This tab may have written while another one cleared the device.
      if (device.read(OWNER) === undefined) clear(device);
    },
    hasEnded: () => hasEnded,
    forget: () => {
      clear(tab);
      clear(device);
    },
  };
}
