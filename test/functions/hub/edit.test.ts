// Editing and removing one's own messages, replies and mentions: what is stored, who may, and what a retry does.

import { describe, expect, test } from '@jest/globals';
import { exportRoom } from '../../../functions/http/export-room.ts';
import { connected } from '../../../functions/hub/connected.ts';
import { edit } from '../../../functions/hub/edit.ts';
import type { HubHandler } from '../../../functions/hub/hub-function.ts';
import { message } from '../../../functions/hub/message.ts';
import { remove } from '../../../functions/hub/remove.ts';
import type { ChatMessage } from '../../../functions/protocol.ts';
import { messageKey } from '../../../functions/room/rows.ts';
import { ask, eventsIn, openTestChat, type TestChat } from '../../support/chat.ts';
import { MemoryTable } from '../../support/memory-table.ts';
import { countCalls } from '../../support/troubled-table.ts';

const ROOM = 'lobby';
const ada = { userId: 'g-ada', name: 'Ada', room: ROOM };
const bob = { userId: 'g-bob', name: 'Bob', room: ROOM };
const HOUR_MS = 60 * 60_000;
const ALL = { after: undefined, before: undefined, limit: 200 };

async function openRoom(): Promise<TestChat> {
  const chat = openTestChat();
  await connected(await chat.call('c1', ada), chat);
  await connected(await chat.call('c2', bob), chat);
  return chat;
}

async function as(who: typeof ada, handler: HubHandler, chat: TestChat, ...args: unknown[]) {
  const connection = who === ada ? 'c1' : 'c2';
  return handler(await chat.call(connection, who, ...args), chat);
}

async function messagesOf(chat: TestChat): Promise<readonly ChatMessage[]> {
  return (await chat.views.history(ROOM, ALL)).answer.messages;
}

/** The texts in storage, by number. */
async function textsIn(chat: TestChat): Promise<string[]> {
  const rows = await chat.table.list(ROOM, { from: messageKey(1), to: 'm;', limit: 100 });
  return rows.map(({ properties }) => String(properties.text));
}

