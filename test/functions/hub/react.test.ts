// `react`: who may, what everybody gets, and what a crowd costs.

import { describe, expect, test } from '@jest/globals';
import { archiveRoom } from '../../../functions/http/archive-room.ts';
import { deleteMessage } from '../../../functions/http/delete-message.ts';
import { exportRoom } from '../../../functions/http/export-room.ts';
import { history } from '../../../functions/http/history.ts';
import type { HttpAnswer } from '../../../functions/http/http-function.ts';
import { importRoom } from '../../../functions/http/import-room.ts';
import { removeReactions } from '../../../functions/http/remove-reactions.ts';
import { message } from '../../../functions/hub/message.ts';
import { react } from '../../../functions/hub/react.ts';
import type { Events, History } from '../../../functions/protocol.ts';
import { BILLING_STEP_BYTES, billedFor } from '../../../functions/room/frames.ts';
import { ask, eventsIn, openTestChat, type TestChat } from '../../support/chat.ts';
import { runUntil } from '../../support/clock.ts';
import { MemoryTable } from '../../support/memory-table.ts';
import { countCalls, slow, troubled } from '../../support/troubled-table.ts';

const ROOM = 'lobby';
const params = { room: ROOM };
const ada = { userId: 'g-ada', name: 'Ada', room: ROOM };
const bob = { userId: 'g-bob', name: 'Bob', room: ROOM };
const times = (count: number) => Array.from({ length: count }, (_, n) => n);
const crowd = (n: number) => ({ userId: `g-${n}`, name: `Guest ${n}`, room: ROOM });

const say = async (chat: TestChat, text: string, who = ada) =>
  message(await chat.call(who.userId, who, text, text), chat);
const vote = async (chat: TestChat, who: typeof ada, seq: unknown, emoji: unknown, on = true) =>
  react(await chat.call(who.userId, who, seq, emoji, on), chat);
const read = async (chat: TestChat, who = ada, query = '') => {
  const readUser = async () => ({ userId: who.userId, name: undefined, cookie: undefined });
  const { jsonBody } = await ask(history, { ...chat, readUser }, { params, query });
  return jsonBody as History;
};
const reactionsOf = async (chat: TestChat, who = ada) =>
  (await read(chat, who)).messages.map(({ reactions }) => reactions);

