// Users who have just joined or left, for a line that shows them for a while. Another tab of a user is no news. Pure.

import type { Member } from '../../functions/protocol.ts';
import { connectionsOf, type Roster } from './roster.ts';

export interface Coming {
  readonly kind: 'joined' | 'left';
  readonly userId: string;
  readonly name: string;
  /** When the line disappears, in milliseconds since the page opened. */
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

/** The list after a change of the roster. Our own user, `me`, is never in it. */
export function noteComings(
  comings: readonly Coming[],
  { before, after, joined, left, at }: Change,
  me: string | undefined,
): readonly Coming[] {
  // Without an earlier snapshot nobody is known to be new.
  if (before.revision === 0 || before === after) return comings;
  let noted = comings;
  const note = (kind: Coming['kind'], members: readonly Member[], known: Roster) => {
    for (const { userId, name } of members) {
      if (userId === me || connectionsOf(known, userId) > 0) continue;
      const old = noted.find((coming) => coming.userId === userId);
      noted = noted.filter((coming) => coming !== old);
      // A user who left and came back within the time, such as a reload, is no news.
      if (old?.kind === 'left' && kind === 'joined') continue;
      noted = [...noted, { kind, userId, name, until: at + COMING_SHOWN_MS }];
    }
  };
  note('left', left, after);
  note('joined', joined, before);
  return noted;
}
