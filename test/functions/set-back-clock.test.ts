// A clock that a person or a time server sets back: durations go on, nobody is refused, and nobody is banned.

import { describe, expect, jest, test } from '@jest/globals';
import { openDeps } from '../../functions/deps.ts';
import { eraseRoom } from '../../functions/http/erase-room.ts';
import { answerHttp } from '../../functions/http/http-function.ts';
import { publish } from '../../functions/http/publish.ts';
import { connected } from '../../functions/hub/connected.ts';
import { answerHub, handleHub } from '../../functions/hub/hub-function.ts';
import { message } from '../../functions/hub/message.ts';
import { GuestTokens } from '../../functions/identity/guest-token.ts';
import { SigningKey } from '../../functions/identity/signing-key.ts';
import { openUpstreamCheck } from '../../functions/identity/upstream-auth.ts';
import { FloodGuard } from '../../functions/moderation/flood-guard.ts';
import type { SendResult } from '../../functions/protocol.ts';
import { TableUnavailable } from '../../functions/room/table.ts';
import { readSettings } from '../../functions/settings.ts';
import { answerTimer } from '../../functions/timer/timer-function.ts';
import { eventsIn, openContext, openTestChat, type TestChat, toRequest } from '../support/chat.ts';
import { Clock, settle } from '../support/clock.ts';
import { openEntra } from '../support/entra.ts';
import { MemoryTable } from '../support/memory-table.ts';

const ada = { userId: 'g-ada', name: 'Ada', room: 'lobby' };
const bob = { userId: 'g-bob', name: 'Bob', room: 'lobby' };
const tenant = '11111111-1111-1111-1111-111111111111';

const join = async (chat: TestChat, id: string, who = ada) =>
  handleHub(await chat.call(id, who), connected, chat);
const send = async (chat: TestChat, id: string) =>
  (await message(await chat.call('c1', ada, 'hi', id), chat)).result as SendResult;

/** Each sets the clock in its middle by calling `setBack`. */
type Guard = (setBack: (clock: Clock) => void) => Promise<void>;

