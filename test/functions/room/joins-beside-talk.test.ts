// What a storm of joins and leaves costs, and what a message in it waits for.

import { beforeEach, describe, expect, test } from '@jest/globals';
import { RoomLog } from '../../../functions/room/room-log.ts';
import type { Operation, Table } from '../../../functions/room/table.ts';
import { MemoryTable } from '../../support/memory-table.ts';

const ROOM = 'lobby';
const times = (count: number) => Array.from({ length: count }, (_, n) => n);

let memory: MemoryTable;
/** The keys of each commit to the room, without the head. */
let commits: string[][];
let reads: string[];
/** While it is set, commits wait. */
let gate: Promise<void> | undefined;
let rooms: RoomLog;
/** By the monotonic clock, ms. */
let now = 0;

/** The deferred presence of the last test keeps no process alive. */
function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}

function openLog(): RoomLog {
  const table: Table = {
    get: (partition, key) => {
      reads.push(key);
      return memory.get(partition, key);
    },
    list: (partition, range) => memory.list(partition, range),
    commit: async (partition, operations) => {
      await gate;
      if (partition === ROOM) commits.push(operations.map(keyOf).slice(1));
      return memory.commit(partition, operations);
    },
  };
  return new RoomLog({ table, sleep, broadcast: async () => {}, monotonicNow: () => now });
}

function keyOf(operation: Operation): string {
  return operation.kind === 'delete' ? operation.key : operation.row.key;
}

beforeEach(async () => {
  memory = new MemoryTable();
  commits = [];
  reads = [];
  rooms = openLog();
  await say('first');
  commits = [];
});

const say = (id: string) =>
  rooms.submit(ROOM, { kind: 'send', id, text: id, userId: 'u', name: 'N' });
const join = (n: number) =>
  rooms.submit(ROOM, { kind: 'join', connectionId: `c${n}`, userId: `u${n}`, name: `N${n}` });
const leave = (n: number, log = rooms) =>
  log.submit(ROOM, { kind: 'leave', connectionId: `c${n}` });

/** Holds the first commit until all changes have been submitted. */
async function together(submit: () => readonly Promise<unknown>[]): Promise<void> {
  let open = () => {};
  gate = new Promise((resolve) => {
    open = resolve;
  });
  const all = submit();
  gate = undefined;
  open();
  await Promise.all(all);
}

const countOf = (kind: 'c' | 'm', keys: readonly string[] = []) =>
  keys.filter((key) => key.startsWith(`${kind}:`)).length;

describe('Joins are cheap while there is talk: of changes that wait for a commit', () => {
  test('messages go first, with twenty joins beside them', async () => {
    await together(() => [join(0), ...times(300).slice(1).map(join), say('a'), say('b')]);
    const sizes = commits.map((keys) => [countOf('m', keys), countOf('c', keys)]);
    expect(sizes).toEqual([[0, 1], [2, 20], ...times(6).map(() => [0, 40]), [0, 39]]);
  });

  test('forty joins share a commit for ten seconds after a message, and later as many as fit', async () => {
    const sizesAt = async (ms: number, from: number) => {
      commits = [];
      now = ms;
      await together(() => times(131).map((n) => join(from + n)));
      return commits.map((keys) => countOf('c', keys));
    };
    const saidAt = now;
    expect(await sizesAt(saidAt + 9_999, 0)).toEqual([1, 40, 40, 40, 10]);
    expect(await sizesAt(saidAt + 10_000, 1_000)).toEqual([1, 99, 31]);
  });

  test('joins have their share of every commit, however many messages wait', async () => {
    await together(() => [
      join(0),
      ...times(200).map((n) => say(`m${n}`)),
      ...times(60).map((n) => join(n + 1)),
    ]);
    const sizes = commits.map((keys) => [countOf('m', keys), countOf('c', keys)]);
    expect(sizes.slice(1, 4)).toEqual([
      [39, 20],
      [39, 20],
      // The last twenty are no crowd any more.
      [49, 0],
    ]);
    expect(sizes.reduce((sum, [messages = 0]) => sum + messages, 0)).toBe(200);
    expect(sizes.reduce((sum, [, joins = 0]) => sum + joins, 0)).toBe(61);
  });

  test('few joins and messages share one commit, in their order', async () => {
    await together(() => [join(0), ...times(20).map((n) => join(n + 1)), say('a')]);
    expect(commits.map((keys) => [countOf('m', keys), countOf('c', keys)])).toEqual([
      [0, 1],
      [1, 20],
    ]);
  });

  test('messages keep their order', async () => {
    const all: Promise<{ outcome: object }>[] = [];
    await together(() => {
      const joins = times(100).map(join);
      all.push(...times(60).map((n) => say(`m${n}`)));
      return [...joins, ...all];
    });
    const seqs = (await Promise.all(all)).map(({ outcome }) => 'seq' in outcome && outcome.seq);
    expect(seqs).toEqual(times(60).map((n) => n + 2));
  });
});

describe('Joins are cheap while there is talk: a connection that leaves', () => {
  test('is not read by the process that committed its join', async () => {
    await Promise.all(times(99).map(join));
    reads = [];
    await Promise.all(times(99).map((n) => leave(n)));
    expect(reads).toEqual([]);
    expect(await memory.get(ROOM, 'head')).toMatchObject({ properties: { online: 0 } });
  });

  test('is read once by another process', async () => {
    await join(1);
    reads = [];
    await leave(1, openLog());
    expect(reads).toEqual(['head', 'c:c1']);
  });

  test('and has left already in another process leaves once', async () => {
    await join(1);
    await join(2);
    await leave(1, openLog());
    await leave(1);
    expect(await memory.get(ROOM, 'head')).toMatchObject({ properties: { online: 1 } });
    await leave(2);
    expect(await memory.get(ROOM, 'head')).toMatchObject({ properties: { online: 0 } });
  });
});
