// A chat on a free unit of the service, which accepts 20 connections and 20,000 messages a day.

import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import {
  HttpTransportType,
  type HubConnection,
  HubConnectionBuilder,
  LogLevel,
} from '@microsoft/signalr';
import { DEFAULT_CAPS } from '../../functions/settings.ts';
import { startEmulator } from '../../local/service/emulator.ts';
import type { Emulator } from '../../local/service/server.ts';
import { type Stack, startStack } from '../../local/stack/stack.ts';
import { joinRoom } from '../support/chat-client.ts';
import { eventually } from '../support/eventually.ts';
import { choosePorts } from '../support/ports.ts';

jest.setTimeout(120_000);

const FREE_CONNECTIONS = 20;
const ATTEMPTS = 60;
let now = Date.now();
let service: Emulator;
let stack: Stack;

beforeAll(async () => {
  const [port = 0, tablePort = 0, servicePort = 0] = await choosePorts(3);
  service = await startEmulator({
    units: 'free',
    now: () => now,
    upstream: `http://127.0.0.1:${port}/runtime/webhooks/signalr`,
  });
  const { connectionString } = service;
  stack = await startStack({
    port,
    tablePort,
    // This one is started, too, and nobody uses it.
    servicePort,
    settings: { AzureSignalRConnectionString: connectionString },
  });
});
afterAll(async () => {
  await stack?.stop();
  await service?.stop();
});

test('S3: one guest who wants all 20 connections of a free unit gets a few, and the others go on', async () => {
  const room = 'free';
  const ada = await joinRoom(stack.url, room, 'Ada');
  // One ticket, as often as it works.
  const answer = await fetch(`${stack.url}/api/negotiate?room=${room}&name=Eve`, {
    method: 'POST',
  });
  const ticket = (await answer.json()) as { url: string; accessToken: string };
  const hubs: HubConnection[] = [];
  let welcomed = 0;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const hub = new HubConnectionBuilder()
      .withUrl(ticket.url, {
        accessTokenFactory: () => ticket.accessToken,
        transport: HttpTransportType.WebSockets,
      })
      .configureLogging(LogLevel.None)
      .build();
    hub.on('welcome', () => {
      welcomed += 1;
    });
    hubs.push(hub);
    // The service refuses the 21st connection as long as refused ones are still open.
    await hub.start().catch(() => {});
  }
  await eventually(
    () => service.counts.connections <= DEFAULT_CAPS.user + 1,
    'the excess to be closed',
  );
  expect(welcomed).toBe(DEFAULT_CAPS.user);

  const others = [];
  for (const n of [1, 2, 3, 4, 5, 6, 7]) others.push(await joinRoom(stack.url, room, `N${n}`));
  expect(await ada.send('hi', 'm1')).toMatchObject({ ok: true, seq: 1 });
  for (const other of others) await eventually(() => other.seqs().includes(1), 'the message');
  expect(service.counts.connections).toBe(FREE_CONNECTIONS);
  expect(ada.ends).toEqual([]);

  // Now the unit is full, and health says so.
  const health = await fetch(`${stack.url}/api/health`);
  expect(health.status).toBe(503);
  expect(await health.json()).toMatchObject({
    status: 'unavailable',
    storage: 'ok',
    signalR: expect.stringContaining('all of its connections are in use'),
  });
  for (const client of [...others, ada]) await client.stop();
  for (const hub of hubs) await hub.stop();
  await eventually(() => service.counts.connections === 0, 'everyone to go');
  await eventually(async () => (await fetch(`${stack.url}/api/health`)).status === 200, 'health');
});

test('S3: a day’s messages that are used up show in health, until midnight UTC', async () => {
  service.counts.billedMessages += 20_000;
  const health = await fetch(`${stack.url}/api/health`);
  expect(health.status).toBe(503);
  const body = (await health.json()) as { signalR: string; until: number };
  expect(body.signalR).toContain('the messages of the day are used up until');
  expect(new Date(body.until).toISOString()).toMatch(/T00:00:00.000Z$/);
  expect(body.until - Date.now()).toBeLessThanOrEqual(86_400_000);
  now += 86_400_000;
});
