// What moderators do from a page: who may remove, ban, close and open, and what it does.

import { describe, expect, test } from '@jest/globals';
import { archiveRoom } from '../../../functions/http/archive-room.ts';
import { closeRoom, openRoom } from '../../../functions/http/close-room.ts';
import { importRoom } from '../../../functions/http/import-room.ts';
import { negotiate } from '../../../functions/http/negotiate.ts';
import { reopenRoom } from '../../../functions/http/reopen-room.ts';
import { ban } from '../../../functions/hub/ban.ts';
import { close } from '../../../functions/hub/close.ts';
import { connected } from '../../../functions/hub/connected.ts';
import { disconnected } from '../../../functions/hub/disconnected.ts';
import type { HubAnswer, HubHandler } from '../../../functions/hub/hub-function.ts';
import { message } from '../../../functions/hub/message.ts';
import { remove } from '../../../functions/hub/remove.ts';
import {
  ChatError,
  type ChatMessage,
  type ErrorBody,
  type Welcome,
} from '../../../functions/protocol.ts';
import { IMPORTING } from '../../../functions/room/change.ts';
import { ask, eventsIn, openTestChat, type TestChat } from '../../support/chat.ts';
import { MemoryTable } from '../../support/memory-table.ts';
import { countCalls } from '../../support/troubled-table.ts';

const PRIVATE = 'Tea-k3m9-abcd-efgh-jkmn';
const PUBLIC = 'lobby';
const HOUR_MS = 60 * 60_000;
const ALL = { after: undefined, before: undefined, limit: 200 };

/** The first in the private room is its creator. */
const PEOPLE = {
  creator: { userId: 'g-creator', name: 'Cleo' },
  author: { userId: 'g-author', name: 'Ada' },
  other: { userId: 'g-other', name: 'Bob' },
  named: { userId: 'g-named', name: 'Mod' },
  'another named moderator': { userId: 'g-named-2', name: 'Maud' },
} as const;
type Person = keyof typeof PEOPLE;
const EVERYBODY = Object.keys(PEOPLE) as readonly Person[];

interface Stage {
  readonly chat: TestChat;
  readonly room: string;
  readonly as: (who: Person, handler: HubHandler, ...args: unknown[]) => Promise<HubAnswer>;
  readonly messages: () => Promise<readonly ChatMessage[]>;
}

/** Everybody is in the room, and the author has said something. */
async function openStage(room = PRIVATE): Promise<Stage> {
  const opened = openTestChat(
    new MemoryTable(),
    { kind: 'guest' },
    // The user of a request is the one that it names.
    async ({ headers }) => {
      return { userId: headers.get('x-user') ?? '', name: undefined, cookie: undefined };
    },
  );
  const moderators = new Set([PEOPLE.named.userId, PEOPLE['another named moderator'].userId]);
  const chat = { ...opened, settings: { ...opened.settings, moderators } };
  for (const who of EVERYBODY) {
    await connected(await chat.call(`c-${who}`, { ...PEOPLE[who], room }), chat);
  }
  const as: Stage['as'] = async (who, handler, ...args) =>
    handler(await chat.call(`c-${who}`, { ...PEOPLE[who], room }, ...args), chat);
  await as('author', message, 'rude', 'm1');
  return {
    chat,
    room,
    as,
    messages: async () => (await chat.views.history(room, ALL)).answer.messages,
  };
}

const banNow = ({ chat, room }: Stage, who: Person, minutes = 60) =>
  chat.rooms.submit(room, {
    kind: 'ban',
    userId: PEOPLE[who].userId,
    until: chat.now() + minutes * 60_000,
  });
const reopen = ({ chat, room }: Stage, who: Person) =>
  ask(reopenRoom, chat, {
    method: 'PUT',
    params: { room },
    headers: { 'x-user': PEOPLE[who].userId },
  });
const knock = ({ chat, room }: Stage, who: Person) =>
  ask(negotiate, chat, {
    method: 'POST',
    query: `?room=${room}&name=x`,
    headers: { 'x-user': PEOPLE[who].userId },
  });
const codeOf = ({ result }: HubAnswer) => (result as { code?: string; ok: boolean }).code ?? 'ok';
const codeIn = ({ status, jsonBody }: Awaited<ReturnType<typeof reopen>>) =>
  status === 204 ? 'ok' : (jsonBody as ErrorBody).error.code;

