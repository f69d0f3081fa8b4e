// S5: a room that nobody is in and in which nobody has ever spoken leaves nothing behind, and nobody who comes back to it loses
// anything.

import { describe, expect, test } from '@jest/globals';
import { closeRoom, openRoom } from '../../../functions/http/close-room.ts';
import { rooms as listRooms } from '../../../functions/http/rooms.ts';
import { CLEANUP_PARTITION } from '../../../functions/room/cleanup-schedule.ts';
import { LISTED_ROOMS } from '../../../functions/room/room-list.ts';
import { type Table, TableUnavailable } from '../../../functions/room/table.ts';
import { cleanUpRooms } from '../../../functions/timer/cleanup.ts';
import { ask, openTestChat, type TestChat } from '../../support/chat.ts';
import { runUntil } from '../../support/clock.ts';
import { MemoryTable } from '../../support/memory-table.ts';
import { atEveryStep } from '../../support/mortal-table.ts';

const ROOM = 'lobby';
const MINUTE = 60_000;

const rowsOf = async (chat: TestChat, partition: string) => {
  const rows = await chat.table.list(partition, { from: '', to: '~', limit: 10_000 });
  return rows.map(({ key }) => key);
};
const join = (chat: TestChat, connectionId: string) =>
  chat.rooms.submit(ROOM, { kind: 'join', connectionId, userId: 'g-ada', name: 'Ada' });
const leave = (chat: TestChat, connectionId: string) =>
  chat.rooms.submit(ROOM, { kind: 'leave', connectionId });
const visit = async (chat: TestChat) => {
  await join(chat, 'c1');
  await leave(chat, 'c1');
};
const clean = async (chat: TestChat, minutes: number) => {
  for (let minute = 0; minute < minutes; minute += 1) {
    await chat.clock.advance(MINUTE);
    await runUntil(chat.clock, cleanUpRooms(chat));
  }
};
const all = async (chat: TestChat) => ({
  room: await rowsOf(chat, ROOM),
  listed: await rowsOf(chat, LISTED_ROOMS),
  due: await rowsOf(chat, CLEANUP_PARTITION),
});
const NOTHING = { room: [], listed: [], due: [] };
/** Until the tombstone of a visit is about to go. */
const UNTIL_GONE = 9;

describe('the room of a deployment check', () => {
  const room = 'doctor-qpXRZnkW4Gw_';
  const check = async (chat: TestChat, name: string) => {
    const member = { connectionId: 'c1', userId: 'g-d', name: 'doctor' };
    await chat.rooms.submit(name, { kind: 'join', ...member });
    await chat.rooms.submit(name, {
      kind: 'send',
      id: 'a',
      userId: 'g-d',
      name: 'doctor',
      text: 'x',
    });
    await chat.rooms.submit(name, { kind: 'leave', connectionId: 'c1' });
  };
  const rowsIn = async (chat: TestChat, name: string) => [
    ...(await rowsOf(chat, name)),
    ...(await rowsOf(chat, LISTED_ROOMS)),
    ...(await rowsOf(chat, CLEANUP_PARTITION)),
  ];

  test('leaves nothing behind, although it has a message', async () => {
    const chat = openTestChat();
    await check(chat, room);
    expect(await rowsIn(chat, room)).not.toEqual([]);
    await clean(chat, 17);
    expect(await rowsIn(chat, room)).toEqual([]);
  });

  test('stays while somebody is in it', async () => {
    const chat = openTestChat();
    await check(chat, room);
    await chat.rooms.submit(room, { kind: 'join', connectionId: 'c2', userId: 'g-b', name: 'Bob' });
    await clean(chat, 30);
    expect((await chat.reader.findHead(room))?.online).toBe(1);
  });

  test.each(['doctor-', 'doctor-who', 'doctor-qpXRZnkW4Gw_x', 'my-doctor-qpXRZnkW4Gw_'])(
    'is not the room %s, which keeps its messages',
    async (name) => {
      const chat = openTestChat();
      await check(chat, name);
      await clean(chat, 30);
      expect(await chat.reader.findHead(name)).toMatchObject({ seq: 1, first: 1 });
    },
  );
});

