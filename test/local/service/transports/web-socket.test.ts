// What differs on a WebSocket: the size of a message, and frames that are no messages.

import { describe, expect, test } from '@jest/globals';
import { HttpTransportType } from '@microsoft/signalr';
import { eventually } from '../../../support/eventually.ts';
import { connectionInfo } from '../hub-client.ts';
import { HANDSHAKE, stageService } from '../stage.ts';

const MEGABYTE = 1_024 * 1_024;

describe('the size of a message', () => {
  const lines: string[] = [];
  const stage = stageService({
    limits: { webSocketMessageBytes: 8 * MEGABYTE },
    log: (line) => lines.push(line),
  });

  test.each(['json', 'messagepack'] as const)(
    'M3: messages of 1.1 and 4 MB from a %s client go upstream, with a warning',
    async (protocol) => {
      lines.length = 0;
      const client = await stage.client({ protocol });
      for (const bytes of [1_100_000, 4_000_000]) {
        await client.invoke(`take${bytes}`, 'x'.repeat(bytes));
        const { body } = await stage.upstream.next(({ event }) => event === `take${bytes}`);
        expect(body.length).toBeGreaterThan(bytes);
      }
      await client.invoke('take', 'x'.repeat(1_000_000));
      const warnings = lines.filter((line) => line.includes('sent a message of'));
      expect(warnings).toHaveLength(2);
    },
  );

  test('M3: a message over the safety limit closes the client, with a close message', async () => {
    const client = await stage.shakenClient();
    const { connectionId } = await stage.upstream.next(({ event }) => event === 'connected');
    client.send('x'.repeat(8 * MEGABYTE + 1));
    expect(await client.next()).toContain('Connection closed with an error.');
    const { error } = await stage.disconnected(connectionId);
    expect(error).toContain(`it has more than ${8 * MEGABYTE} bytes`);
  });

  test.each([
    ['Server-Sent Events', HttpTransportType.ServerSentEvents],
    ['Long Polling', HttpTransportType.LongPolling],
  ])('M3: 1 MB holds for %s', async (_, transport) => {
    const client = await stage.client({ transport });
    await expect(client.send('take', 'x'.repeat(1_100_000))).rejects.toThrow();
    expect(stage.eventsOf(client.connectionId)).not.toContain('take');
  });

  test('M3: 1 MB holds for a Long Polling message in several POSTs', async () => {
    const { url, token } = await connectionInfo(stage.service);
    const headers = { Authorization: `Bearer ${token}` };
    const answer = await fetch(url.replace('/client/?', '/client/negotiate?'), {
      method: 'POST',
      headers,
    });
    const { connectionId } = (await answer.json()) as { connectionId: string };
    const call = (method: string, body?: string) =>
      fetch(`${url}&id=${connectionId}`, { method, headers, ...(body ? { body } : {}) });
    await call('GET');
    await call('POST', HANDSHAKE);
    for (let part = 0; part < 2; part += 1) await call('POST', 'x'.repeat(600_000));
    const { error } = await stage.disconnected(connectionId);
    expect(error).toContain(`it has more than ${MEGABYTE} bytes`);
  });
});

describe('the silence of a client', () => {
  let now = Date.now();
  let looks = 0;
  // The service looks at the clock, and then at its clients, every few milliseconds.
  const stage = stageService({
    now: () => {
      looks += 1;
      return now;
    },
    times: { negotiateMs: 20 },
  });

  async function pass(seconds: number): Promise<void> {
    now += seconds * 1_000;
    const before = looks;
    await eventually(() => looks > before + 5, 'the service to look at its clients');
  }

  test.each(['ping', 'pong'] as const)('M7: is not broken by a WebSocket %s', async (frame) => {
    const client = await stage.shakenClient();
    const { connectionId } = await stage.upstream.next(({ event }) => event === 'connected');
    client.send('{"type":6}\x1e');
    await pass(1);
    await pass(19);
    const isSeen = new Promise((resolve) => client.socket.once('pong', resolve));
    client.socket[frame]();
    // Frames are handled in order, so the answer shows that the frame before it was handled, too.
    client.socket.ping();
    await isSeen;
    expect(stage.eventsOf(connectionId)).toEqual(['connected']);
    await pass(12);
    expect((await stage.disconnected(connectionId)).error).toBe('Connection ping timeout');
  });
});

describe('H9: a clock that is set back', () => {
  let wall = Date.now();
  let monotonic = 0;
  let looks = 0;
  const stage = stageService({
    now: () => wall,
    monotonicNow: () => {
      looks += 1;
      return monotonic;
    },
    times: { negotiateMs: 20 },
  });

  test.each([11, 120])(
    'by %d s delays no ping, so no client misses the service',
    async (seconds) => {
      const client = await stage.shakenClient();
      const before = looks;
      await eventually(() => looks > before + 5, 'the service to look at its clients');
      wall -= seconds * 1_000;
      monotonic += 15_000;
      expect(await client.next()).toBe('{"type":6}\x1e');
    },
  );
});
