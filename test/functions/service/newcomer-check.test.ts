// Newcomers that the service drops after their join was committed. They leave the count within half a minute.

import { describe, expect, test } from '@jest/globals';
import { connected } from '../../../functions/hub/connected.ts';
import { disconnected } from '../../../functions/hub/disconnected.ts';
import { handleHub } from '../../../functions/hub/hub-function.ts';
import { message } from '../../../functions/hub/message.ts';
import { ChatError } from '../../../functions/protocol.ts';
import { EMPTY_HEAD, fromHeadRow, HEAD_KEY } from '../../../functions/room/rows.ts';
import { TableUnavailable } from '../../../functions/room/table.ts';
import { openTestChat, type TestChat } from '../../support/chat.ts';
import { runUntil } from '../../support/clock.ts';
import { MemoryTable } from '../../support/memory-table.ts';
import { countCalls } from '../../support/troubled-table.ts';

const ROOM = 'lobby';
const ada = { userId: 'g-ada', name: 'Ada', room: ROOM };
const HALF_A_MINUTE = 30_000;
const times = (count: number) => Array.from({ length: count }, (_, n) => n);

const join = async (chat: TestChat, connectionId: string) =>
  handleHub(await chat.call(connectionId, ada), connected, chat);
const onlineIn = async (chat: TestChat) => {
  const row = await chat.table.get(ROOM, HEAD_KEY);
  return (row ? fromHeadRow(row) : EMPTY_HEAD).online;
};

describe('a newcomer', () => {
  test('that the service dropped leaves the count within half a minute, with a broadcast', async () => {
    const chat = openTestChat();
    await join(chat, 'stays');
    await join(chat, 'dropped');
    chat.unknown.add('dropped');
    await chat.clock.advance(HALF_A_MINUTE);
    expect(await onlineIn(chat)).toBe(1);
    expect(chat.announced).toMatchObject([{ online: 1, left: [{ connectionId: 'dropped' }] }]);
    expect(chat.rooms.takeFailures()).toContain('corrected {"room":"lobby","connections":1}');
  });

  test('is checked once, and stays if the service knows it', async () => {
    const chat = openTestChat();
    await join(chat, 'c1');
    await chat.clock.advance(10 * HALF_A_MINUTE);
    expect(chat.checked).toEqual(['c1']);
    expect(await onlineIn(chat)).toBe(1);
    expect(chat.announced).toEqual([]);
  });

  test('is not checked if it sent a message or left meanwhile, and a message costs no request', async () => {
    const chat = openTestChat();
    await join(chat, 'sender');
    await join(chat, 'leaves');
    await handleHub(await chat.call('sender', ada, 'hi', 'id'), message, chat);
    await handleHub(await chat.call('leaves', ada), disconnected, chat);
    await chat.clock.advance(HALF_A_MINUTE);
    expect(chat.checked).toEqual([]);
  });

  test('is found at the second attempt if the service does not answer the first', async () => {
    const chat = openTestChat();
    const { hasConnection } = chat.service;
    chat.service.hasConnection = async () => {
      chat.service.hasConnection = hasConnection;
      throw new ChatError('unavailable', 'unable to reach SignalR Service');
    };
    await join(chat, 'dropped');
    chat.unknown.add('dropped');
    await chat.clock.advance(HALF_A_MINUTE);
    expect(await onlineIn(chat)).toBe(0);
  });

  test('is left to the timer if the service does not answer twice', async () => {
    const chat = openTestChat();
    let requests = 0;
    chat.service.hasConnection = async () => {
      requests += 1;
      throw new ChatError('unavailable', 'unable to reach SignalR Service');
    };
    await join(chat, 'c1');
    await chat.clock.advance(10 * HALF_A_MINUTE);
    expect(requests).toBe(2);
    expect(await onlineIn(chat)).toBe(1);
    expect(chat.rooms.takeFailures()).toEqual(
      Array(2).fill(expect.stringMatching(/^check-failed \{"room":"lobby","reason":".*unable/)),
    );
  });

  test('whose connection was closed is found, too, if its join took effect without an answer', async () => {
    const inner = new MemoryTable();
    let state: 'well' | 'breaks at the join' | 'out' = 'well';
    const guard = () => {
      if (state === 'out') throw new TableUnavailable(new Error('no answer'));
    };
    const chat = openTestChat({
      get: async (...args) => {
        guard();
        return inner.get(...args);
      },
      list: async (...args) => inner.list(...args),
      commit: async (partition, operations) => {
        guard();
        const result = await inner.commit(partition, operations);
        if (partition === ROOM && state === 'breaks at the join') state = 'out';
        guard();
        return result;
      },
    });
    const call = await chat.call('c1', ada);
    state = 'breaks at the join';
    await runUntil(chat.clock, handleHub(call, connected, chat));
    expect(chat.closed).toHaveLength(1);
    state = 'well';
    expect(await onlineIn(chat)).toBe(1);
    chat.unknown.add('c1');
    await chat.clock.advance(HALF_A_MINUTE);
    expect(await onlineIn(chat)).toBe(0);
  });
});

describe('a storm of 1,000 joins', () => {
  test('checks a few at a time, and removes the dropped ones in one commit', async () => {
    const table = countCalls(new MemoryTable());
    const chat = openTestChat(table);
    let atOnce = 0;
    let mostAtOnce = 0;
    chat.service.hasConnection = async (connectionId) => {
      atOnce += 1;
      mostAtOnce = Math.max(mostAtOnce, atOnce);
      await chat.clock.sleep(5);
      atOnce -= 1;
      return Number(connectionId.slice(1)) % 10 > 0;
    };
    // Without tickets: signing 1,000 of them would take longer than the test.
    await Promise.all(
      times(1_000).map(async (n) => {
        const member = { connectionId: `c${n}`, userId: `u${n}`, name: 'Ada' };
        await chat.rooms.submit(ROOM, { kind: 'join', ...member });
        chat.newcomers.joined(ROOM, member.connectionId);
      }),
    );
    expect(await onlineIn(chat)).toBe(1_000);
    const before = table.commits.length;
    await chat.clock.advance(HALF_A_MINUTE);
    expect(await onlineIn(chat)).toBe(900);
    expect(mostAtOnce).toBe(8);
    expect(table.commits.length - before).toBeLessThanOrEqual(4);
  });
});
