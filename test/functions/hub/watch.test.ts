// `watch`: a connection learns of new lines in other rooms, at a cost that does not grow with their lines.

import { describe, expect, jest, test } from '@jest/globals';
import { deleteMessage } from '../../../functions/http/delete-message.ts';
import { publish } from '../../../functions/http/publish.ts';
import { connected } from '../../../functions/hub/connected.ts';
import { message } from '../../../functions/hub/message.ts';
import { WATCHED_FOR_MS, watch } from '../../../functions/hub/watch.ts';
import { MAX_WATCHED } from '../../../functions/protocol.ts';
import { ask, openTestChat, type TestChat } from '../../support/chat.ts';
import { settle } from '../../support/clock.ts';

const ada = { userId: 'g-ada', name: 'Ada', room: 'lobby' };
const bob = { userId: 'g-bob', name: 'Bob', room: 'tea' };
let lines = 0;

async function enter(chat: TestChat): Promise<void> {
  await connected(await chat.call('a', ada), chat);
  await connected(await chat.call('b', bob), chat);
}

async function say(chat: TestChat, text = 'hi'): Promise<void> {
  lines += 1;
  await message(await chat.call('b', bob, text, `m${lines}`), chat);
  await settle();
}

async function watchFrom(chat: TestChat, rooms: unknown) {
  const { result } = await watch(await chat.call('a', ada, rooms), chat);
  return result;
}

describe('watch', () => {
  test('adds the connection to the groups of the rooms, and says what their last lines are', async () => {
    const chat = openTestChat();
    await enter(chat);
    await say(chat);
    expect(await watchFrom(chat, ['tea', 'empty'])).toEqual({
      ok: true,
      rooms: [
        { room: 'tea', seq: 1, first: 1, last: 1 },
        { room: 'empty', seq: 0, first: 1, last: 0 },
      ],
    });
    expect(chat.added).toEqual([
      { group: '~user:g-ada', connectionId: 'a' },
      { group: '~watch:tea', connectionId: 'a' },
      { group: '~watch:empty', connectionId: 'a' },
    ]);
  });

  test('fixes: a line that is stored while a room begins to be watched is in the answer', async () => {
    const chat = openTestChat();
    await enter(chat);
    const { submit } = chat.rooms;
    jest.spyOn(chat.rooms, 'submit').mockImplementation(async (room, change) => {
      if (change.kind === 'watch') {
        await message(await chat.call('b', bob, 'just before', 'm-before'), chat);
      }
      return submit.call(chat.rooms, room, change);
    });
    expect(await watchFrom(chat, ['tea'])).toMatchObject({ rooms: [{ room: 'tea', seq: 1 }] });
    expect(chat.notes).toEqual([]);
    await say(chat);
    expect(chat.notes).toEqual([{ group: '~watch:tea', unread: { room: 'tea', seq: 2 } }]);
  });

  test('a line in a watched room is noted, and one in another room is not', async () => {
    const chat = openTestChat();
    await enter(chat);
    await say(chat);
    expect(chat.notes).toEqual([]);
    await watchFrom(chat, ['tea']);
    await say(chat);
    expect(chat.notes).toEqual([{ group: '~watch:tea', unread: { room: 'tea', seq: 2 } }]);
  });

  test('a mention is noted to the pages of that user, also in a room that they never entered', async () => {
    const chat = openTestChat();
    await enter(chat);
    await watchFrom(chat, []);
    const mentions = { mentions: ['g-ada', 'g-bob'] };
    await message(await chat.call('b', bob, '@Ada @Bob', 'm-1', mentions), chat);
    await settle();
    expect(chat.notes).toEqual([
      { group: '~user:g-ada', unread: { room: 'tea', seq: 1, mention: true } },
    ]);
  });

  test('a published text is one note with the number of its last line', async () => {
    const chat = openTestChat();
    await enter(chat);
    await watchFrom(chat, ['tea']);
    const body = Array.from({ length: 300 }, (_, n) => `line ${n}`).join('\n');
    const headers = { 'content-type': 'text/plain' };
    await ask(publish, chat, { method: 'POST', params: { room: 'tea' }, headers, body });
    await chat.clock.advance(2_000);
    expect(chat.notes.map(({ unread }) => unread.seq)).toEqual([98, 300]);
  });

  test('a removal is no line: it is not noted, and the last line stays', async () => {
    const chat = openTestChat();
    await enter(chat);
    await say(chat);
    await watchFrom(chat, ['tea']);
    await ask(deleteMessage, chat, { method: 'DELETE', params: { room: 'tea', seq: '1' } });
    await settle();
    expect(chat.notes).toEqual([]);
    expect(await watchFrom(chat, ['tea'])).toMatchObject({ rooms: [{ seq: 1 }] });
  });

  test('a room costs one commit in half an hour, however many watch it', async () => {
    const chat = openTestChat();
    await enter(chat);
    const { revision } = await chat.reader.head('tea');
    for (let minute = 0; minute < 30; minute += 5) {
      await watchFrom(chat, ['tea']);
      await chat.clock.advance(5 * 60_000 - 1);
    }
    expect((await chat.reader.head('tea')).revision).toBe(revision + 1);
    await chat.clock.advance(60_000);
    await watchFrom(chat, ['tea']);
    expect((await chat.reader.head('tea')).revision).toBe(revision + 2);
  });

  test('an hour after the last call nothing is noted', async () => {
    const chat = openTestChat();
    await enter(chat);
    await watchFrom(chat, ['tea']);
    await chat.clock.advance(WATCHED_FOR_MS);
    await say(chat);
    expect(chat.notes).toEqual([]);
  });

  test('a room that nobody has entered is not created', async () => {
    const chat = openTestChat();
    await enter(chat);
    await watchFrom(chat, ['empty']);
    await chat.rooms.submit('empty', { kind: 'watch', until: chat.now() + WATCHED_FOR_MS });
    expect(await chat.reader.findHead('empty')).toBeUndefined();
  });

  test.each([
    ['no list', 'tea', 'bad_request'],
    ['too many rooms', Array.from({ length: MAX_WATCHED + 1 }, (_, n) => `r${n}`), 'bad_request'],
    ['what is no room', ['tea', '~watch:tea'], 'bad_room'],
    ['what is no text', [7], 'bad_room'],
  ])('%s is refused, and nothing is watched', async (_, rooms, code) => {
    const chat = openTestChat();
    await enter(chat);
    expect(await watchFrom(chat, rooms)).toMatchObject({ ok: false, code });
    expect(chat.added).toEqual([]);
  });

  test('each call counts for the rate limit', async () => {
    const chat = openTestChat();
    await enter(chat);
    for (let n = 0; n < 30; n += 1) await watchFrom(chat, []);
    expect(await watchFrom(chat, [])).toMatchObject({ ok: false, code: 'too_many_messages' });
  });

  test('is refused with `unavailable` while the service does not answer', async () => {
    const chat = openTestChat();
    await enter(chat);
    const broken = {
      ...chat,
      service: { ...chat.service, addToGroup: async () => Promise.reject(new Error('gone')) },
    };
    const { result, failure } = await watch(await chat.call('a', ada, ['tea']), broken);
    expect(result).toMatchObject({ ok: false, code: 'unavailable' });
    expect(failure).toEqual(new Error('gone'));
  });

  test('a connection with a forged ticket watches nothing', async () => {
    const chat = openTestChat();
    const call = { connectionId: 'x', ticket: 'forged', arguments: [['tea']] };
    expect(await watch(call, chat)).toMatchObject({ result: { ok: false, code: 'bad_ticket' } });
    expect(chat.added).toEqual([]);
  });
});
