// Who is in the room: the last snapshot of the members and the changes since, in any order. Pure.

import type { Member, Members } from '../../functions/protocol.ts';

interface Entry {
  readonly revision: number;
  /** Undefined for a connection that has left, so that a join that arrives after its leave does not bring it back. */
  readonly member: Member | undefined;
}

export interface Roster {
  /** Revision of the last snapshot. It includes all changes up to it. */
  readonly revision: number;
  /** The snapshot did not list everyone. */
  readonly truncated: boolean;
  readonly entries: ReadonlyMap<string, Entry>;
}

/** One user with all their connections. */
export interface RosterUser {
  readonly userId: string;
  readonly name: string;
  readonly connections: number;
}

/** Frames are not expected to be late by more revisions than this, so older leaves are forgotten. */
const REMEMBERED_REVISIONS = 1_000;

export const EMPTY_ROSTER: Roster = { revision: 0, truncated: false, entries: new Map() };

/** The roster after a frame of `revision`. */
export function applyChanges(
  roster: Roster,
  revision: number,
  joined: readonly Member[],
  left: readonly Member[],
): Roster {
  if (revision <= roster.revision || joined.length + left.length === 0) return roster;
  const entries = new Map(
    [...roster.entries].filter(
      ([, entry]) => entry.member !== undefined || entry.revision > revision - REMEMBERED_REVISIONS,
    ),
  );
  for (const member of joined) {
    if (!entries.has(member.connectionId)) entries.set(member.connectionId, { revision, member });
  }
  for (const { connectionId } of left) entries.set(connectionId, { revision, member: undefined });
  return { ...roster, entries };
}

/** The snapshot with newer changes on top. An older snapshot changes nothing. */
export function applySnapshot(roster: Roster, snapshot: Members): Roster {
  if (snapshot.revision < roster.revision) return roster;
  const { revision, truncated } = snapshot;
  // The functions list members by connection id. The roster has them in the order of their joining.
  const members = [...snapshot.members].sort((a, b) => a.connectedAt - b.connectedAt);
  const entries = new Map<string, Entry>(
    members.map((member) => [member.connectionId, { revision, member }]),
  );
  for (const [connectionId, entry] of roster.entries) {
    if (entry.revision > revision) entries.set(connectionId, entry);
  }
  return { revision, truncated, entries };
}

/** Number of open connections in the room. */
export function connectionsIn(roster: Roster): number {
  let count = 0;
  for (const entry of roster.entries.values()) if (entry.member) count += 1;
  return count;
}

/** Number of open connections of a user. */
export function connectionsOf(roster: Roster, userId: string): number {
  let count = 0;
  for (const { member } of roster.entries.values()) if (member?.userId === userId) count += 1;
  return count;
}

/** The users in the room, sorted by name. */
export function usersIn(roster: Roster): readonly RosterUser[] {
  const users = new Map<string, RosterUser>();
  // The connection that joined last has the name that the person chose last. Frames may arrive in another order.
  const inOrder = [...roster.entries.values()].sort((a, b) => a.revision - b.revision);
  for (const { member } of inOrder) {
    if (!member) continue;
    const connections = (users.get(member.userId)?.connections ?? 0) + 1;
    users.set(member.userId, { userId: member.userId, name: member.name, connections });
  }
  return [...users.values()].sort((a, b) => a.name.localeCompare(b.name));
}

/** The names that more than one of the people has. */
export function namesOfSeveral(people: readonly Pick<RosterUser, 'name'>[]): ReadonlySet<string> {
  const seen = new Set<string>();
  return new Set(
    people.map(({ name }) => name).filter((name) => seen.has(name) || !seen.add(name)),
  );
}
