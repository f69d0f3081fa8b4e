// Search in a room: what matches, how it goes on, who may, what it costs, and how much of it there may be at once.

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { history } from '../../../functions/http/history.ts';
import { search } from '../../../functions/http/search.ts';
import { edit } from '../../../functions/hub/edit.ts';
import { message } from '../../../functions/hub/message.ts';
import { react } from '../../../functions/hub/react.ts';
import { remove } from '../../../functions/hub/remove.ts';
import {
  type ChatMessage,
  type ErrorBody,
  foldText,
  isLine,
  MAX_HITS,
  parseSearch,
  type Search,
} from '../../../functions/protocol.ts';
import { RoomReader } from '../../../functions/room/room-reader.ts';
import { searchRoom } from '../../../functions/room/room-search.ts';
import { toMessageRow } from '../../../functions/room/rows.ts';
import { type Table, TableUnavailable } from '../../../functions/room/table.ts';
import { anyText } from '../../support/any-text.ts';
import { ask, openTestChat, type TestChat } from '../../support/chat.ts';
import { runUntil, settle } from '../../support/clock.ts';
import { MemoryTable } from '../../support/memory-table.ts';
import { runs } from '../../support/sizes.ts';
import { countCalls } from '../../support/troubled-table.ts';

const ROOM = 'lobby';
const ADA = { userId: 'g-ada', name: 'Ada', room: ROOM };

/** Messages of Ada. */
async function say(chat: TestChat, ...texts: readonly string[]): Promise<void> {
  const changes = texts.map((text, n) =>
    chat.rooms.submit(ROOM, { kind: 'send', id: `${n}-${text}`.slice(0, 60), text, ...ADA }),
  );
  await Promise.all(changes);
}

const find = async (chat: TestChat, q: string, rest: Record<string, string> = {}) => {
  const query = `?${new URLSearchParams({ q, ...rest })}`;
  return ask(search, chat, { params: { room: ROOM }, query });
};

const found = async (chat: TestChat, q: string, rest: Record<string, string> = {}) =>
  (await find(chat, q, rest)).jsonBody as Search;

const seqsOf = ({ messages }: Pick<Search, 'messages'>) => messages.map(({ seq }) => seq);

const lines = (count: number, text = 'line') =>
  Array.from({ length: count }, (_, n) => `${text} ${n + 1}`);

