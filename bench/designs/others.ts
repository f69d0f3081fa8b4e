// Faithful restatements of how others do it, in our own words, on the same table and the same bill.

import { Clock } from '../../test/support/clock.ts';
import type { Design, Meter, Room } from './design.ts';

const PARTITION = 'connections';
const TARGET = 'message';
const ALL = { from: 'c:', to: 'c;', limit: Number.MAX_SAFE_INTEGER };
/** Table Storage answers at most so many rows at a time. */
const PAGE = 1_000;

/**
 * The demo that this chat descends from: a row for each connection; the sender lists all rows, and posts to each of them. The
 * number online is the number of rows.
 */
export const ANCESTOR: Design = {
  name: 'the ancestor',
  about: 'a row for each connection, all listed and posted to one by one',
  open: async (meter) => {
    const service = new Set<string>();
    const list = () => listAll(meter);
    return {
      clock: new Clock(),
      service,
      connect: async (connectionId) => {
        await meter.table.commit(PARTITION, [
          { kind: 'put', row: { key: `c:${connectionId}`, properties: { connectionId } } },
        ]);
      },
      disconnect: async (connectionId) => {
        await meter.table.commit(PARTITION, [{ kind: 'delete', key: `c:${connectionId}` }]);
      },
      message: async (connectionId, text) => {
        const rows = await list();
        for (const _ of rows)
          meter.send(TARGET, [{ from: connectionId, text, online: rows.length }], 1);
      },
      count: async () => (await list()).length,
    };
  },
};

/** A counter in one row, changed by compare and swap; messages go to all connections of the hub. */
export const COUNTER: Design = {
  name: 'a counter row',
  about: 'one row with a number, read and written under its ETag, and a broadcast of it',
  open: async (meter) => {
    const service = new Set<string>();
    const change = async (by: 1 | -1) => {
      for (;;) {
        const stored = await meter.table.get(PARTITION, 'count');
        const count = Number(stored?.properties.count ?? 0) + by;
        const row = { key: 'count', properties: { count } };
        const result = await meter.table.commit(PARTITION, [
          stored ? { kind: 'replace', row, etag: stored.etag } : { kind: 'insert', row },
        ]);
        if (!result.ok) continue;
        meter.send(TARGET, [{ online: count }], service.size);
        return;
      }
    };
    return {
      clock: new Clock(),
      service,
      connect: () => change(1),
      disconnect: () => change(-1),
      ...toAll(meter, service),
      count: async () => Number((await meter.table.get(PARTITION, 'count'))?.properties.count ?? 0),
    };
  },
};

/** The quickstart of Azure SignalR with Functions: an output binding that broadcasts, and nothing stored. */
export const QUICKSTART: Design = {
  name: 'the quickstart',
  about: 'a broadcast to all connections, nothing stored, no number online, no history',
  open: async (meter): Promise<Room> => {
    const service = new Set<string>();
    return {
      clock: new Clock(),
      service,
      connect: async () => {},
      disconnect: async () => {},
      ...toAll(meter, service),
      count: async () => undefined,
    };
  },
};

async function listAll({ table }: Meter) {
  const rows = [];
  for (let from = ALL.from; ; ) {
    const page = await table.list(PARTITION, { ...ALL, from, limit: PAGE });
    rows.push(...page);
    const last = page.at(-1);
    if (!last || page.length < PAGE) return rows;
    from = `${last.key}\u0000`;
  }
}

/** Messages and typing notes go to every connection of the hub. */
function toAll(meter: Meter, service: ReadonlySet<string>): Pick<Room, 'message' | 'typing'> {
  return {
    message: async (connectionId, text) => {
      meter.send(TARGET, [{ from: connectionId, text }], service.size);
    },
    typing: async (connectionId) => {
      meter.send(TARGET, [{ typing: connectionId }], service.size);
    },
  };
}
