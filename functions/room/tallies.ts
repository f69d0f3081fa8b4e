// How many connections each user has in a room, in the room's head, so that a join reads nothing to know its user's number.
//
// The head has no space for a list of users. It counts the connections of each of 4,096 groups, in which users are by the hash of
// their ids. A user never has more connections than the group. So a join is admitted without a look where the group has space,
// and only otherwise the room's connections are read. With 1,000 people in the room that is one join in a million.

const GROUPS = 4_096;
/** The highest count that is stored. A group that has had more keeps it until the room is empty. */
const MOST_COUNTED = 63;

/** The number of connections by group. Groups without any are absent. */
export type Tallies = ReadonlyMap<number, number>;

export const NO_TALLIES: Tallies = new Map();

/** An upper bound of the user's connections. */
export function tallyOf(tallies: Tallies, userId: string): number {
  return tallies.get(groupOf(userId)) ?? 0;
}

/** A connection of the user came (1) or went (-1). */
export type TallyChange = readonly [userId: string, change: 1 | -1];

/** The tallies after the changes, in their order. */
export function withTallies(tallies: Tallies, changes: readonly TallyChange[]): Tallies {
  const after = new Map(tallies);
  for (const [userId, change] of changes) {
    const group = groupOf(userId);
    const count = after.get(group) ?? 0;
    if (count >= MOST_COUNTED) continue;
    if (count + change > 0) after.set(group, count + change);
    else after.delete(group);
  }
  return after;
}

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** Three characters for each group: its number in two, its count in one. */
export function toTallyText(tallies: Tallies): string {
  const digit = (value: number) => DIGITS.charAt(value);
  return [...tallies]
    .map(([group, count]) => `${digit(group >> 6)}${digit(group & 63)}${digit(count)}`)
    .join('');
}

export function fromTallyText(text: string): Tallies {
  const tallies = new Map<number, number>();
  const value = (index: number) => DIGITS.indexOf(text.charAt(index));
  for (let index = 0; index + 2 < text.length; index += 3) {
    tallies.set((value(index) << 6) | value(index + 1), value(index + 2));
  }
  return tallies;
}

/** FNV-1a. */
function groupOf(userId: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < userId.length; index += 1) {
    hash = Math.imul(hash ^ userId.charCodeAt(index), 0x01000193);
  }
  return (hash ^ (hash >>> 12)) & (GROUPS - 1);
}
