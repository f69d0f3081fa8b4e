// Who created a private room: the rule, and what becomes of it when a room is erased, vanishes, is imported, or is old.

import { describe, expect, test } from '@jest/globals';
import { archiveRoom } from '../../../functions/http/archive-room.ts';
import { eraseRoom } from '../../../functions/http/erase-room.ts';
import { importRoom } from '../../../functions/http/import-room.ts';
import { publish } from '../../../functions/http/publish.ts';
import { connected } from '../../../functions/hub/connected.ts';
import { disconnected } from '../../../functions/hub/disconnected.ts';
import { message } from '../../../functions/hub/message.ts';
import { creatorAfter } from '../../../functions/room/creator.ts';
import { EMPTY_HEAD, fromHeadRow, HEAD_KEY, toHeadRow } from '../../../functions/room/rows.ts';
import { cleanUpRooms } from '../../../functions/timer/cleanup.ts';
import { ask, openTestChat, type TestChat } from '../../support/chat.ts';
import { runUntil } from '../../support/clock.ts';

const ROOM = 'Tea-k3m9-abcd-efgh-jkmn';
const joined = (userId: string) => ({ joined: { connectionId: 'c', userId, name: 'n' } });
const left = { left: { connectionId: 'c', userId: 'g-l', name: 'n' } };
const ada = { userId: 'g-ada', name: 'Ada', room: ROOM };
const bob = { userId: 'g-bob', name: 'Bob', room: ROOM };
const creatorOf = async (chat: TestChat, room = ROOM) => (await chat.reader.head(room)).creator;
const enter = async (chat: TestChat, who: typeof ada, connection = 'c1') =>
  connected(await chat.call(connection, who), chat);
const say = (chat: TestChat, body: string) =>
  ask(publish, chat, {
    method: 'POST',
    params: { room: ROOM },
    headers: { 'content-type': 'text/plain' },
    body,
  });

test.each([
  ['the first who joins', ROOM, { creator: '', seq: 0 }, [left, joined('a'), joined('b')], 'a'],
  ['nobody yet without a join', ROOM, { creator: '', seq: 0 }, [left], ''],
  ['who is it already', ROOM, { creator: 'x', seq: 0 }, [joined('a')], 'x'],
  ['nobody where somebody has spoken', ROOM, { creator: '', seq: 1 }, [joined('a')], ''],
  ['nobody in a room of before', ROOM, { creator: undefined, seq: 0 }, [joined('a')], undefined],
  ['nobody in a public room', 'lobby', { creator: '', seq: 0 }, [joined('a')], ''],
  ['nobody in a room with an almost private name', 'k3m9-abcd-efgh', EMPTY_HEAD, [joined('a')], ''],
])('the creator is %s', (_, room, head, presence, creator) => {
  expect(creatorAfter(room, head, presence)).toBe(creator);
});

describe('a head', () => {
  test.each(['', 'g-ada', undefined])('keeps the creator %j', (creator) => {
    const { properties } = toHeadRow({ ...EMPTY_HEAD, creator, closedBy: 'g-bob' });
    expect(fromHeadRow({ key: HEAD_KEY, properties })).toMatchObject({
      creator,
      closedBy: 'g-bob',
    });
  });

  test('of an earlier version has nobody as its creator', () => {
    const { creator: _, closedBy: __, ...properties } = toHeadRow(EMPTY_HEAD).properties;
    expect(fromHeadRow({ key: HEAD_KEY, properties })).toMatchObject({
      creator: undefined,
      closedBy: '',
    });
  });
});