describe('React: a reaction', () => {
  test('is on the message, in the history and in the broadcast, without a number of its own', async () => {
    const chat = openTestChat();
    await say(chat, 'hello');
    const answer = await vote(chat, bob, 1, '👍');
    expect(answer).toMatchObject({ about: { room: ROOM, seq: 1 } });
    expect(answer.result).toEqual({ ok: true, revision: 2 });
    expect(eventsIn(answer)).toEqual([
      {
        ...{ room: ROOM, revision: 2, seq: 1, online: 0, messages: [], joined: [], left: [] },
        reactedBefore: 0,
        reactions: [
          {
            ...{ seq: 1, revision: 2, removed: [] },
            counts: [{ emoji: '👍', count: 1, names: ['Bob'] }],
            added: [{ userId: 'g-bob', name: 'Bob', emoji: '👍' }],
          },
        ],
      },
    ]);
    expect(await read(chat)).toMatchObject({ seq: 1, revision: 2, reactedAt: 2 });
    expect(await reactionsOf(chat, ada)).toEqual([[{ emoji: '👍', count: 1, names: ['Bob'] }]]);
    expect(await reactionsOf(chat, bob)).toEqual([
      [{ emoji: '👍', count: 1, names: ['Bob'], mine: true }],
    ]);
  });

  test('that is repeated changes nothing, and is taken back once', async () => {
    const chat = openTestChat();
    await say(chat, 'hello');
    await vote(chat, bob, 1, '👍');
    expect(eventsIn(await vote(chat, bob, 1, '👍'))).toEqual([]);
    expect((await read(chat)).revision).toBe(2);
    const back = await vote(chat, bob, 1, '👍', false);
    expect(eventsIn(back)).toMatchObject([
      { reactedBefore: 2, reactions: [{ seq: 1, counts: [], removed: [{ userId: 'g-bob' }] }] },
    ]);
    expect(await reactionsOf(chat)).toEqual([undefined]);
  });

  test('is answered with the revision since which it stands, also if it has changed nothing', async () => {
    const chat = openTestChat();
    for (const text of ['one', 'two']) await say(chat, text);
    const revisionOf = async (...args: Parameters<typeof vote>) => (await vote(...args)).result;
    // Nothing to take back: nobody has ever reacted to the message.
    expect(await revisionOf(chat, bob, 1, '👍', false)).toEqual({ ok: true, revision: 0 });
    expect(await revisionOf(chat, bob, 1, '👍')).toEqual({ ok: true, revision: 3 });
    expect(await revisionOf(chat, ada, 1, '👍')).toEqual({ ok: true, revision: 4 });
    expect(await revisionOf(chat, ada, 2, '🎉')).toEqual({ ok: true, revision: 5 });
    expect(await revisionOf(chat, bob, 1, '👍')).toEqual({ ok: true, revision: 4 });
    expect(await revisionOf(chat, bob, 1, '👍', false)).toEqual({ ok: true, revision: 6 });
    expect(await reactionsOf(chat)).toMatchObject([[{ count: 1, names: ['Ada'] }], [{ count: 1 }]]);
  });

  test.each([
    ['an emoji that is none', [1, 'x', true], 'bad_request'],
    ['no emoji', [1], 'bad_request'],
    ['neither on nor off', [1, '👍', 1], 'bad_request'],
    ['no number', ['1', '👍', true], 'bad_request'],
    ['a number that is not whole', [1.5, '👍', true], 'bad_request'],
    ['the number 0', [0, '👍', true], 'bad_request'],
    ['a message that is not there', [2, '👍', true], 'not_found'],
  ])('with %s is refused, and changes nothing', async (_, args, code) => {
    const chat = openTestChat();
    await say(chat, 'hello');
    const answer = await react(await chat.call('c', bob, ...args), chat);
    expect(answer).toMatchObject({ actions: [], result: { ok: false, code } });
    expect((await read(chat)).revision).toBe(1);
  });

  test('to a removed message, or to what announces its removal, is refused', async () => {
    const chat = openTestChat();
    await say(chat, 'hello');
    await ask(deleteMessage, chat, { method: 'DELETE', params: { ...params, seq: '1' } });
    for (const seq of [1, 2]) {
      expect(await vote(chat, bob, seq, '👍')).toMatchObject({ result: { code: 'not_found' } });
    }
  });

  test('goes with the text when the message is removed, also in the middle of a removal', async () => {
    const chat = openTestChat();
    await say(chat, 'hello');
    await vote(chat, bob, 1, '👍');
    const remove = ask(deleteMessage, chat, { method: 'DELETE', params: { ...params, seq: '1' } });
    const late = vote(chat, ada, 1, '🎉');
    expect((await remove).status).toBe(204);
    await late;
    expect(await reactionsOf(chat)).toEqual([undefined, undefined]);
    const rows = await chat.table.list(ROOM, { from: 'm:', to: 'm;', limit: 9 });
    expect(JSON.stringify(rows)).not.toMatch(/Bob|reacted/);
  });

  test('of a banned user and in a closed room is refused', async () => {
    const chat = openTestChat();
    await say(chat, 'hello');
    await chat.rooms.submit(ROOM, {
      kind: 'ban',
      userId: bob.userId,
      until: chat.now() + 60_000,
    });
    expect(await vote(chat, bob, 1, '👍')).toMatchObject({ result: { code: 'banned' } });
    await chat.rooms.submit(ROOM, { kind: 'close', reason: 'night' });
    expect(await vote(chat, ada, 1, '👍')).toMatchObject({ result: { code: 'room_closed' } });
    expect(await reactionsOf(chat)).toEqual([undefined]);
  });

  test('that waits while its user is banned, or the room is closed, is refused', async () => {
    for (const isBan of [true, false]) {
      const chat = openTestChat();
      await say(chat, 'hello');
      await fill(chat, 1_000);
      const waiting = [vote(chat, bob, 1, '👍'), vote(chat, ada, 1, '👍')];
      await chat.clock.advance(1_000);
      const until = chat.now() + 3_600_000;
      const ban = { kind: 'ban', userId: bob.userId, until } as const;
      await chat.rooms.submit(ROOM, isBan ? ban : { kind: 'close', reason: 'night' });
      const [first, second] = await runUntil(chat.clock, Promise.all(waiting));
      expect(first).toMatchObject({ result: { code: isBan ? 'banned' : 'room_closed' } });
      expect(second?.result).toMatchObject(isBan ? { ok: true } : { code: 'room_closed' });
    }
  });

  test('counts as a message for the rate limit', async () => {
    const chat = openTestChat();
    await say(chat, 'hello');
    const codes: unknown[] = [];
    for (const n of times(31)) {
      const { result } = await vote(chat, bob, 1, '👍', n % 2 === 0);
      codes.push(Object.entries(Object(result)).find(([key]) => key === 'code')?.[1]);
    }
    expect(codes.slice(0, 30)).toEqual(times(30).map(() => undefined));
    expect(codes[30]).toBe('too_many_messages');
  });

  test('of the 21st emoji is refused with a code of its own', async () => {
    const chat = openTestChat();
    await say(chat, 'hello');
    for (const n of times(20)) {
      expect(await vote(chat, crowd(n), 1, String.fromCodePoint(0x1f600 + n))).toMatchObject({
        result: { ok: true },
      });
    }
    expect(await vote(chat, bob, 1, '👍')).toMatchObject({
      result: { ok: false, code: 'too_many_reactions' },
    });
  });

  test('that two processes set at the same time loses no other one', async () => {
    const table = new MemoryTable();
    const [here, there] = [openTestChat(table), openTestChat(table)];
    await say(here, 'hello');
    const votes = Promise.all(times(20).map((n) => vote(n % 2 ? here : there, crowd(n), 1, '👍')));
    for (const _ of times(30)) {
      for (const chat of [here, there]) await chat.clock.advance(1_000);
    }
    for (const { result } of await votes) expect(result).toMatchObject({ ok: true });
    expect(await reactionsOf(openTestChat(table))).toMatchObject([[{ count: 20 }]]);
  });
});

