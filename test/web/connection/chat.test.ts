import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { ChatError, type ErrorCode } from '../../../functions/protocol.ts';
import { ACKED_GAP_MS, GAP_MS } from '../../../web/connection/history-follower.ts';
import { ROSTER_MS } from '../../../web/connection/members-follower.ts';
import { LONGEST_RETRY_MS } from '../../../web/connection/retry.ts';
import { LONGEST_SILENCE_MS, SILENCE_MS } from '../../../web/connection/silence-watch.ts';
import { historyOf, memberOf, membersOf, messageOf, messagesOf } from '../samples.ts';
import { FakeChat } from './fake-chat.ts';

let fake: FakeChat;

beforeEach(() => {
  jest.useFakeTimers();
  fake = new FakeChat();
});

afterEach(() => {
  fake.chat.stop();
  jest.useRealTimers();
});

const pass = (ms: number) => jest.advanceTimersByTimeAsync(ms);
/** Runs everything that is due now. */
const settle = () => pass(0);
const shown = () => fake.state.log.shown.map(({ seq }) => seq);
const ok = (seq: number) => ({ ok: true, seq, sentAt: 1_000, online: 1 }) as const;
const no = (code: ErrorCode) => ({ ok: false, code, message: `unable: ${code}` }) as const;

describe('connecting', () => {
  test('is retried for ever, at most half a minute apart, when the first start fails', async () => {
    fake.random = 0.999;
    for (let attempt = 1; attempt <= 40; attempt += 1) {
      expect(fake.hubs.length).toBe(attempt);
      fake.hub.starting.reject(new Error('no network'));
      await pass(LONGEST_RETRY_MS);
    }
    fake.hub.welcome(1);
    await settle();
    expect(fake.state.connection.kind).toBe('online');
  });

  test('is retried for ever after a connection is lost', async () => {
    fake.hub.welcome(1);
    await pass(60_000);
    fake.hub.listener.closed(undefined);
    await settle();
    expect(fake.state.connection.kind).toBe('reconnecting');
    for (let attempt = 2; attempt <= 20; attempt += 1) {
      await pass(LONGEST_RETRY_MS);
      expect(fake.hubs.length).toBe(attempt);
      fake.hub.starting.reject(new Error('no network'));
      await settle();
    }
  });

  test('gives up an attempt without a welcome, and ignores its late events', async () => {
    const [first] = fake.hubs;
    first?.starting.resolve();
    await pass(30_000);
    expect(first?.isStopped).toBe(true);
    first?.welcome(1);
    expect(fake.state.connection.kind).not.toBe('online');
    await pass(LONGEST_RETRY_MS);
    expect(fake.hubs.length).toBe(2);
  });

  test('is retried at once when the page is shown or the network is back', async () => {
    fake.random = 0.999;
    for (const wake of [fake.chat.shown, () => fake.chat.networkChanged(true)]) {
      const before = fake.hubs.length;
      fake.hub.starting.reject(new Error('no network'));
      await settle();
      expect(fake.hubs.length).toBe(before);
      wake();
      await settle();
      expect(fake.hubs.length).toBe(before + 1);
    }
  });

  test('starts again when the network changes, because the old connection may be dead', async () => {
    fake.hub.welcome(1);
    await settle();
    fake.chat.networkChanged(true);
    await settle();
    expect(fake.hubs[0]?.isStopped).toBe(true);
    expect(fake.hubs.length).toBe(2);
  });

  test.each<ErrorCode>(['bad_name', 'bad_room', 'not_signed_in'])(
    'is not retried after %s until the person asks for it',
    async (code) => {
      fake.hub.starting.reject(new ChatError(code, 'unable to do it.'));
      await pass(24 * 3_600_000);
      fake.chat.networkChanged(true);
      await settle();
      expect(fake.hubs.length).toBe(1);
      expect(fake.state.connection).toMatchObject({
        kind: code === 'not_signed_in' ? 'signed-out' : 'refused',
        problem: { code, message: 'unable to do it.' },
      });
      fake.chat.reconnect();
      await settle();
      expect(fake.hubs.length).toBe(2);
    },
  );

  test('reports when the next attempt begins', async () => {
    fake.random = 0.5;
    fake.hub.welcome(1);
    await pass(60_000);
    fake.hub.listener.closed(undefined);
    await settle();
    expect(fake.state.connection).toEqual({ kind: 'reconnecting', until: performance.now() + 500 });
    await pass(500);
    expect(fake.hubs.length).toBe(2);
    expect(fake.state.connection).toEqual({ kind: 'reconnecting' });
  });

  test('passes on where to sign in', async () => {
    const signIn = { clientId: 'c', authority: 'https://a.example/t' };
    const refusal = new ChatError('not_signed_in', 'Sign in.', { cause: signIn });
    fake.hub.starting.reject(refusal);
    await settle();
    expect(fake.state.connection).toMatchObject({ kind: 'signed-out', signIn });
  });

  test('fixes: is not retried before the end of a ban, even if something wakes the page', async () => {
    const until = Date.now() + 300_000;
    fake.hub.starting.reject(new ChatError('banned', 'You are banned.', { until }));
    await settle();
    expect(fake.state.connection).toEqual({
      kind: 'blocked',
      problem: { code: 'banned', message: 'You are banned.', until },
    });
    await pass(60_000);
    fake.chat.shown();
    await pass(239_999);
    expect(fake.hubs.length).toBe(1);
    await pass(6_001);
    expect(fake.hubs.length).toBe(2);
  });

  test('fixes: is retried every few seconds while the room is closed, and at once when the person looks', async () => {
    const closed = new ChatError('room_closed', 'unable: it is closed.', {
      reason: 'tea',
      mayOpen: true,
    });
    fake.hub.starting.reject(closed);
    await settle();
    expect(fake.state.connection).toMatchObject({ problem: { reason: 'tea', mayOpen: true } });
    await pass(10_000);
    expect(fake.hubs.length).toBe(2);
    fake.isVisible = false;
    fake.hub.starting.reject(closed);
    await pass(29_000);
    expect(fake.hubs.length).toBe(2);
    fake.chat.shown();
    await settle();
    expect(fake.hubs.length).toBe(3);
    // Who looks again and again asks no more often.
    fake.hub.starting.reject(closed);
    await settle();
    fake.chat.shown();
    await settle();
    expect(fake.hubs.length).toBe(3);
  });

  test('shows the service’s reason for the end, and reconnects', async () => {
    fake.hub.welcome(1);
    fake.hub.listener.closed('Be kind.');
    await pass(LONGEST_RETRY_MS);
    expect(fake.state.notice).toEqual({ kind: 'ended', reason: 'Be kind.' });
    expect(fake.hubs.length).toBe(2);
  });

  test('happens anew when an answer over HTTP shows that the room was deleted and is there again', async () => {
    fake.members = async () => membersOf([memberOf('c-ada', 'ada')], { revision: 20 });
    fake.hub.welcome(20);
    await settle();
    fake.hasStartedOver = true;
    fake.members = async () => membersOf([memberOf('c-bob', 'bob')], { revision: 3 });
    fake.history = async () => historyOf({ revision: 3 });
    await pass(SILENCE_MS * 2);
    expect(fake.hubs.length).toBe(2);
    fake.members = async () => membersOf([memberOf('c-bob', 'bob')], { revision: 4 });
    fake.history = async () => historyOf({ revision: 4 });
    fake.hub.welcome(4);
    await settle();
    expect(fake.state).toMatchObject({ revision: 4, connection: { kind: 'online' } });
  });

  test('goes on when an answer is older than a frame that came meanwhile', async () => {
    fake.hub.welcome(20);
    await settle();
    let answer = () => {};
    fake.members = () =>
      new Promise((resolve) => {
        answer = () => resolve(membersOf([], { revision: 20 }));
      });
    await pass(SILENCE_MS * 2);
    fake.hub.receive({ revision: 25 });
    answer();
    await settle();
    expect(fake.hubs.length).toBe(1);
  });
});