describe('an edit', () => {
  test('is a message of the next number, and the history has the new text in its place', async () => {
    const chat = await openRoom();
    await as(ada, message, chat, 'helo', 'm1');
    await as(bob, message, chat, 'hi', 'm2');
    await chat.clock.advance(1_000);
    const answer = await as(ada, edit, chat, 1, 'hello', 'e1');
    const sentAt = chat.now();
    expect(answer.result).toEqual({ ok: true, seq: 3, sentAt });
    const announcement = { id: 'e1', userId: 'g-ada', name: 'Ada', text: 'hello', edits: 1 };
    expect(eventsIn(answer)).toMatchObject([
      { seq: 3, messages: [{ seq: 3, ...announcement, sentAt }] },
    ]);
    expect(await messagesOf(chat)).toMatchObject([
      { seq: 1, id: 'm1', text: 'hello', editedAt: sentAt },
      { seq: 2, text: 'hi' },
      { seq: 3, text: 'hello', edits: 1 },
    ]);
  });

  test('leaves its text in two rows at most, and a removal in none', async () => {
    const chat = await openRoom();
    await as(ada, message, chat, 'one', 'm1');
    await as(ada, edit, chat, 1, 'two', 'e1');
    await as(ada, edit, chat, 1, 'three', 'e2');
    expect(await textsIn(chat)).toEqual(['three', '', 'three']);
    await as(ada, remove, chat, 1);
    expect(await textsIn(chat)).toEqual(['', '', '', '']);
    expect(await messagesOf(chat)).toMatchObject([
      { deleted: true },
      { edits: 1 },
      { edits: 1 },
      { seq: 4, deletes: 1, userId: 'g-ada', name: 'Ada' },
    ]);
  });

  test('sent again adds nothing, and gets the same answer, also when it is too late by then', async () => {
    const chat = await openRoom();
    await as(ada, message, chat, 'one', 'm1');
    const first = await as(ada, edit, chat, 1, 'two', 'e1');
    await chat.clock.advance(2 * HOUR_MS);
    const again = await as(ada, edit, chat, 1, 'two', 'e1');
    expect(again.result).toEqual(first.result);
    expect(eventsIn(again)).toMatchObject([{ messages: [{ seq: 2, text: 'two', edits: 1 }] }]);
    expect(await textsIn(chat)).toHaveLength(2);
  });

  test('and a removal cost one transaction of at most five operations and one frame each', async () => {
    const table = countCalls(new MemoryTable());
    const chat = openTestChat(table);
    await as(ada, message, chat, 'one', 'm1');
    for (const [handler, args, operations] of [
      [edit, [1, 'two', 'e1'], 4],
      [edit, [1, 'three', 'e2'], 5],
      [remove, [1], 4],
    ] as const) {
      const before = table.commits.length;
      const answer = await as(ada, handler, chat, ...args);
      expect(eventsIn(answer)).toHaveLength(1);
      const written = table.commits.slice(before);
      expect(written.map((commit) => commit.operations.length)).toEqual([operations]);
    }
  });

  test('and a message never share an id', async () => {
    const chat = await openRoom();
    await as(ada, message, chat, 'one', 'm1');
    await as(ada, edit, chat, 1, 'two', 'e1');
    for (const args of [
      [1, 'three', 'e1'],
      [1, 'one', 'm1'],
    ]) {
      const { result } = await as(ada, edit, chat, ...args);
      expect(result).toMatchObject({ ok: false, code: 'id_in_use' });
    }
    const { result } = await as(ada, message, chat, 'two', 'e1');
    expect(result).toMatchObject({ ok: false, code: 'id_in_use' });
  });

  test('and another one at the same time are stored one after the other', async () => {
    const chat = await openRoom();
    await as(ada, message, chat, 'one', 'm1');
    const answers = await Promise.all([
      as(ada, edit, chat, 1, 'two', 'e1'),
      as(ada, edit, chat, 1, 'three', 'e2'),
      as(ada, message, chat, 'next', 'm2'),
      as(ada, edit, chat, 1, 'four', 'e3'),
    ]);
    expect(answers.map(({ result }) => result)).toMatchObject(Array(4).fill({ ok: true }));
    const messages = await messagesOf(chat);
    const last = messages.filter(({ edits }) => edits === 1).at(-1);
    expect(messages[0]?.text).toBe(last?.text);
    expect(messages.filter(({ edits, text }) => edits === 1 && text !== '')).toEqual([last]);
  });

  test('of an expired message has no text for anybody', async () => {
    const chat = await openRoom();
    await as(ada, message, chat, 'one', 'm1');
    await as(ada, edit, chat, 1, 'two', 'e1');
    await chat.rooms.submit(ROOM, { kind: 'cleanup', first: 2, seenRevision: 0 });
    expect(await messagesOf(chat)).toMatchObject([{ seq: 2, text: '', edits: 1 }]);
    const exported = await ask(exportRoom, chat, { params: { room: ROOM } });
    expect(exported.body).not.toContain('two');
    expect((await as(ada, edit, chat, 1, 'three', 'e2')).result).toMatchObject({
      code: 'not_found',
    });
  });
});

