// How many connections each user has in a room, in the room's head, so that a join reads nothing to know its user's number.
//
// The head has no space for a list of users. It counts the connections of each of 4,096 groups, in which users are by the hash of
// their ids. A user never has more connections than the group. So a join is admitted without a look where the group has space,
// and only otherwise the room's connections are read. With 1,000 people in the room that is one join in a million.

const GROUPS = 4_096;
/** The highest count that is stored. A group that has had more keeps it until the room is empty. */
const MOST_COUNTED = 63;

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const WIDTH = 3;

/**
 * As the head's row has them: three characters for each group with a connection, its number in two, its count in one. Most commits
 * change no count, and a text needs neither parsing nor writing for them.
 */
export type Tallies = string;

export const NO_TALLIES: Tallies = '';

/** An upper bound of the user's connections. */
export function tallyOf(tallies: Tallies, userId: string): number {
  const group = groupOf(userId);
  for (let index = 0; index < tallies.length; index += WIDTH) {
    if (groupAt(tallies, index) === group) return digitAt(tallies, index + 2);
  }
  return 0;
}

/** A connection of the user came (1) or went (-1). */
export type TallyChange = readonly [userId: string, change: 1 | -1];

/** The tallies after the changes, in their order. */
export function withTallies(tallies: Tallies, changes: readonly TallyChange[]): Tallies {
  return changes.reduce((after, [userId, change]) => {
    return withTally(after, groupOf(userId), change);
  }, tallies);
}

/** The groups are in ascending order. */
function withTally(tallies: Tallies, group: number, change: 1 | -1): Tallies {
  let index = 0;
  while (index < tallies.length && groupAt(tallies, index) < group) index += WIDTH;
  const isThere = index < tallies.length && groupAt(tallies, index) === group;
  const before = isThere ? digitAt(tallies, index + 2) : 0;
  if (before >= MOST_COUNTED) return tallies;
  const count = Math.max(0, before + change);
  const tally = count === 0 ? '' : `${DIGITS[group >> 6]}${DIGITS[group & 63]}${DIGITS[count]}`;
  return `${tallies.slice(0, index)}${tally}${tallies.slice(isThere ? index + WIDTH : index)}`;
}

/** The value of each digit by its character code. */
const VALUES = new Uint8Array(128);
for (const [value, digit] of [...DIGITS].entries()) VALUES[digit.charCodeAt(0)] = value;

function digitAt(text: string, index: number): number {
  return VALUES[text.charCodeAt(index)] ?? 0;
}

function groupAt(text: string, index: number): number {
  return (digitAt(text, index) << 6) | digitAt(text, index + 1);
}

function groupOf(userId: string): number {
  const hash = hashOf(userId);
  return (hash ^ (hash >>> 12)) & (GROUPS - 1);
}

/** FNV-1a, 32 bits. */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return hash >>> 0;
}
