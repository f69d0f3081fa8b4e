import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { Turns } from '../../../../local/service/upstream/turns.ts';
import { Upstream } from '../../../../local/service/upstream/upstream.ts';
import { toTemplate } from '../../../../local/service/upstream/upstream-settings.ts';

test('Joins are cheap while there is talk: a message does not wait for the events of a thousand connections', async () => {
  const held: http.ServerResponse[] = [];
  let isHolding = true;
  const server = http.createServer((request, response) => {
    if (isHolding && request.headers['x-asrs-category'] === 'connections') held.push(response);
    else response.end('stored');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const upstream = new Upstream([toTemplate(`http://127.0.0.1:${port}/`)], 60_000);
  try {
    const post = (category: 'connections' | 'messages', event: string) =>
      upstream.post({
        ...{ hub: 'chat', category, event },
        ...{ headers: {}, contentType: 'application/json', body: Buffer.from('{}') },
      });
    const ends = Array.from({ length: 1_000 }, () => post('connections', 'disconnected'));
    const said = await post('messages', 'send');
    expect(said).toMatchObject({ kind: 'answered', body: Buffer.from('stored') });
    expect(held.length).toBeLessThan(500);
    // Each answer makes space for the next event.
    isHolding = false;
    for (const response of held) response.end();
    const answers = await Promise.all(ends);
    expect(answers.every(({ kind }) => kind === 'answered')).toBe(true);
  } finally {
    upstream.stop();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

describe('Joins are cheap while there is talk: turns', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  function open() {
    const turns = new Turns({ most: 2, patienceMs: 250 });
    const begun: number[] = [];
    const ends: (() => void)[] = [];
    const run = (name: number) =>
      turns.run(
        () =>
          new Promise<void>((resolve) => {
            begun.push(name);
            ends[name] = resolve;
          }),
      );
    return { run, begun, ends };
  }

  test('are taken in their order, and each end lets the next begin', async () => {
    const { run, begun, ends } = open();
    const all = [0, 1, 2, 3].map(run);
    expect(begun).toEqual([0, 1]);
    ends[1]?.();
    await all[1];
    await jest.advanceTimersByTimeAsync(0);
    expect(begun).toEqual([0, 1, 2]);
    for (const name of [0, 2]) ends[name]?.();
    await jest.advanceTimersByTimeAsync(0);
    ends[3]?.();
    await Promise.all(all);
    // All turns are back.
    void run(4);
    void run(5);
    expect(begun).toEqual([0, 1, 2, 3, 4, 5]);
  });

  test('are given away by those who take long, once', async () => {
    const { run, begun, ends } = open();
    for (const name of [0, 1, 2, 3, 4, 5]) void run(name);
    await jest.advanceTimersByTimeAsync(249);
    expect(begun).toEqual([0, 1]);
    await jest.advanceTimersByTimeAsync(1);
    expect(begun).toEqual([0, 1, 2, 3]);
    // Their turns are gone already.
    for (const name of [0, 1]) ends[name]?.();
    await jest.advanceTimersByTimeAsync(0);
    expect(begun).toEqual([0, 1, 2, 3]);
    ends[2]?.();
    await jest.advanceTimersByTimeAsync(0);
    expect(begun).toEqual([0, 1, 2, 3, 4]);
  });

  test('are passed on by a failure', async () => {
    const turns = new Turns({ most: 1, patienceMs: 250 });
    const failed = turns.run(() => Promise.reject(new Error('no')));
    const next = turns.run(async () => 'next');
    await expect(failed).rejects.toThrow('no');
    expect(await next).toBe('next');
  });
});