describe.each([
  ['edit', (seq: unknown) => [seq, 'new', 'x1'], edit],
  ['remove', (seq: unknown) => [seq], remove],
] as const)('%s', (_name, argumentsFor, handler) => {
  test('is refused to everyone but the author', async () => {
    const chat = await openRoom();
    await as(ada, message, chat, 'mine', 'm1');
    const { result, actions } = await as(bob, handler, chat, ...argumentsFor(1));
    expect({ result, actions }).toMatchObject({
      result: { ok: false, code: 'not_author' },
      actions: [],
    });
    expect(await textsIn(chat)).toEqual(['mine']);
  });

  test.each([
    [60, HOUR_MS, true],
    [60, HOUR_MS + 1, false],
    [5, 5 * 60_000, true],
    [5, 5 * 60_000 + 1, false],
    [0, 0, false],
  ])('within %i minutes is accepted after %i ms: %s', async (editMinutes, ms, isAccepted) => {
    const open = await openRoom();
    const chat = { ...open, settings: { ...open.settings, editMinutes } };
    await as(ada, message, chat, 'mine', 'm1');
    await chat.clock.advance(ms);
    const { result } = await as(ada, handler, chat, ...argumentsFor(1));
    expect(result).toMatchObject(isAccepted ? { ok: true } : { ok: false, code: 'too_late' });
    expect((await textsIn(chat)).length).toBe(isAccepted ? 2 : 1);
  });

  test('is refused for what is no message of a person', async () => {
    const chat = await openRoom();
    const lines = [{ id: 'l', text: 'published' }] as const;
    await chat.rooms.submit(ROOM, { kind: 'publish', lines, userId: 'app', name: 'App' });
    await as(ada, message, chat, 'one', 'm1');
    await as(ada, edit, chat, 2, 'two', 'e1');
    await as(ada, message, chat, 'gone', 'm2');
    await as(ada, remove, chat, 4);
    const codes: unknown[] = [];
    for (const seq of [1, 3, 5, 6]) {
      const { result } = await as(ada, handler, chat, ...argumentsFor(seq));
      codes.push((result as { code?: string }).code);
    }
    expect(codes).toEqual(['not_author', 'not_found', 'not_found', 'not_found']);
  });

  test.each([[0], [-1], [1.5], ['1'], [null], [undefined], [{}]])(
    'refuses the number %p',
    async (seq) => {
      const chat = await openRoom();
      const { result } = await as(ada, handler, chat, ...argumentsFor(seq));
      expect(result).toMatchObject({ ok: false, code: 'bad_request' });
    },
  );

  test('is refused to a banned user, and in a closed room', async () => {
    const chat = await openRoom();
    await as(ada, message, chat, 'mine', 'm1');
    await chat.rooms.submit(ROOM, { kind: 'close', reason: 'night' });
    const closed = await as(ada, handler, chat, ...argumentsFor(1));
    expect(closed.result).toMatchObject({ ok: false, code: 'room_closed' });
    await chat.rooms.submit(ROOM, { kind: 'open' });
    const until = chat.now() + 60_000;
    await chat.rooms.submit(ROOM, { kind: 'ban', userId: ada.userId, until });
    const banned = await as(ada, handler, chat, ...argumentsFor(1));
    expect(banned.result).toMatchObject({ ok: false, code: 'banned' });
    expect(await textsIn(chat)).toEqual(['mine']);
  });

  test('is refused to a forged ticket, and counts for the rate limit', async () => {
    const chat = await openRoom();
    const forged = { connectionId: 'c1', ticket: 'forged', arguments: argumentsFor(1) };
    expect((await handler(forged, chat)).result).toMatchObject({ code: 'bad_ticket' });
    const codes = new Set<unknown>();
    for (let n = 0; n < 40; n += 1) {
      const { result } = await as(ada, handler, chat, ...argumentsFor(1));
      codes.add((result as { code?: string }).code);
    }
    expect(codes).toEqual(new Set(['not_found', 'too_many_messages']));
  });
});

