// Reading places: what travels between the devices of one person.

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  eraseReading,
  exportReading,
  markReading,
  reading,
} from '../../../functions/http/reading.ts';
import { MAX_PLACES, type Place } from '../../../functions/protocol.ts';
import { mergePlaces, ReadingPlaces } from '../../../functions/reading-places.ts';
import { CLEANUP_PARTITION } from '../../../functions/room/cleanup-schedule.ts';
import type { StoredRow, Table } from '../../../functions/room/table.ts';
import { cleanUpRooms } from '../../../functions/timer/cleanup.ts';
import { type Asked, ask, openTestChat } from '../../support/chat.ts';
import { MemoryTable } from '../../support/memory-table.ts';
import { runs } from '../../support/sizes.ts';
import { unreadable } from '../../support/troubled-table.ts';

const HOUR_MS = 60 * 60_000;
const DAY_MS = 24 * HOUR_MS;
const ACCOUNTS = {
  kind: 'entra',
  tenant: 't',
  clientId: 'c',
  isBehindAppServiceAuth: false,
} as const;

/** A table that counts requests. */
class CountedTable extends MemoryTable {
  requests = 0;
  override get(...args: Parameters<MemoryTable['get']>) {
    this.requests += 1;
    return super.get(...args);
  }
  override commit(...args: Parameters<MemoryTable['commit']>) {
    this.requests += 1;
    return super.commit(...args);
  }
}

/** A chat of people with accounts. The header `authorization` has the id of the account. */
function openChat(table = new CountedTable()) {
  const chat = openTestChat(table, ACCOUNTS, async ({ headers }) => ({
    userId: headers.get('authorization') ?? '',
    name: 'Ada',
    cookie: undefined,
  }));
  const headers = { authorization: 'e-ada' };
  const put = (body: unknown, more: Asked = {}) =>
    ask(markReading, chat, { method: 'PUT', headers, body: JSON.stringify(body), ...more });
  const get = () => ask(reading, chat, { headers });
  const rows = () => table.list('.reading', { from: '', to: '~', limit: 100 });
  return { chat, table, put, get, rows };
}

const place = (room: string, readTo: number): Place => ({ room, readTo });
const placesOf = ({ jsonBody }: { readonly jsonBody?: unknown }) =>
  (jsonBody as { readonly places?: readonly Place[] }).places;

describe('the reading places of an account', () => {
  test('are none at first, and then those of the last writes, the last first', async () => {
    const { put, get } = openChat();
    expect(placesOf(await get())).toEqual([]);
    await put({ places: [place('tea', 7)] });
    const answer = await put({ places: [place('大厅', 3)] });
    expect(placesOf(answer)).toEqual([place('大厅', 3), place('tea', 7)]);
    expect((await get()).jsonBody).toEqual(answer.jsonBody);
  });

  test('never go back', async () => {
    const { put } = openChat();
    await put({ places: [place('tea', 7)] });
    expect(placesOf(await put({ places: [place('tea', 5)] }))).toEqual([place('tea', 7)]);
    expect(placesOf(await put({ places: [place('tea', 9)] }))).toEqual([place('tea', 9)]);
  });

  test('leave out a room that the person has taken off the list', async () => {
    const { put } = openChat();
    await put({ places: [place('tea', 7), place('ops', 2)] });
    expect(placesOf(await put({ forgotten: ['tea'] }))).toEqual([place('ops', 2)]);
  });

  test('are those of the account alone', async () => {
    const { put, get } = openChat();
    await put({ places: [place('tea', 7)] }, { headers: { authorization: 'e-bob' } });
    expect(placesOf(await get())).toEqual([]);
  });

  test('lose nothing when two devices write at once', async () => {
    const { chat, put, get } = openChat();
    const writes = Array.from({ length: 4 }, (_, n) => put({ places: [place(`room-${n}`, n)] }));
    for (const answer of await Promise.all(writes)) expect(answer.status ?? 200).toBe(200);
    expect(placesOf(await get())).toHaveLength(4);
    expect(chat.announced).toEqual([]);
  });

  test('cost a read and a write, and a read if nothing is new', async () => {
    const { table, put, get } = openChat();
    const costOf = async (run: () => Promise<unknown>) => {
      const before = table.requests;
      await run();
      return table.requests - before;
    };
    expect(await costOf(() => put({ places: [place('tea', 7)] }))).toBe(2);
    expect(await costOf(() => put({ places: [place('tea', 7)] }))).toBe(1);
    expect(await costOf(() => put({ places: [place('tea', 8)] }))).toBe(2);
    expect(await costOf(get)).toBe(1);
  });

  test('are refused more often than every few seconds', async () => {
    const { chat, put } = openChat();
    const statuses: (number | undefined)[] = [];
    for (let n = 0; n < 25; n += 1) statuses.push((await put({ places: [] })).status);
    expect(statuses.slice(0, 20)).toEqual(Array.from({ length: 20 }, () => undefined));
    expect(statuses.slice(20)).toEqual([429, 429, 429, 429, 429]);
    expect((await put({ places: [] })).headers).toMatchObject({ 'retry-after': '2' });
    await chat.clock.advance(2_000);
    expect((await put({ places: [] })).status).toBeUndefined();
  });

  test.each([
    ['no JSON', '{', 'bad_request'],
    ['null', 'null', 'bad_request'],
    ['no list', '{"places":7}', 'bad_request'],
    ['a number below 0', '{"places":[{"room":"a","readTo":-1}]}', 'bad_request'],
    ['no whole number', '{"places":[{"room":"a","readTo":1.5}]}', 'bad_request'],
    ['no place', '{"places":[null]}', 'bad_request'],
    ['no room', '{"places":[{"room":"a b","readTo":1}]}', 'bad_room'],
    ['a partition', '{"places":[{"room":".keys","readTo":1}]}', 'bad_room'],
    [
      'too many',
      JSON.stringify({ forgotten: Array.from({ length: 13 }, () => 'a') }),
      'bad_request',
    ],
    ['too much', JSON.stringify({ places: [], more: 'x'.repeat(17_000) }), 'too_large'],
  ])('refuse %s', async (_, body, code) => {
    const { put, rows } = openChat();
    expect((await put(undefined, { body })).jsonBody).toMatchObject({ error: { code } });
    expect(await rows()).toEqual([]);
  });

  test('are not for guests, whose device is all they have', async () => {
    const chat = openTestChat();
    for (const handler of [reading, markReading]) {
      const body = '{"places":[{"room":"tea","readTo":7}]}';
      const answer = await ask(handler, chat, { method: 'PUT', body });
      expect(answer).toMatchObject({
        status: 401,
        jsonBody: {
          error: {
            code: 'not_signed_in',
            message: expect.stringMatching(/guests have no account/),
          },
        },
      });
    }
  });

  test('are not for somebody without a token', async () => {
    const chat = openTestChat(undefined, ACCOUNTS);
    expect(await ask(reading, chat, {})).toMatchObject({ status: 401 });
  });
});