const guards: Record<string, Guard> = {
  'the rate limit refuses and bans nobody': async (setBack) => {
    const chat = openTestChat();
    for (let n = 0; n < 29; n += 1) await send(chat, `before ${n}`);
    setBack(chat.clock);
    expect(await send(chat, 'at once')).toMatchObject({ ok: true });
    await chat.clock.advance(1_000);
    for (let n = 0; n < 5; n += 1) expect(await send(chat, `${n}`)).toMatchObject({ ok: true });
    expect(chat.closed).toEqual([]);
  },
  'the rate limit bans nobody even by such a clock': async (setBack) => {
    const clock = new Clock();
    const guard = new FloodGuard(clock.now);
    for (let n = 0; n < 20; n += 1) guard.judge('eve');
    setBack(clock);
    for (let n = 0; n < 10; n += 1) expect(guard.judge('eve')).toBe('accept');
  },
  'a small room gets a join at once': async (setBack) => {
    const chat = openTestChat();
    await join(chat, 'c1');
    setBack(chat.clock);
    expect(eventsIn(await join(chat, 'c2', bob))).toMatchObject([{ online: 2 }]);
  },
  'a large room gets a join within a window': async (setBack) => {
    const chat = openTestChat();
    for (let n = 0; n < 60; n += 1) await join(chat, `c${n}`, { ...ada, userId: `g-${n}` });
    setBack(chat.clock);
    const frames = eventsIn(await join(chat, 'late', bob));
    await chat.clock.advance(1_000);
    // Of the process itself: no call is under way.
    expect(frames.length + chat.broadcasts.length).toBeGreaterThan(0);
  },
  'a change is given up after 20 s, and not later': async (setBack) => {
    const table = new MemoryTable();
    const chat = openTestChat(table);
    table.commit = async () => Promise.reject(new TableUnavailable(new Error('busy')));
    const line = { kind: 'send', id: 'id', userId: 'g-ada', name: 'Ada', text: 'hi' } as const;
    let refusal: unknown;
    chat.rooms.submit('lobby', line).catch((error) => {
      refusal = error;
    });
    await settle();
    setBack(chat.clock);
    await chat.clock.advance(23_000);
    await settle();
    expect(refusal).toMatchObject({ code: 'unavailable' });
  },
  'a newcomer is checked ten seconds later': async (setBack) => {
    const chat = openTestChat();
    await join(chat, 'c1');
    setBack(chat.clock);
    await chat.clock.advance(10_000);
    expect(chat.checked).toEqual(['c1']);
  },
  'the warm-up ends': async (setBack) => {
    const chat = openTestChat();
    await join(chat, 'c1');
    setBack(chat.clock);
    await chat.clock.advance(10_000);
    const { actions } = await join(chat, 'c2', bob);
    expect(actions[0]).toMatchObject({ action: 'add' });
  },
  'a ticket opens a connection, and serves it': async (setBack) => {
    const chat = openTestChat();
    const ticket = await chat.tickets.issue(ada);
    setBack(chat.clock);
    expect(await chat.tickets.read(ticket, 'fresh')).toMatchObject(ada);
  },
  'a guest without cookies stays the same': async (setBack) => {
    const clock = new Clock();
    const tokens = new GuestTokens(new SigningKey(new MemoryTable()), clock.now);
    const token = await tokens.issue('g-ada');
    setBack(clock);
    expect(await tokens.read(token)).toBe('g-ada');
  },
  'an event of our service is accepted': async (setBack) => {
    const entra = await openEntra();
    const clock = new Clock(entra.now());
    const verify = openUpstreamCheck(
      { kind: 'token', tenant, audiences: ['api'], objectId: 'o' },
      () => entra.keys,
      clock.now,
    );
    const claims = { iss: `https://sts.windows.net/${tenant}/`, aud: 'api', tid: tenant, oid: 'o' };
    const token = await entra.sign(claims, { nbf: 0 });
    setBack(clock);
    await verify({ authorization: `Bearer ${token}` }, 'c1');
  },
  'an erase ends in its time': async (setBack) => {
    const chat = openTestChat();
    await send(chat, '1');
    const { erase } = chat.cleanup;
    chat.cleanup.erase = async (room, bans, first, isLate) => {
      setBack(chat.clock);
      await chat.clock.advance(31_000);
      expect(isLate()).toBe(true);
      return erase.call(chat.cleanup, room, bans, first, isLate);
    };
    const request = toRequest({ method: 'DELETE', params: { room: 'lobby' } });
    expect((await eraseRoom(request, chat)).status).toBe(202);
  },
  'no line of the log has a negative duration': async (setBack) => {
    const lines: string[] = [];
    const context = openContext((line) => lines.push(line));
    const chat = openTestChat();
    const { get } = chat.table;
    chat.table.get = async (...key) => {
      setBack(chat.clock);
      await chat.clock.advance(3);
      return get.call(chat.table, ...key);
    };
    const ticket = await chat.tickets.issue(ada);
    const invocation = {
      ConnectionId: 'c1',
      Arguments: ['hi', 'id'],
      Headers: {},
      Query: { ticket },
    };
    await answerHub('send', message, chat)(invocation, context);
    await answerHttp(
      'publish',
      { method: 'POST', needsKey: true },
      publish,
      chat,
    )(
      toRequest({
        method: 'POST',
        params: { room: 'lobby' },
        body: '{"text":"hi"}',
        headers: { 'content-type': 'application/json' },
      }),
      context,
    );
    await answerTimer(
      'timer',
      async () => {
        setBack(chat.clock);
        return {
          actions: [{ target: 'events', groupName: 'lobby', arguments: [] }],
          corrected: [],
          failed: [],
          postponed: 0,
        };
      },
      chat,
    )(context);
    const times = lines.flatMap((line) => [...line.matchAll(/"(?:ms|waitedMs)":(-?[\d.]+)/g)]);
    expect(times.length).toBeGreaterThanOrEqual(4);
    for (const [, ms] of times) expect(Number(ms)).toBeGreaterThanOrEqual(0);
    for (const [, ms] of times) expect(Number.isInteger(Number(ms))).toBe(true);
  },
};

describe.each([
  ['11 s', -11_000],
  ['120 s', -120_000],
])('H9: while the clock is set back by %s', (_, ms) => {
  test.each(Object.entries(guards))('%s', async (_name, guard) => {
    await guard((clock) => clock.set(ms));
  });
});

test('H9: a process of the app measures durations by a clock that nobody sets', () => {
  const deps = openDeps(
    readSettings({
      AzureSignalRConnectionString: 'Endpoint=http://localhost:8888;AccessKey=k',
      AzureWebJobsStorage: 'UseDevelopmentStorage=true',
    }),
  );
  const before = deps.monotonicNow();
  for (let n = 0; n < 20; n += 1) deps.flood.judge('g-ada');
  const date = jest.spyOn(Date, 'now').mockReturnValue(Date.now() - 120_000);
  try {
    expect(deps.monotonicNow()).toBeGreaterThanOrEqual(before);
    for (let n = 0; n < 10; n += 1) expect(deps.flood.judge('g-ada')).toBe('accept');
  } finally {
    date.mockRestore();
  }
});
