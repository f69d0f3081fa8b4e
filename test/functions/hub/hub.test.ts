// The hub's functions: their answers, their broadcasts and their refusals.

import { describe, expect, test } from '@jest/globals';
import { connected } from '../../../functions/hub/connected.ts';
import { disconnected } from '../../../functions/hub/disconnected.ts';
import { edit } from '../../../functions/hub/edit.ts';
import { answerHub, type HubHandler } from '../../../functions/hub/hub-function.ts';
import { message } from '../../../functions/hub/message.ts';
import { remove } from '../../../functions/hub/remove.ts';
import { typing } from '../../../functions/hub/typing.ts';
import { TICKET_LIFETIME_SECONDS } from '../../../functions/identity/ticket.ts';
import { ChatError } from '../../../functions/protocol.ts';
import { TableUnavailable } from '../../../functions/room/table.ts';
import { eventsIn, openContext, openTestChat } from '../../support/chat.ts';
import { runUntil } from '../../support/clock.ts';
import { MemoryTable } from '../../support/memory-table.ts';

const ada = { userId: 'g-ada', name: 'Ada', room: 'lobby' };
const bob = { userId: 'g-bob', name: 'Bob', room: 'lobby' };

describe('connected', () => {
  test('adds the newcomer to the group, welcomes it, then broadcasts to the room', async () => {
    const chat = openTestChat();
    const { actions } = await connected(await chat.call('c1', ada), chat);
    expect(actions).toEqual([
      { action: 'add', groupName: 'lobby', connectionId: 'c1' },
      {
        target: 'welcome',
        connectionId: 'c1',
        arguments: [{ connectionId: 'c1', ...ada, revision: 1, seq: 0, online: 1 }],
      },
      {
        target: 'events',
        groupName: 'lobby',
        arguments: [
          {
            room: 'lobby',
            revision: 1,
            seq: 0,
            online: 1,
            messages: [],
            joined: [{ connectionId: 'c1', userId: 'g-ada', name: 'Ada' }],
            left: [],
          },
        ],
      },
    ]);
  });

  test.each([
    ['no', undefined],
    ['a forged', 'eyJhbGciOiJIUzI1NiJ9.e30.AAAA'],
  ])('ends a connection with %s ticket, which then counts for nothing', async (_, ticket) => {
    const chat = openTestChat();
    const call = { connectionId: 'c1', ticket, arguments: [] };
    expect(await connected(call, chat)).toMatchObject({ actions: [] });
    expect(chat.closed).toMatchObject([{ connectionId: 'c1', reason: /ticket/ }].map(anyReason));
    const next = await connected(await chat.call('c2', ada), chat);
    expect(eventsIn(next)).toMatchObject([{ online: 1 }]);
  });

  test('ends a connection whose ticket has expired', async () => {
    const chat = openTestChat();
    const call = await chat.call('c1', ada);
    await chat.clock.advance(TICKET_LIFETIME_SECONDS * 1_000 + 1_000);
    expect(await connected(call, chat)).toMatchObject({ actions: [] });
    expect(chat.closed).toHaveLength(1);
  });

  test('ends the connection of a banned user, and says until when', async () => {
    const chat = openTestChat();
    const until = chat.now() + 60_000;
    await chat.rooms.submit('lobby', { kind: 'ban', userId: ada.userId, until });
    expect(await connected(await chat.call('c1', ada), chat)).toMatchObject({ actions: [] });
    expect(chat.closed[0]?.reason).toContain(new Date(until).toISOString());
  });

  test('ends the connection if storage does not answer, so that its client reconnects', async () => {
    const table = new MemoryTable();
    const chat = openTestChat(table);
    const call = await chat.call('c1', ada);
    table.commit = async () => {
      throw new TableUnavailable(new Error('busy'));
    };
    expect(await runUntil(chat.clock, connected(call, chat))).toMatchObject({ actions: [] });
    expect(chat.closed).toMatchObject([{ connectionId: 'c1' }]);
  });
});

describe('disconnected', () => {
  test('broadcasts who left', async () => {
    const chat = openTestChat();
    await connected(await chat.call('c1', ada), chat);
    await connected(await chat.call('c2', bob), chat);
    const answer = await disconnected(await chat.call('c1', ada), chat);
    expect(eventsIn(answer)).toMatchObject([{ online: 1, left: [{ connectionId: 'c1' }] }]);
  });

  test('accepts an expired ticket, because connections last longer', async () => {
    const chat = openTestChat();
    const call = await chat.call('c1', ada);
    await connected(call, chat);
    await chat.clock.advance(TICKET_LIFETIME_SECONDS * 1_000 + 1_000);
    expect(eventsIn(await disconnected(call, chat))).toMatchObject([{ online: 0 }]);
  });

  test('changes nothing for a connection without a ticket of ours', async () => {
    const chat = openTestChat();
    await connected(await chat.call('c1', ada), chat);
    const call = { connectionId: 'c1', ticket: 'forged', arguments: [] };
    expect(await disconnected(call, chat)).toMatchObject({ actions: [] });
    const { outcome } = await chat.rooms.submit('lobby', {
      kind: 'join',
      connectionId: 'c9',
      ...bob,
    });
    expect(outcome).toMatchObject({ online: 2 });
  });
});