/** Who may do what, by room. A banned moderator is in the tests below. */
const RIGHTS: readonly (readonly [
  string,
  HubHandler,
  readonly unknown[],
  string,
  Partial<Record<Person, string>>,
])[] = [
  [
    'remove another person’s message',
    remove,
    [1, { reason: 'rude' }],
    PRIVATE,
    { author: 'ok', creator: 'ok', named: 'ok', other: 'not_author' },
  ],
  [
    'remove another person’s message',
    remove,
    [1],
    PUBLIC,
    { author: 'ok', creator: 'not_author', named: 'ok', other: 'not_author' },
  ],
  [
    'ban a person',
    ban,
    ['g-author', 5],
    PRIVATE,
    { author: 'not_moderator', creator: 'ok', named: 'ok', other: 'not_moderator' },
  ],
  [
    'ban a person',
    ban,
    ['g-author', 5],
    PUBLIC,
    { creator: 'not_moderator', named: 'ok', other: 'not_moderator' },
  ],
  [
    'ban a person whom the setting names',
    ban,
    ['g-named-2', 5],
    PRIVATE,
    { creator: 'not_moderator', named: 'not_moderator', other: 'not_moderator' },
  ],
  ['ban the creator', ban, ['g-creator', 5], PRIVATE, { named: 'ok', other: 'not_moderator' }],
  [
    'close the room',
    close,
    [{ reason: 'night' }],
    PRIVATE,
    { author: 'not_moderator', creator: 'ok', named: 'ok', other: 'not_moderator' },
  ],
  ['close the room', close, [], PUBLIC, { creator: 'not_moderator', named: 'ok' }],
];

describe('the right to', () => {
  const rows = RIGHTS.flatMap(([right, handler, args, room, roles]) =>
    Object.entries(roles).map(
      ([who, code]) => [right, who as Person, room, code, handler, args] as const,
    ),
  );
  test.each(rows)('%s, for %s in %s: %s', async (_right, who, room, code, handler, args) => {
    const { chat, as } = await openStage(room);
    const table = countCalls(chat.table);
    const answer = await as(who, handler, ...args);
    expect(codeOf(answer)).toBe(code);
    if (code === 'ok') return;
    expect(answer.actions).toEqual([]);
    expect([table.commits, chat.closed, chat.closedRooms]).toEqual([[], [], []]);
  });

  test.each(rows.filter(([, , , code]) => code === 'ok'))(
    '%s, for %s in %s, is gone while banned, and is not in the ticket',
    async (_right, who, room, _code, handler, args) => {
      const stage = await openStage(room);
      await banNow(stage, who);
      expect(codeOf(await stage.as(who, handler, ...args))).toBe('banned');
      await stage.chat.clock.advance(HOUR_MS);
      const again = codeOf(await stage.as(who, handler, ...args));
      expect(again).toBe('ok');
    },
  );

  test('moderate ends for a person whom the setting names no longer, with the same ticket', async () => {
    const stage = await openStage(PUBLIC);
    const call = await stage.chat.call('c-named', { ...PEOPLE.named, room: PUBLIC }, 'g-author', 5);
    const restarted = {
      ...stage.chat,
      settings: { ...stage.chat.settings, moderators: new Set<string>() },
    };
    expect(codeOf(await ban(call, restarted))).toBe('not_moderator');
    expect(codeOf(await ban(call, stage.chat))).toBe('ok');
  });

  test('moderate a private room is of no use in another room', async () => {
    const { chat } = await openStage();
    const elsewhere = { ...PEOPLE.creator, room: `other-${PRIVATE}` };
    await connected(await chat.call('c-first', { ...PEOPLE.other, room: elsewhere.room }), chat);
    await connected(await chat.call('c-e', elsewhere), chat);
    expect(codeOf(await ban(await chat.call('c-e', elsewhere, 'g-other', 5), chat))).toBe(
      'not_moderator',
    );
  });
});

