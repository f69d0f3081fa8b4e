// A room as an archive, and back: the pages of an export, and what an import makes of them.

import { describe, expect, test } from '@jest/globals';
import { archiveRoom } from '../../../functions/http/archive-room.ts';
import { closeRoom, openRoom } from '../../../functions/http/close-room.ts';
import { deleteMessage } from '../../../functions/http/delete-message.ts';
import { eraseRoom } from '../../../functions/http/erase-room.ts';
import { exportRoom } from '../../../functions/http/export-room.ts';
import { importRoom } from '../../../functions/http/import-room.ts';
import { publish } from '../../../functions/http/publish.ts';
import { rooms } from '../../../functions/http/rooms.ts';
import { connected } from '../../../functions/hub/connected.ts';
import { message } from '../../../functions/hub/message.ts';
import { RoomLog } from '../../../functions/room/room-log.ts';
import { RoomReader } from '../../../functions/room/room-reader.ts';
import { messageKey } from '../../../functions/room/rows.ts';
import { cleanUpRooms } from '../../../functions/timer/cleanup.ts';
import { ask, openTestChat, type TestChat } from '../../support/chat.ts';
import { runUntil } from '../../support/clock.ts';
import { MemoryTable } from '../../support/memory-table.ts';
import { slow, troubled } from '../../support/troubled-table.ts';

const ROOM = 'lobby';
const params = { room: ROOM };
const DAY = 24 * 60 * 60_000;
const ada = { userId: 'g-ada', name: 'Ada', room: ROOM };

const send = async (chat: TestChat, text: string, id = text) =>
  message(await chat.call('c1', ada, text, id), chat);
const say = (chat: TestChat, body: string, query = '') =>
  ask(publish, chat, {
    method: 'POST',
    params,
    query,
    headers: { 'content-type': 'text/plain' },
    body,
  });
const remove = (chat: TestChat, seq: number) =>
  ask(deleteMessage, chat, { method: 'DELETE', params: { ...params, seq: String(seq) } });
const page = async (chat: TestChat, query = '') =>
  String((await ask(archiveRoom, chat, { params, query })).body ?? '');
const load = (chat: TestChat, body: string, query = '') =>
  ask(importRoom, chat, { method: 'POST', params, query, body });
const stored = (chat: TestChat) => chat.table.list(ROOM, { from: '', to: '~', limit: 100_000 });

/** What the archive holds must be the same. Times of commits, their ids and the connections are not in it. */
async function rowsOf(chat: TestChat) {
  const rows = (await stored(chat)).filter(({ key }) => !key.startsWith('c:'));
  return rows.map(({ key, properties: { commit: _, ...rest } }) => {
    if (key !== 'head') {
      // A receipt's answer has the count of its moment, which the message does not have.
      return key.startsWith('i:') ? { key, ...rest, online: 0 } : { key, ...rest };
    }
    const { seq, first, closed, activeAt, listed, bannedUntil } = rest;
    return { key, seq, first, closed, activeAt, listed, bannedUntil };
  });
}

/** A room with everything that a room may have. */
async function openFullRoom(): Promise<TestChat> {
  const chat = openTestChat();
  await connected(await chat.call('c1', ada), chat);
  await send(chat, 'hello 大厅');
  await say(chat, 'one\ntwo\nthree', '?id=build-1');
  await send(chat, 'bad');
  await remove(chat, 5);
  await remove(chat, 3);
  await say(chat, 'four', '?id=build-2');
  await chat.rooms.submit(ROOM, { kind: 'ban', userId: 'g-bob', until: chat.now() + DAY });
  await ask(closeRoom, chat, { method: 'PUT', params, query: '?reason=night' });
  return chat;
}

