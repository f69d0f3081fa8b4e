import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { MAX_HISTORY } from '../../../functions/protocol.ts';
import {
  type ChatEvent,
  type ChatState,
  initialState,
  isRosterIncomplete,
  reduce,
} from '../../../web/state/chat-state.ts';
import type { Problem } from '../../../web/state/connection-state.ts';
import { findGap } from '../../../web/state/message-log.ts';
import { runs } from '../../support/sizes.ts';
import {
  eventsOf,
  historyOf,
  memberOf,
  membersOf,
  messageOf,
  messagesOf,
  ROOM,
  welcomeOf,
} from '../samples.ts';
import { anyStep, RoomModel } from './room-model.ts';

const stateAfter = (...events: readonly ChatEvent[]) => events.reduce(reduce, initialState(ROOM));
const seqs = (state: ChatState) => state.log.shown.map(({ seq }) => seq);

const BANNED: Problem = { code: 'banned', message: 'Come back later.' };
const BAD_NAME: Problem = { code: 'bad_name', message: 'Bad name.' };
const BAD_TEXT: Problem = { code: 'bad_text', message: 'Too long.' };

const CONNECTING: ChatEvent = { type: 'connecting' };
const WELCOME: ChatEvent = { type: 'welcome', welcome: welcomeOf() };
const EMPTY_HISTORY: ChatEvent = { type: 'history', history: historyOf(), query: { limit: 50 } };

describe('connection', () => {
  test('is connecting until the welcome, then online', () => {
    expect(stateAfter(CONNECTING).connection.kind).toBe('connecting');
    expect(stateAfter(CONNECTING, WELCOME)).toMatchObject({
      connection: { kind: 'online' },
      me: { userId: 'ada', connectionId: 'c-ada' },
      online: 1,
    });
  });

  test('says that it is reconnecting until the next welcome, through all attempts', () => {
    const lost = stateAfter(CONNECTING, WELCOME, { type: 'disconnected' }, CONNECTING);
    expect(lost.connection.kind).toBe('reconnecting');
    const back = reduce(lost, { type: 'welcome', welcome: welcomeOf({ revision: 9 }) });
    expect(back.connection.kind).toBe('online');
  });

  test('shows why the service ended it, until that is dismissed', () => {
    const ended = stateAfter(CONNECTING, WELCOME, { type: 'disconnected', reason: 'Be kind.' });
    expect(ended.notice).toEqual({ kind: 'ended', reason: 'Be kind.' });
    expect(reduce(ended, { type: 'disconnected' }).notice).toEqual(ended.notice);
    expect(reduce(ended, { type: 'notice', notice: undefined }).notice).toBeUndefined();
  });

  test('keeps the refusal’s sentence during retries', () => {
    const out = stateAfter(CONNECTING, { type: 'blocked', problem: BANNED }, CONNECTING);
    expect(out.connection).toEqual({ kind: 'blocked', problem: BANNED });
  });

  test('starts over when a refused person tries again', () => {
    const again = stateAfter(CONNECTING, { type: 'refused', problem: BAD_NAME }, CONNECTING);
    expect(again.connection.kind).toBe('connecting');
  });
});

describe('fixes: lines of a person whom a moderator lets write nothing', () => {
  const waiting = stateAfter(CONNECTING, WELCOME, { type: 'written', id: 'a', text: 'one' });
  const states = (state: ChatState) => state.outbox.map((line) => line.state);
  const CLOSED: Problem = { code: 'room_closed', message: 'It is closed.' };

  test.each([BANNED, CLOSED])('stay unsent after $code, until the person sends them', (problem) => {
    const out = reduce(waiting, { type: 'blocked', problem });
    expect(states(out)).toEqual(['refused']);
    expect(states(reduce(out, { type: 'try-again', id: 'a' }))).toEqual(['refused']);
    const back = [CONNECTING, WELCOME].reduce(reduce, out);
    expect(states(back)).toEqual(['refused']);
    expect(states(reduce(back, { type: 'try-again', id: 'a' }))).toEqual(['waiting']);
  });

  test('wait as offline where the room is only full', () => {
    const full: Problem = { code: 'room_full', message: 'It is full.' };
    expect(states(reduce(waiting, { type: 'blocked', problem: full }))).toEqual(['waiting']);
  });
});

