// Sharded rooms, as docs/scale.md designs them. Not part of the product: the model decides whether they are worth their weight.
//
// The connections of a room are spread over S partitions by their ids. A join or leave is one transaction of the connection's row
// and of the counter row that this process alone writes, so processes do not compete. The number online is the sum of all counter
// rows. Messages stay in the room's own partition and its one order.

import { presenceWindowMs } from '../../../functions/room/presence-budget.ts';
import { MAX_OPERATIONS, type Operation } from '../../../functions/room/table.ts';
import { hashOf } from '../../../functions/room/tallies.ts';
import { type Instance, type Layout, onePartition, type ScaleWorld } from './scale-world.ts';

const TOTAL_KEY = 'total';
/** How long others wait for a process that reads the counters, before they do it themselves, ms. */
const CLAIM_MS = 2_000;

/** What one process has in one shard. */
interface Counter {
  /** Joins less leaves that this process committed there. */
  count: number;
  etag: string | undefined;
  isCommitting: boolean;
  queue: {
    readonly connectionId: string;
    readonly resolve: (isIn: boolean) => void;
  }[];
}

export function sharded(world: ScaleWorld, shards: number): Layout {
  const { scheduler, storage } = world;
  const whole = onePartition(world);
  const counters = new Map<string, Counter>();
  /** When a process has last changed the count of a room that it has yet to announce, ms. */
  const changedAt = new Map<string, number>();

  // The room's own partition has no connections, so a message has the number of the last announcement.
  world.onFrame = (_instance, { room }) => {
    const seen = world.seen.get(room);
    world.broadcast({ room, online: seen?.online ?? 0, revision: seen?.revision ?? 0 }, 1);
  };

  function join(instance: Instance, room: string, connectionId: string): Promise<boolean> {
    const shard = `${room}+${hashOf(connectionId) % shards}`;
    const key = `${instance.number} ${shard}`;
    const counter = counters.get(key) ?? {
      count: 0,
      etag: undefined,
      isCommitting: false,
      queue: [],
    };
    counters.set(key, counter);
    return new Promise((resolve) => {
      counter.queue.push({ connectionId, resolve });
      if (!counter.isCommitting) void commitQueue(instance, room, shard, counter);
    });
  }

  async function commitQueue(instance: Instance, room: string, shard: string, counter: Counter) {
    counter.isCommitting = true;
    while (counter.queue.length > 0) {
      const batch = counter.queue.splice(0, MAX_OPERATIONS - 1);
      const isStored = await commit(shard, instance, counter, batch).catch(() => false);
      if (isStored) void announceLater(instance, room);
      for (const { resolve } of batch) resolve(isStored);
    }
    counter.isCommitting = false;
  }

  async function commit(
    shard: string,
    instance: Instance,
    counter: Counter,
    batch: Counter['queue'],
  ) {
    const count = counter.count + batch.length;
    const row = { key: `n:${instance.number}`, properties: { count } };
    const own: Operation =
      counter.etag === undefined
        ? { kind: 'insert', row }
        : { kind: 'replace', row, etag: counter.etag };
    const rows = batch.map(({ connectionId }): Operation => {
      const properties = { userId: `u-${connectionId}`, name: 'Guest', open: true };
      return { kind: 'insert', row: { key: `c:${connectionId}`, properties } };
    });
    const result = await storage.commit(shard, [own, ...rows]);
    if (!result.ok) return false;
    counter.count = count;
    counter.etag = result.etags[0];
    return true;
  }

  /** Sees to it that the room learns of a change by this process, once in a window of the room. */
  async function announceLater(instance: Instance, room: string): Promise<void> {
    const key = `${instance.number} ${room}`;
    const isWaiting = changedAt.has(key);
    changedAt.set(key, scheduler.now);
    if (isWaiting) return;
    for (;;) {
      const total = await storage.get(room, TOTAL_KEY).catch(() => undefined);
      const { at = 0, online = 0, revision = 0, isClaimed = false } = total?.properties ?? {};
      const since = changedAt.get(key) ?? 0;
      // The sum of another process has this change.
      if (Number(at) > since && !isClaimed) break;
      const windowMs = presenceWindowMs(Number(online));
      const dueAt = Number(at) + (isClaimed ? Math.max(CLAIM_MS, windowMs) : windowMs);
      if (total && dueAt > scheduler.now) {
        await world.sleep(dueAt - scheduler.now + scheduler.random() * 100);
        continue;
      }
      // The process that claims the window reads the counters, so they are read once in a window.
      const claim = {
        key: TOTAL_KEY,
        properties: { at: scheduler.now, online, revision, isClaimed: true },
      };
      const claimed = await storage
        .commit(room, [
          total
            ? { kind: 'replace', row: claim, etag: total.etag }
            : { kind: 'insert', row: claim },
        ])
        .catch(() => undefined);
      if (!claimed?.ok) continue;
      const sum = await countAll(room).catch(() => undefined);
      if (sum === undefined) continue;
      const next = Number(revision) + 1;
      const row = {
        key: TOTAL_KEY,
        properties: { at: claim.properties.at, online: sum, revision: next, isClaimed: false },
      };
      await storage
        .commit(room, [{ kind: 'replace', row, etag: claimed.etags[0] ?? '' }])
        .catch(() => undefined);
      world.broadcast({ room, online: sum, revision: next }, 1);
      if ((changedAt.get(key) ?? 0) < claim.properties.at) break;
    }
    changedAt.delete(key);
  }

  async function countAll(room: string): Promise<number> {
    const range = { from: 'n:', to: 'n;', limit: 1_000 };
    const lists = await Promise.all(
      Array.from({ length: shards }, (_, shard) => storage.list(`${room}+${shard}`, range)),
    );
    return lists.flat().reduce((sum, { properties }) => sum + Number(properties.count), 0);
  }

  return { join, send: whole.send };
}