describe('a room that is exported and imported', () => {
  test('has the same rows: numbers, times, authors, texts, removals, receipts, ban and closing', async () => {
    const chat = await openFullRoom();
    const archive = await page(chat);
    expect(archive).not.toContain('"text":"bad"');
    const other = openTestChat();
    expect((await load(other, archive)).jsonBody).toEqual({ imported: 8, unchanged: 0, gone: 0 });
    expect(await page(other)).toBe(archive);
    const rows = await rowsOf(chat);
    expect(rows.map(({ key }) => key)).toEqual(
      expect.arrayContaining(['head', 'b:g-bob', 'i:app:build-1.1:text', 'i:g-ada:bad']),
    );
    expect(await rowsOf(other)).toEqual(rows);
    expect((await ask(rooms, other, {})).jsonBody).toEqual({
      rooms: [expect.objectContaining({ room: ROOM, seq: 8, closed: 'night' })],
    });
  });

  test('takes nothing twice that is sent or published again, also what was removed', async () => {
    const archive = await page(await openFullRoom());
    const other = openTestChat();
    await load(other, archive);
    await ask(openRoom, other, { method: 'DELETE', params });
    await connected(await other.call('c1', ada), other);
    expect(await send(other, 'bad')).toMatchObject({ result: { ok: true, seq: 5 } });
    expect(await send(other, 'hello 大厅')).toMatchObject({ result: { ok: true, seq: 1 } });
    expect((await say(other, 'one\ntwo\nthree', '?id=build-1')).jsonBody).toEqual({ seq: 4 });
    expect((await say(other, 'another', '?id=build-1')).status).toBe(409);
    expect(await page(other)).not.toContain('"text":"bad"');
    expect(await send(other, 'new')).toMatchObject({ result: { ok: true, seq: 9 } });
  });

  test('begins where the first one began, if its oldest messages have expired', async () => {
    const chat = openTestChat();
    await say(chat, 'a\nb\nc');
    await chat.clock.advance(20 * DAY);
    await say(chat, 'd');
    await chat.clock.advance(11 * DAY);
    await cleanUpRooms(chat);
    const archive = await page(chat);
    const other = openTestChat();
    await load(other, archive);
    expect([await page(other), JSON.parse(archive.split('\n')[0] ?? '')]).toEqual([
      archive,
      expect.objectContaining({ first: 4, seq: 4 }),
    ]);
  });

  test('goes on with its numbers, if no message is left', async () => {
    const chat = openTestChat();
    await say(chat, 'a\nb');
    await chat.clock.advance(31 * DAY);
    await cleanUpRooms(chat);
    const other = openTestChat();
    await load(other, await page(chat));
    expect((await say(other, 'c')).jsonBody).toEqual({ seq: 3 });
  });

  test('has its texts deleted by the timer when they expire', async () => {
    const archive = await page(await openFullRoom());
    const other = openTestChat();
    await load(other, archive);
    await other.clock.advance(31 * DAY);
    await cleanUpRooms(other);
    expect(await other.table.get(ROOM, messageKey(1))).toBeUndefined();
    expect(await page(other)).not.toContain('hello');
  });

  test('which had expired before, has them deleted within two minutes', async () => {
    const archive = await page(await openFullRoom());
    const other = openTestChat();
    await other.clock.advance(40 * DAY);
    await load(other, archive);
    await other.clock.advance(2 * 60_000);
    await cleanUpRooms(other);
    expect(await page(other)).not.toContain('hello');
  });

  test('which has expired in the middle of the export, begins after the gap', async () => {
    const chat = openTestChat();
    await say(chat, 'a\nb\nc\nd\ne');
    const [facts, a, _b, _c, d] = (await page(chat)).split('\n');
    const other = openTestChat();
    await load(other, `${facts}\n${a}\n${d}`);
    const [after, ...lines] = (await page(other)).trimEnd().split('\n');
    expect(JSON.parse(after ?? '')).toMatchObject({ first: 6, seq: 5 });
    expect(lines).toEqual([]);
    const third = openTestChat();
    await load(third, `${facts}\n${a}\n${d}`, '?more=true');
    expect((await third.reader.head(ROOM)).first).toBe(4);
  });
});

