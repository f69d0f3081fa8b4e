// The contract of the room log under all failures of storage. It runs against every table.

import { describe, expect, test } from '@jest/globals';
import type { Events } from '../../functions/protocol.ts';
import type { Change } from '../../functions/room/change.ts';
import type { ChangeResult } from '../../functions/room/pending-change.ts';
import { RoomLog } from '../../functions/room/room-log.ts';
import { RoomReader } from '../../functions/room/room-reader.ts';
import {
  CONNECTION_ROWS,
  fromConnectionRow,
  fromHeadRow,
  fromMessageRow,
  HEAD_KEY,
  messageKey,
} from '../../functions/room/rows.ts';
import { type Table, TableUnavailable } from '../../functions/room/table.ts';
import { newRandom, shuffle } from './random.ts';
import { countCalls, troubled } from './troubled-table.ts';

const member = (n: number) => ({
  connectionId: `connection-${n}`,
  userId: `user-${n}`,
  name: `Name ${n}`,
});
const join = (n: number) => ({ kind: 'join', ...member(n) }) as const;
const leave = (n: number) => ({ kind: 'leave', connectionId: `connection-${n}` }) as const;
const send = (n: number, id = `id-${n}`) => {
  const { userId, name } = member(n);
  return { kind: 'send', userId, name, id, text: `text ${id}` } as const;
};

const times = (count: number) => Array.from({ length: count }, (_, n) => n);
const framesOf = (settled: readonly ChangeResult[]): Events[] =>
  settled.flatMap(({ frames }) => frames);

/** The final state of the room's rows. */
async function readRoom(table: Table, room: string) {
  const head = await table.get(room, HEAD_KEY);
  const range = { limit: 10_000 };
  const connections = await table.list(room, { ...CONNECTION_ROWS, ...range });
  const messages = await table.list(room, { from: 'm:', to: 'm;', ...range });
  return {
    head: head && fromHeadRow(head),
    open: connections.map(fromConnectionRow).filter(({ open }) => open),
    messages: messages.map(fromMessageRow),
  };
}

async function expectSound(table: Table, room: string, online: number, messages: number) {
  const { head, open, messages: stored } = await readRoom(table, room);
  expect(head?.online).toBe(online);
  expect(open).toHaveLength(online);
  expect(stored.map(({ seq }) => seq)).toEqual(times(messages).map((n) => n + 1));
  expect(head?.seq).toBe(messages);
}

