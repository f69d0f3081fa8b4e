// When a page asks for the reading places of an account, and when it writes them.

import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { Place } from '../../../functions/protocol.ts';
import { keepAccountPlaces, type PlacesChange } from '../../../web/connection/account-places.ts';
import { parsePlaces } from '../../../web/connection/account-reading.ts';
import { addPlaces, withPlaces } from '../../../web/device/account-rooms.ts';
import { type KnownRoom, knownRooms } from '../../../web/device/rooms.ts';
import { memoryOf } from '../samples.ts';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

const pass = (ms: number) => jest.advanceTimersByTimeAsync(ms);
const MINUTE_MS = 60_000;

/** What the server makes of a write. */
function merged(known: readonly Place[], { places, forgotten }: PlacesChange): readonly Place[] {
  const others = known.filter(({ room }) => places.every((one) => one.room !== room));
  return [...places, ...others].filter(({ room }) => !forgotten.includes(room));
}

/** An account at the server, and a device that reads. */
function open(account: readonly Place[], device: readonly KnownRoom[]) {
  const server = { places: account, isDown: false, reads: 0 };
  let rooms = device;
  const writes: PlacesChange[] = [];
  const answer = () => {
    if (server.isDown) throw new Error('no network');
    return { places: server.places };
  };
  const places = keepAccountPlaces({
    rooms: () => rooms,
    read: async () => {
      server.reads += 1;
      return answer();
    },
    write: async (change) => {
      writes.push(change);
      if (!server.isDown) server.places = merged(server.places, change);
      return answer();
    },
    onPlaces: (all) => {
      rooms = withPlaces(rooms, all);
    },
    now: () => performance.now(),
  });
  return {
    server,
    writes,
    places,
    rooms: () => rooms,
    read: (room: string, readTo: number) => {
      rooms = rooms.map((one) => (one.room === room ? { room, readTo } : one));
      places.changed();
    },
    drop: (room: string) => {
      rooms = rooms.filter((one) => one.room !== room);
      places.forget(room);
    },
  };
}

describe('a page of an account', () => {
  test('asks once, and takes the highest place in each room and the rooms of other devices', async () => {
    const { places, rooms, server } = open(
      [
        { room: 'ops', readTo: 4 },
        { room: 'tea', readTo: 9 },
      ],
      [{ room: 'tea', readTo: 7 }, { room: 'new' }],
    );
    await places.asked;
    expect(rooms()).toEqual([
      { room: 'tea', readTo: 9 },
      { room: 'new' },
      { room: 'ops', readTo: 4 },
    ]);
    await pass(10 * MINUTE_MS);
    expect(server.reads).toBe(1);
  });

  test('writes nothing if nothing was read', async () => {
    const { places, writes } = open([{ room: 'tea', readTo: 9 }], [{ room: 'tea', readTo: 9 }]);
    await pass(10 * MINUTE_MS);
    places.changed();
    places.left();
    await pass(10 * MINUTE_MS);
    expect(writes).toEqual([]);
  });

  test('writes what was read once a minute, however much it is: at most 61 writes and a read an hour', async () => {
    const { read, writes, server } = open([], [{ room: 'tea', readTo: 0 }]);
    for (let second = 1; second <= 3_600; second += 1) {
      read('tea', second);
      await pass(1_000);
    }
    expect(writes.length).toBeGreaterThanOrEqual(59);
    expect(writes.length).toBeLessThanOrEqual(61);
    expect(server.reads).toBe(1);
    expect(writes.at(-1)?.places[0]?.readTo).toBeGreaterThan(3_500);
  });

  test('writes sooner when it loses the focus, and at once when it goes out of sight', async () => {
    const { read, writes, places } = open([], [{ room: 'tea', readTo: 0 }]);
    await pass(20_000);
    read('tea', 5);
    expect(writes).toHaveLength(0);
    places.paused();
    await pass(0);
    expect(writes).toHaveLength(1);
    read('tea', 6);
    places.paused();
    await pass(9_000);
    expect(writes).toHaveLength(1);
    await pass(2_000);
    expect(writes).toHaveLength(2);
    read('tea', 7);
    places.left();
    expect(writes).toHaveLength(3);
    expect(writes.map(({ places: [place] }) => place?.readTo)).toEqual([5, 6, 7]);
  });

  test('says to the account which room leaves the list, and does not bring it back', async () => {
    const { drop, rooms, server, writes } = open(
      [
        { room: 'ops', readTo: 4 },
        { room: 'tea', readTo: 9 },
      ],
      [],
    );
    await pass(0);
    drop('ops');
    await pass(20_000);
    expect(writes).toEqual([{ places: [], forgotten: ['ops'] }]);
    expect(server.places).toEqual([{ room: 'tea', readTo: 9 }]);
    expect(rooms().map(({ room }) => room)).toEqual(['tea']);
    await pass(10 * MINUTE_MS);
    expect(writes).toHaveLength(1);
  });

  test('learns what another device has read when the person comes back after a minute', async () => {
    const { places, rooms, server } = open([], [{ room: 'tea', readTo: 1 }]);
    await pass(30_000);
    server.places = [{ room: 'tea', readTo: 8 }];
    places.came();
    await pass(0);
    expect(server.reads).toBe(1);
    await pass(MINUTE_MS);
    server.places = [{ room: 'tea', readTo: 8 }];
    await pass(MINUTE_MS);
    places.came();
    await pass(0);
    expect(rooms()).toEqual([{ room: 'tea', readTo: 8 }]);
  });

  test('goes on without the server, and writes when it answers', async () => {
    const { read, server, writes } = open([], [{ room: 'tea', readTo: 0 }]);
    server.isDown = true;
    read('tea', 5);
    await pass(5 * MINUTE_MS);
    const failed = writes.length;
    expect(failed).toBeGreaterThan(0);
    server.isDown = false;
    await pass(MINUTE_MS);
    expect(server.places).toEqual([{ room: 'tea', readTo: 5 }]);
    expect(writes.length).toBe(failed + 1);
  });

  test('does nothing after its end', async () => {
    const { places, read, writes } = open([], [{ room: 'tea', readTo: 0 }]);
    await pass(0);
    read('tea', 5);
    places.stop();
    places.left();
    await pass(10 * MINUTE_MS);
    expect(writes).toEqual([]);
  });
});

test('the device remembers the rooms of the account, at most as many as its own', () => {
  const memory = memoryOf({ 'chat.rooms': '[{"room":"tea","readTo":7}]' });
  const places = Array.from({ length: 12 }, (_, n) => ({ room: `room-${n}`, readTo: n }));
  expect(addPlaces(memory, places)).toBe(true);
  expect(addPlaces(memory, places.slice(0, 5))).toBe(false);
  expect(knownRooms(memory)).toHaveLength(12);
  expect(knownRooms(memory)[0]).toEqual({ room: 'tea', readTo: 7 });
});

test.each([
  [{ places: [{ room: 'tea', readTo: 7 }] }, [{ room: 'tea', readTo: 7 }]],
  [
    { places: [{ room: 'a b', readTo: 7 }, null, 7, { room: 'tea' }, { room: 'tea', readTo: -1 }] },
    [],
  ],
  [{ places: 7 }, undefined],
  [null, undefined],
  ['x', undefined],
])('of the answer %j the page takes %j', (answer, places) => {
  expect(parsePlaces(answer)?.places).toEqual(places);
});