describe('an import in parts', () => {
  const parts = (archive: string, size: number) => {
    const [facts = '', ...lines] = archive.trimEnd().split('\n');
    const all = lines.map((line) => ({ line, seq: Number(JSON.parse(line).seq ?? 0) }));
    const each: { readonly body: string; readonly query: string }[] = [];
    for (let at = 0; at < all.length; at += size) {
      const after = all[at - 1]?.seq ?? 0;
      const more = at + size < all.length ? '&more=true' : '';
      const some = all.slice(at, at + size).map(({ line }) => line);
      each.push({ body: [facts, ...some].join('\n'), query: `?after=${after}${more}` });
    }
    return each;
  };

  test('keeps everybody out until it is finished', async () => {
    const archive = await page(await openFullRoom());
    const other = openTestChat();
    await connected(await other.call('c1', ada), other);
    const [first, second] = parts(archive, 5);
    if (!first || !second) throw new Error('there are not two parts');
    await load(other, first.body, first.query);
    expect(other.closedRooms).toEqual([
      { room: ROOM, reason: expect.stringContaining('its messages are being imported') },
    ]);
    expect((await say(other, 'x')).jsonBody).toMatchObject({ error: { code: 'room_closed' } });
    expect((await ask(archiveRoom, other, { params })).jsonBody).toMatchObject({
      error: { code: 'room_in_use', message: expect.stringContaining('not finished') },
    });
    await load(other, second.body, second.query);
    expect(await page(other)).toBe(archive);
  });

  test.each([1, 2, 3, 5, 7])(
    'of %i lines is the same, also if it begins again after each of them',
    async (size) => {
      const archive = await page(await openFullRoom());
      const other = openTestChat();
      const all = parts(archive, size);
      for (let end = 1; end <= all.length; end += 1) {
        for (const { body, query } of all.slice(0, end)) {
          expect((await load(other, body, query)).status ?? 200).toBe(200);
        }
      }
      expect(await page(other)).toBe(archive);
    },
  );

  test('of other sizes goes on where it was', async () => {
    const archive = await page(await openFullRoom());
    const other = openTestChat();
    for (const { body, query } of parts(archive, 3).slice(0, 2)) await load(other, body, query);
    for (const { body, query } of parts(archive, 4)) await load(other, body, query);
    expect(await page(other)).toBe(archive);
  });

  test('of which one was left out is refused', async () => {
    const archive = await page(await openFullRoom());
    const other = openTestChat();
    const [first, , third] = parts(archive, 3);
    await load(other, third?.body ?? '', third?.query);
    expect(await stored(other)).toEqual([]);
    await load(other, first?.body ?? '', first?.query);
    expect((await load(other, third?.body ?? '', third?.query)).jsonBody).toMatchObject({
      error: { code: 'bad_request', message: expect.stringContaining('lacks the messages') },
    });
  });

  test('with answers of storage that are lost stores each message once', async () => {
    const archive = await page(await openFullRoom());
    const table = new MemoryTable();
    let commits = 0;
    const kinds = ['none', 'no answer after', 'none', 'no answer before', 'none'] as const;
    const trouble = () => kinds[commits++ % 5] ?? 'none';
    const other = openTestChat(troubled(table, trouble));
    for (const { body, query } of parts(archive, 2)) {
      const answer = await runUntil(other.clock, load(other, body, query));
      expect(answer.jsonBody).not.toHaveProperty('error');
    }
    expect(commits).toBeGreaterThan(10);
    expect(await page(openTestChat(table))).toBe(archive);
  });

  test('with slow storage is answered after half a minute, and goes on where it is repeated', async () => {
    const source = openTestChat();
    const lines = Array.from({ length: 400 }, (_, n) => `line ${n}`);
    await say(source, lines.join('\n'));
    const archive = await page(source);
    const other: TestChat = openTestChat(slow(6_000, () => other));
    const startedAt = other.now();
    expect((await runUntil(other.clock, load(other, archive))).jsonBody).toMatchObject({
      error: { code: 'unavailable', message: expect.stringContaining('storage is slow') },
    });
    expect(other.now() - startedAt).toBeLessThan(60_000);
    let answer = await runUntil(other.clock, load(other, archive));
    for (let tries = 0; answer.status === 503 && tries < 9; tries += 1) {
      answer = await runUntil(other.clock, load(other, archive));
    }
    expect(answer.jsonBody).toMatchObject({ gone: 0 });
    expect(await page(other)).toBe(archive);
  });

  test('by two processes at once is one import', async () => {
    const archive = await page(await openFullRoom());
    const table = new MemoryTable();
    const two = [openTestChat(table), openTestChat(table)];
    await Promise.all(
      two.map(async (chat) => {
        for (const { body, query } of parts(archive, 2)) {
          for (let tries = 0; tries < 20; tries += 1) {
            const { status = 200 } = await runUntil(chat.clock, load(chat, body, query));
            if (status === 200) break;
          }
        }
      }),
    );
    expect(await page(openTestChat(table))).toBe(archive);
  });
});

