// A room that does not exist: no command takes it for an empty one.

import { describe, expect, test } from '@jest/globals';
import type { Fetch } from '../../../../local/client/api/fetch.ts';
import { answer, OF_THE_CHAT, runInProcess } from '../../../support/command-line.ts';

const NO_ROOM = JSON.stringify({
  error: { code: 'no_room', message: 'unable to do it; there is no room "lobyb". Look.' },
});
const EMPTY = JSON.stringify({ revision: 0, first: 1, seq: 0, online: 0, messages: [] });
const summary = (room: string) => ({ room, online: 0, seq: 1, first: 1, activeAt: 0 });
const listOf = (...rooms: readonly string[]) =>
  answer(200, JSON.stringify({ rooms: rooms.map(summary) }), { headers: OF_THE_CHAT });

/** A chat with these rooms, asked about another one. */
function chatWith(list: () => ReturnType<typeof answer>) {
  const asked: string[] = [];
  const fetch: Fetch = async ({ pathname }, { method }) => {
    asked.push(`${method} ${pathname}`);
    if (pathname === '/api/rooms') return list();
    if (pathname.endsWith('/messages')) return answer(200, EMPTY, { headers: OF_THE_CHAT });
    return answer(404, NO_ROOM, { headers: OF_THE_CHAT });
  };
  return { fetch, asked };
}

describe.each([
  'members',
  'disconnect c1',
  'ban c1',
  'delete 7',
  'close',
  'open',
  'export',
  'erase --yes',
  'tail',
])('%s in a room that does not exist', (line) => {
  const run = (fetch: Fetch) => runInProcess(`${line} --room lobyb --retry-for 0`, fetch);

  test('ends with exit code 3 and the nearest names, and prints nothing', async () => {
    const { fetch, asked } = chatWith(() => listOf('alpha', 'lobby', 'lobybe', 'ops'));
    const { code, stdout, stderr } = await run(fetch);
    expect([code, stdout]).toEqual([3, '']);
    expect(stderr).toEqual([
      expect.stringMatching(
        /^unable to .*; there is no room "lobyb"\. .* Did you mean lobby or lobybe\?$/,
      ),
    ]);
    // Nothing was created: a tail enters no room.
    expect(asked).not.toContain('POST /api/negotiate');
  });

  test('says so without names if none is near, or if the list is refused', async () => {
    for (const list of [() => listOf('alpha'), () => answer(401)]) {
      const { code, stderr } = await run(chatWith(list).fetch);
      expect([code, stderr]).toEqual([3, [expect.not.stringContaining('Did you mean')]]);
    }
  });
});

test('a message that is not there has exit code 3, and no name of a room', async () => {
  const body = JSON.stringify({ error: { code: 'not_found', message: 'no such message.' } });
  const fetch: Fetch = async ({ pathname }) =>
    pathname === '/api/rooms'
      ? listOf('lobby', 'lobbyb')
      : answer(404, body, { headers: OF_THE_CHAT });
  const { code, stderr } = await runInProcess('delete 7', fetch);
  expect([code, stderr]).toEqual([3, ['no such message.']]);
});

test('tail --create enters it', async () => {
  const { fetch, asked } = chatWith(() => listOf());
  await runInProcess('tail --create --room lobyb', fetch);
  expect(asked).toContain('POST /api/negotiate');
});
