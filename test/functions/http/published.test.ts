// Published texts: their ids, their encodings, and how much of a failed one is stored.

import { describe, expect, test } from '@jest/globals';
import { deleteMessage } from '../../../functions/http/delete-message.ts';
import { eraseRoom } from '../../../functions/http/erase-room.ts';
import { history } from '../../../functions/http/history.ts';
import { publish } from '../../../functions/http/publish.ts';
import { message } from '../../../functions/hub/message.ts';
import type { History } from '../../../functions/protocol.ts';
import { type Asked, ask, openTestChat, type TestChat } from '../../support/chat.ts';
import { runUntil } from '../../support/clock.ts';
import { MemoryTable } from '../../support/memory-table.ts';
import { slow } from '../../support/troubled-table.ts';

type Body = NonNullable<Asked['body']>;

const ROOM = 'lobby';
const params = { room: ROOM };

const post = (chat: TestChat, type: string, body: Body, query = '') =>
  ask(publish, chat, { method: 'POST', params, query, headers: { 'content-type': type }, body });
const say = (chat: TestChat, body: Body, query = '') => post(chat, 'text/plain', body, query);
const sayJson = (chat: TestChat, text: string, id: string) =>
  post(chat, 'application/json', JSON.stringify({ text, id }));
const textsOf = async (chat: TestChat) => {
  const { messages } = (await ask(history, chat, { params })).jsonBody as History;
  return messages.map(({ text }) => text);
};
const linesTo = (count: number) => Array.from({ length: count }, (_, n) => `line ${n + 1}`);

const IN_USE = { status: 409, jsonBody: { error: { code: 'id_in_use' } } };

describe('S6: a text under an id that was used before', () => {
  test('is stored once if it is the same text', async () => {
    const chat = openTestChat();
    expect(await say(chat, 'one\ntwo\nthree', '?id=x')).toMatchObject({
      status: 202,
      jsonBody: { seq: 3 },
    });
    expect(await say(chat, 'one\ntwo\nthree', '?id=x')).toMatchObject({
      status: 202,
      jsonBody: { seq: 3 },
    });
    expect(await textsOf(chat)).toEqual(['one', 'two', 'three']);
  });

  test.each([
    ['other lines', 'four\nfive\nsix'],
    ['more lines', 'one\ntwo\nthree\nfour'],
    ['fewer lines', 'one'],
    ['lines otherwise divided', 'one\ntwo three'],
  ])('is refused where it has %s, and nothing of it is stored', async (_, other) => {
    const chat = openTestChat();
    await say(chat, 'one\ntwo\nthree', '?id=x');
    expect(await say(chat, other, '?id=x')).toMatchObject(IN_USE);
    expect(await textsOf(chat)).toEqual(['one', 'two', 'three']);
  });

  test('is refused if a longer text begins alike, and the answer has the number of stored lines', async () => {
    const chat = openTestChat();
    await say(chat, linesTo(150).join('\n'), '?id=x');
    expect(await say(chat, linesTo(151).join('\n'), '?id=x')).toMatchObject({
      ...IN_USE,
      jsonBody: { stored: 98 },
    });
    expect(await say(chat, 'line 1', '?id=y')).toMatchObject({ jsonBody: { seq: 151 } });
  });

  test('is refused if one message has another text', async () => {
    const chat = openTestChat();
    await sayJson(chat, 'one', 'x');
    expect(await sayJson(chat, 'one', 'x')).toMatchObject({ status: 202, jsonBody: { seq: 1 } });
    expect(await sayJson(chat, 'two', 'x')).toMatchObject(IN_USE);
  });

  test('does not conflict between a message and the line of a text', async () => {
    const chat = openTestChat();
    await say(chat, 'one\ntwo', '?id=build');
    await sayJson(chat, 'three', 'build.1');
    await sayJson(chat, 'four', 'build.1:text');
    await say(chat, 'one\ntwo', '?id=build');
    expect(await textsOf(chat)).toEqual(['one', 'two', 'three', 'four']);
  });

  test('is refused for a person, too, and a retry is not', async () => {
    const chat = openTestChat();
    const ada = { userId: 'g-ada', name: 'Ada', room: ROOM };
    const send = async (text: string) =>
      (await message(await chat.call('c1', ada, text, 'id'), chat)).result;
    expect(await send('one')).toMatchObject({ ok: true, seq: 1 });
    expect(await send('one')).toMatchObject({ ok: true, seq: 1 });
    expect(await send('two')).toMatchObject({ ok: false, code: 'id_in_use' });
    expect(await textsOf(chat)).toEqual(['one']);
  });

  test('is new after an erase, and known after a removal', async () => {
    const chat = openTestChat();
    await say(chat, 'one\ntwo', '?id=x');
    await ask(deleteMessage, chat, { method: 'DELETE', params: { ...params, seq: '1' } });
    expect(await say(chat, 'one\ntwo', '?id=x')).toMatchObject({ jsonBody: { seq: 2 } });
    await ask(eraseRoom, chat, { method: 'DELETE', params });
    expect(await say(chat, 'other', '?id=x')).toMatchObject({ status: 202, jsonBody: { seq: 4 } });
    expect(await textsOf(chat)).toEqual(['other']);
  });
});

