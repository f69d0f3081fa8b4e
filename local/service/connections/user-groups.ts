// Group memberships that the service keeps by user, also while the user is disconnected.
// Source: Azure/azure-signalr, docs/advanced-topics/group-management.md, and the 2022-06-01 swagger (ttl).

const YEAR_MS = 365 * 24 * 60 * 60 * 1_000;
/** The service keeps this many memberships without a TTL per user, the last updated ones. */
export const MAX_GROUPS_WITHOUT_TTL = 100;

interface Membership {
  /** Epoch milliseconds. */
  readonly until: number;
  readonly hasTtl: boolean;
}

/** Memberships by user, with their expiry. */
export class UserGroups {
  readonly #users = new Map<string, Map<string, Membership>>();

  /** Adds a membership, or replaces its expiry. */
  add(userId: string, group: string, ttlSeconds: number | undefined, now: number): void {
    // Removed first, so that the map's order is the order of updates.
    this.remove(userId, group);
    if (ttlSeconds === 0) return;
    const hasTtl = ttlSeconds !== undefined;
    const until = now + (hasTtl ? ttlSeconds * 1_000 : YEAR_MS);
    const groups = this.#users.get(userId) ?? new Map<string, Membership>();
    this.#users.set(userId, groups.set(group, { until, hasTtl }));
    if (hasTtl) return;
    const kept = [...groups].filter(([, membership]) => !membership.hasTtl);
    for (const [oldest] of kept.slice(0, -MAX_GROUPS_WITHOUT_TTL)) groups.delete(oldest);
  }

  remove(userId: string, group: string): void {
    const groups = this.#users.get(userId);
    if (groups?.delete(group) && groups.size === 0) this.#users.delete(userId);
  }

  removeAll(userId: string): void {
    this.#users.delete(userId);
  }

  of(userId: string, now: number): string[] {
    const groups = this.#users.get(userId) ?? new Map<string, Membership>();
    return [...groups].filter(([, { until }]) => until > now).map(([group]) => group);
  }

  sweep(now: number): void {
    for (const [userId, groups] of this.#users) {
      for (const [group, { until }] of groups) if (until <= now) this.remove(userId, group);
    }
  }
}