describe('a removal by a moderator', () => {
  test.each([
    ['with a reason', [{ reason: 'rude' }], 'rude'],
    ['without one', [], ''],
  ])('says that a moderator removed it, %s', async (_, args, reason) => {
    const { as, messages } = await openStage();
    const answer = await as('creator', remove, 1, ...args);
    const notice = { seq: 2, userId: 'moderator', name: 'Moderator', text: '', deletes: 1, reason };
    expect(eventsIn(answer)).toMatchObject([{ messages: [notice] }]);
    expect(await messages()).toMatchObject([
      { seq: 1, userId: 'g-author', text: '', deleted: true, reason },
      notice,
    ]);
    expect(answer.about).toEqual({
      room: PRIVATE,
      user: 'g-author',
      seq: 1,
      moderator: 'g-creator',
    });
  });

  test('of an own message says so only when it is too old for its author', async () => {
    const { chat, as, messages } = await openStage();
    await as('creator', message, 'mine', 'm2');
    await as('creator', message, 'mine too', 'm3');
    await as('creator', remove, 2, { reason: 'x' });
    await chat.clock.advance(2 * HOUR_MS);
    await as('creator', remove, 3, { reason: 'y' });
    const notices = (await messages()).filter(({ deletes }) => deletes !== undefined);
    expect(notices.map(({ userId, reason }) => [userId, reason])).toEqual([
      ['g-creator', undefined],
      ['moderator', 'y'],
    ]);
  });

  test('sent again is broadcast again and keeps its first reason', async () => {
    const { as, messages } = await openStage();
    await as('creator', remove, 1, { reason: 'rude' });
    const again = await as('named', remove, 1, { reason: 'another' });
    expect(again.result).toEqual({ ok: true });
    expect(eventsIn(again)).toMatchObject([{ messages: [{ seq: 2, reason: 'rude' }] }]);
    expect(await messages()).toHaveLength(2);
  });

  test('costs one transaction of three operations and one broadcast', async () => {
    const table = countCalls(new MemoryTable());
    const opened = openTestChat(table);
    const chat = {
      ...opened,
      settings: { ...opened.settings, moderators: new Set([PEOPLE.named.userId]) },
    };
    await message(await chat.call('c1', { ...PEOPLE.author, room: PUBLIC }, 'hi', 'm1'), chat);
    const before = table.commits.length;
    const answer = await remove(await chat.call('c2', { ...PEOPLE.named, room: PUBLIC }, 1), chat);
    expect(eventsIn(answer)).toHaveLength(1);
    const written = table.commits.slice(before);
    expect(written.map(({ operations }) => operations.length)).toEqual([3]);
  });
});

describe('a ban by a moderator', () => {
  test('ends all connections of the person with the reason, and lets nobody else go', async () => {
    const stage = await openStage();
    const { chat, room, as } = stage;
    await connected(await chat.call('c-two', { ...PEOPLE.author, room }), chat);
    const until = chat.now() + 5 * 60_000;
    const { result, about } = await as('creator', ban, 'g-author', 5, { reason: 'rude' });
    expect(result).toEqual({ ok: true });
    expect(about).toEqual({
      room,
      user: 'g-author',
      bannedUntil: until,
      moderator: 'g-creator',
    });
    expect(chat.closed).toEqual([
      { connectionId: 'c-author', reason: 'rude' },
      { connectionId: 'c-two', reason: 'rude' },
    ]);
    expect(await knock(stage, 'author')).toMatchObject({ status: 403, jsonBody: { until } });
    expect((await knock(stage, 'other')).jsonBody).toHaveProperty('url');
  });

  test('has the standard sentence without a reason, and counts for a person who is not there', async () => {
    const stage = await openStage();
    await stage.as('creator', ban, 'g-author', 1);
    expect(stage.chat.closed).toMatchObject([{ reason: 'You were disconnected by a moderator.' }]);
    expect((await stage.as('creator', ban, 'g-absent', 1)).result).toEqual({ ok: true });
    expect(await stage.chat.reader.bannedUntil(PRIVATE, 'g-absent')).toBe(
      stage.chat.now() + 60_000,
    );
  });

  test('does not shorten a longer one', async () => {
    const stage = await openStage();
    await banNow(stage, 'author', 600);
    await stage.as('creator', ban, 'g-author', 5);
    expect(await stage.chat.reader.bannedUntil(PRIVATE, 'g-author')).toBe(
      stage.chat.now() + 600 * 60_000,
    );
  });

  test.each([
    ['oneself', ['g-creator', 5]],
    ['the user of published lines', ['app', 5]],
    ['the user of removals', ['moderator', 5]],
    ['nobody', ['', 5]],
    ['a number', [7, 5]],
    ['two lines', ['a\nb', 5]],
    ['a long id', ['x'.repeat(129), 5]],
    ['an id of few characters and many bytes', ['🚀'.repeat(33), 5]],
    ['no time', ['g-author', 0]],
    ['a negative time', ['g-author', -1]],
    ['half a minute', ['g-author', 0.5]],
    ['more than a week', ['g-author', 7 * 24 * 60 + 1]],
    ['a text as time', ['g-author', '5']],
    ['infinity', ['g-author', Number.POSITIVE_INFINITY]],
    ['nothing', []],
    ['a reason that is no object', ['g-author', 5, 'rude']],
    ['a reason that is no text', ['g-author', 5, { reason: 7 }]],
    ['a list of reasons', ['g-author', 5, [{ reason: 'x' }]]],
  ])('is refused for %s, and changes nothing', async (_, args) => {
    const { chat, as } = await openStage();
    const table = countCalls(chat.table);
    expect(codeOf(await as('creator', ban, ...args))).toBe('bad_request');
    expect([table.commits, chat.closed]).toEqual([[], []]);
  });
});