describe('the creator of a private room', () => {
  test('is the first of a hundred who join at once, by the order of the commit', async () => {
    const chat = openTestChat();
    const welcomes = await Promise.all(
      Array.from({ length: 100 }, async (_, n) => {
        const who = { userId: `g-${n}`, name: 'N', room: ROOM };
        const { actions } = await enter(chat, who, `c${n}`);
        return actions.flatMap((action) =>
          'target' in action && action.target === 'welcome' ? action.arguments : [],
        ) as { userId: string; moderator?: true; creator: string }[];
      }),
    );
    const creator = await creatorOf(chat);
    const all = welcomes.flat();
    expect(new Set(all.map((welcome) => welcome.creator))).toEqual(new Set([creator]));
    expect(all.filter(({ moderator }) => moderator).map(({ userId }) => userId)).toEqual([creator]);
  });

  test('is the person whose first connection ended before it was seen to open', async () => {
    const chat = openTestChat();
    await disconnected(await chat.call('c1', ada), chat);
    await enter(chat, ada, 'c1');
    expect(await creatorOf(chat)).toBe('');
    await enter(chat, ada, 'c2');
    expect(await creatorOf(chat)).toBe('g-ada');
  });

  test('is nobody in a room that begins with published lines', async () => {
    const chat = openTestChat();
    await say(chat, 'hello');
    await enter(chat, ada);
    expect(await creatorOf(chat)).toBe('');
  });

  test('stays when everything has expired, and when the room is erased', async () => {
    const chat = openTestChat();
    await enter(chat, ada);
    await message(await chat.call('c1', ada, 'hi', 'm1'), chat);
    await disconnected(await chat.call('c1', ada), chat);
    await chat.clock.advance(40 * 24 * 60 * 60_000);
    await runUntil(chat.clock, cleanUpRooms(chat));
    await enter(chat, bob, 'c2');
    expect(await creatorOf(chat)).toBe('g-ada');
    await ask(eraseRoom, chat, { method: 'DELETE', params: { room: ROOM } });
    await enter(chat, bob, 'c3');
    expect(await creatorOf(chat)).toBe('g-ada');
  });

  test('is the next who enters after an empty room has vanished', async () => {
    const chat = openTestChat();
    await enter(chat, ada);
    await disconnected(await chat.call('c1', ada), chat);
    for (let minute = 0; minute < 30; minute += 1) {
      await chat.clock.advance(60_000);
      await runUntil(chat.clock, cleanUpRooms(chat));
    }
    expect(await chat.reader.findHead(ROOM)).toBeUndefined();
    // This process knows the head of before, so its first attempt fails.
    await runUntil(chat.clock, enter(chat, bob, 'c2'));
    expect(await creatorOf(chat)).toBe('g-bob');
  });

  const archiveOf = async (chat: TestChat) =>
    String((await ask(archiveRoom, chat, { params: { room: ROOM } })).body);
  const restore = (chat: TestChat, body: string) =>
    ask(importRoom, chat, { method: 'POST', params: { room: ROOM }, body });

  test('is in the archive, and is the creator after an import, also where somebody waits', async () => {
    const [from, to] = [openTestChat(), openTestChat()];
    await enter(from, ada);
    await message(await from.call('c1', ada, 'hi', 'm1'), from);
    await enter(to, bob, 'c2');
    expect(await creatorOf(to)).toBe('g-bob');
    const body = await archiveOf(from);
    expect(await restore(to, body)).toMatchObject({ jsonBody: { imported: 1 } });
    expect(await creatorOf(to)).toBe('g-ada');
    expect(await archiveOf(to)).toBe(body);
  });

  test('is nobody after the import of an archive that names none', async () => {
    const [from, to] = [openTestChat(), openTestChat()];
    await say(from, 'hello');
    await restore(to, await archiveOf(from));
    await enter(to, bob, 'c2');
    expect(await creatorOf(to)).toBeUndefined();
  });

  test.each([7, null, '', 'a\nb', 'x'.repeat(129)])('is not %j in an archive', async (creator) => {
    const body = JSON.stringify({ room: ROOM, first: 1, seq: 0, activeAt: 1, creator });
    expect(await restore(openTestChat(), body)).toMatchObject({ status: 400 });
  });
});