describe('catching up', () => {
  test('P3: shows the history before there is a connection, and asks for what is newer after the welcome', async () => {
    fake.chat.stop();
    fake = new FakeChat(historyOf({ messages: messagesOf(1, 3), online: 7 }));
    await settle();
    expect(fake.state.connection.kind).toBe('connecting');
    expect(shown()).toEqual([1, 2, 3]);
    expect(fake.state.online).toBe(7);
    fake.history = async () => historyOf({ messages: messagesOf(4, 4), revision: 9 });
    fake.hub.welcome(9, 3);
    await settle();
    expect(fake.queries).toEqual([{ after: 3, limit: 200 }]);
    expect(shown()).toEqual([1, 2, 3, 4]);
  });

  test('loads the latest messages and the members after the first welcome, what is newer after the next', async () => {
    fake.history = async () => historyOf({ messages: messagesOf(1, 3) });
    fake.hub.welcome(1, 3);
    await settle();
    expect(fake.queries).toEqual([{ limit: 50 }]);
    expect(fake.membersAsked).toBe(1);
    expect(shown()).toEqual([1, 2, 3]);

    fake.history = async () => historyOf({ messages: messagesOf(4, 5) });
    fake.chat.reconnect();
    await settle();
    fake.hub.welcome(2, 5);
    await settle();
    expect(fake.queries.slice(1)).toEqual([{ after: 3, limit: 200 }]);
    expect(fake.membersAsked).toBe(2);
    expect(shown()).toEqual([1, 2, 3, 4, 5]);
  });

  test.each([
    ['empty', () => fake.hub.welcome(2, 3)],
    [
      'closed',
      () => fake.hub.starting.reject(new ChatError('room_closed', 'unable: it is closed.')),
    ],
  ])(
    'P15: an erased room takes all that was said from the page, whether it comes back %s or not',
    async (_, comeBack) => {
      fake.history = async () => historyOf({ messages: messagesOf(1, 3) });
      fake.hub.welcome(1, 3);
      await settle();
      expect(shown()).toEqual([1, 2, 3]);

      fake.history = async () => historyOf({ first: 4, seq: 3 });
      fake.hub.listener.closed('All that was said in this room has been deleted.');
      await pass(LONGEST_RETRY_MS);
      comeBack();
      await settle();
      expect(shown()).toEqual([]);
      expect(fake.state.reading.readTo).toBe(3);
    },
  );

  test('asks until the answer has the room’s last message', async () => {
    fake.hub.welcome(1);
    await settle();
    fake.history = async ({ after = 0 }) =>
      historyOf({ seq: 7, messages: messagesOf(after + 1, Math.min(7, after + 3)) });
    fake.chat.shown();
    await settle();
    expect(fake.queries.slice(1).map(({ after }) => after)).toEqual([0, 3, 6]);
    expect(shown()).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });

  test('fetches what a gap hides, but only when the gap lasts', async () => {
    fake.hub.welcome(1);
    await settle();
    fake.hub.receive({ revision: 3, messages: [messageOf(2)] });
    await pass(GAP_MS - 1);
    fake.hub.receive({ revision: 2, messages: [messageOf(1)] });
    await pass(10 * GAP_MS);
    expect(shown()).toEqual([1, 2]);
    expect(fake.queries.length).toBe(1);

    fake.history = async () => historyOf({ messages: messagesOf(3, 4) });
    fake.hub.receive({ revision: 5, messages: [messageOf(4)] });
    expect(shown()).toEqual([1, 2]);
    await pass(GAP_MS);
    expect(fake.queries.slice(1)).toEqual([{ after: 2, limit: 200 }]);
    expect(shown()).toEqual([1, 2, 3, 4]);
  });

  test('fetches what a gap hides also while more messages keep coming', async () => {
    fake.hub.welcome(1);
    await settle();
    for (let seq = 2; seq <= 12; seq += 1) {
      fake.hub.receive({ revision: seq, messages: [messageOf(seq)] });
      await pass(GAP_MS / 5);
    }
    expect(fake.queries.slice(1).map(({ after }) => after)).toContain(0);
  });

  test('asks less and less often while the answer does not close the gap', async () => {
    fake.hub.welcome(1);
    await settle();
    fake.hub.receive({ seq: 1 });
    await pass(600_000);
    expect(fake.queries.length).toBeGreaterThan(10);
    expect(fake.queries.length).toBeLessThan(30);
  });

  test('tries again when the history does not answer', async () => {
    fake.history = () => Promise.reject(new ChatError('unavailable', 'no answer'));
    fake.hub.welcome(1);
    await pass(5_000);
    expect(fake.queries.length).toBeGreaterThan(1);
    fake.history = async () => historyOf({ messages: messagesOf(1, 1) });
    await pass(LONGEST_RETRY_MS);
    expect(shown()).toEqual([1]);
  });

  test('checks a while after the room falls silent, then less and less often', async () => {
    fake.hub.welcome(1);
    await settle();
    fake.history = async () => historyOf({ messages: messagesOf(1, 1) });
    await pass(SILENCE_MS);
    expect(fake.queries.length).toBe(1);
    await pass(SILENCE_MS);
    expect(fake.queries.length).toBe(2);
    expect(shown()).toEqual([1]);
    await pass(24 * 3_600_000);
    expect(fake.queries.length).toBeLessThan(45);
  });

  test('does not ask while hidden, and asks when shown', async () => {
    fake.hub.welcome(1);
    await settle();
    fake.isVisible = false;
    await pass(3_600_000);
    expect(fake.queries.length).toBe(1);
    fake.isVisible = true;
    fake.chat.shown();
    await settle();
    expect(fake.queries.length).toBe(2);
  });

  test('loads older messages on demand', async () => {
    fake.history = async ({ before }) =>
      before === undefined
        ? historyOf({ messages: messagesOf(4, 5) })
        : historyOf({ seq: 5, messages: messagesOf(1, 3) });
    fake.hub.welcome(1, 5);
    await settle();
    fake.chat.loadOlder();
    fake.chat.loadOlder();
    await settle();
    expect(fake.queries.slice(1)).toEqual([{ before: 4, limit: 50 }]);
    expect(shown()).toEqual([1, 2, 3, 4, 5]);
    expect(fake.state.isLoadingOlder).toBe(false);
  });

  test('says why older messages do not come', async () => {
    fake.history = async () => historyOf({ messages: messagesOf(4, 5) });
    fake.hub.welcome(1, 5);
    await settle();
    fake.history = () => Promise.reject(new ChatError('unavailable', 'unable to load messages.'));
    fake.chat.loadOlder();
    await settle();
    expect(fake.state.notice).toEqual({
      kind: 'problem',
      problem: { code: 'unavailable', message: 'unable to load messages.' },
    });
    expect(fake.state.isLoadingOlder).toBe(false);
  });

  test('asks at once after a welcome, also if a request of the time before it fails only then', async () => {
    fake.random = 0.999;
    fake.hub.welcome(1);
    await settle();
    let failOld = () => {};
    fake.history = () =>
      new Promise((_, reject) => {
        failOld = () => reject(new Error('no network'));
      });
    fake.chat.shown();
    await settle();
    fake.hub.listener.closed(undefined);
    await pass(1_000);
    fake.hub.welcome(2);
    await settle();
    const asked = fake.queries.length;
    fake.history = async () => historyOf();
    failOld();
    await settle();
    expect(fake.queries.length).toBe(asked + 1);
  });

  test('fetches an incomplete roster again, in its time and not while hidden', async () => {
    fake.hub.welcome(1);
    await settle();
    fake.members = async () =>
      membersOf([memberOf('c-ada', 'ada'), memberOf('c-bob')], { revision: 2 });
    fake.history = async () => historyOf({ revision: 2, online: 2 });
    fake.isVisible = false;
    fake.hub.receive({ revision: 2, online: 2 });
    await pass(60_000);
    expect(fake.membersAsked).toBe(1);
    fake.isVisible = true;
    fake.chat.shown();
    await pass(ROSTER_MS);
    expect(fake.membersAsked).toBe(2);
    expect(fake.state.roster.entries.size).toBe(2);
    // A complete roster is fetched by the few silence checks of ten minutes only.
    await pass(600_000);
    expect(fake.membersAsked).toBeLessThanOrEqual(2 + 3);
  });

  test('finds in a silence that as many joined as left without a frame', async () => {
    fake.hub.welcome(1);
    await settle();
    fake.members = async () => membersOf([memberOf('c-bob')], { revision: 3 });
    await pass(2 * SILENCE_MS);
    expect([...fake.state.roster.entries.keys()]).toEqual(['c-bob']);
  });
});