describe('S5: an empty room in which nobody has spoken', () => {
  test('vanishes with its tombstones, and leaves nothing in storage', async () => {
    const chat = openTestChat();
    await visit(chat);
    expect((await all(chat)).listed).toEqual(['r:lobby']);
    await clean(chat, UNTIL_GONE + 2);
    expect(await all(chat)).toEqual(NOTHING);
    expect((await ask(listRooms, chat, {})).jsonBody).toEqual({ rooms: [] });
  });

  test('vanishes although the process whose timer runs knows an older head', async () => {
    const table = new MemoryTable();
    const [chat, other] = [openTestChat(table), openTestChat(table)];
    await join(chat, 'c1');
    await leave(other, 'c1');
    for (let minute = 0; minute < UNTIL_GONE; minute += 1) {
      await chat.clock.advance(MINUTE);
      await clean(other, 1);
    }
    await clean(chat, 2);
    expect(await all(chat)).toEqual(NOTHING);
  });

  test('vanishes after a late end of a connection that never joined, too', async () => {
    const chat = openTestChat();
    await leave(chat, 'never-joined');
    await clean(chat, UNTIL_GONE + 6);
    expect(await all(chat)).toEqual(NOTHING);
  });

  test('stays while it is closed, and vanishes once it is open', async () => {
    const chat = openTestChat();
    const order = { method: 'PUT', params: { room: ROOM } };
    await visit(chat);
    await ask(closeRoom, chat, order);
    await clean(chat, 20);
    expect((await all(chat)).room).toEqual(['head']);
    await ask(openRoom, chat, order);
    await clean(chat, 10);
    expect(await all(chat)).toEqual(NOTHING);
  });

  test('stays while somebody is banned from it', async () => {
    const chat = openTestChat();
    const until = chat.now() + 20 * MINUTE;
    await chat.rooms.submit(ROOM, { kind: 'ban', userId: 'g-eve', until });
    await clean(chat, 15);
    expect(await rowsOf(chat, ROOM)).toEqual(['b:g-eve', 'head']);
    await clean(chat, 15);
    expect(await all(chat)).toEqual(NOTHING);
  });

  test('keeps its head once somebody has spoken, because pages remember its numbers', async () => {
    const chat = openTestChat();
    await visit(chat);
    const line = { id: 'm1', text: 'hi', userId: 'g-ada', name: 'Ada' };
    await chat.rooms.submit(ROOM, { kind: 'send', ...line });
    await chat.clock.advance(31 * 24 * 60 * MINUTE);
    await clean(chat, 20);
    expect(await rowsOf(chat, ROOM)).toEqual(['head']);
    expect(await chat.reader.head(ROOM)).toMatchObject({ seq: 1, first: 2 });
  });

  test('vanishes in the end when the timer dies at any of its steps', async () => {
    const steps = await atEveryStep(
      async (chat) => {
        await visit(chat);
        await clean(chat, UNTIL_GONE);
        await chat.clock.advance(MINUTE);
      },
      (chat) => cleanUpRooms(chat),
      async (chat, at) => {
        await clean(chat, 8);
        expect({ at, ...(await all(chat)) }).toEqual({ at, ...NOTHING });
      },
    );
    expect(steps).toBeGreaterThan(8);
  });

  test('vanishes in the end when a join dies at any of its steps', async () => {
    const steps = await atEveryStep(
      async () => {},
      (chat) => join(chat, 'c1'),
      async (chat, at) => {
        chat.unknown.add('c1');
        await clean(chat, 25);
        expect({ at, ...(await all(chat)) }).toEqual({ at, ...NOTHING });
      },
    );
    expect(steps).toBeGreaterThan(3);
  });
});