describe('connection, while it is not', () => {
  const lost = stateAfter(CONNECTING, WELCOME, { type: 'disconnected' });

  test('says when the next attempt begins, until it does', () => {
    const waiting = reduce(lost, { type: 'waiting', until: 9_000 });
    expect(waiting.connection).toEqual({ kind: 'reconnecting', until: 9_000 });
    expect(reduce(waiting, CONNECTING).connection).toEqual({ kind: 'reconnecting' });
  });

  test('has no countdown if a retry soon does not help', () => {
    const out = reduce(lost, { type: 'blocked', problem: BANNED });
    expect(reduce(out, { type: 'waiting', until: 9_000 })).toEqual(out);
  });

  test('keeps the sign-in during retries', () => {
    const signIn = { clientId: 'c', authority: 'https://a.example/t' };
    const door = { type: 'signed-out', problem: BANNED, signIn } as const;
    const out = stateAfter(CONNECTING, door, CONNECTING);
    expect(out.connection).toEqual({ kind: 'signed-out', problem: BANNED, signIn });
  });

  test('knows whether the device has a network, also after the room has started over', () => {
    const offline = reduce(lost, { type: 'network', isUp: false });
    const anew = { type: 'welcome', welcome: welcomeOf({ revision: 0 }) } as const;
    expect(reduce(reduce(offline, CONNECTING), anew).isNetworkUp).toBe(false);
  });
});

test('unsent lines of an earlier visit come before new ones', () => {
  const lines = [
    { id: 'a', text: 'one' },
    { id: 'b', text: 'two' },
  ];
  const state = stateAfter(
    { type: 'written', id: 'c', text: 'three' },
    { type: 'restored', before: { user: undefined, readTo: 2, unsent: lines } },
    CONNECTING,
    WELCOME,
    { type: 'history', history: historyOf({ messages: messagesOf(1, 4) }), query: { limit: 50 } },
  );
  expect(state.outbox.map(({ id, state: line }) => `${id} ${line}`)).toEqual([
    'a waiting',
    'b waiting',
    'c waiting',
  ]);
  expect(state.reading).toMatchObject({ readTo: 2, newAfter: 2 });
  const written = reduce(state, { type: 'written', id: 'd', text: 'four' });
  expect(written.reading.newAfter).toBeUndefined();
});

test('a join is shown for six seconds', () => {
  const members = membersOf([memberOf('c-ada', 'ada')], { revision: 2 });
  const events = eventsOf({ revision: 3, online: 2, joined: [memberOf('bob')] });
  const state = stateAfter(
    CONNECTING,
    WELCOME,
    { type: 'members', members },
    { type: 'events', at: 1_000, events },
  );
  expect(state.comings.map(({ name }) => name)).toEqual(['BOB']);
  expect(reduce(state, { type: 'tick', at: 6_999 }).comings).toHaveLength(1);
  expect(reduce(state, { type: 'tick', at: 7_000 }).comings).toEqual([]);
});

describe('online', () => {
  test.each([
    [[2, 3], 30],
    [[3, 2], 30],
    [[3, 3, 2], 30],
  ])('is what the highest revision says when frames come as %j', (revisions, online) => {
    const state = revisions.reduce(
      (known, revision) =>
        reduce(known, {
          type: 'events',
          at: 0,
          events: eventsOf({ revision, online: revision * 10 }),
        }),
      stateAfter(CONNECTING, WELCOME),
    );
    expect(state.online).toBe(online);
  });

  test('comes from history and members as well', () => {
    const history = historyOf({ revision: 4, online: 7 });
    const state = stateAfter(CONNECTING, { type: 'history', history, query: { limit: 50 } });
    expect(state.online).toBe(7);
    const members = membersOf([memberOf('a')], { revision: 3, online: 1 });
    expect(reduce(state, { type: 'members', members }).online).toBe(7);
  });
});