describe('what matches', () => {
  test.each([
    ['a part of a word', 'The deployment failed', 'ploy', true],
    ['another word', 'The deployment failed', 'deployed', false],
    ['each of several words, in any order', 'The deployment failed', 'failed the', true],
    ['only one of two words', 'The deployment failed', 'failed twice', false],
    ['another case', 'Straßenbahn ΟΔΟΣ', 'strassenbahn οδος', true],
    ['a final letter in its other form', 'ΟΔΟΣ', 'οδοσ', true],
    ['another width', 'ＡＢＣ ｶﾞ', 'abc ガ', true],
    ['letters with their marks apart', 'Cafe\u0301', 'CAFÉ', true],
    ['letters without their marks', 'Café', 'cafe', false],
    ['a Turkish i in the way of no language', 'TITLE', 'title', true],
    ['Chinese without spaces', '我们明天部署新版本', '部署', true],
    ['Chinese of another text', '我们明天部署新版本', '回滚', false],
    ['words at both sides of a wide space', '明天部署', '部署　明天', true],
    ['the name of the author', 'hello', 'ada', true],
    ['a word of the text and the name', 'hello', 'hello ADA', true],
    ['a word of which the text has half and the name half', 'hell', 'hellada', false],
    ['what a pattern would mean', 'a.c', '.*', false],
    ['signs', 'cost: 5 % (net)', '(net) 5 %', true],
    ['an emoji', 'done 🎉', '🎉', true],
    ['a word twice', 'once', 'once once', true],
  ])('%s', async (_, text, q, isFound) => {
    const chat = openTestChat();
    await say(chat, text);
    expect(seqsOf(await found(chat, q))).toEqual(isFound ? [1] : []);
  });

  test('neither a removed message nor what announces its removal', async () => {
    const chat = openTestChat();
    await say(chat, 'secret', 'not so secret');
    await remove(await chat.call('c1', ADA, 1), chat);
    expect(seqsOf(await found(chat, 'secret'))).toEqual([2]);
    expect(seqsOf(await found(chat, 'ada'))).toEqual([2]);
  });

  test('an edited message by its new text, at its own number', async () => {
    const chat = openTestChat();
    await say(chat, 'teh text', 'other');
    await edit(await chat.call('c1', ADA, 1, 'the text', 'e1'), chat);
    expect(seqsOf(await found(chat, 'teh'))).toEqual([]);
    expect((await found(chat, 'text')).messages).toMatchObject([
      { seq: 1, text: 'the text', editedAt: chat.now() },
    ]);
  });

  test('no message that has expired', async () => {
    const chat = openTestChat();
    await say(chat, 'old one', 'old two', 'new one');
    const { revision: seenRevision } = await chat.reader.head(ROOM);
    await chat.rooms.submit(ROOM, { kind: 'cleanup', first: 3, seenRevision });
    const answer = await found(chat, 'o');
    expect(answer).toMatchObject({ first: 3, seq: 3, messages: [{ seq: 3 }] });
    expect(answer).not.toHaveProperty('before');
  });

  test('a message without its reactions, which change while people look', async () => {
    const chat = openTestChat();
    await say(chat, 'hello');
    const reacted = react(await chat.call('c1', ADA, 1, '👍', true), chat);
    await runUntil(chat.clock, reacted);
    const [hit] = (await found(chat, 'hello')).messages;
    expect((await chat.reader.messages(ROOM, { from: 1, limit: 1 }))[0]).toHaveProperty(
      'reactions',
    );
    expect(hit).toMatchObject({ seq: 1, userId: ADA.userId, name: 'Ada' });
    expect(hit).not.toHaveProperty('reactions');
  });
});

