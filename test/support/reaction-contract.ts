// The contract of reactions under failures of storage and competing processes. It runs against every table.

import { describe, expect, test } from '@jest/globals';
import { ReactionWindow } from '../../functions/room/reaction-window.ts';
import { RoomLog } from '../../functions/room/room-log.ts';
import { RoomReader } from '../../functions/room/room-reader.ts';
import type { Table } from '../../functions/room/table.ts';
import { newRandom } from './random.ts';
import { troubled } from './troubled-table.ts';

const PEOPLE = 60;
const SAID = { kind: 'send', id: 'm', text: 'hello', userId: 'u', name: 'N' } as const;

export function describeReactions(name: string, open: () => Promise<Table>): void {
  describe(`React: reactions on ${name}`, () => {
    let rooms = 0;
    const newRoom = () => `reactions-${++rooms}-大厅`;

    /** One process. */
    const newWindow = (table: Table, random: () => number) => {
      const log = new RoomLog({ table, broadcast: async () => {} });
      const reader = new RoomReader(table);
      const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
      return {
        log,
        window: new ReactionWindow({ rooms: log, reader, sleep, now: Date.now, random }),
      };
    };

    const countOf = async (table: Table, room: string) => {
      const stored = await new RoomReader(table).message(room, 1);
      return stored?.message.reactions?.map(({ emoji, count }) => `${emoji} ${count}`);
    };

    test('of processes that compete, with answers that get lost, count each person once', async () => {
      const table = await open();
      const room = newRoom();
      const random = newRandom(11);
      const unsafe = troubled(table, () => (random() < 0.2 ? 'no answer after' : 'none'));
      const processes = [0, 1, 2].map(() => newWindow(unsafe, random));
      await newWindow(table, random).log.submit(room, SAID);
      const votes = Array.from({ length: PEOPLE }, (_, n) => {
        const vote = { userId: `u${n}`, name: `N ${n}`, emoji: n % 2 ? '👍' : '🎉', on: true };
        return processes[n % 3]?.window.vote(room, 1, vote, 1);
      });
      const outcomes = await Promise.all(votes);
      expect(new Set(outcomes.map((one) => one?.outcome.kind))).toEqual(new Set(['stands']));
      // No answer names a revision that the message has not reached, or one before the vote.
      const stored = await new RoomReader(table).message(room, 1);
      const last = Number(stored?.row.properties.reactedAt);
      for (const one of outcomes) {
        const { revision } = one?.outcome.kind === 'stands' ? one.outcome : { revision: 0 };
        expect(revision).toBeGreaterThan(1);
        expect(revision).toBeLessThanOrEqual(last);
      }
      const counts = await countOf(table, room);
      expect(counts?.sort()).toEqual([`🎉 ${PEOPLE / 2}`, `👍 ${PEOPLE / 2}`].sort());
    });

    test('are found by the revision of their change, and go with the message', async () => {
      const table = await open();
      const room = newRoom();
      const { log, window } = newWindow(table, newRandom(12));
      const reader = new RoomReader(table);
      for (const id of ['a', 'b', 'c']) await log.submit(room, { ...SAID, id });
      await window.vote(room, 2, { userId: 'u', name: 'N', emoji: '❤️', on: true }, 1);
      const found = await reader.reactedMessages(room, 1, 4);
      expect(found.map(({ message }) => message.seq)).toEqual([2]);
      expect((await reader.head(room)).reactedAt).toBe(4);
      const messageRow = found[0]?.row ?? { key: '', properties: {}, etag: '' };
      await log.submit(room, {
        kind: 'delete',
        messageRow,
        announcementRow: undefined,
        userId: 'm',
        name: 'M',
      });
      expect(await reader.reactedMessages(room, 1, 4)).toEqual([]);
      const vote = { userId: 'u', name: 'N', emoji: '❤️', on: true };
      expect(await window.vote(room, 2, vote, 1)).toMatchObject({
        outcome: { kind: 'no message' },
        frames: [],
      });
    });

    test('of a removal that was decided before them, are no obstacle: it is decided again', async () => {
      const table = await open();
      const room = newRoom();
      const { log, window } = newWindow(table, newRandom(13));
      await log.submit(room, SAID);
      const before = await new RoomReader(table).message(room, 1);
      await window.vote(room, 1, { userId: 'u', name: 'N', emoji: '❤️', on: true }, 1);
      const messageRow = before?.row ?? { key: '', properties: {}, etag: '' };
      const removal = {
        kind: 'delete',
        messageRow,
        announcementRow: undefined,
        userId: 'm',
        name: 'M',
      } as const;
      expect((await log.submit(room, removal)).outcome).toEqual({ kind: 'stale' });
      expect(await countOf(table, room)).toEqual(['❤️ 1']);
    });
  });
}