/** So that reactions wait for each other. */
async function fill(chat: TestChat, people: number): Promise<void> {
  await Promise.all(
    times(people).map((n) =>
      chat.rooms.submit(ROOM, { kind: 'join', connectionId: `c${n}`, userId: `g-${n}`, name: 'G' }),
    ),
  );
  await chat.clock.advance(10_000);
}

describe('React: a crowd', () => {
  test('of 1,000 who react at once costs a few commits and broadcasts of one billed message each', async () => {
    const table = countCalls(new MemoryTable());
    const chat = openTestChat(table);
    await say(chat, 'hello');
    await fill(chat, 1_000);
    const before = table.commitsTo(ROOM).length;
    const reads = table.reads;
    const answers = await runUntil(
      chat.clock,
      Promise.all(times(1_000).map((n) => vote(chat, crowd(n), 1, n % 3 ? '👍' : '🎉'))),
    );
    const frames = answers.flatMap(eventsIn);
    expect(frames).toHaveLength(1);
    expect(frames.reduce((sum, frame) => sum + billedFor(frame), 0)).toBe(1);
    expect(JSON.stringify(frames).length).toBeLessThan(BILLING_STEP_BYTES + 100);
    expect(table.commitsTo(ROOM).length - before).toBe(1);
    expect(table.reads - reads).toBeLessThan(5);
    const { revision } = await read(chat);
    const standing = { ok: true, revision };
    expect(answers.map(({ result }) => result)).toEqual(times(1_000).map(() => standing));
    // In any order: the tickets of a crowd are verified by several threads.
    const [reactions = []] = await reactionsOf(chat);
    expect(reactions.map(({ emoji, count }) => `${emoji} ${count}`).toSorted()).toEqual([
      `🎉 ${333 + 1}`,
      '👍 666',
    ]);
  });

  test('waits as long as presence does, and a small room does not wait', async () => {
    const chat = openTestChat();
    await say(chat, 'hello');
    await fill(chat, 1_000);
    let isDone = false;
    const waiting = vote(chat, bob, 1, '👍').then(() => {
      isDone = true;
    });
    await chat.clock.advance(4_999);
    expect(isDone).toBe(false);
    await chat.clock.advance(1);
    await waiting;
    expect(isDone).toBe(true);
  });
});

