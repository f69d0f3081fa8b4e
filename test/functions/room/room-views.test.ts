import { beforeEach, describe, expect, test } from '@jest/globals';
import { MAX_HISTORY } from '../../../functions/protocol.ts';
import { RoomLog } from '../../../functions/room/room-log.ts';
import { RoomReader } from '../../../functions/room/room-reader.ts';
import { type HistoryQuery, RoomViews } from '../../../functions/room/room-views.ts';
import { messageKey } from '../../../functions/room/rows.ts';
import type { Table } from '../../../functions/room/table.ts';
import { MemoryTable } from '../../support/memory-table.ts';

const LATEST = { after: undefined, before: undefined, limit: MAX_HISTORY };
const ROOM = 'lobby';
/** Neither deferred presence nor patience ends in these tests. */
const forever = () => new Promise<void>(() => {});
const times = (count: number) => Array.from({ length: count }, (_, n) => n);

let memory: MemoryTable;
let rooms: RoomLog;
let views: RoomViews;
/** What was read since the last look. */
let requests: string[];
let entities: number;

beforeEach(() => {
  memory = new MemoryTable();
  requests = [];
  entities = 0;
  const counting: Table = {
    commit: (partition, operations) => memory.commit(partition, operations),
    get: async (partition, key) => {
      requests.push(key);
      const row = await memory.get(partition, key);
      // Like a request over a network, it is not over in the same turn.
      await new Promise((resolve) => setImmediate(resolve));
      entities += row ? 1 : 0;
      return row;
    },
    list: async (partition, range) => {
      requests.push(range.from);
      const rows = await memory.list(partition, range);
      await new Promise((resolve) => setImmediate(resolve));
      entities += rows.length;
      return rows;
    },
  };
  rooms = new RoomLog({ table: memory, sleep: forever, broadcast: async () => {} });
  views = new RoomViews({ reader: new RoomReader(counting), sleep: forever });
});

const say = (text: string) =>
  rooms.submit(ROOM, { kind: 'send', id: text.slice(0, 20), text, userId: 'u', name: 'N' });
const join = (n: number) =>
  rooms.submit(ROOM, { kind: 'join', connectionId: `c${n}`, userId: `u${n}`, name: `N${n}` });
const leave = (n: number) => rooms.submit(ROOM, { kind: 'leave', connectionId: `c${n}` });

const author = { userId: 'u', name: 'N' };

async function rowsOf(seq: number) {
  const found = await new RoomReader(memory).text(ROOM, seq);
  if (!found) throw new Error('it is not stored');
  const { messageRow, announcementRow } = found;
  return { messageRow, announcementRow };
}

async function remove(seq: number) {
  return rooms.submit(ROOM, { kind: 'delete', ...(await rowsOf(seq)), ...author });
}

async function edit(seq: number, text: string) {
  const change = { kind: 'edit', id: `edit ${text}`, text, isRepeatOnly: false } as const;
  return rooms.submit(ROOM, { ...change, ...(await rowsOf(seq)), ...author });
}

async function react(seq: number) {
  const { messageRow: row } = await rowsOf(seq);
  const reactions = [{ emoji: '👍', named: [author], others: [] }];
  const message = { row, reactions, added: [{ ...author, emoji: '👍' }], removed: [] };
  return rooms.submit(ROOM, { kind: 'react', messages: [message], userIds: ['u'] });
}

const toDeletions = (seqs: readonly number[]) =>
  seqs.map((seq) => ({ kind: 'delete', key: messageKey(seq) }) as const);

function taken(): readonly [requests: readonly string[], entities: number] {
  const answer = [requests, entities] as const;
  requests = [];
  entities = 0;
  return answer;
}

async function textsOf(query: HistoryQuery = LATEST) {
  const { answer } = await views.history(ROOM, query);
  return answer.messages.map(({ text }) => text).join(' ');
}

async function idsOf() {
  const { answer } = await views.members(ROOM);
  return answer.members.map(({ connectionId }) => connectionId).join(' ');
}

describe('Group read: 1,000 requests at once', () => {
  test('for the history take three reads of the head and one of the messages, and share one answer', async () => {
    for (const n of times(3)) await say(`m${n}`);
    const all = await Promise.all(times(1_000).map(() => views.history(ROOM, LATEST)));
    expect(new Set(all.map(({ answer }) => answer)).size).toBe(2);
    expect(taken()).toEqual([['head', 'm:0000000000000001', 'head'], 5]);
  });

  test('for the members take two reads of the head and one of the rows', async () => {
    for (const n of times(3)) await join(n);
    const all = await Promise.all(times(1_000).map(() => views.members(ROOM)));
    expect(new Set(all.map(({ answer }) => answer)).size).toBe(2);
    expect(taken()).toEqual([['head', 'c:', 'head'], 5]);
  });

  test('for the head take two reads', async () => {
    await join(1);
    const all = await Promise.all(times(1_000).map(() => views.findHead(ROOM)));
    expect(all.every((head) => head?.online === 1)).toBe(true);
    expect(taken()[0]).toEqual(['head', 'head']);
  });
});

