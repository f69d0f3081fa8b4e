// Who has just come or gone, for a line that says so for a while. Users, not connections: another tab is no news. Pure.

import type { Member } from '../../functions/protocol.ts';
import { connectionsOf, type Roster } from './roster.ts';

export interface Coming {
  readonly kind: 'joined' | 'left';
  readonly userId: string;
  readonly name: string;
  /** When it is no longer news, in epoch milliseconds by our clock. */
  readonly until: number;
}

export const COMING_SHOWN_MS = 6_000;

interface Change {
  readonly before: Roster;
  readonly after: Roster;
  readonly joined: readonly Member[];
  readonly left: readonly Member[];
  /** Epoch milliseconds. */
  readonly at: number;
}

export function noteComings(
  comings: readonly Coming[],
  { before, after, joined, left, at }: Change,
  me: string | undefined,
): readonly Coming[] {
  // Without a snapshot of before nobody can be said to be new.
  if (before.revision === 0 || before === after) return comings;
  let noted = comings;
  const note = (kind: Coming['kind'], members: readonly Member[], known: Roster) => {
    for (const { userId, name } of members) {
      if (userId === me || connectionsOf(known, userId) > 0) continue;
      const old = noted.find((coming) => coming.userId === userId);
      noted = noted.filter((coming) => coming !== old);
      // Away and back again within the time, as a page that reloads: nothing to tell.
      if (old?.kind === 'left' && kind === 'joined') continue;
      noted = [...noted, { kind, userId, name, until: at + COMING_SHOWN_MS }];
    }
  };
  note('left', left, after);
  note('joined', joined, before);
  return noted;
}
