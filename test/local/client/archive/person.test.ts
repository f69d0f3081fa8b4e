// One person's data: export and erase by user, in all rooms.

import { describe, expect, test } from '@jest/globals';
import { eraseRoom } from '../../../../functions/http/erase-room.ts';
import { edit } from '../../../../functions/hub/edit.ts';
import { message } from '../../../../functions/hub/message.ts';
import { remove } from '../../../../functions/hub/remove.ts';
import type { Fetch } from '../../../../local/client/api/fetch.ts';
import { ask, openTestChat } from '../../../support/chat.ts';
import { toFetch } from '../../../support/chat-fetch.ts';
import { answer, runInProcess } from '../../../support/command-line.ts';

async function openChat() {
  const chat = openTestChat();
  for (const room of ['a', '大厅']) {
    for (let n = 1; n <= 1_100; n += 1) {
      const userId = n % 500 === 0 ? 'g-ada' : 'g-bob';
      const said = { userId, name: userId.slice(2), id: `i${n}`, text: `${userId} ${n}` };
      void chat.rooms.submit(room, { kind: 'send', ...said });
    }
  }
  await chat.rooms.submit('a', { kind: 'ban', userId: 'g-ada', until: chat.now() + 60_000 });
  await chat.rooms.submit('大厅', { kind: 'open' });
  return chat;
}

describe('one person', () => {
  test('is exported with all that is stored about them in every room, and nobody else is', async () => {
    const chat = await openChat();
    const forgotten: string[] = [];
    await chat.places.mark('g-ada', { places: [{ room: 'tea', readTo: 7 }], forgotten });
    await chat.places.mark('g-bob', { places: [{ room: 'ops', readTo: 9 }], forgotten });
    const { code, stdout, stderr } = await runInProcess('export --user g-ada', toFetch(chat));
    expect([code, stderr]).toEqual([0, []]);
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.at(-1)).toEqual({ room: 'tea', readTo: 7 });
    expect(lines.slice(0, -1).map(({ room, ban, seq }) => [room, ban ?? seq])).toEqual([
      ['a', 'g-ada'],
      ['a', 500],
      ['a', 1_000],
      ['大厅', 500],
      ['大厅', 1_000],
    ]);
    expect(stdout).not.toContain('g-bob');
    expect(lines[1]).toMatchObject({ name: 'ada', text: 'g-ada 500', sentAt: expect.any(Number) });
  });

  test('is erased in every room, and nobody else is', async () => {
    const chat = await openChat();
    const place = { places: [{ room: 'a', readTo: 7 }], forgotten: [] };
    for (const user of ['g-ada', 'g-bob']) await chat.places.mark(user, place);
    const run = (more = '') => runInProcess(`erase --user g-ada --yes${more}`, toFetch(chat));
    expect(await run()).toEqual({
      code: 0,
      stdout: 'removed 4 messages of g-ada, in 2 rooms\n',
      stderr: [],
    });
    const left = await runInProcess('export --all', toFetch(chat));
    expect(await chat.places.read('g-ada')).toEqual([]);
    expect(await chat.places.read('g-bob')).toEqual(place.places);
    expect(left.stdout).not.toMatch(/"text":"g-ada/);
    expect(left.stdout.match(/"text":"g-bob/g)).toHaveLength(2 * 1_098);
    expect(JSON.parse((await run(' --json')).stdout)).toEqual({
      user: 'g-ada',
      removed: 0,
      rooms: 0,
    });
  });

  test('who has edited and removed messages is erased, also in the announcements of edits', async () => {
    const chat = openTestChat();
    const ada = { userId: 'g-ada', name: 'Ada', room: 'a' };
    const call = async (handler: typeof edit, ...args: unknown[]) =>
      handler(await chat.call('c1', ada, ...args), chat);
    for (const n of [1, 2, 3]) await call(message, `secret ${n}`, `m${n}`);
    await call(edit, 1, 'secret, edited', 'e1');
    await call(remove, 2);
    const ran = await runInProcess('erase --user g-ada --yes', toFetch(chat));
    expect(ran).toMatchObject({ code: 0, stdout: 'removed 2 messages of g-ada, in 1 room\n' });
    const rows = await chat.table.list('a', { from: '', to: '~', limit: 100 });
    expect(JSON.stringify(rows)).not.toContain('secret');
  });

  test('React: has their reactions exported and erased in every room, and nobody else has', async () => {
    const chat = await openChat();
    const put = (room: string, seq: number, userId: string) =>
      chat.reactions.vote(room, seq, { userId, name: userId, emoji: '👍', on: true }, 0);
    for (const room of ['a', '大厅']) {
      await put(room, 3, 'g-ada');
      await put(room, 1_050, 'g-ada');
      await put(room, 3, 'g-bob');
    }
    const exported = await runInProcess('export --user g-ada', toFetch(chat));
    expect(exported.stdout).toContain('{"room":"大厅","reactedTo":1050,"emojis":["👍"]}');
    const erased = await runInProcess('erase --user g-ada --yes', toFetch(chat));
    expect([erased.code, erased.stderr]).toEqual([0, []]);
    for (const room of ['a', '大厅']) {
      const reacted = await chat.reader.reactedMessages(room, 1, 1_101);
      expect(JSON.stringify(reacted)).not.toContain('g-ada');
      expect(reacted[0]?.message.reactions).toMatchObject([{ count: 1, names: ['g-bob'] }]);
    }
  });

  test('of whom a part is erased when the chat fails is erased by the same command', async () => {
    const chat = await openChat();
    let deletions = 0;
    const fetch: Fetch = async (url, init) => {
      deletions += init.method === 'DELETE' ? 1 : 0;
      return init.method === 'DELETE' && deletions === 3
        ? answer(403, '<html>')
        : toFetch(chat)(url, init);
    };
    const run = () => runInProcess('erase --user g-ada --yes --retry-for 0', fetch);
    const ran = await run();
    expect([ran.code, ran.stdout, ran.stderr[1]]).toEqual([
      1,
      '',
      'A part may be removed. To go on, run the same command again.',
    ]);
    expect((await run()).stdout).toBe('removed 2 messages of g-ada, in 1 room\n');
  });

  test('whose message vanishes between reading and removal is erased all the same', async () => {
    const chat = await openChat();
    const fetch = toFetch(chat);
    let isErased = false;
    const meanwhile: Fetch = async (url, init) => {
      if (init.method === 'DELETE' && !isErased) {
        isErased = true;
        await ask(eraseRoom, chat, { params: { room: 'a' } });
      }
      return fetch(url, init);
    };
    expect(await runInProcess('erase --user g-ada --yes', meanwhile)).toEqual({
      code: 0,
      stdout: 'removed 2 messages of g-ada, in 1 room\n',
      stderr: [],
    });
    expect(isErased).toBe(true);
  });

  test('that is exported while the chat fails is reported as not whole', async () => {
    const ran = await runInProcess('export --user g-ada --retry-for 0', async () => answer(502));
    expect([ran.code, ran.stderr[1]]).toEqual([
      1,
      'Not every room was read. Run the same command again.',
    ]);
  });

  test.each([
    'export --user u --all',
    'export --user u --room r',
    'export --user u --after 1',
    'erase --yes --user u --room r',
    'erase --user u',
  ])('%s is not understood, and nothing is sent', async (line) => {
    expect((await runInProcess(line, async () => answer(500))).code).toBe(2);
  });
});