describe('the row', () => {
  const keysOf = (rows: readonly StoredRow[]) => rows.map(({ key }) => key.slice(0, 2));

  test('goes with the person: an erase leaves nothing of it', async () => {
    const { chat, put, rows } = openChat();
    await put({ places: [place('tea', 7)] });
    expect(keysOf(await rows())).toEqual(['d:', 'u:']);
    const erase = (query: string) => ask(eraseReading, chat, { method: 'DELETE', query });
    expect((await erase('?user=e-ada')).status).toBe(204);
    expect(await rows()).toEqual([]);
    expect((await erase('?user=e-ada')).status).toBe(204);
    expect((await erase('')).status).toBe(400);
  });

  test('is exported to anyone with a function key, of any person', async () => {
    const { chat, put } = openChat();
    await put({ places: [place('tea', 7)] });
    const exported = (query: string) => ask(exportReading, chat, { query });
    expect(placesOf(await exported('?user=e-ada'))).toEqual([place('tea', 7)]);
    expect(placesOf(await exported('?user=e-bob'))).toEqual([]);
    expect((await exported('')).status).toBe(400);
    const long = encodeURIComponent('🚀'.repeat(33));
    expect((await exported(`?user=${long}`)).jsonBody).toEqual({
      error: {
        code: 'bad_request',
        message: `unable to export the reading places; "${'🚀'.repeat(20)}" is no user id. Add ?user= with a user id, which has at most 128 bytes.`,
      },
    });
  });

  test('goes when nobody has written it for as long as messages are kept, and not before', async () => {
    const { chat, put, get, rows } = openChat();
    await put({ places: [place('tea', 7)] });
    const cleanUp = async (days: number) => {
      await chat.clock.advance(days * DAY_MS);
      // The first run of an hour.
      await chat.clock.advance(60 * 60_000 - (chat.now() % (60 * 60_000)));
      await cleanUpRooms(chat);
    };
    await cleanUp(20);
    await put({ places: [place('tea', 8)] });
    expect(keysOf(await rows())).toEqual(['d:', 'u:']);
    await cleanUp(29);
    expect(placesOf(await get())).toEqual([place('tea', 8)]);
    await cleanUp(4);
    expect(await rows()).toEqual([]);
  });

  describe('that has expired', () => {
    const people = Array.from({ length: 40 }, (_, n) => `e-${n}`);
    const openExpired = async (table: Table) => {
      const chat = openTestChat(table);
      const change = { places: [place('tea', 7)], forgotten: [] };
      for (const person of people) await chat.places.mark(person, change);
      await chat.clock.advance(40 * DAY_MS);
      // The first run of an hour.
      await chat.clock.advance(HOUR_MS - (chat.now() % HOUR_MS));
      return chat;
    };
    const left = async ({ table }: { readonly table: Table }) =>
      (await table.list('.reading', { from: 'u:', to: 'u;', limit: 99 })).length;

    test('goes beside the rooms: neither waits for the other', async () => {
      const chat = await openExpired(new MemoryTable());
      const { removeExpired } = chat.places;
      const { dueRooms } = chat.cleanup;
      // Each of them goes on when the other has begun.
      let [roomsBegin, placesBegin] = [() => {}, () => {}];
      const rooms = new Promise<void>((resolve) => {
        roomsBegin = resolve;
      });
      const places = new Promise<void>((resolve) => {
        placesBegin = resolve;
      });
      chat.places.removeExpired = async (isLate) => {
        placesBegin();
        await rooms;
        await removeExpired.call(chat.places, isLate);
      };
      chat.cleanup.dueRooms = async (...asked) => {
        roomsBegin();
        await places;
        return dueRooms.call(chat.cleanup, ...asked);
      };
      await cleanUpRooms(chat);
      expect(await left(chat)).toBe(0);
    });

    test('goes also if no room can be cleaned up', async () => {
      const chat = await openExpired(unreadable((partition) => partition === CLEANUP_PARTITION));
      await expect(cleanUpRooms(chat)).rejects.toThrow('busy');
      expect(await left(chat)).toBe(0);
    });

    test('goes with the next run, a minute later, if storage fails or time is up', async () => {
      let isOut = true;
      const chat = await openExpired(unreadable((partition) => isOut && partition === '.reading'));
      expect(await cleanUpRooms(chat)).toMatchObject({ failed: [{ reason: 'Error: busy' }] });
      isOut = false;
      // Each look at a row takes two seconds of the clock.
      const { get } = chat.table;
      chat.table.get = async (partition, key) => {
        if (partition === '.reading') chat.clock.set(2_000);
        return get(partition, key);
      };
      await chat.clock.advance(60_000);
      await cleanUpRooms(chat);
      expect(await left(chat)).toBeGreaterThan(people.length / 2);
      await chat.clock.advance(60_000);
      await cleanUpRooms(chat);
      await chat.clock.advance(60_000);
      await cleanUpRooms(chat);
      expect(await left(chat)).toBe(0);
    });
  });

  test('is written again after an erase that stopped half way', async () => {
    const { chat, table, put, get, rows } = openChat();
    await put({ places: [place('tea', 7)] });
    const [due] = await rows();
    await table.commit('.reading', [{ kind: 'delete', key: due?.key ?? '' }]);
    await chat.clock.advance(2 * DAY_MS);
    await put({ places: [place('tea', 8)] });
    expect(placesOf(await get())).toEqual([place('tea', 8)]);
    expect(keysOf(await rows())).toEqual(['d:', 'u:']);
  });

  test('gives up against a row that changes each time, with an error that says to try again', async () => {
    const table = new MemoryTable();
    table.commit = async () => ({ ok: false, reason: 'changed', index: 0 });
    const places = new ReadingPlaces({ table, keptMs: DAY_MS, now: () => 0 });
    await expect(places.mark('e-ada', { places: [place('a', 1)], forgotten: [] })).rejects.toThrow(
      /other devices wrote at the same time. Try again/,
    );
  });
});

