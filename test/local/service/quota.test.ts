// The limits of a unit, as `--units` enforces them.

import { describe, expect, test } from '@jest/globals';
import { EMULATOR_KEY, signAccessToken } from '../../../local/access-token.ts';
import { newCounts } from '../../../local/service/counts.ts';
import { isUnitCount, Quota } from '../../../local/service/quota.ts';
import { connectionInfo, rest } from './hub-client.ts';
import { stageService } from './stage.ts';

describe('a free unit', () => {
  let now = Date.UTC(2026, 0, 1, 12);
  const stage = stageService({
    units: 'free',
    now: () => now,
    times: { pingMs: 20, clientTimeoutMs: 1_000_000, handshakeMs: 1_000_000 },
  });

  async function negotiate(): Promise<{ status: number; text: string }> {
    const { url, token } = await connectionInfo(stage.service);
    const response = await fetch(url.replace('/client/', '/client/negotiate'), {
      method: 'POST',
      headers: { Authorization: `Bearer ${token}` },
    });
    return { status: response.status, text: await response.text() };
  }

  test('accepts 20 connections, and one more when one has left', async () => {
    now = Date.now();
    const clients = await Promise.all(Array.from({ length: 20 }, () => stage.client()));
    expect(await negotiate()).toEqual({
      status: 429,
      text: expect.stringContaining('Connection count reaches limit'),
    });
    await expect(stage.rawClient()).rejects.toThrow('429');
    const [first] = clients;
    const id = first?.connectionId ?? null;
    await first?.stop();
    await stage.disconnected(id);
    expect((await negotiate()).status).toBe(200);
  });

  test('accepts one more as soon as one has left, also with a slow upstream', async () => {
    now = Date.now();
    const release = stage.hold(({ event }) => event === 'disconnected');
    const clients = await Promise.all(Array.from({ length: 20 }, () => stage.client()));
    const [first] = clients;
    const id = first?.connectionId ?? null;
    await first?.stop();
    await stage.upstream.next((e) => e.event === 'disconnected' && e.connectionId === id);
    expect((await negotiate()).status).toBe(200);
    release();
  });

  test('closes its clients after 20,000 messages, until the next day', async () => {
    now = Date.now();
    const client = await stage.client();
    const closed = new Promise<Error | undefined>((resolve) => client.onclose(resolve));
    const path = '/api/hubs/chat/:send';
    const send = async (length: number) =>
      rest(stage.service, 'POST', path, {
        body: { target: 'news', arguments: ['x'.repeat(length)] },
        token: await signAccessToken(EMULATOR_KEY, `http://127.0.0.1${path}`, {}, now),
      });
    // 500 billed messages each, in steps of 2 KB.
    for (let sent = 0; sent < 40; sent += 1) expect((await send(1_023_900)).status).toBe(202);
    expect((await closed)?.message).toContain('Message count reaches limit');
    expect((await send(1)).status).toBe(429);
    expect((await negotiate()).status).toBe(429);
    now += 24 * 60 * 60 * 1_000;
    expect((await send(1)).status).toBe(202);
  });
});

test('three paid units accept 3,000 connections and any number of messages', () => {
  const counts = newCounts();
  const quota = new Quota(3, counts, () => 0);
  quota.checkConnections(2_999);
  expect(() => quota.checkConnections(3_000)).toThrow('more than 3000 connections');
  counts.billedMessages = 1e12;
  expect(quota.isSpent()).toBe(false);
});

test.each([
  [1, true],
  [10, true],
  [20, true],
  [100, true],
  [1_000, true],
  [0, false],
  [11, false],
  [150, false],
  [2_000, false],
  [1.5, false],
])('%d units are sold: %s', (units, isSold) => {
  expect(isUnitCount(units)).toBe(isSold);
});
