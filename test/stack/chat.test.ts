// The whole stack with 300 clients: the page's API, functions, tables and service in their own processes.

import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { Members, SendResult } from '../../functions/protocol.ts';
import { atATime, type ChatClient, joinRoom } from '../support/chat-client.ts';
import { eventually } from '../support/eventually.ts';
import { startTestStack, type TestStack } from '../support/stack.ts';

jest.setTimeout(120_000);

const times = (count: number) => Array.from({ length: count }, (_, n) => n);
const oneTo = (count: number) => times(count).map((n) => n + 1);

let stack: TestStack;
beforeAll(async () => {
  stack = await startTestStack();
});
afterAll(() => stack.stop());

/** Waits until there are no requests to storage and service, except the checks of newcomers, which follow ten seconds later. */
async function quiet(): Promise<void> {
  const state = async () =>
    JSON.stringify([stack.storageCounts(), await stack.serviceCounts()], (key, value) =>
      key === 'checks' ? undefined : value,
    );
  let before = '';
  await eventually(async () => {
    const now = await state();
    const isQuiet = now === before;
    before = now;
    if (!isQuiet) await new Promise((resolve) => setTimeout(resolve, 500));
    return isQuiet;
  }, 'a quiet stack');
}

/** The cost of an action, with all of its effects. */
async function costOf(action: () => Promise<unknown>) {
  await quiet();
  const storage = stack.storageCounts();
  const service = await stack.serviceCounts();
  await action();
  await quiet();
  const after = { storage: stack.storageCounts(), service: await stack.serviceCounts() };
  return {
    transactions: after.storage.transactions - storage.transactions,
    reads: after.storage.reads - storage.reads,
    restCalls: after.service.rest.group - service.rest.group,
    billed: after.service.billedMessages - service.billedMessages,
  };
}

test('a message in a quiet room of two costs one transaction and one REST call', async () => {
  const ada = await joinRoom(stack.url, 'two', 'Ada');
  const bob = await joinRoom(stack.url, 'two', 'Bob');
  await ada.send('warm', 'warm');
  const cost = await costOf(() => bob.send('hi', 'quiet-2'));
  // Two events and one completion leave the service.
  expect(cost).toEqual({ transactions: 1, reads: 0, restCalls: 1, billed: 3 });
  await Promise.all([ada.stop(), bob.stop()]);
});