test('merged in any order, the highest place in each room wins, and no more rooms stay than a device remembers', () => {
  const rooms = fc.constantFrom(...Array.from({ length: 15 }, (_, n) => `room-${n}`));
  const some = fc.record({ room: rooms, readTo: fc.nat({ max: 50 }) });
  const changes = fc.array(fc.array(some, { maxLength: 4 }), { maxLength: 12 });
  fc.assert(
    fc.property(changes, (all) => {
      let known: readonly Place[] = [];
      const highest = new Map<string, number>();
      for (const places of all) {
        const before = known;
        known = mergePlaces(known, { places, forgotten: [] });
        for (const { room, readTo } of places) {
          highest.set(room, Math.max(readTo, highest.get(room) ?? 0));
        }
        expect(known.length).toBeLessThanOrEqual(MAX_PLACES);
        expect(new Set(known.map(({ room }) => room)).size).toBe(known.length);
        for (const { room, readTo } of known) {
          expect(readTo).toBeGreaterThanOrEqual(
            before.find((one) => one.room === room)?.readTo ?? 0,
          );
        }
        // A room may have left the list and come back.
        if (highest.size <= MAX_PLACES) {
          expect(new Map(known.map(({ room, readTo }) => [room, readTo]))).toEqual(highest);
        }
      }
    }),
    runs(),
  );
});