describe('React: who was away', () => {
  const changesAfter = async (chat: TestChat, revision: number, who = ada) =>
    (await read(chat, who, `?reactedAfter=${revision}`)).reactions;

  test('gets the messages whose reactions have changed since a revision, with its own marked', async () => {
    const chat = openTestChat();
    for (const text of ['one', 'two', 'three']) await say(chat, text);
    await vote(chat, bob, 1, '👍');
    const { reactedAt = 0 } = await read(chat);
    await vote(chat, bob, 3, '🎉');
    await vote(chat, ada, 3, '🎉');
    await vote(chat, ada, 3, '🎉', false);
    expect(await changesAfter(chat, reactedAt)).toEqual([
      {
        ...{ seq: 3, revision: 7, added: [], removed: [] },
        counts: [{ emoji: '🎉', count: 1, names: ['Bob'] }],
      },
    ]);
    const own = await changesAfter(chat, reactedAt, bob);
    expect(own).toMatchObject([{ counts: [{ mine: true }] }]);
    await vote(chat, bob, 3, '🎉', false);
    expect(await changesAfter(chat, 7)).toMatchObject([{ seq: 3, revision: 8, counts: [] }]);
    expect(await changesAfter(chat, 8)).toEqual([]);
  });

  test('costs one read of the room while nothing has changed, and shares it', async () => {
    const table = countCalls(new MemoryTable());
    const chat = openTestChat(table);
    await say(chat, 'hello');
    await vote(chat, bob, 1, '👍');
    const before = table.reads;
    await Promise.all(times(100).map(() => chat.views.reactedAfter(ROOM, 2)));
    expect(table.reads - before).toBe(2);
  });

  test('finds the reactions of a history that a process has kept in memory', async () => {
    const chat = openTestChat();
    await say(chat, 'hello');
    expect(await reactionsOf(chat)).toEqual([undefined]);
    await vote(chat, bob, 1, '👍');
    expect(await reactionsOf(chat)).toMatchObject([[{ count: 1 }]]);
    await say(chat, 'more');
    expect(await reactionsOf(chat)).toMatchObject([[{ count: 1 }], undefined]);
  });
});