describe('Group read: a single request reads', () => {
  test('what it did before', async () => {
    await say('a');
    await join(1);
    taken();
    expect(await textsOf()).toBe('a');
    expect(taken()).toEqual([['head', 'm:0000000000000001'], 2]);
    expect(await idsOf()).toBe('c1');
    expect(taken()).toEqual([['head', 'c:'], 2]);
  });

  test('only the head, if nothing has changed since the last one', async () => {
    await say('a');
    await join(1);
    await textsOf();
    await idsOf();
    taken();
    expect([await textsOf(), await idsOf()]).toEqual(['a', 'c1']);
    expect(taken()).toEqual([['head', 'head'], 2]);
  });

  test('only messages that are new', async () => {
    for (const text of ['a', 'b']) await say(text);
    await textsOf();
    await say('c');
    taken();
    expect(await textsOf()).toBe('a b c');
    expect(taken()).toEqual([['head', 'm:0000000000000003'], 2]);
    expect(await textsOf({ after: 1, before: undefined, limit: 9 })).toBe('b c');
    expect(await textsOf({ after: undefined, before: 3, limit: 1 })).toBe('b');
    expect(taken()[0]).toEqual(['head', 'head']);
  });
});

describe('Group read: what is kept is never offered when it is old', () => {
  test('a message that was removed has no text', async () => {
    for (const text of ['a', 'b']) await say(text);
    await textsOf();
    await remove(1);
    const { answer } = await views.history(ROOM, LATEST);
    expect(answer.messages.map(({ text, deleted }) => [text, deleted])).toEqual([
      ['', true],
      ['b', undefined],
      ['', undefined],
    ]);
  });

  describe('in a part of the history that ends before the announcement', () => {
    const parts: [string, Partial<HistoryQuery>][] = [
      ['before a number', { before: 4 }],
      ['before a number, with a limit', { before: 4, limit: 3 }],
      ['after a number, with a limit', { after: 0, limit: 3 }],
      ['after a number and before another', { after: 0, before: 4 }],
      ['from a time on, with a limit', { at: 0, limit: 3 }],
    ];

    test.each(parts)('a message that was removed has no text: %s', async (_, part) => {
      for (const text of ['a', 'b', 'c', 'd']) await say(text);
      await textsOf();
      await remove(2);
      expect(await textsOf({ ...LATEST, ...part })).toBe('a  c');
    });

    test.each(parts)('a message that was edited has its last text: %s', async (_, part) => {
      for (const text of ['a', 'b', 'c', 'd']) await say(text);
      await edit(2, 'B');
      await textsOf();
      await edit(2, 'BB');
      expect(await textsOf({ ...LATEST, ...part })).toBe('a BB c');
    });

    test('a message has no text if the part has newer messages, and not the announcement', async () => {
      for (const text of ['a', 'b']) await say(text);
      await textsOf();
      for (const text of ['c', 'd']) await say(text);
      await remove(1);
      expect(await textsOf({ ...LATEST, after: 0, limit: 3 })).toBe(' b c');
    });

    test('the announcement of an earlier edit has no text', async () => {
      for (const text of ['a', 'b']) await say(text);
      await edit(1, 'A');
      await say('c');
      await textsOf();
      await remove(1);
      expect(await textsOf({ ...LATEST, before: 4 })).toBe(' b ');
    });

    test('a removed message has no reactions, and its voters are unknown', async () => {
      for (const text of ['a', 'b', 'c']) await say(text);
      await react(2);
      expect((await views.history(ROOM, LATEST)).voters.size).toBe(1);
      await remove(2);
      const { answer, voters } = await views.history(ROOM, { ...LATEST, before: 3 });
      expect(answer.messages[1]).toMatchObject({ seq: 2, deleted: true });
      expect(answer.messages[1]).not.toHaveProperty('reactions');
      expect(voters.size).toBe(0);
    });
  });

  test('an erased message is not there', async () => {
    for (const text of ['a', 'b']) await say(text);
    await textsOf();
    await rooms.submit(ROOM, { kind: 'erase' });
    expect(await textsOf()).toBe('');
    await say('c');
    expect(await textsOf()).toBe('c');
  });

  test('a message is not there if a later one expires while newer ones are read', async () => {
    const expiring: Table = {
      get: (partition, key) => memory.get(partition, key),
      commit: (partition, operations) => memory.commit(partition, operations),
      list: async (partition, range) => {
        if (range.from > messageKey(1)) await memory.commit(ROOM, toDeletions([1, 2, 3]));
        return memory.list(partition, range);
      },
    };
    views = new RoomViews({ reader: new RoomReader(expiring), sleep: forever });
    for (const text of ['a', 'b']) await say(text);
    expect(await textsOf()).toBe('a b');
    for (const text of ['c', 'd']) await say(text);
    expect(await textsOf()).toBe('d');
  });

  test('a member who has left or come is gone or there', async () => {
    await join(1);
    await join(2);
    expect(await idsOf()).toBe('c1 c2');
    await leave(1);
    await join(3);
    expect(await idsOf()).toBe('c2 c3');
  });

  test('nothing of a table that was emptied is there', async () => {
    for (const text of ['a', 'b', 'c']) await say(text);
    await textsOf();
    const rows = await memory.list(ROOM, { from: '', to: '~', limit: 99 });
    await memory.commit(
      ROOM,
      rows.map(({ key }) => ({ kind: 'delete', key })),
    );
    rooms = new RoomLog({ table: memory, sleep: forever, broadcast: async () => {} });
    await say('x');
    expect(await textsOf()).toBe('x');
  });
});

test('Group read: more than 500 members are truncated, and their number is exact', async () => {
  await Promise.all(times(502).map(join));
  const { answer } = await views.members(ROOM);
  expect(answer).toMatchObject({ online: 502, truncated: true });
  expect(answer.members).toHaveLength(500);
});

test('Group read: long texts are read again each time', async () => {
  for (const n of times(70)) await say(`${n}`.padEnd(4_000, '.'));
  await textsOf();
  taken();
  await textsOf();
  expect(taken()[1]).toBe(71);
});