describe('a reason', () => {
  test.each([
    ['of several lines becomes one', 'a\nb\0c', 'a b c'],
    ['cannot reorder what stands beside it', '\u202eedur\u202c \u2066x\u2069', 'edur x'],
    ['that looks like a date stays as it is', ['2', '026-01-01T00:00:00Z'], '2026-01-01T00:00:00Z'],
    ['is cut at 500 characters, and splits no emoji', '🚀'.repeat(600), '🚀'.repeat(500)],
    ['of nothing that can be seen is none', ' \u200b ', ''],
    ['that looks like markup stays text', '<b>x</b>', '<b>x</b>'],
  ])('%s', async (_, reason, shown) => {
    const { as, messages } = await openStage();
    await as('creator', remove, 1, { reason });
    expect((await messages())[0]?.reason).toBe(shown);
  });
});

describe('a room that a moderator closes', () => {
  test('ends all connections but that of the moderator, who gets the answer and says nothing more', async () => {
    const { chat, room, as } = await openStage();
    const { result, about } = await as('creator', close, { reason: 'night' });
    expect(result).toEqual({ ok: true });
    expect(about).toEqual({ room, moderator: 'g-creator' });
    const reason = expect.stringContaining('(night)');
    expect(chat.closedRooms).toEqual([{ room, reason, except: 'c-creator' }]);
    for (const [handler, ...args] of [
      [message, 'hi', 'm9'],
      [remove, 1],
      [ban, 'g-author', 5],
    ] as const) {
      expect(codeOf(await as('creator', handler, ...args))).toBe('room_closed');
    }
  });

  test('is reported closed to that moderator again, whose first answer may be lost, and to nobody else', async () => {
    const { chat, room, as } = await openStage();
    const { closeRoom: disconnect } = chat.service;
    chat.service.closeRoom = async () => {
      throw new ChatError('unavailable', 'unable to reach SignalR Service; it did not answer.');
    };
    expect(codeOf(await as('creator', close, { reason: 'night' }))).toBe('unavailable');
    chat.service.closeRoom = disconnect;
    const { revision } = await chat.reader.head(room);
    expect((await as('creator', close, { reason: 'night' })).result).toEqual({ ok: true });
    expect(chat.closedRooms).toMatchObject([{ room, except: 'c-creator' }]);
    expect(await chat.reader.head(room)).toMatchObject({ revision, closed: 'night' });
    expect(codeOf(await as('named', close))).toBe('room_closed');
    await ask(closeRoom, chat, { method: 'PUT', params: { room } });
    expect(codeOf(await as('creator', close))).toBe('room_closed');
  });

  test('with the words of an import is not taken for a room that is imported', async () => {
    const stage = await openStage();
    const { chat, room, as } = stage;
    const params = { room };
    await as('creator', close, { reason: IMPORTING });
    const archive = await ask(archiveRoom, chat, { params });
    expect(archive.status).toBeUndefined();
    const copy = openTestChat();
    const imported = await ask(importRoom, copy, {
      method: 'POST',
      params,
      body: String(archive.body).replace(`${IMPORTING}.`, IMPORTING),
    });
    expect(imported.jsonBody).toMatchObject({ imported: 1 });
    for (const { reader } of [chat, copy]) {
      expect((await reader.head(room)).closed).toBe(`${IMPORTING}.`);
    }
    const { jsonBody } = await knock(stage, 'other');
    expect(jsonBody).toMatchObject({
      error: { message: expect.stringContaining(`it is closed (${IMPORTING}). Choose another`) },
    });
  });

  const CLOSED_BY: readonly (readonly [
    string,
    (stage: Stage) => Promise<unknown>,
    Partial<Record<Person, string>>,
  ])[] = [
    [
      'the creator',
      ({ as }) => as('creator', close),
      { creator: 'ok', named: 'ok', author: 'not_moderator', other: 'not_moderator' },
    ],
    [
      'a named moderator',
      ({ as }) => as('named', close),
      { creator: 'not_moderator', named: 'ok', 'another named moderator': 'ok' },
    ],
    [
      'the operator',
      ({ chat, room }) => ask(closeRoom, chat, { method: 'PUT', params: { room } }),
      { creator: 'not_moderator', named: 'not_moderator', other: 'not_moderator' },
    ],
    [
      'a moderator and then the operator',
      async ({ chat, room, as }) => {
        await as('creator', close);
        await ask(closeRoom, chat, { method: 'PUT', params: { room } });
      },
      { creator: 'not_moderator', named: 'not_moderator' },
    ],
    [
      'an import',
      ({ chat, room }) => chat.rooms.submit(room, { kind: 'close', reason: IMPORTING }),
      { creator: 'not_moderator', named: 'not_moderator' },
    ],
    ['nobody', async () => {}, { creator: 'not_moderator', named: 'not_moderator' }],
  ];
  const rows = CLOSED_BY.flatMap(([by, shut, roles]) =>
    Object.entries(roles).map(([who, code]) => [by, who as Person, code, shut] as const),
  );
  test.each(rows)('closed by %s, opens again for %s: %s', async (by, who, code, shut) => {
    const stage = await openStage();
    await shut(stage);
    if (by !== 'nobody') {
      const { jsonBody } = await knock(stage, who);
      expect(jsonBody).toMatchObject({ error: { code: 'room_closed' } });
      expect((jsonBody as ErrorBody).mayOpen).toBe(code === 'ok' ? true : undefined);
    }
    const answer = await reopen(stage, who);
    expect(codeIn(answer)).toBe(code);
    const { closed } = await stage.chat.reader.head(PRIVATE);
    expect(closed === '').toBe(code === 'ok' || by === 'nobody');
    if (code !== 'ok') return;
    expect(answer.about).toEqual({ room: PRIVATE, moderator: PEOPLE[who].userId });
    expect((await knock(stage, 'other')).jsonBody).toHaveProperty('url');
  });

  test('stays closed for a moderator who is banned, and for one who asks too often', async () => {
    const stage = await openStage();
    await stage.as('creator', close);
    await banNow(stage, 'creator');
    expect(codeIn(await reopen(stage, 'creator'))).toBe('banned');
    const codes = new Set<string>();
    for (let n = 0; n < 40; n += 1) codes.add(codeIn(await reopen(stage, 'other')));
    expect(codes).toEqual(new Set(['not_moderator', 'too_many_messages']));
    expect((await reopen(stage, 'other')).headers).toMatchObject({ 'retry-after': '1' });
  });

  test('stays closed if the operator closes it at the same moment', async () => {
    const table = new MemoryTable();
    const first = openTestChat(table, { kind: 'guest' }, async () => {
      return { userId: PEOPLE.named.userId, name: undefined, cookie: undefined };
    });
    const chat = {
      ...first,
      settings: { ...first.settings, moderators: new Set([PEOPLE.named.userId]) },
    };
    await connected(await chat.call('c1', { ...PEOPLE.named, room: PUBLIC }), chat);
    await close(await chat.call('c1', { ...PEOPLE.named, room: PUBLIC }), chat);
    const seen = await chat.views.findHead(PUBLIC);
    await ask(closeRoom, openTestChat(table), { method: 'PUT', params: { room: PUBLIC } });
    const views: TestChat['views'] = Object.create(chat.views, {
      findHead: { value: async () => seen },
    });
    const asked = { method: 'PUT', params: { room: PUBLIC } };
    const asking = ask(reopenRoom, { ...chat, views }, asked);
    await chat.clock.advance(1_000);
    expect(codeIn(await asking)).toBe('unavailable');
    expect((await chat.reader.head(PUBLIC)).closed).not.toBe('');
  });

  test('can be opened by the operator, too', async () => {
    const stage = await openStage();
    await stage.as('creator', close);
    const params = { room: PRIVATE };
    expect((await ask(openRoom, stage.chat, { method: 'DELETE', params })).status).toBe(204);
    expect((await knock(stage, 'author')).jsonBody).toHaveProperty('url');
  });
});