test('frames and answers of another room are ignored', () => {
  const state = stateAfter(CONNECTING, WELCOME, EMPTY_HISTORY);
  const elsewhere = { room: 'kitchen', revision: 99, online: 99 };
  for (const event of [
    { type: 'welcome', welcome: welcomeOf(elsewhere) },
    { type: 'events', at: 0, events: eventsOf({ ...elsewhere, messages: [messageOf(1)] }) },
    { type: 'history', history: historyOf(elsewhere), query: { limit: 50 } },
    { type: 'members', members: membersOf([], elsewhere) },
  ] satisfies ChatEvent[]) {
    expect(reduce(state, event)).toBe(state);
  }
});

test('a welcome with a revision that we had before connecting starts the room over, and keeps unsent lines', () => {
  const before = stateAfter(
    CONNECTING,
    WELCOME,
    EMPTY_HISTORY,
    { type: 'events', at: 0, events: eventsOf({ revision: 40, messages: messagesOf(1, 9) }) },
    { type: 'written', id: 'x', text: 'still here' },
    { type: 'disconnected' },
    CONNECTING,
  );
  const anew = reduce(before, { type: 'welcome', welcome: welcomeOf({ revision: 1, seq: 0 }) });
  expect(seqs(anew)).toEqual([]);
  expect(anew.log.to).toBeUndefined();
  expect(anew.outbox.map(({ id }) => id)).toEqual(['x']);
  // What others have written in it meanwhile is new.
  const history = historyOf({ messages: messagesOf(1, 2) });
  const { reading } = reduce(anew, { type: 'history', history, query: { limit: 50 } });
  expect(reading).toMatchObject({ readTo: 0, newAfter: 0 });
});

test('a first answer with lower numbers than the device had read is of a room that has started over: all is new', () => {
  const restored: ChatEvent = { type: 'restored', before: { user: 'ada', readTo: 57, unsent: [] } };
  const first = (last: number): ChatEvent => {
    return {
      type: 'history',
      history: historyOf({ messages: messagesOf(1, last) }),
      query: { limit: 50 },
    };
  };
  expect(stateAfter(restored, first(3)).reading).toMatchObject({ readTo: 0, newAfter: 0 });
  expect(stateAfter(restored, first(57)).reading).toMatchObject({
    readTo: 57,
    newAfter: undefined,
  });
  // Another tab may be ahead of the answer.
  const ahead: ChatEvent = { type: 'read-elsewhere', readTo: 60 };
  expect(stateAfter(restored, ahead, first(58)).reading).toMatchObject({ readTo: 58 });
});

test('a welcome that is late behind frames of its own connection keeps the room', () => {
  const state = stateAfter(CONNECTING, EMPTY_HISTORY, {
    type: 'events',
    at: 0,
    events: eventsOf({ revision: 5, messages: messagesOf(1, 2) }),
  });
  expect(seqs(reduce(state, { type: 'welcome', welcome: welcomeOf({ revision: 4 }) }))).toEqual([
    1, 2,
  ]);
});

describe('before the welcome the person of the last visit is oneself', () => {
  const unsent = [{ id: 'm2', text: 'text 2' }];
  const restored: ChatEvent = { type: 'restored', before: { user: 'ada', readTo: 0, unsent } };
  const messages = [messageOf(1, 'ada'), messageOf(2, 'ada')];
  const history = historyOf({ messages });

  test.each<ChatEvent>([
    { type: 'history', history, query: { limit: 50 } },
    { type: 'events', events: eventsOf({ messages }), at: 0 },
  ])('a line in $type is one’s own: sent, and not new', (event) => {
    const state = stateAfter(restored, EMPTY_HISTORY, event);
    expect(state.outbox).toEqual([]);
    expect(state.reading.newAfter).toBeUndefined();
  });

  test('one’s other tab neither types nor joins', () => {
    const typing = { userId: 'ada', name: 'Ada' };
    const joined = [memberOf('c2', 'ada'), memberOf('c3', 'bob')];
    const state = stateAfter(
      restored,
      { type: 'members', members: membersOf([memberOf('c1', 'eve')]) },
      { type: 'events', events: eventsOf({ joined }), at: 0 },
      { type: 'typing', typing, at: 0 },
    );
    expect(state.comings.map(({ userId }) => userId)).toEqual(['bob']);
    expect([...state.typing.keys()]).toEqual([]);
  });
});