describe('one call', () => {
  test('answers the newest first, at most 50, and where to go on', async () => {
    const chat = openTestChat();
    await say(chat, ...lines(120));
    const answer = await found(chat, 'line');
    expect(answer).toEqual({
      room: ROOM,
      revision: expect.any(Number),
      first: 1,
      seq: 120,
      online: 0,
      messages: expect.anything(),
      before: 71,
      searchedTo: chat.now(),
    });
    expect(seqsOf(answer)).toEqual(Array.from({ length: 50 }, (_, n) => 120 - n));
    expect(seqsOf(await found(chat, 'line', { before: '71', limit: '2' }))).toEqual([70, 69]);
    const last = await found(chat, 'line', { before: '21' });
    expect(seqsOf(last)).toHaveLength(20);
    expect(last).not.toHaveProperty('before');
  });

  test('looks at 1,000 messages, and says where to go on even if it has found nothing', async () => {
    const table = countCalls(new MemoryTable());
    const chat = openTestChat(table);
    await say(chat, 'needle', ...lines(1_500));
    table.reads = 0;
    const first = await found(chat, 'needle');
    expect(first).toMatchObject({ messages: [], before: 502, searchedTo: chat.now() });
    expect(await found(chat, 'needle', { before: '502' })).toEqual({
      room: ROOM,
      revision: expect.any(Number),
      first: 1,
      seq: 1_501,
      online: 0,
      messages: [expect.objectContaining({ seq: 1, text: 'needle' })],
      searchedTo: chat.now(),
    });
  });

  test('costs two transactions of storage: the room’s head, and one read of 1,000 messages', async () => {
    const limits: number[] = [];
    const table = countCalls(new MemoryTable());
    const watched: Table = {
      ...table,
      get: (...args) => table.get(...args),
      list: (partition, range) => {
        limits.push(range.limit);
        return table.list(partition, range);
      },
    };
    const chat = openTestChat(watched);
    await say(chat, ...lines(1_500));
    const { commits } = table;
    const [reads, written] = [table.reads, commits.length];
    await found(chat, 'needle');
    expect([table.reads - reads, commits.length - written]).toEqual([2, 0]);
    // The most that storage answers to one request.
    expect(limits).toEqual([1_000]);
  });

  test('in a room that nobody has entered finds nothing, and reads no messages', async () => {
    const table = countCalls(new MemoryTable());
    expect(await found(openTestChat(table), 'needle')).toEqual({
      room: ROOM,
      revision: 0,
      first: 1,
      seq: 0,
      online: 0,
      messages: [],
    });
    expect(table.reads).toBe(1);
  });

  test.each([
    ['', 'there is nothing to look for'],
    ['?q=', 'there is nothing to look for'],
    ['?q=%20%E3%80%80', 'there is nothing to look for'],
    ['?q=%E2%80%8B', 'there is nothing to look for'],
    ['?q=a%20%E2%80%8B', 'one of the words has only characters that nobody can see'],
    ['?q=%C2%AD%20a', 'one of the words has only characters that nobody can see'],
    [`?q=${'a'.repeat(101)}`, '101 characters are too many'],
    ['?q=a&limit=0', 'limit=0'],
    ['?q=a&limit=51', 'limit=51'],
    ['?q=a&before=x', 'before=x'],
  ])('refuses %s', async (query, reason) => {
    const answer = await ask(search, openTestChat(), { params: { room: ROOM }, query });
    expect(answer).toMatchObject({
      status: 400,
      jsonBody: { error: { code: 'bad_request', message: expect.stringContaining(reason) } },
    });
  });

  test('takes 100 characters, beside the spaces around them', async () => {
    const query = `?${new URLSearchParams({ q: `  ${'𝄞'.repeat(100)} ` })}`;
    const answer = await ask(search, openTestChat(), { params: { room: ROOM }, query });
    expect(answer.status ?? 200).toBe(200);
  });

  test('refuses what is no room', async () => {
    const answer = await ask(search, openTestChat(), { params: { room: 'a b' }, query: '?q=a' });
    expect(answer).toMatchObject({ status: 400, jsonBody: { error: { code: 'bad_room' } } });
  });
});

/** Short texts of few letters, so that searches find something. */
const letters = (most: number) =>
  fc
    .array(fc.constantFrom('a', 'B', 'ß', 'ｂ', '部', ' ', '署', 'é'), {
      minLength: 1,
      maxLength: most,
    })
    .map((parts) => parts.join(''))
    .filter((text) => text.trim() !== '');

test('calls in a row find what a filter of all messages finds, at any sizes', async () => {
  const anyMessage = fc.record({
    text: letters(6),
    name: letters(2),
    kind: fc.constantFrom('said', 'said', 'said', 'deleted', 'edits', 'deletes'),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyMessage, { maxLength: 30 }),
      letters(4),
      fc.nat(8),
      fc.array(
        fc.record({
          limit: fc.integer({ min: 1, max: 5 }),
          stretch: fc.integer({ min: 1, max: 7 }),
        }),
        {
          minLength: 1,
          maxLength: 5,
        },
      ),
      async (said, query, expired, sizes) => {
        const messages = said.map(({ text, name, kind }, index): ChatMessage => {
          const seq = index + 1;
          return {
            ...{ seq, id: `m${seq}`, userId: 'g-ada', name, text, sentAt: seq },
            ...(kind === 'deleted' ? { deleted: true } : {}),
            ...(kind === 'edits' || kind === 'deletes' ? { [kind]: 1 } : {}),
          };
        });
        const table = new MemoryTable();
        for (const one of messages) {
          await table.commit(ROOM, [{ kind: 'insert', row: toMessageRow(one) }]);
        }
        const head = { first: Math.min(expired + 1, messages.length + 1), seq: messages.length };
        const words = parseSearch(query);
        const has = (one: ChatMessage) =>
          words.every((word) => [one.text, one.name].some((part) => foldText(part).includes(word)));
        const wanted = messages
          .filter((one) => one.seq >= head.first && isLine(one) && !one.deleted && has(one))
          .toReversed();

        const hits: number[] = [];
        let before: number | undefined;
        for (let call = 0; call === 0 || before !== undefined; call += 1) {
          const size = sizes[call % sizes.length] ?? { limit: 1, stretch: 1 };
          const query = { words, before, ...size };
          const reader = new RoomReader(table);
          const answer = await searchRoom(ROOM, head, query, reader, async () => {});
          expect(answer.messages.length).toBeLessThanOrEqual(size.limit);
          hits.push(...seqsOf(answer));
          if (answer.before !== undefined) {
            expect(answer.before).toBeLessThan(before ?? Number.POSITIVE_INFINITY);
          }
          before = answer.before;
        }
        expect(hits).toEqual(wanted.map(({ seq }) => seq));
      },
    ),
    runs(1_000),
  );
});