describe('300 clients in one room', () => {
  const room = 'crowd-大厅';
  const protocols = ['json', 'messagepack'] as const;
  const join = (n: number) =>
    joinRoom(stack.url, room, `N${n}`, { protocol: protocols[n % 2] ?? 'json' });
  let clients: ChatClient[] = [];
  /** The cost until every client knows of all. */
  const coming = { restCalls: 0, ms: 0 };
  beforeAll(async () => {
    const before = (await stack.serviceCounts()).rest.group;
    clients = await atATime(50, times(300), join);
    const joinedAt = Date.now();
    await eventually(() => clients.every((client) => client.online() === 300), '300 everywhere');
    coming.ms = Date.now() - joinedAt;
    await quiet();
    coming.restCalls = (await stack.serviceCounts()).rest.group - before;
  });
  afterAll(() => Promise.all(clients.map((client) => client.stop())));

  test('are 300 at every client within seconds, for a tenth of the REST calls', () => {
    // The window of a room with 300 is about 1.4 s. A busy machine adds less than 10 s.
    expect(coming.ms).toBeLessThan(10_000);
    expect(coming.restCalls).toBeLessThanOrEqual(30);
  });

  test('are 300 in the head, in the last welcome, and in the next events at every client', async () => {
    expect((await stack.readHead(room)).online).toBe(300);
    const welcomes = clients.flatMap((client) => client.welcomes);
    const last = welcomes.reduce((a, b) => (a.revision > b.revision ? a : b));
    expect(last.online).toBe(300);
    await quiet();
    for (const client of clients) client.events.length = 0;
    await clients[7]?.send('hello', 'all-here');
    await eventually(() => clients.every((client) => client.events.length > 0), 'the next events');
    expect(new Set(clients.map((client) => client.events[0]?.online))).toEqual(new Set([300]));
  });

  test('send a message for one transaction and one REST call, like two', async () => {
    const cost = await costOf(() => clients[1]?.send('hi', 'quiet-300') as Promise<SendResult>);
    expect(cost).toEqual({ transactions: 1, reads: 0, restCalls: 1, billed: 301 });
  });

  test('get 500 messages of 50 senders at once: all, once each, under the numbers of the answers', async () => {
    const before = (await stack.readHead(room)).seq;
    for (const client of clients) client.events.length = 0;
    const sent = times(500).map((n) => ({ id: `m${n}`, text: `第${n}条 😀`, sender: n % 50 }));
    const answers = await Promise.all(
      sent.map(({ id, text, sender }) => clients[sender]?.send(text, id) as Promise<SendResult>),
    );
    const expected = oneTo(500).map((n) => before + n);
    await eventually(
      () => clients.every((client) => client.seqs().length >= 500),
      'all messages everywhere',
      60_000,
    );
    const texts = new Map(
      clients[0]?.events.flatMap(({ messages }) => messages.map(({ seq, text }) => [seq, text])),
    );
    for (const client of clients) {
      expect([...client.seqs()].sort((a, b) => a - b)).toEqual(expected);
    }
    for (const [n, answer] of answers.entries()) {
      expect(answer).toMatchObject({ ok: true, online: 300 });
      expect(answer.ok && texts.get(answer.seq)).toBe(sent[n]?.text);
    }
    const history: number[] = [];
    for (let after = before; history.length < 500; after = history.at(-1) ?? after) {
      const url = `${stack.url}/api/rooms/${encodeURIComponent(room)}/messages?after=${after}`;
      const { messages } = (await (await fetch(url)).json()) as { messages: { seq: number }[] };
      history.push(...messages.map(({ seq }) => seq));
    }
    expect(history).toEqual(expected);

    const again = await clients[3]?.send(sent[3]?.text, 'm3');
    expect(again).toEqual(answers[3]);
    expect((await stack.readHead(room)).seq).toBe(before + 500);
  });

  test('are 200 when 100 of them are cut off without a goodbye', async () => {
    for (const client of clients.slice(200)) client.cut();
    clients = clients.slice(0, 200);
    await eventually(async () => (await stack.readHead(room)).online === 200, 'a head of 200');
    await eventually(() => clients.every((client) => client.online() === 200), '200 everywhere');
    clients.push(...(await atATime(50, times(100), (n) => join(200 + n))));
    await eventually(() => clients.every((client) => client.online() === 300), '300 again');
  });
});

describe('a client that the server disconnects', () => {
  const headers = () => ({ 'x-functions-key': stack.functionKey });
  const end = (room: string, connectionId: string | undefined, query: string) =>
    fetch(`${stack.url}/api/rooms/${room}/connections/${connectionId}?${query}`, {
      method: 'DELETE',
      headers: headers(),
    });

  test('gets the reason, leaves the count, and reconnects by itself', async () => {
    const ada = await joinRoom(stack.url, 'kick', 'Ada', { reconnects: true });
    const bob = await joinRoom(stack.url, 'kick', 'Bob');
    const first = ada.welcomes[0]?.connectionId;
    expect((await end('kick', first, 'reason=Too%20loud')).status).toBe(204);
    await eventually(() => ada.ends.length > 0, 'the end');
    expect(String(ada.ends[0])).toContain('Too loud');
    await eventually(() => ada.welcomes.length === 2, 'a second welcome');
    expect(ada.welcomes[1]?.connectionId).not.toBe(first);
    await eventually(() => bob.online() === 2, 'both online');
    expect(bob.events.flatMap(({ left }) => left)).toMatchObject([{ connectionId: first }]);
    expect((await end('kick', first, '')).status).toBe(404);
    await Promise.all([ada.stop(), bob.stop()]);
  });

  test('does not come back while it is banned', async () => {
    const ada = await joinRoom(stack.url, 'ban', 'Ada', { reconnects: true });
    const bob = await joinRoom(stack.url, 'ban', 'Bob');
    await end('ban', ada.welcomes[0]?.connectionId, 'banMinutes=5');
    await eventually(() => ada.ends.length > 1, 'the last try');
    expect(ada.welcomes).toHaveLength(1);
    await eventually(() => bob.online() === 1, 'Bob alone');
    expect((await stack.readHead('ban')).online).toBe(1);
    await bob.stop();
  });

  test('is disconnected only with the key', async () => {
    const ada = await joinRoom(stack.url, 'key', 'Ada');
    const url = `${stack.url}/api/rooms/key/connections/${ada.welcomes[0]?.connectionId}`;
    expect((await fetch(url, { method: 'DELETE' })).status).toBe(401);
    expect((await stack.readHead('key')).online).toBe(1);
    await ada.stop();
  });
});

