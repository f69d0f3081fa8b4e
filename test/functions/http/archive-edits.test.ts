// Edits, replies and mentions in an archive: what an export has of them, and what an import makes of it.

import { describe, expect, test } from '@jest/globals';
import { archiveRoom } from '../../../functions/http/archive-room.ts';
import { importRoom } from '../../../functions/http/import-room.ts';
import { edit } from '../../../functions/hub/edit.ts';
import { message } from '../../../functions/hub/message.ts';
import { remove } from '../../../functions/hub/remove.ts';
import { ask, openTestChat, type TestChat } from '../../support/chat.ts';

const ROOM = 'lobby';
const params = { room: ROOM };
const ada = { userId: 'g-ada', name: 'Ada', room: ROOM };

const call = async (handler: typeof edit, chat: TestChat, ...args: unknown[]) =>
  (await handler(await chat.call('c1', ada, ...args), chat)).result;
const page = async (chat: TestChat) =>
  String((await ask(archiveRoom, chat, { params })).body ?? '');
const load = (chat: TestChat, body: string) =>
  ask(importRoom, chat, { method: 'POST', params, body });

/** The rows of messages and receipts. Ids of commits are not in an archive, nor is the count of a receipt's moment. */
async function rowsOf(chat: TestChat) {
  const rows = await chat.table.list(ROOM, { from: 'i', to: 'n', limit: 1_000 });
  return rows.map(({ key, properties: { commit: _, ...rest } }) =>
    key.startsWith('i:') ? { key, ...rest, online: 0 } : { key, ...rest },
  );
}

async function openEditedRoom(): Promise<TestChat> {
  const chat = openTestChat();
  await call(message, chat, 'one', 'm1');
  await call(message, chat, 'two, @Bob', 'm2', { replyTo: 1, mentions: ['g-bob'] });
  await call(message, chat, 'three', 'm3');
  await chat.clock.advance(1_000);
  await call(edit, chat, 1, 'one, edited', 'e1');
  await call(edit, chat, 1, 'one, edited again', 'e2');
  await call(edit, chat, 3, 'three, edited', 'e3');
  await call(remove, chat, 3);
  return chat;
}

describe('the archive of a room with edits', () => {
  test('imported, has the same rows, and takes nothing twice', async () => {
    const from = await openEditedRoom();
    const to = openTestChat();
    expect(await load(to, await page(from))).toMatchObject({ jsonBody: { imported: 7 } });
    expect(await rowsOf(to)).toEqual(await rowsOf(from));
    expect(await page(to)).toBe(await page(from));
    expect(await call(edit, to, 1, 'one, edited', 'e1')).toMatchObject({ ok: true, seq: 4 });
    expect(await call(edit, to, 1, 'one, edited again', 'e2')).toMatchObject({ seq: 5 });
    expect(await call(message, to, 'one', 'm1')).toMatchObject({ ok: true, seq: 1 });
    expect(await rowsOf(to)).toEqual(await rowsOf(from));
  });

  test('imported again after more edits and removals, changes nothing', async () => {
    const lines = await page(await openEditedRoom());
    const chat = openTestChat();
    await load(chat, lines);
    await call(edit, chat, 1, 'one, edited here', 'e4');
    await call(edit, chat, 2, 'two, edited here', 'e5');
    const before = await rowsOf(chat);
    expect(await load(chat, lines)).toMatchObject({ jsonBody: { imported: 0, unchanged: 7 } });
    expect(await rowsOf(chat)).toEqual(before);
  });

  test('has no text of an edit whose message has expired', async () => {
    const from = await openEditedRoom();
    await from.rooms.submit(ROOM, { kind: 'cleanup', first: 2, seenRevision: 0 });
    const lines = await page(from);
    expect(lines).not.toContain('"one');
    const to = openTestChat();
    expect(await load(to, lines)).toMatchObject({ jsonBody: { imported: 6 } });
    expect(await call(edit, to, 1, 'one, edited again', 'e2')).toMatchObject({ code: 'not_found' });
    expect(await page(to)).toBe(lines);
  });

  test.each([
    ['edits of a later message', { edits: 9 }],
    ['an edit without its announcement', { editedAt: 1 }],
    ['an announcement ahead of its message', { editedAt: 1, editedBy: 1 }],
    ['a reply to itself', { replyTo: 2 }],
    ['mentions that are no list', { mentions: 'g-bob' }],
    ['no mention in a list', { mentions: [] }],
    ['a mention of two lines', { mentions: ['a\nb'] }],
  ])('is refused with %s', async (_, part) => {
    const room = { room: ROOM, first: 1, seq: 2, activeAt: 1 };
    const said = { seq: 2, id: 'a', userId: 'g-ada', name: 'Ada', text: '@', sentAt: 1, ...part };
    const body = `${JSON.stringify({ ...room, first: 2 })}\n${JSON.stringify(said)}\n`;
    expect(await load(openTestChat(), body)).toMatchObject({ status: 400 });
  });
});