test('letters that differ in case or width only are the same, also when they are folded twice', () => {
  fc.assert(
    fc.property(anyText(), (text) => {
      const folded = foldText(text);
      expect(foldText(folded)).toBe(folded);
      expect(foldText(text.normalize('NFD'))).toBe(folded);
    }),
    runs(1_000),
  );
});

describe('who may search', () => {
  test('anyone who reads the history: a banned user does neither, and others do both', async () => {
    const chat = openTestChat();
    await say(chat, 'hello');
    const eve = { ...chat, readUser: async () => ({ userId: 'g-eve' }) as never };
    await chat.rooms.submit(ROOM, { kind: 'ban', userId: 'g-eve', until: chat.now() + 60_000 });
    const params = { room: ROOM };
    for (const handler of [search, history]) {
      const query = handler === search ? '?q=hello' : '';
      const refused = { status: 403, jsonBody: { error: { code: 'banned' } } };
      expect(await ask(handler, eve, { params, query })).toMatchObject(refused);
      const read = { jsonBody: { messages: [{ seq: 1 }] } };
      expect(await ask(handler, chat, { params, query })).toMatchObject(read);
    }
    await chat.clock.advance(60_001);
    expect(await ask(search, eve, { params, query: '?q=hello' })).toMatchObject({
      jsonBody: { messages: [{ seq: 1 }] },
    });
  });

  test('a closed room is searched as it is read', async () => {
    const chat = openTestChat();
    await say(chat, 'hello');
    await chat.rooms.submit(ROOM, { kind: 'close', reason: 'over' });
    expect(seqsOf(await found(chat, 'hello'))).toEqual([1]);
  });
});