describe('an import that does not fit', () => {
  test('changes nothing in a room where somebody has spoken', async () => {
    const archive = await page(await openFullRoom());
    const other = openTestChat();
    await say(other, 'mine');
    const before = await stored(other);
    const answer = await load(other, archive);
    expect([answer.status, answer.jsonBody]).toEqual([
      409,
      { error: { code: 'room_in_use', message: expect.stringContaining('another message 1') } },
    ]);
    expect(await stored(other)).toEqual(before);
  });

  test('is refused after a moderator opened the half of it, and says so', async () => {
    const chat = await openFullRoom();
    const [facts = '', ...lines] = (await page(chat)).trimEnd().split('\n');
    const other = openTestChat();
    const half = [facts, ...lines.slice(0, 4)].join('\n');
    await load(other, half, '?more=true');
    await ask(openRoom, other, { method: 'DELETE', params });
    const before = await stored(other);
    const last = (await other.reader.head(ROOM)).seq;
    for (const body of [[facts, ...lines].join('\n'), half]) {
      expect((await load(other, body)).jsonBody).toEqual({
        error: {
          code: 'room_in_use',
          message: `unable to import into "lobby"; its import has ended with message ${last}: the export had no more then, or a moderator opened the room. It keeps what is there. Import the whole room into a chat that does not have it yet.`,
        },
      });
    }
    expect(await stored(other)).toEqual(before);
  });

  test('is refused if somebody speaks at the same moment, and the message stays', async () => {
    const archive = await page(await openFullRoom());
    const other = openTestChat();
    const [said, answer] = await Promise.all([say(other, 'mine'), load(other, archive)]);
    expect([said.jsonBody, answer.jsonBody]).toEqual([
      { seq: 1 },
      { error: { code: 'unavailable', message: expect.stringContaining('at the same moment') } },
    ]);
    expect((await load(other, archive)).status).toBe(409);
    expect(await page(other)).toContain('mine');
  });

  test('is decided by the stored room, not by what a process remembers of it', async () => {
    const archive = await page(await openFullRoom());
    const table = new MemoryTable();
    const other = openTestChat(table);
    await other.rooms.submit(ROOM, { kind: 'close', reason: 'x' });
    await other.rooms.submit(ROOM, { kind: 'open' });
    const rival = new RoomLog({ table, now: other.now, broadcast: async () => {} });
    const lines = [{ id: 'i', text: 'mine' }] as const;
    await rival.submit(ROOM, { kind: 'publish', userId: 'app', name: 'App', lines });
    expect((await load(other, archive)).status).toBe(409);
    expect(await page(other)).toContain('mine');
  });

  test('twice changes nothing, also after the room went on', async () => {
    const archive = await page(await openFullRoom());
    const other = openTestChat();
    await load(other, archive);
    const once = await stored(other);
    const again = { imported: 0, unchanged: 8, gone: 0 };
    expect((await load(other, archive)).jsonBody).toEqual(again);
    expect(await stored(other)).toEqual(once);
    await ask(openRoom, other, { method: 'DELETE', params });
    await say(other, 'next');
    const later = await stored(other);
    expect((await load(other, archive)).jsonBody).toEqual(again);
    expect(await stored(other)).toEqual(later);
  });

  test('again is not refused if its oldest message expires after the head was read', async () => {
    const archive = await page(await openFullRoom());
    const chat = openTestChat();
    await load(chat, archive);
    // The head still says that it is kept.
    await chat.table.commit(ROOM, [{ kind: 'delete', key: messageKey(1) }]);
    const { jsonBody } = await load(chat, archive);
    expect(jsonBody).toMatchObject({ imported: 0, gone: 1 });
  });

  test('brings nothing back that was removed or erased meanwhile', async () => {
    const chat = await openFullRoom();
    const archive = await page(chat);
    await ask(openRoom, chat, { method: 'DELETE', params });
    await remove(chat, 1);
    expect((await load(chat, archive)).jsonBody).toEqual({ imported: 0, unchanged: 8, gone: 0 });
    expect(await page(chat)).not.toContain('"text":"hello');
    await ask(eraseRoom, chat, { method: 'DELETE', params });
    expect((await load(chat, archive)).jsonBody).toEqual({ imported: 0, unchanged: 0, gone: 8 });
    expect(String((await ask(exportRoom, chat, { params })).body)).toBe('');
  });
});