describe('the welcome', () => {
  const welcomeOf = async ({ chat, room }: Stage, who: Person): Promise<Welcome> => {
    const { actions } = await connected(
      await chat.call(`c-new-${who}`, { ...PEOPLE[who], room }),
      chat,
    );
    return actions.flatMap((action) =>
      'target' in action && action.target === 'welcome' ? [action.arguments[0] as Welcome] : [],
    )[0] as Welcome;
  };
  test.each([
    [PRIVATE, 'creator', true, 'g-creator'],
    [PRIVATE, 'named', true, 'g-creator'],
    [PRIVATE, 'other', undefined, 'g-creator'],
    [PUBLIC, 'creator', undefined, undefined],
    [PUBLIC, 'named', true, undefined],
  ] as const)(
    'in %s says to %s: moderator %s, creator %s',
    async (room, who, moderator, creator) => {
      const welcome = await welcomeOf(await openStage(room), who);
      expect([welcome.moderator, welcome.creator]).toEqual([moderator, creator]);
    },
  );

  test('says to the creator, at the very first join, that the room is theirs', async () => {
    const chat = openTestChat();
    const { actions } = await connected(
      await chat.call('c1', { ...PEOPLE.other, room: PRIVATE }),
      chat,
    );
    expect(actions).toMatchObject([
      { action: 'add' },
      { arguments: [{ moderator: true, creator: 'g-other' }] },
      {},
    ]);
  });
});

