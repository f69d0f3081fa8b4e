// Somebody floods a room of the whole stack, and the others do not notice.

import { beforeAll, expect, jest, test } from '@jest/globals';
import type { SendResult } from '../../functions/protocol.ts';
import { atATime, joinRoom } from '../support/chat-client.ts';
import { eventually } from '../support/eventually.ts';
import { newRoom, type SharedStack, sharedStack } from '../support/shared-stack.ts';
import { sized } from '../support/sizes.ts';

jest.setTimeout(120_000);

const PEOPLE = sized(30, 100);
const SAID_BY_EACH = 2;
/** Accepted messages of a flood: a burst of 30, and 5 for each second until the ban (functions/moderation/flood-guard.ts). */
const MOST_TAKEN = 30 + 5 * 60;

let stack: SharedStack;
beforeAll(async () => {
  stack = await sharedStack();
});

test('a flooding client is refused, disconnected and banned, and the room does not notice', async () => {
  const room = newRoom('flooded');
  const numbers = Array.from({ length: PEOPLE }, (_, n) => n);
  const clients = await atATime(20, numbers, (n) => joinRoom(stack.url, room, `N${n}`));
  const eve = await joinRoom(stack.url, room, 'Eve');

  const verdicts: (SendResult | undefined)[] = [];
  const flood = async () => {
    for (let n = 0; eve.ends.length === 0 && n < 2_000; n += 20) {
      const ids = Array.from({ length: 20 }, (_, k) => `spam-${n + k}`);
      // The connection may end during an invocation.
      const sent = ids.map((id) => eve.send('spam', id).catch(() => undefined));
      verdicts.push(...(await Promise.all(sent)));
    }
  };
  const talk = atATime(PEOPLE, clients, async (client, n) => {
    const results: SendResult[] = [];
    for (let k = 0; k < SAID_BY_EACH; k += 1) {
      results.push(await client.send(`${k} of ${n}`, `${n}-${k}`));
    }
    return results;
  });
  const [results] = await Promise.all([talk, flood()]);

  expect(results.flat().filter(({ ok }) => !ok)).toEqual([]);
  const codes = verdicts.map((verdict) => (verdict?.ok === false ? verdict.code : undefined));
  expect(codes).toContain('too_many_messages');
  await eventually(() => eve.ends.length > 0, 'Eve to be disconnected');
  expect(eve.ends[0]?.message).toContain('you are banned until');

  const taken = verdicts.filter((verdict) => verdict?.ok).length;
  expect(taken).toBeLessThan(MOST_TAKEN);
  for (const client of clients) {
    await eventually(
      () =>
        textsOf(client.events).filter((text) => text !== 'spam').length === PEOPLE * SAID_BY_EACH,
      'all that was said, at everybody',
    );
  }
  await Promise.all(clients.map((client) => client.stop()));
});

function textsOf(events: Awaited<ReturnType<typeof joinRoom>>['events']): string[] {
  return events.flatMap(({ messages }) => messages.map(({ text }) => text));
}