test('C4: the error in the middle of a text says how many lines are stored', async () => {
  const table = new MemoryTable();
  let commits = 0;
  const chat = openTestChat({
    get: (partition, key) => table.get(partition, key),
    list: (partition, range) => table.list(partition, range),
    commit: async (partition, operations) => {
      if (partition === ROOM) commits += 1;
      if (commits === 3) throw new Error('the key is wrong');
      return table.commit(partition, operations);
    },
  });
  expect(await say(chat, linesTo(350).join('\n'), '?id=x')).toMatchObject({
    status: 503,
    jsonBody: { error: { code: 'unavailable' }, stored: 196 },
  });
  commits = 2;
  const { jsonBody } = await say(chat, 'one', '?id=y');
  expect(jsonBody).not.toHaveProperty('stored');
});

const utf16 = (text: string, isBigEndian = false) => {
  const bytes = Buffer.from(`\ufeff${text}`, 'utf16le');
  return isBigEndian ? bytes.swap16() : bytes;
};

describe('C7: a byte-order mark', () => {
  const json = JSON.stringify({ text: 'Größe 好' });

  test.each([
    ['UTF-8', Buffer.from(`\ufeff${json}`), 'application/json'],
    ['UTF-16', utf16(json), 'application/json'],
    ['UTF-8', Buffer.from('\ufeffGröße 好\n'), 'text/plain'],
    ['UTF-16', utf16('Größe 好\r\n'), 'text/plain'],
    ['UTF-16 with the high byte first', utf16('Größe 好\r\n', true), 'text/plain'],
    ['UTF-16 that says so', utf16('Größe 好\r\n'), 'text/plain; charset=utf-16'],
  ])('of %s says how a body is read, and is no part of it (%#)', async (_, body, type) => {
    const chat = openTestChat();
    expect(await post(chat, type, body)).toMatchObject({ status: 202 });
    expect(await textsOf(chat)).toEqual(['Größe 好']);
  });

  test.each([
    [
      'a byte of Latin-1',
      Buffer.from('one\ntw\u00f6', 'latin1'),
      'line 2: unable to publish; it is no UTF-8.',
    ],
    [
      'half a pair after a mark',
      Buffer.concat([utf16('one'), Buffer.from([0x00, 0xd8])]),
      'unable to publish; it is no UTF-16LE.',
    ],
  ])('does not make text of %s', async (_, body, sentence) => {
    const { status, jsonBody } = await say(openTestChat(), body);
    expect([status, jsonBody]).toEqual([
      400,
      { error: { code: 'bad_request', message: expect.stringContaining(sentence) } },
    ]);
  });
});

test('C5: a line that overwrites itself is published in its last state', async () => {
  const chat = openTestChat();
  const bar = Array.from({ length: 101 }, (_, n) => `${n}%`).join('\r');
  await say(chat, `${bar}\rdone\n${bar}\r\nnext\r\n\r\r\n50%\r\u001b[K\n`, '?id=x');
  expect(await textsOf(chat)).toEqual(['done', '100%', 'next', '50%']);
});

describe('P11: what shows nothing', () => {
  const ESC = '\u001b';

  test('is dropped as a line, and the others keep their numbers', async () => {
    const chat = openTestChat();
    const lines = ['one', '\u200b\u2060', `${ESC}[32m \u3164${ESC}[0m`, '\ufe0f', 'five'];
    expect(await say(chat, lines.join('\n'), '?id=x')).toMatchObject({ jsonBody: { seq: 2 } });
    const { messages } = (await ask(history, chat, { params })).jsonBody as History;
    expect(messages.map(({ id, text }) => [id, text])).toEqual([
      ['x.1', 'one'],
      ['x.5', 'five'],
    ]);
  });

  test('is no state of a line', async () => {
    const chat = openTestChat();
    await say(chat, `100%\r${ESC}[0m\r${ESC}]0;title\u0007\u200b`);
    expect(await textsOf(chat)).toEqual(['100%']);
  });

  test.each([
    ['invisible characters', '\u200b\u3164'],
    ['control sequences', `${ESC}[31m${ESC}[2K${ESC}]8;;https://a.example${ESC}\\ ${ESC}[0m`],
  ])('is refused as a message of %s', async (_, text) => {
    const chat = openTestChat();
    expect(await sayJson(chat, text, 'x')).toMatchObject({
      status: 400,
      jsonBody: { error: { code: 'bad_text' } },
    });
    expect(await textsOf(chat)).toEqual([]);
  });
});

test('with slow storage the answer comes after half a minute with the number of stored lines, and the same text sent again goes on', async () => {
  const chat: TestChat = openTestChat(slow(6_000, () => chat));
  const text = linesTo(500).join('\n');
  const startedAt = chat.now();
  expect(await runUntil(chat.clock, say(chat, text, '?id=x'))).toMatchObject({
    status: 503,
    jsonBody: {
      error: { code: 'unavailable', message: expect.stringContaining('storage is slow') },
      stored: 392,
    },
  });
  expect(chat.now() - startedAt).toBeLessThan(60_000);
  expect(await runUntil(chat.clock, say(chat, text, '?id=x'))).toMatchObject({
    status: 202,
    jsonBody: { seq: 500 },
  });
});
