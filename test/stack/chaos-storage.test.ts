// Storage that is full, busy, broken or silent: senders get an error and can retry, others do not notice, and no process or
// connection ends.

import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { SendResult } from '../../functions/protocol.ts';
import { type ChaosStack, startChaosStack } from '../support/chaos-stack.ts';
import { atATime, type ChatClient, joinRoom } from '../support/chat-client.ts';
import { eventually } from '../support/eventually.ts';
import { newRandom } from '../support/random.ts';
import { stay } from '../support/steady-client.ts';
import type { StorageTrouble } from '../support/storage-wire.ts';

jest.setTimeout(120_000);

/** Functions give up a change after 20 s. A request that is under way then may take 10 s more. */
const GIVEN_UP_WITHIN_MS = 35_000;

const times = (count: number) => Array.from({ length: count }, (_, n) => n);

let stack: ChaosStack;
let clients: ChatClient[] = [];
const join = async (room: string, name: string) => {
  const client = await joinRoom(stack.url, room, name);
  clients.push(client);
  return client;
};

beforeAll(async () => {
  stack = await startChaosStack();
});
afterEach(async () => {
  stack.storage.trouble(() => 'none');
  await Promise.all(clients.map((client) => client.stop()));
  clients = [];
  expect(stack.crashes).toEqual([]);
});
afterAll(() => stack?.stop());

describe('while storage is', () => {
  const kinds = ['busy', 'throttled', 'broken', 'refused', 'silent'] as const;

  test('busy, throttled, broken, refused or silent for one room each, senders get an error, and a retry stores the message', async () => {
    const rooms = await Promise.all(
      kinds.map(async (kind) => {
        return { kind, sender: await join(kind, 'Ada'), other: await join(kind, 'Bob') };
      }),
    );
    const well = await join('well', 'Ada');
    stack.storage.trouble((about) => kinds.find((kind) => about.includes(`'${kind}'`)) ?? 'none');

    const startedAt = Date.now();
    let slowestMs = 0;
    const refused = Promise.all(
      rooms.map(async ({ kind, sender }) => [kind, await sender.send('hi', 'again')] as const),
    );
    let isOver = false;
    void refused.finally(() => {
      isOver = true;
    });
    let count = 0;
    while (!isOver) {
      const sentAt = Date.now();
      expect(await well.send('hi', `well-${count++}`)).toMatchObject({ ok: true, seq: count });
      slowestMs = Math.max(slowestMs, Date.now() - sentAt);
      expect((await fetch(stack.url)).status).toBe(200);
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    for (const [kind, answer] of await refused) {
      expect([kind, answer]).toMatchObject([kind, { ok: false, code: 'unavailable' }]);
    }
    expect(Date.now() - startedAt).toBeLessThan(GIVEN_UP_WITHIN_MS);
    expect(slowestMs).toBeLessThan(2_000);

    stack.storage.trouble(() => 'none');
    for (const { kind, sender, other } of rooms) {
      expect([kind, await sender.send('hi', 'again')]).toMatchObject([kind, { ok: true, seq: 1 }]);
      await eventually(() => other.seqs().length > 0, `the message in ${kind}`);
      expect(new Set(other.seqs())).toEqual(new Set([1]));
      expect(await stack.readHistory(kind)).toMatchObject([{ seq: 1, id: 'again', text: 'hi' }]);
    }
  });

  test('unreachable, HTTP answers 503, and a newcomer joins when it is back', async () => {
    const trouble = (kind: StorageTrouble) => stack.storage.trouble(() => kind);
    for (const kind of ['busy', 'throttled', 'broken', 'refused'] as const) {
      trouble(kind);
      for (const path of ['/api/rooms/gone/messages', '/api/rooms/gone/members', '/api/health']) {
        expect([kind, path, (await fetch(`${stack.url}${path}`)).status]).toEqual([
          kind,
          path,
          503,
        ]);
      }
      const negotiated = await fetch(`${stack.url}/api/negotiate`, { method: 'POST' });
      expect([kind, negotiated.status, await negotiated.json()]).toMatchObject([
        kind,
        503,
        { error: { code: 'unavailable' } },
      ]);
    }
    const person = stay(stack.url, 'gone', 'Ada');
    person.write('first');
    await eventually(() => person.state.connection.kind === 'reconnecting', 'a refusal');
    trouble('none');
    await eventually(() => person.isOnline && person.state.outbox.length === 0, 'Ada', 60_000);
    expect(person.state.log.shown.map(({ text }) => text)).toEqual(['first']);
    person.stop();
  });

  test('losing a third of its answers and refusing another third, each message is stored and broadcast once', async () => {
    const room = 'lossy';
    const people = await atATime(5, times(10), (n) => join(room, `P${n}`));
    const random = newRandom(11);
    stack.storage.trouble((_, isTransaction) => {
      const at = isTransaction ? random() : 1;
      return at < 1 / 3 ? 'answer lost' : at < 2 / 3 ? 'busy' : 'none';
    });
    const answers = await Promise.all(
      people.flatMap((person, n) =>
        times(10).map((line): Promise<SendResult> => person.send(`${n}.${line}`, `${n}.${line}`)),
      ),
    );
    stack.storage.trouble(() => 'none');
    const seqs = answers.map((answer) => (answer.ok ? answer.seq : 0));
    expect(seqs.sort((a, b) => a - b)).toEqual(times(100).map((n) => n + 1));
    const history = await stack.readHistory(room);
    expect(new Set(history.map(({ id }) => id)).size).toBe(100);
    expect(history).toHaveLength(100);
    const hasAll = (person: ChatClient) => new Set(person.seqs()).size === 100;
    await eventually(() => people.every(hasAll), 'everything everywhere');
  });
});