test('a page that stays open in a room that is never silent drops what has expired, instead of showing it for ever', async () => {
  fake.history = async () => historyOf({ messages: messagesOf(1, 3), seq: 3 });
  fake.hub.welcome(1, 3);
  await settle();
  fake.history = async ({ after = 0 }) => historyOf({ first: 3, seq: after, messages: [] });
  let seq = 3;
  const speakFor = async (ms: number) => {
    for (let left = ms; left > 0; left -= SILENCE_MS / 2) {
      seq += 1;
      fake.hub.receive({ revision: seq, seq, messages: [messageOf(seq)] });
      await pass(SILENCE_MS / 2);
    }
  };
  await speakFor(LONGEST_SILENCE_MS - SILENCE_MS);
  expect(shown()[0]).toBe(1);
  await speakFor(LONGEST_SILENCE_MS);
  expect(shown()[0]).toBe(3);
  expect(shown().at(-1)).toBe(seq);
  expect(fake.queries.length).toBe(2);
});

describe('one’s own messages', () => {
  const calls = () => fake.hubs.flatMap(({ changes }) => changes.map(({ call }) => call));

  test('an edit is tried again with the same id until it has an answer, in the order of what was written', async () => {
    fake.hub.welcome(1);
    await settle();
    fake.chat.edit(1, 'new\r\nline');
    fake.chat.write('after it');
    await pass(10_000);
    await pass(1_000);
    expect(calls()).toEqual(['edit 1 new\nline id 1', 'edit 1 new\nline id 1']);
    expect(fake.hub.sent).toEqual([]);
    fake.hub.changes.at(-1)?.answer({ ok: true, seq: 2, sentAt: 1 });
    await settle();
    expect(fake.hub.sent.map(({ text }) => text)).toEqual(['after it']);
    expect(fake.state.outbox[0]).toMatchObject({ edits: 1, state: 'stored', seq: 2 });
  });

  test('a removal leaves the outbox with its answer, also if the message is gone already', async () => {
    fake.hub.welcome(1);
    await settle();
    for (const answer of [{ ok: true }, { ok: false, code: 'not_found', message: 'no.' }]) {
      fake.chat.remove(1);
      await settle();
      expect(fake.state.outbox).toMatchObject([{ removes: 1, state: 'sending' }]);
      fake.hub.changes.at(-1)?.answer(answer);
      await settle();
      expect(fake.state.outbox).toEqual([]);
    }
    expect(calls()).toEqual(['remove 1', 'remove 1']);
  });

  test('an edit that is refused stays, with its reason', async () => {
    fake.hub.welcome(1);
    await settle();
    fake.chat.edit(1, 'new');
    await settle();
    fake.hub.changes[0]?.answer({ ok: false, code: 'too_late', message: 'too old.' });
    await settle();
    expect(fake.state.outbox).toMatchObject([
      { edits: 1, text: 'new', state: 'refused', problem: { code: 'too_late' } },
    ]);
  });
});