describe('typing', () => {
  const typing = (userId: string, at: number): ChatEvent => ({
    type: 'typing',
    typing: { userId, name: userId },
    at,
  });
  const names = (state: ChatState) => [...state.typing.keys()];

  test('is shown for four seconds after the last sign', () => {
    const state = stateAfter(CONNECTING, WELCOME, typing('bob', 1_000), typing('bob', 3_000));
    expect(names(reduce(state, { type: 'tick', at: 5_500 }))).toEqual(['bob']);
    expect(names(reduce(state, { type: 'tick', at: 7_000 }))).toEqual([]);
  });

  test('ends with that user’s message, and with the connection', () => {
    const state = stateAfter(CONNECTING, WELCOME, typing('bob', 1_000), typing('eve', 1_000));
    const events = eventsOf({ messages: [messageOf(1, 'bob')] });
    expect(names(reduce(state, { type: 'events', at: 0, events }))).toEqual(['eve']);
    expect(names(reduce(state, { type: 'disconnected' }))).toEqual([]);
  });

  test('ends when that user has left, and not with one of several tabs', () => {
    const [bob, tab, eve] = [
      memberOf('c-bob', 'bob'),
      memberOf('c-tab', 'bob'),
      memberOf('c-eve', 'eve'),
    ];
    const joined = eventsOf({ revision: 2, joined: [bob, tab, eve] });
    const state = stateAfter(
      CONNECTING,
      WELCOME,
      { type: 'events', at: 0, events: joined },
      typing('bob', 1_000),
      typing('eve', 1_000),
    );
    const left = eventsOf({ revision: 3, left: [bob, eve] });
    expect(names(reduce(state, { type: 'events', at: 2_000, events: left }))).toEqual(['bob']);
  });

  test('of ourselves is not shown', () => {
    expect(names(stateAfter(CONNECTING, WELCOME, typing('ada', 1_000)))).toEqual([]);
  });
});

test('the roster is incomplete while it does not hold as many as are online', () => {
  const alone = stateAfter(CONNECTING, WELCOME);
  expect(isRosterIncomplete(alone)).toBe(false);
  const joined = [memberOf('b')];
  const state = reduce(alone, {
    type: 'events',
    at: 0,
    events: eventsOf({ revision: 3, online: 3, joined }),
  });
  expect(isRosterIncomplete(state)).toBe(true);
  const members = membersOf([memberOf('c-ada', 'ada'), ...joined, memberOf('c')], { revision: 3 });
  expect(isRosterIncomplete(reduce(state, { type: 'members', members }))).toBe(false);
});

