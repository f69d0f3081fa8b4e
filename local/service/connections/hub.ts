// The connections of one hub, their users and their groups. Pure: it sends nothing.

import { UserGroups } from './user-groups.ts';

/** The part of a connection that a hub needs. */
export interface HubConnection {
  readonly id: string;
  readonly userId: string | undefined;
}

/** Looks up connections by id, user and group. */
export class Hub<Connection extends HubConnection> {
  readonly #connections = new Map<string, Connection>();
  readonly #users = new Map<string, Set<Connection>>();
  readonly #groups = new Map<string, Set<Connection>>();
  /** The groups of each connection. Connections without a group are absent. */
  readonly #memberships = new Map<Connection, Set<string>>();
  readonly #userGroups = new UserGroups();

  /** Adds a connection, also to the groups that the service keeps for its user. */
  add(connection: Connection, now: number): void {
    this.#connections.set(connection.id, connection);
    if (connection.userId === undefined) return;
    addTo(this.#users, connection.userId, connection);
    for (const group of this.#userGroups.of(connection.userId, now)) this.join(group, connection);
  }

  remove(connection: Connection): void {
    if (!this.#connections.delete(connection.id)) return;
    if (connection.userId !== undefined) removeFrom(this.#users, connection.userId, connection);
    this.leaveAll(connection);
  }

  all(): Iterable<Connection> {
    return this.#connections.values();
  }

  connection(id: string): Connection | undefined {
    return this.#connections.get(id);
  }

  ofUser(userId: string): ReadonlySet<Connection> {
    return this.#users.get(userId) ?? new Set();
  }

  inGroup(group: string): ReadonlySet<Connection> {
    return this.#groups.get(group) ?? new Set();
  }

  /** Groups with at least one connection. */
  groups(): Iterable<readonly [string, ReadonlySet<Connection>]> {
    return this.#groups;
  }

  groupsOf(connection: Connection): readonly string[] {
    return [...(this.#memberships.get(connection) ?? [])];
  }

  join(group: string, connection: Connection): void {
    addTo(this.#groups, group, connection);
    addTo(this.#memberships, connection, group);
  }

  leave(group: string, connection: Connection): void {
    removeFrom(this.#groups, group, connection);
    removeFrom(this.#memberships, connection, group);
  }

  leaveAll(connection: Connection): void {
    for (const group of this.#memberships.get(connection) ?? []) {
      removeFrom(this.#groups, group, connection);
    }
    this.#memberships.delete(connection);
  }

  /**
   * Adds the current connections of a user to the group, and later ones while the membership lasts.
   *
   * @param ttlSeconds undefined keeps it (a year at most), 0 adds the current connections only
   */
  joinUser(group: string, userId: string, ttlSeconds: number | undefined, now: number): void {
    this.#userGroups.add(userId, group, ttlSeconds, now);
    for (const connection of this.ofUser(userId)) this.join(group, connection);
  }

  /** Also removes connections of the user that were added one by one. */
  leaveUser(group: string, userId: string): void {
    this.#userGroups.remove(userId, group);
    for (const connection of this.ofUser(userId)) this.leave(group, connection);
  }

  leaveAllUser(userId: string): void {
    this.#userGroups.removeAll(userId);
    for (const connection of this.ofUser(userId)) this.leaveAll(connection);
  }

  /** Checks the kept membership of the user, not its connections. Source: emulator, GroupManager. */
  isUserInGroup(group: string, userId: string, now: number): boolean {
    return this.#userGroups.of(userId, now).includes(group);
  }

  /** Removes expired memberships. */
  sweep(now: number): void {
    this.#userGroups.sweep(now);
  }
}

function addTo<Key, Value>(sets: Map<Key, Set<Value>>, key: Key, value: Value): void {
  const set = sets.get(key);
  if (set) set.add(value);
  else sets.set(key, new Set([value]));
}

function removeFrom<Key, Value>(sets: Map<Key, Set<Value>>, key: Key, value: Value): void {
  const set = sets.get(key);
  if (set?.delete(value) && set.size === 0) sets.delete(key);
}