test('what a moderator does goes to the hub, and nowhere without one', async () => {
  await expect(fake.chat.moderate('close', 'night')).rejects.toThrow('not connected');
  fake.hub.welcome(1, 0, { moderator: true, creator: 'g-me' });
  await settle();
  expect(fake.state.me).toMatchObject({ moderator: true, creator: 'g-me' });
  const answer = fake.chat.moderate('ban', 'rude', 'g-bob', 5);
  expect(fake.hub.changes.map(({ call }) => call)).toEqual(['ban g-bob 5 rude']);
  fake.hub.changes[0]?.answer({ ok: true });
  await expect(answer).resolves.toEqual({ ok: true });
});

describe('sending', () => {
  /** What the page has sent on all its connections. */
  const sent = () => fake.hubs.flatMap((hub) => hub.sent.map(({ text, id }) => ({ text, id })));

  test('waits for the welcome, then sends one line after the other', async () => {
    fake.chat.write('one');
    fake.chat.write('two');
    await settle();
    expect(sent()).toEqual([]);
    fake.hub.welcome(1);
    await settle();
    expect(sent()).toEqual([{ text: 'one', id: 'id 1' }]);
    expect(fake.state.outbox.map(({ state }) => state)).toEqual(['sending', 'waiting']);
    fake.hub.sent[0]?.answer(ok(1));
    await settle();
    expect(sent().slice(1)).toEqual([{ text: 'two', id: 'id 2' }]);
  });

  test('sends whom a line mentions, again with each attempt, and of a new text whom that one mentions', async () => {
    fake.chat.write('hi @Bob', ['bob']);
    fake.chat.write('hi @Eve', ['eve']);
    fake.chat.rewrite('id 2', 'hi all', undefined);
    fake.hub.welcome(1);
    await pass(10_000);
    await pass(1_000);
    fake.hub.sent.at(-1)?.answer(ok(1));
    await settle();
    expect(fake.hub.sent.map(({ text, about }) => [text, about?.mentions])).toEqual([
      ['hi @Bob', ['bob']],
      ['hi @Bob', ['bob']],
      ['hi all', undefined],
    ]);
  });

  test('queues a line at once whose mentions come later, and keeps the order', async () => {
    fake.hub.welcome(1);
    await settle();
    let find: (ids: readonly string[]) => void = () => {};
    const found = new Promise<readonly string[]>((resolve) => {
      find = resolve;
    });
    fake.chat.write('hi @Bob', found);
    fake.chat.write('two');
    await settle();
    expect(fake.state.outbox.map(({ text }) => text)).toEqual(['hi @Bob', 'two']);
    expect(sent()).toEqual([]);
    find(['bob']);
    await settle();
    fake.hub.sent[0]?.answer(ok(1));
    await settle();
    expect(fake.hub.sent.map(({ text, about }) => [text, about?.mentions])).toEqual([
      ['hi @Bob', ['bob']],
      ['two', undefined],
    ]);
  });

  test.each([
    ['do not come', () => new Promise<undefined>(() => {})],
    ['fail', () => Promise.reject(new Error('gone'))],
  ])('sends a line without its mentions if they %s', async (_, find) => {
    fake.hub.welcome(1);
    await settle();
    fake.chat.write('hi @Bob', find());
    await pass(10_000);
    expect(sent()).toEqual([{ text: 'hi @Bob', id: 'id 1' }]);
  });

  test('sends a refused line with its new text and the mentions that come later, once', async () => {
    fake.hub.welcome(1);
    await settle();
    fake.chat.write('hi');
    await settle();
    fake.hub.sent[0]?.answer({ ok: false, code: 'bad_text', message: 'No.' });
    await settle();
    fake.chat.rewrite('id 1', 'hi @Bob', Promise.resolve(['bob']));
    await settle();
    expect(fake.hub.sent.map(({ text, id, about }) => [text, id, about?.mentions])).toEqual([
      ['hi', 'id 1', undefined],
      ['hi @Bob', 'id 2', ['bob']],
    ]);
  });

  test('sends the same id again when no answer comes, before the lines after it', async () => {
    fake.hub.welcome(1);
    await settle();
    fake.chat.write('one');
    fake.chat.write('two');
    await pass(10_000);
    await pass(1_000);
    expect(sent()).toEqual([
      { text: 'one', id: 'id 1' },
      { text: 'one', id: 'id 1' },
    ]);
    expect(fake.state.outbox.length).toBe(2);
  });

  test('sends the same id again at once on the next connection', async () => {
    fake.hub.welcome(1);
    await settle();
    fake.chat.write('one');
    await settle();
    const [first] = fake.hubs;
    fake.chat.reconnect();
    await settle();
    expect(first?.sent.length).toBe(1);
    fake.hub.welcome(2);
    await settle();
    expect(fake.hub.sent.map(({ id }) => id)).toEqual(['id 1']);
  });

  test('retries while the answer is unavailable, after a longer pause each time', async () => {
    fake.random = 0.999;
    fake.hub.welcome(1);
    await settle();
    fake.chat.write('one');
    const times: number[] = [];
    for (let attempt = 0; attempt < 4; attempt += 1) {
      await settle();
      const startedAt = Date.now();
      fake.hub.sent.at(-1)?.answer(no('unavailable'));
      while (fake.hub.sent.length === attempt + 1) await pass(100);
      times.push(Math.round((Date.now() - startedAt) / 1_000));
    }
    expect(times).toEqual([1, 2, 4, 8]);
    expect(new Set(sent().map(({ id }) => id)).size).toBe(1);
  });

  test('S4: negotiates again where the functions do not know the connection, and the line follows', async () => {
    fake.hub.welcome(1);
    await settle();
    fake.chat.write('one');
    await settle();
    const [first] = fake.hubs;
    first?.sent[0]?.answer(no('bad_ticket'));
    await settle();
    expect(first?.isStopped).toBe(true);
    fake.hub.welcome(2);
    await settle();
    expect(fake.hub.sent.map(({ id }) => id)).toEqual(['id 1']);
  });

  test('says which bundle the server needs where no answer comes, and keeps the line', async () => {
    fake.hub.welcome(1);
    await settle();
    fake.chat.write('one');
    await settle();
    fake.hub.sent[0]?.fail(new ChatError('old_extension', 'unable: bundle 4.23.0'));
    await settle();
    expect(fake.state.outbox).toMatchObject([{ text: 'one', state: 'waiting' }]);
    expect(fake.state.notice).toMatchObject({
      kind: 'problem',
      problem: { code: 'old_extension' },
    });
    await pass(1_000);
    expect(new Set(sent().map(({ id }) => id))).toEqual(new Set(['id 1']));
    fake.hub.receive({ revision: 2, seq: 1, messages: [messageOf(1, 'ada', 'id 1')] });
    await settle();
    expect(fake.state.outbox).toEqual([]);
    expect(shown()).toEqual([1]);
  });

  test.each<ErrorCode>(['banned', 'room_closed'])(
    'fixes: after %s on an open connection the page asks again, says it, and sends nothing more by itself',
    async (code) => {
      fake.hub.welcome(1);
      await settle();
      fake.chat.write('one');
      fake.chat.write('two');
      await settle();
      fake.hub.sent[0]?.answer(no(code));
      await settle();
      expect(fake.hubs.length).toBe(2);
      fake.hub.starting.reject(new ChatError(code, `unable: ${code}`));
      await settle();
      expect(fake.state.connection).toMatchObject({ kind: 'blocked', problem: { code } });
      await pass(60_000);
      fake.hub.welcome(2);
      await settle();
      expect(fake.state.outbox.map(({ state }) => state)).toEqual(['refused', 'refused']);
      expect(fake.hub.sent).toEqual([]);
      fake.chat.tryAgain('id 2');
      await settle();
      expect(fake.hub.sent.map(({ text }) => text)).toEqual(['two']);
    },
  );

  test.each<ErrorCode>(['bad_text', 'bad_id', 'id_in_use'])(
    'shows a line refused with %s and goes on with the next',
    async (code) => {
      fake.hub.welcome(1);
      await settle();
      fake.chat.write('one');
      fake.chat.write('two');
      await settle();
      fake.hub.sent[0]?.answer(no(code));
      await settle();
      expect(fake.state.outbox[0]).toMatchObject({
        state: 'refused',
        problem: { code, message: `unable: ${code}` },
      });
      expect(sent().at(-1)?.text).toBe('two');
      fake.hub.sent[1]?.answer(ok(1));
      await settle();
      fake.chat.tryAgain('id 1');
      await settle();
      expect(sent().at(-1)).toEqual({ text: 'one', id: 'id 1' });
    },
  );

  test('fetches an acknowledged message whose broadcast does not come', async () => {
    fake.hub.welcome(1);
    await settle();
    fake.chat.write('one');
    await settle();
    fake.hub.sent[0]?.answer(ok(1));
    fake.history = async () => historyOf({ messages: [messageOf(1, 'ada', 'id 1')] });
    await pass(ACKED_GAP_MS - 1);
    expect(fake.state.outbox[0]?.state).toBe('stored');
    expect(fake.queries.length).toBe(1);
    await pass(1);
    expect(shown()).toEqual([1]);
    expect(fake.state.outbox).toEqual([]);
  });

  test('refuses a text that is not valid, and keeps the outbox as it is', () => {
    expect(() => fake.chat.write(' ')).toThrow(ChatError);
    expect(fake.state.outbox).toEqual([]);
  });
});

