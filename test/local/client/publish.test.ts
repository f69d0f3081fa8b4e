// The publish command against a server that goes wrong.

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { publish } from '../../../local/client/publish.ts';
import { Clock, runUntil } from '../../support/clock.ts';

interface Taken {
  readonly id: string | null;
  readonly name: string | null;
  readonly key: string | undefined;
  readonly lines: readonly string[];
}

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()));
});

type Answer = (response: ServerResponse) => void;
const accept: Answer = (response) => void response.writeHead(202).end('{"seq":1}');
const refuse =
  (status: number, body = ''): Answer =>
  (response) =>
    void response.writeHead(status).end(body);
const lose: Answer = (response) => void response.destroy();

/** Answers as the list says, then always with 202. */
async function openServer(answers: readonly Answer[] = []) {
  const taken: Taken[] = [];
  const left = [...answers];
  const server = createServer(async (request: IncomingMessage, response) => {
    const { searchParams } = new URL(request.url ?? '', 'http://x');
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    taken.push({
      id: searchParams.get('id'),
      name: searchParams.get('name'),
      key: request.headers['x-functions-key']?.toString(),
      lines: Buffer.concat(chunks).toString().split('\n'),
    });
    (left.shift() ?? accept)(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stops.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { taken, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

function run(url: string, text: string, patienceMs = 60_000) {
  const clock = new Clock();
  const told: string[] = [];
  async function* input() {
    yield Buffer.from(text);
  }
  const command = {
    kind: 'publish',
    chat: { url, key: 'k' },
    room: '大厅',
    name: 'ci',
    patienceMs,
  } as const;
  const { now, sleep } = clock;
  const tell = (line: string) => void told.push(line);
  const surroundings = { input: input(), runId: 'run', tell, sleep, now, random: () => 1 };
  return { told, done: runUntil(clock, publish(command, surroundings)) };
}

const numbers = (count: number) => Array.from({ length: count }, (_, n) => String(n + 1));

test('an answer of no chat is no success', async () => {
  const { url } = await openServer([refuse(200, '<html>')]);
  await expect(run(url, 'a\n').done).rejects.toThrow('no chat answers at');
});

describe('publish', () => {
  test('sends a thousand lines at a time, each batch under an id of its own', async () => {
    const { taken, url } = await openServer();
    expect(await run(url, numbers(2_500).join('\n')).done).toBe(2_500);
    expect(taken.map(({ id, name, key }) => [id, name, key])).toEqual([
      ['run.1', 'ci', 'k'],
      ['run.1001', 'ci', 'k'],
      ['run.2001', 'ci', 'k'],
    ]);
    expect(taken.flatMap(({ lines }) => lines)).toEqual(numbers(2_500));
  });

  test.each([
    ['an answer that is lost', lose],
    ['503', refuse(503, '{"error":{"code":"unavailable","message":"unable to; busy."}}')],
    ['502 of a gateway', refuse(502, '<html>')],
    ['429', refuse(429)],
  ])('sends the same again after %s', async (_, trouble) => {
    const { taken, url } = await openServer([accept, trouble, trouble]);
    const { done, told } = run(url, numbers(1_500).join('\n'));
    expect(await done).toBe(1_500);
    expect(taken.map(({ id }) => id)).toEqual(['run.1', 'run.1001', 'run.1001', 'run.1001']);
    expect(taken[3]).toEqual(taken[1]);
    expect(told).toEqual([expect.stringMatching(/^unable to.* Trying again\.$/), 'going on']);
  });

  test.each([
    [401, '', /401 to this key.* --key or CHAT_KEY/],
    [404, '', /answers 404.* --url/],
    [403, '{"error":{"code":"room_closed","message":"unable to; it is closed."}}', /it is closed/],
    [400, '{"error":{"code":"bad_text","message":"line 3: unable to; x."}}', /line 3: unable/],
  ])('gives up at once at %d, and says which lines are missing', async (status, body, reason) => {
    const { taken, url } = await openServer([accept, refuse(status, body)]);
    const { done } = run(url, numbers(1_500).join('\n'));
    await expect(done).rejects.toThrow(/^lines 1001 to 1500 are not in the room/);
    await expect(done).rejects.toThrow(reason);
    expect(taken).toHaveLength(2);
  });

  test('gives up when its patience is over', async () => {
    const { url } = await openServer(Array.from({ length: 99 }, () => refuse(503)));
    await expect(run(url, 'a', 10_000).done).rejects.toThrow(/answers 503/);
  });

  test('of nothing sends nothing', async () => {
    const { taken, url } = await openServer();
    expect(await run(url, '\n').done).toBe(0);
    expect(taken).toEqual([]);
  });
});