describe('every target', () => {
  test.each([
    ['remove', remove, [1, { reason: 'x' }]],
    ['ban', ban, ['g-author', 5]],
    ['close', close, []],
  ] as const)(
    '%s is refused to a forged ticket, a connection that never joined, and above the rate',
    async (_, handler, args) => {
      const { chat, as, messages } = await openStage();
      const forged = { connectionId: 'c-creator', ticket: 'forged', arguments: args };
      expect(codeOf(await handler(forged, chat))).toBe('bad_ticket');
      const call = await chat.call('c-unseen', { ...PEOPLE.creator, room: PRIVATE }, ...args);
      // Longer than a ticket opens connections.
      await chat.clock.advance(6 * 60_000);
      expect(codeOf(await handler(call, chat))).toBe('bad_ticket');
      const codes = new Set<string>();
      for (let n = 0; n < 40; n += 1) codes.add(codeOf(await as('other', handler, ...args)));
      expect(codes).toContain('too_many_messages');
      expect(codes).not.toContain('ok');
      expect((await messages())[0]?.text).toBe('rude');
    },
  );
});

test('a creator who has left comes back as a moderator, and nobody has taken the room over', async () => {
  const { chat, room } = await openStage();
  for (const who of EVERYBODY) {
    await disconnected(await chat.call(`c-${who}`, { ...PEOPLE[who], room }), chat);
  }
  await chat.clock.advance(24 * HOUR_MS);
  await connected(await chat.call('c-o', { ...PEOPLE.other, room }), chat);
  await connected(await chat.call('c-c', { ...PEOPLE.creator, room }), chat);
  expect(codeOf(await ban(await chat.call('c-o', { ...PEOPLE.other, room }, 'g-x', 5), chat))).toBe(
    'not_moderator',
  );
  expect(
    codeOf(await ban(await chat.call('c-c', { ...PEOPLE.creator, room }, 'g-other', 5), chat)),
  ).toBe('ok');
});