export function describeRoomLog(name: string, open: () => Promise<Table>): void {
  describe(`the room log on ${name}`, () => {
    let rooms = 0;
    const newRoom = () => `room-${++rooms}-大厅`;
    const newLog = (table: Table, options: { random?: () => number } = {}) =>
      new RoomLog({ table, broadcast: async () => {}, ...options });

    test('counts joins and leaves, and numbers messages without a gap', async () => {
      const table = await open();
      const log = newLog(table);
      const room = newRoom();
      const first = await log.submit(room, join(1));
      expect(first.outcome).toEqual({
        kind: 'joined',
        revision: 1,
        seq: 0,
        online: 1,
        creator: '',
      });
      expect(first.frames).toMatchObject([{ room, revision: 1, online: 1, joined: [member(1)] }]);
      const second = await log.submit(room, join(2));
      expect(second.outcome).toMatchObject({ revision: 2, online: 2 });
      const said = await log.submit(room, send(1));
      expect(said.outcome).toMatchObject({ kind: 'stored', seq: 1, online: 2 });
      expect(said.frames).toMatchObject([
        {
          revision: 3,
          seq: 1,
          online: 2,
          messages: [{ seq: 1, text: 'text id-1', name: 'Name 1' }],
        },
      ]);
      const left = await log.submit(room, leave(1));
      expect(left.frames).toMatchObject([{ revision: 4, online: 1, left: [member(1)] }]);
      await expectSound(table, room, 1, 1);
    });

    test('fixes: keeps with each message the number online at its moment, and reads it again', async () => {
      const table = await open();
      const log = newLog(table);
      const room = newRoom();
      const onlineOf = (frames: readonly Events[]) =>
        frames.flatMap(({ messages }) => messages.map(({ online }) => online));
      await log.submit(room, join(1));
      const one = await log.submit(room, send(1));
      await log.submit(room, join(2));
      const two = await log.submit(room, send(2));
      await log.submit(room, leave(1));
      const again = await log.submit(room, send(2));
      expect([one, two, again].map(({ frames }) => onlineOf(frames))).toEqual([[1], [2], [2]]);
      const { messages } = await readRoom(table, room);
      expect(messages.map(({ online }) => online)).toEqual([1, 2]);
      // A row of an earlier version has no count.
      const row = await table.get(room, messageKey(1));
      const { online: _, ...earlier } = row?.properties ?? {};
      expect(fromMessageRow({ key: messageKey(1), properties: earlier })).not.toHaveProperty(
        'online',
      );
    });

    test('has one creator, also if several join at the same moment, with every answer of storage', async () => {
      const random = newRandom(18);
      const table = await open();
      const lossy = troubled(table, () =>
        random() < 0.3 ? (random() < 0.5 ? 'no answer before' : 'no answer after') : 'none',
      );
      const room = `room-${++rooms}-k3m9-abcd-efgh-jkmn`;
      const logs = [newLog(lossy), newLog(lossy), newLog(table)];
      const settled = await Promise.all(
        logs.flatMap((log, n) => times(10).map((m) => log.submit(room, join(10 * n + m)))),
      );
      const { head, open: connections } = await readRoom(table, room);
      expect(settled.map(({ outcome }) => outcome)).toMatchObject(
        times(30).map(() => ({ kind: 'joined', creator: head?.creator })),
      );
      expect(connections.map(({ userId }) => userId)).toContain(head?.creator);
      const [log = newLog(table)] = logs;
      await log.submit(room, { kind: 'erase' });
      await Promise.all(times(30).map((n) => log.submit(room, leave(n))));
      const late = await newLog(table).submit(room, join(99));
      expect(late.outcome).toMatchObject({ kind: 'joined', creator: head?.creator });
    });

    test('opens a closed room for a moderator only while it is closed by whom the moderator has seen', async () => {
      const table = await open();
      const room = newRoom();
      const [here, there] = [newLog(table), newLog(table)];
      await here.submit(room, join(1));
      await here.submit(room, { kind: 'close', reason: 'night', by: 'user-1' });
      expect((await readRoom(table, room)).head).toMatchObject({ closedBy: 'user-1' });
      await there.submit(room, { kind: 'close', reason: 'for good' });
      const refused = await here.submit(room, { kind: 'open', closedBy: 'user-1' });
      expect(refused.outcome).toEqual({ kind: 'stale' });
      expect((await readRoom(table, room)).head).toMatchObject({
        closed: 'for good',
        closedBy: '',
      });
      expect((await here.submit(room, { kind: 'open' })).outcome).toEqual({ kind: 'done' });
      expect((await readRoom(table, room)).head).toMatchObject({ closed: '', closedBy: '' });
    });

    test('keeps the order of changes from one process', async () => {
      const table = await open();
      const log = newLog(table);
      const room = newRoom();
      const settled = await Promise.all(times(120).map((n) => log.submit(room, send(n))));
      expect(settled.map(({ outcome }) => outcome)).toMatchObject(
        times(120).map((n) => ({ kind: 'stored', seq: n + 1 })),
      );
      const broadcasts = framesOf(settled).flatMap(({ messages }) => messages);
      expect(broadcasts.map(({ id }) => id)).toEqual(times(120).map((n) => `id-${n}`));
      await expectSound(table, room, 0, 120);
    });

    test('commits a single change at once, and changes that arrive meanwhile together', async () => {
      const table = countCalls(await open());
      const log = newLog(table);
      const room = newRoom();
      const settled = await Promise.all(times(200).map((n) => log.submit(room, join(n))));
      // Commits of 1, 99, 99 and 1 changes.
      expect(table.commitsTo(room).map(({ operations }) => operations.length - 1)).toEqual([
        1, 99, 99, 1,
      ]);
      expect(table.reads).toBe(1);
      expect(settled.map(({ outcome }) => outcome)).toMatchObject(
        times(200).map(() => ({ kind: 'joined' })),
      );
      await log.submit(room, send(1));
      expect(table.commitsTo(room)).toHaveLength(5);
      expect(table.reads).toBe(1);
      await expectSound(table, room, 200, 1);
    });

    test('has one caller broadcast a commit, and the others only answer', async () => {
      const table = countCalls(await open());
      const log = newLog(table);
      const room = newRoom();
      const settled = await Promise.all(times(60).map((n) => log.submit(room, send(n))));
      expect(settled.filter(({ frames }) => frames.length > 0)).toHaveLength(
        table.commitsTo(room).length,
      );
      expect(framesOf(settled).map(({ revision }) => revision)).toEqual(
        table.commitsTo(room).map((_, index) => index + 1),
      );
    });

    test('has the sender broadcast a commit, not a moderator request before it', async () => {
      const log = newLog(await open());
      const room = newRoom();
      const [, banned, said] = await Promise.all([
        log.submit(room, send(1)),
        log.submit(room, { kind: 'ban', userId: 'user-9', until: Date.now() + 60_000 }),
        log.submit(room, send(2)),
      ]);
      expect(banned.frames).toEqual([]);
      expect(said.frames).toMatchObject([{ seq: 2 }]);
    });

    test('counts a connection once if it is reported twice', async () => {
      const table = await open();
      const room = newRoom();
      const log = newLog(table);
      await log.submit(room, join(1));
      const again = await log.submit(room, join(1));
      expect(again.outcome).toMatchObject({ kind: 'joined', online: 1 });
      const elsewhere = await newLog(table).submit(room, join(1));
      expect(elsewhere.outcome).toMatchObject({ kind: 'joined', online: 1 });
      await Promise.all([log.submit(room, leave(1)), log.submit(room, leave(1))]);
      await newLog(table).submit(room, leave(1));
      await expectSound(table, room, 0, 0);
    });

    test('does not count a connection whose end is reported before its beginning', async () => {
      const table = await open();
      const room = newRoom();
      const log = newLog(table);
      await log.submit(room, leave(1));
      const late = await log.submit(room, join(1));
      expect(late.outcome).toEqual({ kind: 'gone' });
      expect(late.frames).toEqual([]);
      await expectSound(table, room, 0, 0);
    });

    test('does not count a connection again if its beginning is repeated after its end', async () => {
      const table = await open();
      const room = newRoom();
      const log = newLog(table);
      await log.submit(room, join(1));
      await log.submit(room, leave(1));
      expect((await log.submit(room, join(1))).outcome).toEqual({ kind: 'gone' });
      await expectSound(table, room, 0, 0);
    });

    test('is exact when beginning and end arrive in one batch', async () => {
      const table = await open();
      const room = newRoom();
      const log = newLog(table);
      const settled = await Promise.all([
        log.submit(room, join(1)),
        log.submit(room, join(2)),
        log.submit(room, leave(2)),
        log.submit(room, leave(3)),
        log.submit(room, join(3)),
      ]);
      expect(settled).toHaveLength(5);
      await expectSound(table, room, 1, 0);
    });

    test('answers a repeated message with its first result, and broadcasts it again', async () => {
      const table = await open();
      const room = newRoom();
      const log = newLog(table);
      const first = await log.submit(room, send(1, 'same'));
      await log.submit(room, send(2));
      for (const writer of [log, newLog(table)]) {
        const again = await writer.submit(room, send(1, 'same'));
        expect(again.outcome).toEqual(first.outcome);
        expect(again.frames).toMatchObject([{ seq: 2, messages: [{ seq: 1, id: 'same' }] }]);
      }
      await expectSound(table, room, 0, 2);
    });

    test('commits the rest of a batch if a part of it happened before', async () => {
      const table = await open();
      const room = newRoom();
      const log = newLog(table);
      await Promise.all([1, 4, 7].map((n) => log.submit(room, send(n))));
      await log.submit(room, join(5));
      const settled = await Promise.all([
        ...times(10).map((n) => log.submit(room, send(n))),
        ...times(10).map((n) => log.submit(room, join(n))),
      ]);
      expect(settled.map(({ outcome }) => outcome.kind)).toEqual([
        ...times(10).map(() => 'stored'),
        ...times(10).map(() => 'joined'),
      ]);
      await expectSound(table, room, 10, 10);
    });

    test('finds out in a few requests that a whole batch happened before', async () => {
      const room = newRoom();
      const table = countCalls(await open());
      const log = newLog(table);
      const first = await Promise.all(times(49).map((n) => log.submit(room, send(n))));
      const commits = table.commitsTo(room).length;
      const again = await Promise.all(times(49).map((n) => log.submit(room, send(n))));
      expect(again.map(({ outcome }) => outcome)).toEqual(first.map(({ outcome }) => outcome));
      expect(table.commitsTo(room).length - commits).toBeLessThanOrEqual(3);
      await expectSound(table, room, 0, 49);
    });

    test('stores the same message once if it is sent twice at once', async () => {
      const table = await open();
      const room = newRoom();
      const log = newLog(table);
      const [a, b] = await Promise.all([
        log.submit(room, send(1, 'same')),
        log.submit(room, send(1, 'same')),
      ]);
      expect(b?.outcome).toEqual(a?.outcome);
      await expectSound(table, room, 0, 1);
    });

    test('distinguishes equal ids of different users, with any characters', async () => {
      const table = await open();
      const room = newRoom();
      const log = newLog(table);
      const ids = ['a', 'a/b', 'a#?\\', '消息', '👋🏽', "it's", 'a:b'];
      await Promise.all(ids.flatMap((id) => [1, 2].map((n) => log.submit(room, send(n, id)))));
      await expectSound(table, room, 0, 14);
    });

    test('stays exact and without gaps while processes compete for a room', async () => {
      const table = await open();
      const room = newRoom();
      const logs = times(3).map((n) => newLog(table, { random: newRandom(n + 1) }));
      const settled = await Promise.all(
        times(150).flatMap((n) => {
          const log = logs[n % 3] as RoomLog;
          return [log.submit(room, join(n)), log.submit(room, send(n))];
        }),
      );
      const broadcasts = framesOf(settled).flatMap(({ messages }) =>
        messages.map(({ seq }) => seq),
      );
      expect(broadcasts.sort((a, b) => a - b)).toEqual(times(150).map((n) => n + 1));
      const revisions = framesOf(settled).map(({ revision }) => revision);
      expect(new Set(revisions).size).toBe(revisions.length);
      await expectSound(table, room, 150, 150);
    });

    test.each(['no answer before', 'no answer after'] as const)(
      'is exact when every third commit gets %s it took effect',
      async (kind) => {
        const table = await open();
        const room = newRoom();
        let commits = 0;
        const bad = troubled(table, () => (++commits % 3 === 2 ? kind : 'none'));
        const log = newLog(bad, { random: () => 0 });
        const rival = newLog(table);
        const settled: ChangeResult[] = [];
        for (const n of times(12)) {
          settled.push(
            ...(await Promise.all([
              log.submit(room, join(n)),
              log.submit(room, send(n)),
              rival.submit(room, send(100 + n)),
            ])),
          );
        }
        for (const n of times(6)) settled.push(await log.submit(room, leave(n)));
        const broadcasts = framesOf(settled).flatMap(({ messages }) =>
          messages.map(({ seq }) => seq),
        );
        expect([...new Set(broadcasts)].sort((a, b) => a - b)).toEqual(times(24).map((n) => n + 1));
        await expectSound(table, room, 6, 24);
      },
    );

    test('is exact when the events of 150 connections come twice, shuffled, to three processes', async () => {
      const table = await open();
      const random = newRandom(42);
      const room = newRoom();
      const logs = times(3).map((n) => newLog(table, { random: newRandom(n + 7) }));
      const staying = (n: number) => n % 3 !== 0;
      const events = times(150).flatMap((n) =>
        staying(n) ? [join(n), join(n)] : [join(n), leave(n), join(n), leave(n)],
      );
      await Promise.all(
        shuffle(events, random).map((event, n) => logs[n % 3]?.submit(room, event)),
      );
      await expectSound(table, room, 100, 0);
    });

    test('refuses a banned user until the ban ends, and nobody else', async () => {
      const table = await open();
      const room = newRoom();
      let now = Date.now();
      const until = now + 60_000;
      await newLog(table).submit(room, { kind: 'ban', userId: 'user-1', until });
      const log = new RoomLog({ table, broadcast: async () => {}, now: () => now });
      expect((await log.submit(room, join(1))).outcome).toEqual({ kind: 'banned', until });
      expect((await log.submit(room, send(1))).outcome).toEqual({ kind: 'banned', until });
      expect((await log.submit(room, join(2))).outcome).toMatchObject({ kind: 'joined' });
      now = until;
      expect((await log.submit(room, join(1))).outcome).toMatchObject({ kind: 'joined' });
      await expectSound(table, room, 2, 0);
    });

    test('refuses a user until the end of the longer of two bans', async () => {
      const table = await open();
      const room = newRoom();
      const until = Date.now() + 600_000;
      await newLog(table).submit(room, { kind: 'ban', userId: 'user-1', until });
      await newLog(table).submit(room, { kind: 'ban', userId: 'user-1', until: until - 1 });
      const log = newLog(table);
      expect((await log.submit(room, join(1))).outcome).toEqual({ kind: 'banned', until });
    });

    test('broadcasts a commit without an answer once, for any number of its changes that find out', async () => {
      const stored = await open();
      const room = newRoom();
      await newLog(stored).submit(room, send(0));
      let isLost = false;
      const announced: Events[] = [];
      // The second commit takes effect without an answer, and another process is faster after it.
      const table: Table = {
        get: (partition, key) => stored.get(partition, key),
        list: (partition, range) => stored.list(partition, range),
        commit: async (partition, operations) => {
          const result = await stored.commit(partition, operations);
          if (partition !== room || isLost || !result.ok || operations.length < 8) return result;
          isLost = true;
          await newLog(stored).submit(room, send(99));
          throw new TableUnavailable(new Error('lost'));
        },
      };
      const log = new RoomLog({
        table,
        broadcast: async (events) => {
          announced.push(events);
        },
        random: () => 0,
      });
      // One of them happened before, and the first is committed alone.
      const settled = await Promise.all(
        [join(7), send(0), ...times(20).map((n) => send(n + 1))].map((change) =>
          log.submit(room, change),
        ),
      );
      expect(isLost).toBe(true);
      const broadcasts = [...framesOf(settled), ...announced].flatMap(({ messages }) => messages);
      expect(broadcasts.filter(({ id }) => id === 'id-5')).toHaveLength(1);
      expect(log.takeNotes().filter(({ messages }) => messages > 1)).toHaveLength(1);
      await expectSound(stored, room, 1, 22);
    });

    test('adds an edit once and in order, also among edits of other processes and with lost answers', async () => {
      const stored = await open();
      const room = newRoom();
      await newLog(stored).submit(room, send(1));
      const reader = new RoomReader(stored);
      const edit = async (log: RoomLog, n: number) => {
        for (;;) {
          const found = await reader.text(room, 1);
          if (!found) throw new Error('it is stored');
          const { messageRow, announcementRow } = found;
          const { userId, name } = member(1);
          const author = { userId, name, id: `edit-${n}`, text: `edit ${n}` };
          const change = { kind: 'edit', ...author, messageRow, announcementRow } as const;
          const { outcome } = await log.submit(room, { ...change, isRepeatOnly: false });
          if (outcome.kind === 'stored') return outcome.seq;
          expect(outcome).toEqual({ kind: 'stale' });
        }
      };
      const random = newRandom(7);
      const logs = times(2).map(() =>
        newLog(troubled(stored, () => (random() < 0.2 ? 'no answer after' : 'none'))),
      );
      const asked = [...times(6), ...times(6)];
      const seqs = await Promise.all(asked.map((n, index) => edit(logs[index % 2] as RoomLog, n)));
      // Each id got one number, from both processes.
      expect(seqs.slice(6)).toEqual(seqs.slice(0, 6));
      expect([...new Set(seqs)].sort((a, b) => a - b)).toEqual(times(6).map((n) => n + 2));
      const { messages } = await readRoom(stored, room);
      const last = messages.at(-1);
      expect(messages[0]).toMatchObject({ seq: 1, text: last?.text, editedAt: last?.sentAt });
      expect(messages.map(({ edits }) => edits)).toEqual([undefined, ...times(6).map(() => 1)]);
      const texts = messages.map(({ text }) => text);
      expect(texts.filter((text) => text !== '')).toEqual([last?.text, last?.text]);
    });

    test.each(['delete', 'edit'] as const)(
      'takes a change of kind %s of a message that another process has stored since the last commit',
      async (kind) => {
        const table = await open();
        const room = newRoom();
        const [log, other] = [newLog(table), newLog(table)];
        await log.submit(room, send(1));
        await other.submit(room, send(2));
        const found = await new RoomReader(table).text(room, 2);
        if (!found) throw new Error('it is stored');
        const { messageRow, announcementRow } = found;
        const { userId, name } = member(2);
        const rows = { messageRow, announcementRow, userId, name };
        const edit = { id: 'edit-1', text: 'new', isRepeatOnly: false };
        const change: Change = kind === 'delete' ? { kind, ...rows } : { kind, ...rows, ...edit };
        const { outcome } = await log.submit(room, change);
        expect(outcome.kind).toBe(kind === 'delete' ? 'done' : 'stored');
        const { messages } = await readRoom(table, room);
        expect(messages.map(({ text }) => text)).toEqual(
          kind === 'delete' ? ['text id-1', '', ''] : ['text id-1', 'new', 'new'],
        );
      },
    );

    test('reads a message as it was broadcast', async () => {
      const table = await open();
      const room = newRoom();
      const text = `你好 👩‍👩‍👧 <b>"x"</b>\n‮مرحبا ${'字'.repeat(3_900)}`;
      const refers = { replyTo: 1, mentions: ['user-2', '你 “好”'] };
      await newLog(table).submit(room, send(0));
      const { frames } = await newLog(table).submit(room, { ...send(1), text, ...refers });
      const stored = await table.get(room, messageKey(2));
      expect(stored && fromMessageRow(stored)).toEqual(frames[0]?.messages[0]);
      expect(frames[0]?.messages[0]).toMatchObject(refers);
      expect(frames[0]?.messages[0]?.text).toBe(text);
    });
  });
}