describe('publish', () => {
  const post = (body: string, query = '', headers: Record<string, string> = {}) =>
    fetch(`${stack.url}/api/rooms/build/messages?${query}`, {
      method: 'POST',
      body,
      headers: { 'content-type': 'text/plain', 'x-functions-key': stack.functionKey, ...headers },
    });

  test('stores lines in order, once per id', async () => {
    const ada = await joinRoom(stack.url, 'build', 'Ada');
    const lines = times(250).map((n) => `line ${n}`);
    for (const _ of times(2)) {
      const answer = await post(lines.join('\n'), 'name=ci&id=run-1');
      expect(answer.status).toBe(202);
      expect(await answer.json()).toEqual({ seq: 250 });
    }
    await eventually(() => new Set(ada.seqs()).size === 250, 'all lines');
    const messages = ada.events.flatMap((frame) => frame.messages);
    const bySeq = new Map(messages.map(({ seq, text, name }) => [seq, `${name}: ${text}`]));
    expect(oneTo(250).map((seq) => bySeq.get(seq))).toEqual(lines.map((line) => `ci: ${line}`));
    expect((await stack.readHead('build')).seq).toBe(250);
    await ada.stop();
  });

  test('needs the key', async () => {
    expect((await post('hi', '', { 'x-functions-key': 'wrong' })).status).toBe(401);
  });
});

describe('H2: HEAD', () => {
  test.each([
    '/',
    '/r/lobby',
    '/main.js',
    '/nowhere',
    '/api/nowhere',
    '/api/health',
    '/api/rooms',
    '/api/rooms/lobby/messages',
    '/api/rooms/lobby/members',
    '/api/rooms/lobby/connections',
    '/api/rooms/lobby/export',
    '/api/rooms/lobby/archive',
    '/api/rooms/a%20b/members',
  ])('of %s is its GET without a body', async (path) => {
    const ask = async (method: string) => {
      const headers = { 'x-functions-key': stack.functionKey };
      const answer = await fetch(stack.url + path, { method, headers });
      const names = ['content-type', 'cache-control', 'etag', 'content-encoding'];
      const said = names.map((name) => answer.headers.get(name));
      return { status: answer.status, said, text: await answer.text() };
    };
    const [head, get] = [await ask('HEAD'), await ask('GET')];
    expect(head).toEqual({ ...get, text: '' });
  });
});