describe('send', () => {
  test('answers the message’s number, and broadcasts to the room', async () => {
    const chat = openTestChat();
    await connected(await chat.call('c1', ada), chat);
    const answer = await message(await chat.call('c1', ada, 'hi <b>', 'id1'), chat);
    const sentAt = chat.now();
    expect(answer.result).toEqual({ ok: true, seq: 1, sentAt, online: 1 });
    expect(eventsIn(answer)).toMatchObject([
      {
        seq: 1,
        messages: [{ seq: 1, id: 'id1', userId: 'g-ada', name: 'Ada', text: 'hi <b>', sentAt }],
      },
    ]);
  });

  test('reads name, user and room from the ticket, never from the arguments', async () => {
    const chat = openTestChat();
    const call = await chat.call('c1', ada, 'hi', 'id1', { userId: 'g-bob' }, 'Bob', 'other');
    expect(eventsIn(await message(call, chat))).toMatchObject([
      { room: 'lobby', messages: [{ userId: 'g-ada', name: 'Ada' }] },
    ]);
  });

  test.each([
    ['nothing', [], 'bad_text'],
    ['a number', [7, 'id'], 'bad_text'],
    ['an object', [{ text: 'hi' }, 'id'], 'bad_text'],
    ['null', [null, null], 'bad_text'],
    ['an empty text', ['', 'id'], 'bad_text'],
    ['4,001 characters', ['x'.repeat(4_001), 'id'], 'bad_text'],
    ['no id', ['hi'], 'bad_id'],
    ['an id that is a number', ['hi', 7], 'bad_id'],
    ['a long id', ['hi', 'x'.repeat(65)], 'bad_id'],
    ['a list of other things than strings', [['h', 1], 'id'], 'bad_text'],
    ['a list in a list', ['hi', [['i'], 'd']], 'bad_id'],
    ['an empty list', [[], 'id'], 'bad_text'],
  ])('refuses %s in words, and stores nothing', async (_, args, code) => {
    const chat = openTestChat();
    const answer = await message(await chat.call('c1', ada, ...args), chat);
    expect(answer).toMatchObject({ actions: [], result: { ok: false, code } });
    const next = await message(await chat.call('c1', ada, 'hi', 'id'), chat);
    expect(next.result).toMatchObject({ ok: true, seq: 1 });
  });

  test('refuses a forged ticket', async () => {
    const call = { connectionId: 'c1', ticket: 'forged', arguments: ['hi', 'id'] };
    const answer = await message(call, openTestChat());
    expect(answer).toMatchObject({ actions: [], result: { ok: false, code: 'bad_ticket' } });
  });

  test('answers that the client may retry if storage does not answer', async () => {
    const table = new MemoryTable();
    const chat = openTestChat(table);
    const call = await chat.call('c1', ada, 'hi', 'id');
    table.commit = async () => {
      throw new TableUnavailable(new Error('busy'));
    };
    expect(await runUntil(chat.clock, message(call, chat))).toMatchObject({
      result: { ok: false, code: 'unavailable' },
    });
  });
});

test('typing broadcasts who types, and stores nothing', async () => {
  const chat = openTestChat();
  expect(await typing(await chat.call('c1', ada), chat)).toMatchObject({
    actions: [
      { target: 'typing', arguments: [{ userId: 'g-ada', name: 'Ada' }], groupName: 'lobby' },
    ],
  });
});

test('row 4: typing is broadcast to nobody if the setting is off, and the welcome says so', async () => {
  const chat = openTestChat();
  const off = { ...chat, settings: { ...chat.settings, typing: false } };
  const { actions } = await connected(await off.call('c1', ada), off);
  expect(actions[1]).toMatchObject({ target: 'welcome', arguments: [{ typing: false }] });
  const reads: string[] = [];
  chat.table.get = async (_, key) => fail(new Error(`read ${reads.push(key)}`));
  expect(await typing(await off.call('c1', ada), off)).toEqual({ actions: [], isRoutine: true });
});