/** A table that calls `meanwhile` once, before its step of that number, counted from `arm`. */
function interrupted(table: Table, step: number, meanwhile: () => Promise<unknown>) {
  let left = Number.POSITIVE_INFINITY;
  const before = async <T>(run: () => Promise<T>): Promise<T> => {
    left -= 1;
    if (left === 0) await meanwhile();
    return run();
  };
  return {
    arm: () => {
      left = step;
    },
    get wasReached() {
      return left <= 0;
    },
    table: {
      get: (partition, key) => before(() => table.get(partition, key)),
      list: (partition, range) => before(() => table.list(partition, range)),
      commit: (partition, operations) => before(() => table.commit(partition, operations)),
    } satisfies Table,
  };
}

/** Runs the timer once for each of its steps. Before that step somebody does something in another process. */
async function beforeEveryStep(
  meanwhile: (chat: TestChat) => Promise<unknown>,
  check: (chat: TestChat, at: string) => Promise<void>,
): Promise<number> {
  for (let step = 1; ; step += 1) {
    const memory = new MemoryTable();
    const other = openTestChat(memory);
    const storage = interrupted(memory, step, () => runUntil(other.clock, meanwhile(other)));
    const timer = openTestChat(storage.table);
    await visit(other);
    await clean(timer, UNTIL_GONE);
    await timer.clock.advance(MINUTE);
    await other.clock.advance(timer.now() - other.now());
    storage.arm();
    await runUntil(timer.clock, cleanUpRooms(timer));
    if (!storage.wasReached) return step;
    await check(other, `before step ${step}`);
  }
}

describe('S5: somebody who comes while an empty room vanishes', () => {
  test('wins, before any step of the timer: is counted, and the room is listed and due', async () => {
    const steps = await beforeEveryStep(
      (chat) => join(chat, 'c2'),
      async (chat, at) => {
        const { online, listed } = await chat.reader.head(ROOM);
        expect({ at, online, listed }).toEqual({ at, online: 1, listed: true });
        expect({ at, listed: await rowsOf(chat, LISTED_ROOMS) }).toEqual({
          at,
          listed: ['r:lobby'],
        });
        // Nobody reports its end. The timer finds it, and the room vanishes.
        chat.unknown.add('c2');
        await clean(chat, 30);
        expect({ at, ...(await all(chat)) }).toEqual({ at, ...NOTHING });
      },
    );
    expect(steps).toBeGreaterThan(8);
  });

  test('and goes at once leaves nothing behind in the end', async () => {
    await beforeEveryStep(
      async (chat) => {
        await join(chat, 'c2');
        await leave(chat, 'c2');
      },
      async (chat, at) => {
        await clean(chat, 30);
        expect({ at, ...(await all(chat)) }).toEqual({ at, ...NOTHING });
      },
    );
  });

  test('together with an erase in one commit stays on the list', async () => {
    const chat = openTestChat();
    await visit(chat);
    const listed = await chat.cleanup.findOnList(ROOM);
    if (!listed) throw new Error('the room is not listed');
    // The first change commits alone, the other two wait for it.
    await Promise.all([
      join(chat, 'c2'),
      chat.rooms.submit(ROOM, { kind: 'erase' }),
      join(chat, 'c3'),
    ]);
    await chat.cleanup.removeFromList(listed);
    expect(await chat.reader.head(ROOM)).toMatchObject({ online: 2, listed: true });
    expect(await rowsOf(chat, LISTED_ROOMS)).toEqual(['r:lobby']);
  });
});

test('S5: a process that ends between the list and its first commit leaves no room on the list', async () => {
  const memory = new MemoryTable();
  const dying = openTestChat({
    get: (partition, key) => memory.get(partition, key),
    list: (partition, range) => memory.list(partition, range),
    commit: async (partition, operations) => {
      if (partition === ROOM) throw new TableUnavailable(new Error('dead'));
      return memory.commit(partition, operations);
    },
  });
  join(dying, 'c1').catch(() => {});
  await dying.clock.advance(1);
  expect(await rowsOf(dying, LISTED_ROOMS)).toEqual(['r:lobby']);
  const chat = openTestChat(memory);
  await clean(chat, 8);
  expect(await all(chat)).toEqual(NOTHING);
});
