// The table of rooms.

import { expect, test } from '@jest/globals';
import { always, answer, OF_THE_CHAT, runInProcess } from '../../../support/command-line.ts';

test('rooms counts what each room keeps: messages, edits and removals', async () => {
  // A message, its edit and its removal, after 9 messages that have expired.
  const tea = { room: 'tea', online: 2, seq: 12, first: 10, activeAt: 0, closed: 'night' };
  const empty = { room: 'old', online: 0, seq: 12, first: 13, activeAt: 0 };
  const rooms = JSON.stringify({ rooms: [tea, empty] });
  const fetch = always(() => answer(200, rooms, { headers: OF_THE_CHAT }));
  const { code, stdout } = await runInProcess('rooms', fetch);
  expect(code).toBe(0);
  expect(stdout.split('\n')).toEqual([
    'online   entries  last active                room',
    '     2         3  -                          tea (closed: night)',
    '     0         0  -                          old',
    '',
  ]);
});