describe('how much is searched at once', () => {
  const refused = {
    status: 429,
    headers: { 'retry-after': '1' },
    jsonBody: { error: { code: 'too_many_searches' } satisfies Partial<ErrorBody['error']> },
  };

  /** Answers, or undefined for a refusal. */
  const isRefused = ({ status }: { status?: number | string }) => status === 429;

  /** Every request is another user, as guests without a cookie are. */
  const asGuests = (chat: TestChat) => {
    let guests = 0;
    return { ...chat, readUser: async () => ({ userId: `g-${++guests}` }) as never };
  };

  /** A table whose lists wait until `go` is called. */
  function slow() {
    const table = countCalls(new MemoryTable());
    let go = () => {};
    const until = new Promise<void>((resolve) => {
      go = resolve;
    });
    const waiting: Table = {
      get: (...args) => table.get(...args),
      commit: (...args) => table.commit(...args),
      list: async (...args) => {
        await until;
        return table.list(...args);
      },
    };
    return { table, waiting, go };
  }

  test('two of a room and four of a process, and the others are refused without a read', async () => {
    const { table, waiting, go } = slow();
    const chat = asGuests(openTestChat(waiting));
    for (const room of ['a', 'b', 'c']) {
      await chat.rooms.submit(room, { kind: 'send', id: 'm', text: 'hello', ...ADA });
    }
    const at = (room: string) => ask(search, chat, { params: { room }, query: '?q=hello' });
    const first = ['a', 'a', 'b', 'b'].map(at);
    await settle();
    const { reads } = table;
    expect(await at('a')).toMatchObject(refused);
    expect(await at('c')).toMatchObject(refused);
    expect(table.reads).toBe(reads);
    go();
    expect(await Promise.all(first)).toMatchObject(first.map(() => ({ jsonBody: { seq: 1 } })));
    expect(await at('c')).toMatchObject({ jsonBody: { seq: 1 } });
  });

  test.each([
    ['a user', false, () => ROOM, 10, 1],
    ['a room', true, () => ROOM, 20, 1],
    ['a process', true, (n: number) => `room-${n}`, 40, 5],
  ])('of %s: some at once, then so many a second', async (_, asGuest, roomOf, burst, perSecond) => {
    const chat = openTestChat();
    const deps = asGuest
      ? asGuests(chat)
      : { ...chat, readUser: async () => ({ userId: 'g-ada' }) as never };
    const accepted = async (count: number) => {
      let answered = 0;
      for (let n = 0; n < count; n += 1) {
        const asked = { params: { room: roomOf(n) }, query: '?q=hello' };
        if (!isRefused(await ask(search, deps, asked))) answered += 1;
      }
      return answered;
    };
    expect(await accepted(60)).toBe(burst);
    await chat.clock.advance(1_000);
    expect(await accepted(60)).toBe(perSecond);
    await chat.clock.advance(3_600_000);
    expect(await accepted(60)).toBe(burst);
  });

  test('a failed search makes room for the next one', async () => {
    const table = new MemoryTable();
    let isOut = true;
    const chat = openTestChat({
      get: (...args) => table.get(...args),
      commit: (...args) => table.commit(...args),
      list: async (...args) => {
        if (isOut) throw new TableUnavailable(new Error('busy'));
        return table.list(...args);
      },
    });
    await say(chat, 'hello');
    for (let n = 0; n < 6; n += 1) {
      await expect(find(chat, 'hello')).resolves.toMatchObject({ status: 503 });
    }
    isOut = false;
    expect(seqsOf(await found(chat, 'hello'))).toEqual([1]);
  });

  test('a storm of 1,000 searches reads the messages twice, and a message is stored meanwhile', async () => {
    const { table, waiting, go } = slow();
    const chat = asGuests(openTestChat(waiting));
    await say(chat, ...lines(50));
    const call = await chat.call('c1', ADA, 'meanwhile', 'm1');
    await message(await chat.call('c1', ADA, 'before', 'm0'), chat);
    const { reads } = table;
    const storm = Array.from({ length: 1_000 }, () => find(chat, 'line'));
    const sent = await message(call, chat);
    expect(sent.result).toMatchObject({ ok: true });
    go();
    const answers = await Promise.all(storm);
    expect(answers.filter((answer) => !isRefused(answer))).toHaveLength(2);
    // The head for both, and the messages for each.
    expect(table.reads - reads).toBeLessThanOrEqual(4);
  });

  test('a long search gives way to others after each 100,000 characters', async () => {
    const table = new MemoryTable();
    const text = '部署'.repeat(2_000);
    for (let seq = 1; seq <= 100; seq += 1) {
      const one = { seq, id: `m${seq}`, userId: 'g-ada', name: 'Ada', text, sentAt: seq };
      await table.commit(ROOM, [{ kind: 'insert', row: toMessageRow(one) }]);
    }
    let times = 0;
    const giveWay = async () => {
      times += 1;
    };
    const query = {
      words: parseSearch('回滚'),
      before: undefined,
      limit: MAX_HITS,
      stretch: 1_000,
    };
    await searchRoom(ROOM, { first: 1, seq: 100 }, query, new RoomReader(table), giveWay);
    expect(times).toBe(4);
  });
});