describe('React: a moderator', () => {
  const removeOf = (chat: TestChat, query: string) =>
    ask(removeReactions, chat, { method: 'DELETE', params, query });

  test('removes all reactions of one person, also in a closed room, and everybody sees it', async () => {
    const chat = openTestChat();
    for (const n of times(12)) await say(chat, `${n}`);
    for (const n of times(12)) {
      await vote(chat, bob, n + 1, '👍');
      await vote(chat, ada, n + 1, '🎉');
    }
    await chat.rooms.submit(ROOM, { kind: 'close', reason: 'night' });
    const answer = await removeOf(chat, '?user=g-bob');
    expect(answer.status).toBe(204);
    const frames = (answer.actions ?? []).flatMap((action): Events[] =>
      'target' in action ? [action.arguments[0] as Events] : [],
    );
    const changed = frames.flatMap(({ reactions = [] }) => reactions.map(({ seq }) => seq));
    expect(changed).toEqual(times(12).map((n) => n + 1));
    const rows = await chat.table.list(ROOM, { from: 'm:', to: 'm;', limit: 99 });
    expect(JSON.stringify(rows)).not.toContain('g-bob');
    expect(await reactionsOf(chat)).toMatchObject(times(12).map(() => [{ emoji: '🎉' }]));
    expect((await removeOf(chat, '?user=g-bob')).actions).toEqual([]);
  });

  describe('whose request ends on the way', () => {
    const bobReactsTo = async (chat: TestChat, messages: number) => {
      for (const n of times(messages)) await say(chat, `${n}`);
      for (const n of times(messages)) await vote(chat, bob, n + 1, '👍');
    };
    const changedIn = (answer: HttpAnswer) =>
      (answer.actions ?? []).flatMap((action) => {
        const events = 'target' in action ? [action.arguments[0] as Events] : [];
        return events.flatMap(({ reactions = [] }) => reactions.map(({ seq }) => seq));
      });

    test('broadcasts what is done if storage fails', async () => {
      let commitsLeft = Number.POSITIVE_INFINITY;
      const isOut = () => --commitsLeft < 0;
      const table = troubled(new MemoryTable(), () => (isOut() ? 'no answer before' : 'none'));
      const chat = openTestChat(table);
      await bobReactsTo(chat, 12);
      commitsLeft = 1;
      const answer = await runUntil(chat.clock, removeOf(chat, '?user=g-bob'));
      expect(answer).toMatchObject({
        status: 503,
        jsonBody: { error: { code: 'unavailable' } },
        about: { room: ROOM },
      });
      expect(changedIn(answer)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    });

    test('goes on where it stopped if storage is slow', async () => {
      const chat = openTestChat(slow(20_000, () => chat));
      await runUntil(chat.clock, bobReactsTo(chat, 20));
      const begun = await runUntil(chat.clock, removeOf(chat, '?user=g-bob'));
      expect(begun).toMatchObject({ status: 202, jsonBody: { after: 16 } });
      expect(changedIn(begun)).toEqual(times(16).map((n) => n + 1));
      const ended = await runUntil(chat.clock, removeOf(chat, '?user=g-bob&after=16'));
      expect(ended.status).toBe(204);
      expect(changedIn(ended)).toEqual([17, 18, 19, 20]);
    });
  });

  test('has to name a user and a room', async () => {
    const chat = openTestChat();
    expect(await removeOf(chat, '?user=x')).toMatchObject({ status: 404 });
    await say(chat, 'hello');
    expect(await removeOf(chat, '')).toMatchObject({ status: 400 });
    const long = encodeURIComponent('🚀'.repeat(33));
    expect(await removeOf(chat, `?user=${long}`)).toMatchObject({ status: 400 });
  });
});

describe('React: archive', () => {
  test('keeps who has reacted, and an import restores it', async () => {
    const chat = openTestChat();
    await say(chat, 'hello');
    for (const n of times(12)) await vote(chat, crowd(n), 1, '👍');
    await vote(chat, bob, 1, '❤');
    const page = async (from: TestChat) => (await ask(archiveRoom, from, { params })).body;
    const archive = String(await page(chat));
    const lines = archive
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines[1].reactedBy[0].others).toEqual(['g-10', 'g-11']);
    const copy = openTestChat();
    const imported = await ask(importRoom, copy, { method: 'POST', params, body: archive });
    expect(imported).toMatchObject({ jsonBody: { imported: 1 } });
    expect(await reactionsOf(copy, bob)).toEqual(await reactionsOf(chat, bob));
    expect(String(await page(copy)).split('\n')[1]).toBe(archive.split('\n')[1]);
    const exported = String((await ask(exportRoom, chat, { params })).body);
    expect(JSON.parse(exported)).toMatchObject({ reactions: [{ count: 12 }, { count: 1 }] });
  });

  test.each([
    ['no list', {}],
    ['an emoji of the wrong type', [{ emoji: 1, named: [], others: ['u'] }]],
    ['nobody', [{ emoji: '👍', named: [], others: [] }]],
    ['more names than a message keeps', [{ emoji: '👍', named: times(11).map(crowd), others: [] }]],
    [
      'more people than a message takes',
      [{ emoji: '👍', named: [], others: times(2_001).map(String) }],
    ],
  ])('refuses reactions with %s', async (_, reactedBy) => {
    const line = { seq: 1, id: 'i', userId: 'u', name: 'N', text: 't', sentAt: 1, reactedBy };
    const body = [{ room: ROOM, first: 1, seq: 1, activeAt: 1 }, line]
      .map((one) => JSON.stringify(one))
      .join('\n');
    const answer = await ask(importRoom, openTestChat(), { method: 'POST', params, body });
    expect(answer).toMatchObject({ status: 400 });
  });
});