const FACTS = { room: ROOM, first: 1, seq: 9, activeAt: 5 };
const SAID = { seq: 1, id: 'i', userId: 'g-ada', name: 'Ada', text: 'hi', sentAt: 5 };

describe('lines that no export has', () => {
  test.each<[string, readonly unknown[]]>([
    ['no line', []],
    ['another room', [{ ...FACTS, room: 'other' }]],
    ['a room without numbers', [{ room: ROOM }]],
    ['a first number beyond the next', [{ ...FACTS, first: 11 }]],
    ['an endless reason', [{ ...FACTS, closed: 'x'.repeat(501) }]],
    ['something else', [FACTS, { x: 1 }]],
    ['null', [FACTS, null]],
    ['a number twice', [FACTS, SAID, { ...SAID, id: 'j' }]],
    ['a number beyond the last', [FACTS, { ...SAID, seq: 10 }]],
    ['an id twice', [FACTS, SAID, { ...SAID, seq: 2 }]],
    ['a text that is too long', [FACTS, { ...SAID, text: 'x'.repeat(4_001) }]],
    ['a text that storage cannot hold', [FACTS, { ...SAID, text: 'a\u0000' }]],
    ['a line break that Azurite cannot read', [FACTS, { ...SAID, text: 'a\u2028' }]],
    ['a name that is too long', [FACTS, { ...SAID, name: 'x'.repeat(33) }]],
    ['a user without an id', [FACTS, { ...SAID, userId: '' }]],
    ['an id with a line break', [FACTS, { ...SAID, id: 'a\nb' }]],
    ['a creator whose id has many bytes', [{ ...FACTS, creator: '🚀'.repeat(33) }]],
    ['a mention of many bytes', [FACTS, { ...SAID, mentions: ['🚀'.repeat(33)] }]],
    ['a time that is none', [FACTS, { ...SAID, sentAt: -1 }]],
    ['a number online that is none', [FACTS, { ...SAID, online: -1 }]],
    ['a removed message with its text', [FACTS, { ...SAID, deleted: true, deletedBy: 3 }]],
    ['a removed message without its removal', [FACTS, { ...SAID, text: '', deleted: true }]],
    ['a removal with a text', [FACTS, { ...SAID, seq: 3, deletes: 1 }]],
    ['a removal of a later message', [FACTS, { ...SAID, text: '', deletes: 1 }]],
    ['a receipt of another kind', [FACTS, { ...SAID, receipt: { kind: 'x' } }]],
    [
      'a receipt of an earlier message',
      [FACTS, { ...SAID, seq: 2, receipt: { kind: 'text', seq: 1, online: 0, digest: 'd' } }],
    ],
    ['a ban without an end', [FACTS, { ban: 'g-bob' }]],
  ])('%s are refused, and nothing is stored', async (_, lines) => {
    const chat = openTestChat();
    const answer = await load(chat, lines.map((line) => JSON.stringify(line)).join('\n'));
    expect([answer.status, answer.jsonBody]).toEqual([
      400,
      {
        error: {
          code: 'bad_request',
          message: expect.stringMatching(/^line \d+: unable to import; it /),
        },
      },
    ]);
    expect(await stored(chat)).toEqual([]);
  });

  test.each([
    [
      'a user',
      [FACTS, { ...SAID, userId: '🚀'.repeat(33) }],
      'names a user whose id has more than 128 bytes',
    ],
    [
      'a ban',
      [FACTS, { ban: '🚀'.repeat(33), until: 5 }],
      'names a user whose id has more than 128 bytes',
    ],
    [
      'ids of a user and a message',
      [FACTS, { ...SAID, userId: '🚀'.repeat(32), id: '🚀'.repeat(64) }],
      'has an id and a user id that are too long together',
    ],
  ])('%s that storage would refuse as a key: the answer says so', async (_, lines, reason) => {
    const chat = openTestChat();
    const answer = await load(chat, lines.map((line) => JSON.stringify(line)).join('\n'));
    expect(answer.jsonBody).toEqual({
      error: {
        code: 'bad_request',
        message: `line 2: unable to import; it ${reason}. Send the lines of an export unchanged.`,
      },
    });
  });

  test('bytes that are no text, and a body beyond the limit, are refused', async () => {
    const chat = openTestChat();
    const bytes = Buffer.from(`${JSON.stringify({ ...FACTS, closed: 'é' })}`, 'latin1');
    const bad = await ask(importRoom, chat, { method: 'POST', params, body: bytes });
    expect(bad.jsonBody).toMatchObject({ error: { code: 'bad_request' } });
    const large = await load(chat, ' '.repeat(1_048_577));
    expect(large.status).toBe(413);
  });
});

test('a page has the bans without a number only, and the messages after it', async () => {
  const chat = await openFullRoom();
  const numbers = (text: string) =>
    text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
      .map(({ seq, ban }) => ban ?? seq);
  expect(numbers(await page(chat))).toEqual([8, 'g-bob', 1, 2, 3, 4, 5, 6, 7, 8]);
  expect(numbers(await page(chat, '?after=6'))).toEqual([8, 7, 8]);
  expect((await ask(archiveRoom, chat, { params: { room: 'nobody' } })).status).toBe(404);
});

test('the messages of an archive cost a read each only if the receipt does not follow from their own text', async () => {
  const chat = openTestChat();
  await connected(await chat.call('c1', ada), chat);
  for (let n = 0; n < 5; n += 1) await send(chat, `m${n}`);
  await say(chat, 'a\nb\nc');
  let reads = 0;
  const table = {
    ...chat.table,
    get: (...key: [string, string]) => {
      reads += 1;
      return chat.table.get(...key);
    },
    list: chat.table.list.bind(chat.table),
    commit: chat.table.commit.bind(chat.table),
  };
  const messages = await new RoomReader(table).archivedMessages(ROOM, { from: 1, limit: 100 });
  expect([messages.length, reads]).toEqual([8, 1]);
});
