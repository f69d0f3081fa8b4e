// The contract of going to a time in a room: what the history answers, and how many reads that takes. It runs against every table.

import { describe, expect, test } from '@jest/globals';
import { RoomLog } from '../../functions/room/room-log.ts';
import { RoomReader } from '../../functions/room/room-reader.ts';
import { RoomViews } from '../../functions/room/room-views.ts';
import { messageKey } from '../../functions/room/rows.ts';
import type { Table } from '../../functions/room/table.ts';
import { countCalls } from './troubled-table.ts';

const START = 1_767_225_600_000;
const MINUTE = 60_000;
const MESSAGES = 33;

export function describeRoomAt(name: string, open: () => Promise<Table>): void {
  describe(`PastAt: a time in a room on ${name}`, () => {
    let rooms = 0;

    /** A room with a message each minute. */
    const talk = async () => {
      const table = countCalls(await open());
      const room = `at-${++rooms}-大厅`;
      let now = START;
      const log = new RoomLog({ table, broadcast: async () => {}, now: () => now });
      for (let n = 1; n <= MESSAGES; n += 1) {
        now = START + n * MINUTE;
        await log.submit(room, { kind: 'send', id: `m${n}`, text: 'hi', userId: 'u', name: 'N' });
      }
      const reader = new RoomReader(table);
      const from = async (at: number, limit = 200) => {
        // Of a process that remembers nothing.
        const views = new RoomViews({ reader, sleep: async () => {} });
        const query = { at, limit, after: undefined, before: undefined };
        table.reads = 0;
        const { answer } = await views.history(room, query);
        return answer.messages.map(({ seq }) => seq);
      };
      return { table, room, from };
    };

    test('is that of the first message sent then or later', async () => {
      const { from } = await talk();
      for (const n of [1, 2, 16, 17, 32, 33]) {
        const at = START + n * MINUTE;
        expect((await from(at))[0]).toBe(n);
        expect((await from(at - 1))[0]).toBe(n);
        expect((await from(at + 1))[0]).toBe(n === MESSAGES ? undefined : n + 1);
      }
      expect(await from(0, 3)).toEqual([1, 2, 3]);
      expect(await from(START + 5 * MINUTE, 2)).toEqual([5, 6]);
    });

    test('costs log2 of the messages in reads, and the head and the page', async () => {
      const { table, from } = await talk();
      for (let n = 0; n <= MESSAGES + 1; n += 1) {
        await from(START + n * MINUTE);
        expect(table.reads).toBeLessThanOrEqual(Math.ceil(Math.log2(MESSAGES)) + 1 + 2);
      }
    });

    test('is found where numbers are missing', async () => {
      const { table, room, from } = await talk();
      for (const n of [16, 17, 18, 33]) {
        await table.commit(room, [{ kind: 'delete', key: messageKey(n) }]);
      }
      expect((await from(START + 16 * MINUTE))[0]).toBe(19);
      expect((await from(START + 15 * MINUTE))[0]).toBe(15);
      expect(await from(START + 33 * MINUTE)).toEqual([]);
    });
  });
}