describe('the error that a client gets', () => {
  const HANDLERS = { connected, disconnected, send: message, typing };
  const THROWN: readonly [string, () => never][] = [
    ['an error', () => fail(new Error('ENOENT /home/site/wwwroot/secret.js'))],
    ['an error with a cause', () => fail(new TypeError('x', { cause: new Error('/home/site') }))],
    [
      'a ChatError',
      () => fail(new ChatError('unavailable', 'unable to read; storage failed. Try again.')),
    ],
    ['a string', () => fail('at run (/home/site/wwwroot/app.js:1:1)')],
    ['nothing', () => fail(undefined)],
    [
      'an object',
      () => fail({ stack: 'at run (/home/site/wwwroot/app.js:1:1)', message: '/home' }),
    ],
  ];

  test.each(
    Object.entries(HANDLERS).flatMap(([event, handler]) =>
      THROWN.map(([name, throwIt]) => [event, name, handler, throwIt] as const),
    ),
  )('when %s throws %s is one sentence, without a stack or a path', async (event, _, ...rest) => {
    const [handler, throwIt] = rest;
    const chat = openTestChat();
    const broken = {
      ...chat,
      tickets: { read: async () => throwIt() } as unknown as typeof chat.tickets,
      service: { closeConnection: async () => throwIt() } as unknown as typeof chat.service,
    };
    const invocation = { ConnectionId: 'c1', Arguments: ['hi', 'id'], Headers: {}, Query: {} };
    const answer = answerHub(event, handler, broken);
    const text = await answer(invocation, openContext()).then(
      (result) => `${JSON.stringify(result)}`,
      asHostPutsIt,
    );
    expect(text).not.toMatch(/\bat\b|\/home|\.[jt]s/);
    expect(text).toMatch(/unable to .+; .+\. Try again\.|^undefined$/);
  });

  test('hides a failure of the log in the same way', async () => {
    const chat = openTestChat();
    const context = openContext();
    context.error = () => fail(new Error('at /home/site/wwwroot'));
    const broken = { ...chat, verifyUpstream: async () => fail(new Error('/home')) };
    const text = await answerHub('typing', typing, broken)({}, context).catch(asHostPutsIt);
    expect(text).toBe(
      'Result: Failure\nException: unable to handle typing; something failed on our side. Try again.\nStack: ',
    );
  });
});

describe('while a thousand people come back', () => {
  const run = async (category: 'connections' | 'messages', event: string, handler: HubHandler) => {
    const chat = openTestChat();
    const turns: (() => void)[] = [];
    const pace = { turn: () => new Promise<void>((resolve) => turns.push(resolve)) };
    const { ticket } = await chat.call('c1', ada);
    const invocation = { ConnectionId: 'c1', Arguments: ['hi', 'id'], Query: { ticket } };
    const busy = {
      ...chat,
      pace: pace as unknown as typeof chat.pace,
      verifyUpstream: async () => {},
    };
    const answered = answerHub(event, handler, busy, category)(invocation, openContext());
    return { answered, turns, chat };
  };

  test('a message waits for nobody', async () => {
    const { answered, turns } = await run('messages', 'send', message);
    await expect(answered).resolves.toMatchObject({ ok: true });
    expect(turns).toEqual([]);
  });

  test.each([
    ['connected', connected],
    ['disconnected', disconnected],
  ])('%s waits for its turn after its commit', async (event, handler) => {
    const { answered, turns, chat } = await run('connections', event, handler);
    while (turns.length === 0) await new Promise((resolve) => setImmediate(resolve));
    expect(await chat.reader.findHead('lobby')).toMatchObject({ revision: 1 });
    turns[0]?.();
    await expect(answered).resolves.toBeUndefined();
  });
});

describe('S8: what strangers send to the webhook', () => {
  const call = async (
    event: string,
    handler: HubHandler,
    code: 'bad_signature' | 'bad_setting',
  ) => {
    const lines: string[] = [];
    const chat = openTestChat();
    const refusing = {
      ...chat,
      verifyUpstream: async () => fail(new ChatError(code, 'unable to accept it; forged. Check.')),
    };
    const { ticket } = await chat.call('c1', ada);
    const invocation = {
      ConnectionId: 'c1',
      Arguments: ['hi', 'id'],
      Headers: {},
      Query: { ticket },
    };
    const context = openContext((line) => lines.push(line));
    const answered = answerHub(event, handler, refusing)(invocation, context);
    const result = await answered.catch(() => 'failed');
    expect(context.extraOutputs.get('signalR')).toBeUndefined();
    expect(await chat.reader.findHead('lobby')).toBeUndefined();
    return { result, lines };
  };
  const HUB = { connected, disconnected, send: message, edit, remove, typing };
  const ANSWERED = ['send', 'edit', 'remove'];

  test.each(Object.entries(HUB))(
    'is refused by %s and is no failed function',
    async (event, handler) => {
      const { result, lines } = await call(event, handler, 'bad_signature');
      expect(result).toEqual(
        ANSWERED.includes(event)
          ? { ok: false, code: 'bad_signature', message: 'unable to accept it; forged. Check.' }
          : undefined,
      );
      expect(lines).toEqual([
        'unable to accept it; forged. Check.',
        'call {"event":"' +
          event +
          '","invocation":"i1","refused":"bad_signature","broadcasts":[],"ms":0}',
      ]);
    },
  );

  test.each(Object.entries(HUB))(
    'but a token of our tenant that does not fit makes %s fail',
    async (event, handler) => {
      expect((await call(event, handler, 'bad_setting')).result).toBe('failed');
    },
  );
});

function fail(thrown: unknown): never {
  throw thrown;
}

/** The text that worker and host make of a function's error. The extension sends it to the client. */
function asHostPutsIt(thrown: unknown): string {
  const { message: text, stack } = thrown instanceof Error ? thrown : new Error(String(thrown));
  return `Result: Failure\nException: ${text}\nStack: ${stack}`;
}

function anyReason({ connectionId, reason }: { connectionId: string; reason: RegExp }) {
  return { connectionId, reason: expect.stringMatching(reason) };
}