describe('typing', () => {
  /** Types for some seconds, a key every half second. Returns at which of them a note was sent. */
  const type = async (seconds: number): Promise<number[]> => {
    const notes: number[] = [];
    for (let ms = 0; ms <= seconds * 1_000; ms += 500) {
      const before = fake.hub.typed;
      fake.chat.typing();
      if (fake.hub.typed > before) notes.push(ms / 1_000);
      await pass(500);
    }
    return notes;
  };

  test.each([
    { online: 2, notes: [0, 3, 6, 9] },
    { online: 8, notes: [0, 3, 6, 9] },
    { online: 10, notes: [2, 5, 8] },
    { online: 14, notes: [6] },
    { online: 20, notes: [] },
    { online: 1_000, notes: [] },
  ])('row 4: of a line of ten seconds is sent at $notes with $online online', async (row) => {
    fake.hub.welcome(5, 0, { online: row.online });
    await settle();
    expect(await type(10)).toEqual(row.notes);
    fake.chat.write('one');
    expect(await type(10)).toEqual(row.notes);
  });

  test('row 4: of a long line is sent in a room of 20, and begins anew after a break', async () => {
    fake.hub.welcome(5, 0, { online: 20 });
    await settle();
    expect(await type(25)).toEqual([12, 24]);
    await pass(14_000);
    expect(await type(20)).toEqual([12]);
  });

  test('row 4: is not sent by somebody who is alone, or if the app broadcasts none', async () => {
    fake.hub.welcome(5, 0, { online: 1 });
    await settle();
    expect(await type(10)).toEqual([]);
    fake.hub.welcome(6, 0, { online: 8, typing: false });
    await settle();
    expect(await type(10)).toEqual([]);
  });

  test('row 4: stays in a room of 20 until the next note is due', async () => {
    fake.hub.welcome(5, 0, { online: 20 });
    fake.hub.listener.typing({ userId: 'bob', name: 'Bob' });
    await pass(12_999);
    expect(fake.state.typing.size).toBe(1);
    await pass(1);
    expect(fake.state.typing.size).toBe(0);
  });

  test('is sent at most every three seconds, and again after a line was sent', async () => {
    fake.hub.welcome(5, 0, { online: 2 });
    await settle();
    for (let key = 0; key < 10; key += 1) {
      fake.chat.typing();
      await pass(500);
    }
    expect(fake.hub.typed).toBe(2);
    fake.chat.write('one');
    fake.chat.typing();
    expect(fake.hub.typed).toBe(3);
  });

  test('of other people disappears by itself', async () => {
    fake.hub.welcome(1);
    fake.hub.listener.typing({ userId: 'bob', name: 'Bob' });
    expect(fake.state.typing.size).toBe(1);
    await pass(4_000);
    expect(fake.state.typing.size).toBe(0);
  });

  test('P12: is sent and disappears in time after the clock was set back', async () => {
    fake.hub.welcome(5, 0, { online: 2 });
    await settle();
    fake.chat.typing();
    fake.hub.listener.typing({ userId: 'bob', name: 'Bob' });
    jest.setSystemTime(Date.now() - 3_600_000);
    await pass(4_000);
    fake.chat.typing();
    expect(fake.hub.typed).toBe(2);
    expect(fake.state.typing.size).toBe(0);
  });
});

test('P12: an incomplete roster is fetched in time after the clock was set back', async () => {
  fake.hub.welcome(1);
  await settle();
  jest.setSystemTime(Date.now() - 3_600_000);
  fake.hub.receive({ revision: 2, online: 3 });
  await pass(2 * ROSTER_MS);
  expect(fake.membersAsked).toBe(2);
});
