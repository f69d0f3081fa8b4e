import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { ASK_EVERY_MS, MOST_ASKED, watchOtherRooms } from '../../../web/connection/other-rooms.ts';
import type { Memory } from '../../../web/device/memory.ts';
import { openMemory } from '../../../web/device/memory.ts';
import {
  forget,
  type KnownRoom,
  knownRooms,
  MOST_ROOMS,
  markRead,
  readToIn,
  visit,
} from '../../../web/device/rooms.ts';
import { historyOf, memoryOf } from '../samples.ts';

const names = (memory: Memory) => knownRooms(memory).map(({ room }) => room);

describe('known rooms', () => {
  test('are those visited, the last first, each once', () => {
    const memory = memoryOf();
    for (const room of ['a', 'b', 'a', '茶室']) visit(memory, room);
    expect(names(memory)).toEqual(['茶室', 'a', 'b']);
    forget(memory, 'a');
    expect(names(memory)).toEqual(['茶室', 'b']);
  });

  test('keep the last message read', () => {
    const memory = memoryOf();
    visit(memory, 'a');
    expect(readToIn(knownRooms(memory), 'a')).toBeUndefined();
    markRead(memory, 'a', 7);
    visit(memory, 'b');
    visit(memory, 'a');
    expect(readToIn(knownRooms(memory), 'a')).toBe(7);
    expect(readToIn(knownRooms(memory), 'b')).toBeUndefined();
  });

  test('are limited in number', () => {
    const memory = memoryOf();
    for (let n = 0; n < 30; n += 1) visit(memory, `room-${n}`);
    expect(names(memory)).toHaveLength(MOST_ROOMS);
    expect(names(memory)[0]).toBe('room-29');
  });

  test.each([
    ['no JSON', '{'],
    ['another shape', '{"rooms":[]}'],
    ['null', 'null'],
    ['rooms that cannot be', '[{"room":"a b"},{"room":7},null,7,{"room":"ok","readTo":"x"}]'],
  ])('survive %s in storage', (_, text) => {
    const memory = memoryOf({ 'chat.rooms': text });
    expect(names(memory)).toEqual(text.includes('ok') ? ['ok'] : []);
    visit(memory, 'a');
    expect(names(memory)[0]).toBe('a');
  });

  test('are forgotten with the page if it may not use storage', () => {
    const memory = openMemory(() => {
      throw new Error('SecurityError');
    });
    expect(visit(memory, 'a')).toEqual([{ room: 'a' }]);
    expect(knownRooms(memory)).toEqual([]);
  });
});

describe('unread in other rooms', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });
  const settle = () => jest.advanceTimersByTimeAsync(0);

  function watching(rooms: () => readonly KnownRoom[], seqOf: (room: string) => Promise<number>) {
    const asked: string[] = [];
    const reported: Record<string, number>[] = [];
    const sight = { isVisible: true };
    const watch = watchOtherRooms({
      rooms,
      api: (room) => ({
        history: async ({ limit }) => {
          asked.push(`${room} ${limit}`);
          return historyOf({ seq: await seqOf(room) });
        },
      }),
      isVisible: () => sight.isVisible,
      onUnread: (unread) => reported.push(Object.fromEntries(unread)),
    });
    return { watch, asked, reported, sight };
  }

  test('is what arrived since they were read, by one small request each', async () => {
    const rooms = [{ room: 'a', readTo: 4 }, { room: 'b', readTo: 9 }, { room: 'new' }];
    const { watch, asked, reported } = watching(
      () => rooms,
      async () => 9,
    );
    watch.check();
    await settle();
    expect(asked).toEqual(['a 1', 'b 1', 'new 1']);
    expect(reported).toEqual([{ a: 5, b: 0, new: 0 }]);
    watch.stop();
  });

  test('is requested from time to time, for the last few rooms, and not while hidden', async () => {
    const rooms = Array.from({ length: 12 }, (_, n) => ({ room: `r${n}`, readTo: 0 }));
    const { watch, asked, sight } = watching(
      () => rooms,
      async () => 1,
    );
    await jest.advanceTimersByTimeAsync(ASK_EVERY_MS);
    expect(asked).toHaveLength(MOST_ASKED);
    sight.isVisible = false;
    await jest.advanceTimersByTimeAsync(10 * ASK_EVERY_MS);
    expect(asked).toHaveLength(MOST_ASKED);
    watch.stop();
  });

  test('ends for a forgotten room, also during its request', async () => {
    let rooms: readonly KnownRoom[] = [
      { room: 'a', readTo: 1 },
      { room: 'b', readTo: 1 },
      { room: 'c', readTo: 1 },
    ];
    const { watch, reported } = watching(
      () => rooms,
      async (room) => {
        if (room === 'a' && reported.length === 1) rooms = rooms.slice(2);
        return 3;
      },
    );
    watch.check();
    await settle();
    watch.check();
    await settle();
    expect(reported).toEqual([{ a: 2, b: 2, c: 2 }, { c: 2 }]);
    watch.stop();
  });

  test('stays as it was without an answer', async () => {
    let isDown = false;
    const { watch, reported } = watching(
      () => [{ room: 'a', readTo: 1 }],
      async () => {
        if (isDown) throw new Error('no network');
        return 3;
      },
    );
    watch.check();
    await settle();
    isDown = true;
    watch.check();
    await settle();
    expect(reported).toEqual([{ a: 2 }, { a: 2 }]);
    watch.stop();
  });
});