describe('a removal by the author', () => {
  test('sent again changes nothing, also when it is too late by then, and is broadcast once more', async () => {
    const chat = await openRoom();
    await as(ada, message, chat, 'mine', 'm1');
    await as(ada, remove, chat, 1);
    await chat.clock.advance(2 * HOUR_MS);
    const again = await as(ada, remove, chat, 1);
    expect(again.result).toEqual({ ok: true });
    expect(eventsIn(again)).toMatchObject([{ messages: [{ seq: 2, deletes: 1 }] }]);
    expect(await textsIn(chat)).toHaveLength(2);
    expect((await as(bob, remove, chat, 1)).result).toMatchObject({ code: 'not_author' });
  });

  test('takes replies and mentions of the message, too', async () => {
    const chat = await openRoom();
    await as(bob, message, chat, 'who?', 'm1');
    await as(ada, message, chat, '@Bob me', 'm2', { replyTo: 1, mentions: ['g-bob'] });
    await as(ada, remove, chat, 2);
    const [, removed] = await messagesOf(chat);
    expect(Object.keys(removed ?? {}).sort()).toEqual([
      'deleted',
      'id',
      'name',
      'online',
      'sentAt',
      'seq',
      'text',
      'userId',
    ]);
  });
});

describe('the third argument of send', () => {
  test('is stored, broadcast and part of the history', async () => {
    const chat = await openRoom();
    await as(bob, message, chat, 'who?', 'm1');
    const options = { replyTo: 1, mentions: ['g-bob', 'g-bob', 'g-eve'], unknown: 1 };
    const answer = await as(ada, message, chat, 'me, @Bob', 'm2', options);
    const stored = { seq: 2, replyTo: 1, mentions: ['g-bob', 'g-eve'] };
    expect(eventsIn(answer)).toMatchObject([{ messages: [stored] }]);
    expect(await messagesOf(chat)).toMatchObject([{ seq: 1 }, stored]);
    await as(ada, edit, chat, 2, 'me', 'e1');
    expect((await messagesOf(chat))[1]).toMatchObject({ ...stored, text: 'me' });
  });

  test.each([
    ['absent', undefined],
    ['null', null],
    ['empty', {}],
    ['empty in each part', { replyTo: null, mentions: [] }],
  ])('that is %s changes nothing', async (_, options) => {
    const chat = await openRoom();
    await as(ada, message, chat, 'hi', 'm1', options);
    expect(Object.keys((await messagesOf(chat))[0] ?? {})).toHaveLength(7);
  });

  test.each([
    ['a text', 'replyTo'],
    ['a list', [1]],
    ['a number of no message', { replyTo: 2 }],
    ['zero', { replyTo: 0 }],
    ['a number as text', { replyTo: '1' }],
    ['a fraction', { replyTo: 1.5 }],
    ['a text as mentions', { mentions: 'g-bob' }],
    ['mentions that are no texts', { mentions: [1] }],
    ['an empty mention', { mentions: [''] }],
    ['a mention of two lines', { mentions: ['a\nb'] }],
    ['a long mention', { mentions: ['x'.repeat(129)] }],
    ['a mention of few characters and many bytes', { mentions: ['🚀'.repeat(33)] }],
    ['eleven mentions', { mentions: Array.from({ length: 11 }, (_, n) => `g-${n}`) }],
  ])('is refused as %s, and nothing is stored', async (_, options) => {
    const chat = await openRoom();
    await as(ada, message, chat, 'one', 'm1');
    const { result } = await as(ada, message, chat, '@hi', 'm2', options);
    expect(result).toMatchObject({ ok: false, code: 'bad_request' });
    expect(await textsIn(chat)).toEqual(['one']);
  });

  test('may mention people only where the text has an @', async () => {
    const chat = await openRoom();
    const { result } = await as(ada, message, chat, 'hi', 'm1', { mentions: ['g-bob'] });
    expect(result).toMatchObject({ ok: false, code: 'bad_request' });
  });
});

test('the welcome says for how long an author may edit, unless it is an hour', async () => {
  const chat = openTestChat();
  const [, usual] = (await connected(await chat.call('c1', ada), chat)).actions;
  expect(usual).not.toHaveProperty('arguments.0.editMinutes');
  const never = { ...chat, settings: { ...chat.settings, editMinutes: 0 } };
  const [, welcome] = (await connected(await never.call('c2', bob), never)).actions;
  expect(welcome).toHaveProperty('arguments.0.editMinutes', 0);
});
