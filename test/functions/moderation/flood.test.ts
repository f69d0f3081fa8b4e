// A user who sends faster than people type is refused, then banned. Other users do not notice.

import { describe, expect, test } from '@jest/globals';
import { message } from '../../../functions/hub/message.ts';
import { typing } from '../../../functions/hub/typing.ts';
import { FloodGuard } from '../../../functions/moderation/flood-guard.ts';
import type { SendResult } from '../../../functions/protocol.ts';
import { openTestChat } from '../../support/chat.ts';
import { Clock } from '../../support/clock.ts';

const times = (count: number) => Array.from({ length: count }, (_, n) => n);
const eve = { userId: 'g-eve', name: 'Eve', room: 'lobby' };
const ada = { userId: 'g-ada', name: 'Ada', room: 'lobby' };

describe('the guard', () => {
  const judgeAll = (guard: FloodGuard, count: number) => {
    const verdicts = times(count).map(() => guard.judge('eve'));
    const of = (wanted: string) => verdicts.filter((verdict) => verdict === wanted).length;
    return { taken: of('accept'), refused: of('refuse'), away: of('ban') };
  };

  test('accepts a burst, then refuses', () => {
    const guard = new FloodGuard(new Clock().now);
    expect(judgeAll(guard, 40)).toEqual({ taken: 30, refused: 10, away: 0 });
  });

  test('accepts five messages a second without end', async () => {
    const clock = new Clock();
    const guard = new FloodGuard(clock.now);
    for (const _ of times(300)) {
      expect(judgeAll(guard, 1).taken).toBe(1);
      await clock.advance(200);
    }
  });

  test('bans a user who continues, also at 20 a second', async () => {
    const clock = new Clock();
    const guard = new FloodGuard(clock.now);
    let seconds = 0;
    while (judgeAll(guard, 20).away === 0) {
      seconds += 1;
      await clock.advance(1_000);
    }
    expect(seconds).toBeLessThan(12);
  });

  test('never bans a user who sends only slightly too fast', async () => {
    const clock = new Clock();
    const guard = new FloodGuard(clock.now);
    for (const _ of times(600)) {
      expect(judgeAll(guard, 6).away).toBe(0);
      await clock.advance(1_000);
    }
  });

  test('counts each user separately, and remembers a limited number of them', () => {
    const guard = new FloodGuard(new Clock().now);
    judgeAll(guard, 50);
    expect(guard.judge('ada')).toBe('accept');
    for (const n of times(20_000)) guard.judge(`user-${n}`);
    // Forgotten by now, so like a new user.
    expect(guard.judge('eve')).toBe('accept');
  });
});

describe('the wait that a refused user learns of', () => {
  test.each([
    [{ burst: 3, perSecond: 5 }, 1],
    [{ burst: 3, perSecond: 1 }, 1],
    [{ burst: 3, perSecond: 0.5 }, 2],
    [{ burst: 3, perSecond: 0.1 }, 10],
  ])(
    'with %j is as short as it can be in whole seconds, and long enough',
    async (limit, seconds) => {
      const clock = new Clock();
      const guard = new FloodGuard(clock.now, limit);
      expect(guard.secondsToSpace('eve')).toBe(0);
      for (const _ of times(3)) guard.judge('eve');
      expect(guard.secondsToSpace('eve')).toBe(seconds);
      await clock.advance(seconds * 1_000);
      expect(guard.secondsToSpace('eve')).toBe(0);
      expect(guard.judge('eve')).toBe('accept');
    },
  );
});

describe('a flooding client', () => {
  test('is refused, and its message is accepted when it is sent again', async () => {
    const chat = openTestChat();
    const send = async (n: number) =>
      (await message(await chat.call('c1', eve, `text ${n}`, `id-${n}`), chat))
        .result as SendResult;
    for (const n of times(30)) expect(await send(n)).toMatchObject({ ok: true });
    expect(await send(30)).toMatchObject({ ok: false, code: 'too_many_messages' });
    await chat.clock.advance(1_000);
    expect(await send(30)).toMatchObject({ ok: true, seq: 31 });
  });

  test('is disconnected and banned if it continues, and nobody else is', async () => {
    const chat = openTestChat();
    const results: SendResult[] = [];
    for (const n of times(200)) {
      const { result } = await message(await chat.call('c1', eve, 'spam', `id-${n}`), chat);
      results.push(result as SendResult);
      if (chat.closed.length > 0) break;
    }
    expect(results.at(-1)).toMatchObject({ ok: false, code: 'banned' });
    expect(chat.closed).toMatchObject([{ connectionId: 'c1' }]);
    const member = { connectionId: 'c2', userId: 'g-eve', name: 'Eve' };
    const { outcome } = await chat.rooms.submit('lobby', { kind: 'join', ...member });
    expect(outcome).toMatchObject({ kind: 'banned' });
    const { result } = await message(await chat.call('c3', ada, 'hi', 'id'), chat);
    expect(result).toMatchObject({ ok: true });
  });

  test('loses its other connections to the room, too', async () => {
    const chat = openTestChat();
    for (const connectionId of ['tab-1', 'tab-2', 'other']) {
      const { userId, name } = connectionId === 'other' ? ada : eve;
      await chat.rooms.submit('lobby', { kind: 'join', connectionId, userId, name });
    }
    for (const _ of times(200)) await typing(await chat.call('tab-1', eve), chat);
    const ended = new Set(chat.closed.map(({ connectionId }) => connectionId));
    expect(ended).toEqual(new Set(['tab-1', 'tab-2']));
  });

  test('does not shorten a moderator’s ban', async () => {
    const chat = openTestChat();
    const until = chat.now() + 24 * 60 * 60_000;
    await chat.rooms.submit('lobby', { kind: 'ban', userId: 'g-eve', until });
    for (const n of times(200)) {
      await message(await chat.call('c1', eve, 'spam', `id-${n}`), chat);
    }
    const member = { connectionId: 'c2', userId: 'g-eve', name: 'Eve' };
    const { outcome } = await chat.rooms.submit('lobby', { kind: 'join', ...member });
    expect(outcome).toEqual({ kind: 'banned', until });
  });

  test('cannot flood with typing either, and a refused typing is no failure', async () => {
    const chat = openTestChat();
    for (const _ of times(30)) await typing(await chat.call('c1', eve), chat);
    expect(await typing(await chat.call('c1', eve), chat)).toEqual({
      actions: [],
      about: { refused: 'too_many_messages' },
    });
  });
});