describe('a caller that is not our service', () => {
  const signature = (key: string, connection: string) =>
    `sha256=${createHmac('sha256', key).update(connection).digest('hex')}`;
  const key = () => /AccessKey=([^;]+)/.exec(stack.connectionString)?.[1] ?? '';
  const forge = (event: string, headers: Record<string, string>) =>
    fetch(`${stack.url}/runtime/webhooks/signalr?code=${stack.functionKey}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'X-ASRS-Hub': 'chat',
        'X-ASRS-Category': event === 'send' ? 'messages' : 'connections',
        'X-ASRS-Event': event,
        ...headers,
      },
      body: JSON.stringify(
        event === 'send'
          ? { type: 1, invocationId: '1', target: 'send', arguments: ['forged', 'id'] }
          : { type: event === 'connected' ? 10 : 11 },
      ),
    });

  test.each(['connected', 'disconnected', 'send'])(
    'gets 401 for %s without, with a wrong, or with another connection’s signature, and changes nothing',
    async (event) => {
      const ada = await joinRoom(stack.url, 'forge', 'Ada');
      const { connectionId } = ada.welcomes[0] ?? { connectionId: '' };
      const info = await fetch(`${stack.url}/api/negotiate?room=forge&name=Eve`, {
        method: 'POST',
      });
      const { url } = (await info.json()) as { url: string };
      const query = { 'X-ASRS-Client-Query': new URL(url).search };
      const before = await stack.readHead('forge');
      const id = { ...query, 'X-ASRS-Connection-Id': connectionId };
      for (const signatures of [
        {},
        { 'X-ASRS-Signature': signature('wrong', connectionId) },
        { 'X-ASRS-Signature': signature(key(), 'another') },
      ]) {
        expect((await forge(event, { ...id, ...signatures })).status).toBe(401);
      }
      expect(await stack.readHead('forge')).toEqual(before);
      // The same call with the right signature is accepted, so the signature is the reason.
      const right = { 'X-ASRS-Signature': signature(key(), connectionId) };
      expect((await forge(event, { ...id, ...right })).status).toBe(200);
      await ada.stop();
    },
  );
});

describe('events of the platform', () => {
  test('that come twice, late or in the wrong order do not change the count', async () => {
    const ada = await joinRoom(stack.url, 'events', 'Ada');
    const info = await fetch(`${stack.url}/api/negotiate?room=events&name=Eve`, { method: 'POST' });
    const { url } = (await info.json()) as { url: string };
    const key = /AccessKey=([^;]+)/.exec(stack.connectionString)?.[1] ?? '';
    const post = (event: 'connected' | 'disconnected', connection: string) =>
      fetch(`${stack.url}/runtime/webhooks/signalr?code=${stack.functionKey}`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'X-ASRS-Hub': 'chat',
          'X-ASRS-Category': 'connections',
          'X-ASRS-Event': event,
          'X-ASRS-Connection-Id': connection,
          'X-ASRS-Client-Query': new URL(url).search,
          'X-ASRS-Signature': `sha256=${createHmac('sha256', key).update(connection).digest('hex')}`,
        },
        body: JSON.stringify({ type: event === 'connected' ? 10 : 11 }),
      });
    const online = async () => (await stack.readHead('events')).online;
    await post('connected', 'twice');
    await post('connected', 'twice');
    expect(await online()).toBe(2);
    await post('disconnected', 'twice');
    await post('disconnected', 'twice');
    expect(await online()).toBe(1);
    await post('connected', 'twice');
    expect(await online()).toBe(1);
    await post('disconnected', 'reversed');
    await post('connected', 'reversed');
    expect(await online()).toBe(1);
    await Promise.all([post('connected', 'at-once'), post('disconnected', 'at-once')]);
    expect(await online()).toBe(1);
    const answer = await fetch(`${stack.url}/api/rooms/events/members`);
    const { members } = (await answer.json()) as Members;
    expect(members.map(({ name }) => name)).toEqual(['Ada']);
    await ada.stop();
  });
});

describe('a ticket', () => {
  test.each([
    ['missing', () => undefined],
    ['forged', () => 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJnLTEifQ.AAAA'],
    ['altered', (ticket: string) => alter(ticket)],
  ])('that is %s does not join', async (_, change) => {
    const { HubConnectionBuilder, LogLevel } = await import('@microsoft/signalr');
    const info = await fetch(`${stack.url}/api/negotiate?room=ticket&name=Eve`, { method: 'POST' });
    const { url, accessToken } = (await info.json()) as { url: string; accessToken: string };
    const target = new URL(url);
    const ticket = change(target.searchParams.get('ticket') ?? '');
    target.searchParams.delete('ticket');
    if (ticket) target.searchParams.set('ticket', ticket);
    const hub = new HubConnectionBuilder()
      .withUrl(target.href, { accessTokenFactory: () => accessToken })
      .configureLogging(LogLevel.None)
      .build();
    const ended = new Promise<Error | undefined>((resolve) => hub.onclose(resolve));
    // The end may come before the start is complete. Then the start fails with its own reason.
    const end = await hub.start().then(
      () => ended,
      () => new Error('no ticket, no start'),
    );
    expect(String(end)).toContain('ticket');
    expect(hub.state).toBe('Disconnected');
    const answer = await fetch(`${stack.url}/api/rooms/ticket/members`);
    expect(((await answer.json()) as Members).online).toBe(0);
  });
});

test('typing is broadcast to the room', async () => {
  const ada = await joinRoom(stack.url, 'typing', 'Ada');
  const bob = await joinRoom(stack.url, 'typing', 'Bob');
  await ada.hub.send('typing');
  await eventually(() => bob.typing.length === 1, 'the note');
  expect(bob.typing).toMatchObject([{ name: 'Ada' }]);
  await Promise.all([ada.stop(), bob.stop()]);
});

function alter(ticket: string): string {
  const [header, payload, signature] = ticket.split('.');
  const claims = JSON.parse(Buffer.from(payload ?? '', 'base64url').toString());
  const altered = Buffer.from(JSON.stringify({ ...claims, name: 'Admin' })).toString('base64url');
  return `${header}.${altered}.${signature}`;
}