describe('outbox', () => {
  const written = stateAfter(
    CONNECTING,
    WELCOME,
    EMPTY_HISTORY,
    { type: 'written', id: 'x', text: 'hi' },
    { type: 'sending', id: 'x' },
  );
  const own = eventsOf({ messages: [messageOf(1, 'ada', 'x')] });

  test('keeps an acknowledged line until its message is shown', () => {
    const acked = reduce(written, { type: 'acked', id: 'x', seq: 1 });
    expect(acked.outbox).toEqual([{ id: 'x', text: 'hi', state: 'stored', seq: 1 }]);
    expect(findGap(acked.log)).toBe('acked');
    const afterEvents = reduce(acked, { type: 'events', at: 0, events: own });
    expect(afterEvents.outbox).toEqual([]);
    expect(seqs(afterEvents)).toEqual([1]);
  });

  test('drops a line whose message comes before its acknowledgement, or without one', () => {
    const afterEvents = reduce(written, { type: 'events', at: 0, events: own });
    expect(afterEvents.outbox).toEqual([]);
    expect(reduce(afterEvents, { type: 'acked', id: 'x', seq: 1 }).outbox).toEqual([]);
  });

  test('keeps a line whose message is behind a gap', () => {
    const events = eventsOf({ messages: [messageOf(2, 'ada', 'x')] });
    const waiting = reduce(written, { type: 'events', at: 0, events });
    expect(waiting.outbox.map(({ state }) => state)).toEqual(['stored']);
    const closing = eventsOf({ revision: 3, messages: [messageOf(1)] });
    expect(reduce(waiting, { type: 'events', at: 0, events: closing }).outbox).toEqual([]);
  });

  test.each([
    ['restored of another user', 'bob', false],
    ['restored of the same user', 'ada', true],
    ['restored of nobody', undefined, true],
  ])('P16: lines %s are sent by themselves: %#', (_, user, isSent) => {
    const before = { user, readTo: undefined, unsent: [{ id: 'x', text: 'hi' }] };
    const restored = reduce(initialState(ROOM), { type: 'restored', before });
    const { outbox } = reduce(restored, { type: 'welcome', welcome: welcomeOf() });
    expect(outbox).toEqual([{ id: 'x', text: 'hi', state: isSent ? 'waiting' : 'refused' }]);
  });

  test('P4: a line that was refused before the page was closed waits for the person', () => {
    const unsent = [
      { id: 'x', text: 'hi' },
      { id: 'y', text: 'no', isRefused: true },
    ];
    const before = { user: undefined, readTo: undefined, unsent };
    const { outbox } = reduce(initialState(ROOM), { type: 'restored', before });
    expect(outbox.map(({ state }) => state)).toEqual(['waiting', 'refused']);
  });

  test('P16: lines of a guest who has become another one wait for the person, and no line is sent twice', () => {
    const sending = reduce(written, { type: 'sending', id: 'x' });
    const bob = welcomeOf({ ...memberOf('c-bob', 'bob'), revision: 9 });
    const { outbox } = reduce(sending, { type: 'welcome', welcome: bob });
    expect(outbox.map(({ id, state }) => [id, state])).toEqual([['x', 'refused']]);
    const stored = reduce(sending, { type: 'acked', id: 'x', seq: 1 });
    const after = reduce(stored, { type: 'welcome', welcome: bob });
    expect(after.outbox.map(({ state }) => state)).toEqual(['stored']);
  });

  test('shows a refused line with its reason, to be tried again or discarded', () => {
    const refused = reduce(written, { type: 'rejected', id: 'x', problem: BAD_TEXT });
    expect(refused.outbox[0]).toMatchObject({ state: 'refused', problem: BAD_TEXT });
    expect(reduce(refused, { type: 'try-again', id: 'x' }).outbox[0]?.state).toBe('waiting');
    expect(reduce(refused, { type: 'discard', id: 'x' }).outbox).toEqual([]);
  });
});

/** At every time: ascending, each once, and a shown message stays until the room no longer keeps it. */
function expectOrder(room: RoomModel, act: () => void): void {
  const before = seqs(room.state);
  act();
  const now = seqs(room.state);
  expect(now).toEqual([...new Set(now)].sort((a, b) => a - b));
  const shown = new Set(now);
  const { first } = room.state.log;
  expect(before.filter((seq) => seq >= first && !shown.has(seq))).toEqual([]);
}

describe('any order, loss and repetition of frames, answers and acknowledgements', () => {
  const courses = fc.tuple(fc.nat({ max: 12 }), fc.array(anyStep, { maxLength: 60 }));

  test('ends with every message once and in order, after catching up', () => {
    fc.assert(
      fc.property(courses, ([before, steps]) => {
        const room = new RoomModel(before);
        for (const step of steps) expectOrder(room, () => room.run(step));
        for (let tries = 0; tries <= MAX_HISTORY; tries += 1) {
          expectOrder(room, () => room.catchUp());
          if (findGap(room.state.log) === 'nothing') break;
        }
        const { log, outbox } = room.state;
        expect(findGap(log)).toBe('nothing');
        // The log shows every message of the loaded part that the room still keeps, unchanged.
        const kept = room.messages.filter(({ seq }) => seq >= Math.max(log.from, room.first));
        expect(log.shown.filter(({ seq }) => seq >= room.first)).toEqual(kept);
        for (const message of log.shown) expect(message).toEqual(room.messages[message.seq - 1]);
        expect(log.waiting).toEqual([]);
        // Own lines that the log shows have left the outbox.
        const shownIds = new Set(log.shown.map(({ id }) => id));
        expect(outbox.filter(({ id }) => shownIds.has(id))).toEqual([]);
      }),
      runs(500),
    );
  });
});
