// The requests of the service to the function app, and their answers.

import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import { EMULATOR_KEY } from '../../../../local/access-token.ts';
import { sign } from '../../../../local/service/upstream/upstream-headers.ts';
import { toTemplate } from '../../../../local/service/upstream/upstream-settings.ts';
import { jsonCompletion } from '../recording-upstream.ts';
import { stageService } from '../stage.ts';

const SECOND_KEY = 'the-second-access-key';
const lines: string[] = [];
const stage = stageService({
  keys: [EMULATOR_KEY, SECOND_KEY],
  times: { stopMs: 200 },
  log: (line) => lines.push(line),
});

describe('requests', () => {
  test('have connection, hub, user, claims, query and both signatures', async () => {
    const client = await stage.client({
      userId: 'ada',
      claims: { role: ['admin', 'user'] },
      query: '&room=r&ticket=secret',
    });
    const { headers, body } = await stage.upstream.next(({ event }) => event === 'connected');
    const id = client.connectionId ?? '';
    expect(headers).toMatchObject({
      'x-asrs-connection-id': id,
      'x-asrs-hub': 'chat',
      'x-asrs-category': 'connections',
      'x-asrs-event': 'connected',
      'x-asrs-user-id': 'ada',
      'x-asrs-signature': sign(id, [EMULATOR_KEY, SECOND_KEY]),
      'content-type': 'application/json',
    });
    expect(headers['x-asrs-user-claims']).toContain('claims/role: admin, http');
    expect(headers['x-asrs-client-query']).toMatch(
      /^\?hub=chat&room=r&ticket=secret&id=[\w-]{22}$/,
    );
    expect(body.toString()).toBe('{"type":10}');
  });

  test('of an anonymous client name no user', async () => {
    await stage.client();
    const { headers } = await stage.upstream.next(({ event }) => event === 'connected');
    expect(headers).not.toHaveProperty('x-asrs-user-id');
  });

  test('of a JSON client have its message byte for byte, without the separator', async () => {
    const client = await stage.shakenClient();
    const text = '{ "arguments":[12345678901234567890, 1.0], "target":"send" ,"type":1,"x":null}';
    client.send(`${text}\x1e`);
    const { headers, body, category } = await stage.upstream.next(({ event }) => event === 'send');
    expect(category).toBe('messages');
    expect(headers['content-type']).toBe('application/json');
    expect(body.toString()).toBe(text);
  });

  test('of a MessagePack client have its message without the length', async () => {
    const client = await stage.client({ protocol: 'messagepack' });
    const done = client.invoke('echo', 1, { a: 1 }).catch(() => {});
    const { headers, body } = await stage.upstream.next(({ event }) => event === 'echo');
    expect(headers['content-type']).toBe('application/x-msgpack');
    expect(body.toString('hex')).toBe('950180a130a46563686f920181a16101');
    await done;
  });

  test('have users and targets of any script, percent-encoded', async () => {
    const client = await stage.client({ userId: '李雷\r\nX-Evil: 1' });
    await client.send('发送\n↑');
    const { headers, event } = await stage.upstream.next(({ category }) => category === 'messages');
    expect(headers['x-asrs-user-id']).toBe('%E6%9D%8E%E9%9B%B7%0D%0AX-Evil: 1');
    expect(event).toBe('%E5%8F%91%E9%80%81%0A%E2%86%91');
    expect(headers).not.toHaveProperty('x-evil');
  });

  test('go to the URL of the first matching template, and nowhere without one', async () => {
    const { url } = stage.upstream;
    stage.service.setUpstream([
      {
        ...toTemplate(`${url}/first/{event}?code=1`),
        categoryPattern: 'messages',
        eventPattern: 'a',
      },
      {
        ...toTemplate(`${url}/{hub}/{category}/{event}`),
        hubPattern: 'Chat,chat',
        eventPattern: 'a,b',
      },
    ]);
    const client = await stage.client();
    for (const target of ['a', 'b', 'c']) await client.invoke(target).catch(() => {});
    expect(stage.upstream.events.map(({ path }) => path)).toEqual([
      '/upstream/first/a?code=1',
      '/upstream/chat/messages/b',
    ]);
  });
});

describe('the answer to an invocation', () => {
  test.each([
    ['204', { status: 204 }],
    ['200 without a body', {}],
    ['200 with an empty chunked body', { headers: { 'Transfer-Encoding': 'chunked' } }],
  ])('%s is a void completion', async (_, answer) => {
    stage.upstream.answer = () => answer;
    const client = await stage.shakenClient();
    client.send('{"type":1,"target":"a","arguments":[],"invocationId":"7"}\x1e');
    expect(await client.next()).toBe('{"type":3,"invocationId":"7"}\x1e');
  });

  test.each([201, 302, 401, 404, 500])('%d is an error that names the status', async (status) => {
    stage.upstream.answer = () => ({
      status,
      headers: { Location: stage.upstream.url },
      body: 'x',
    });
    const client = await stage.client();
    await expect(client.invoke('a')).rejects.toThrow(`Invocation failed, status code ${status}`);
    // No redirect was followed, and nothing was tried twice.
    expect(stage.eventsOf(client.connectionId)).toEqual(['connected', 'a']);
  });

  test('another protocol is an error, and blocks nothing', async () => {
    stage.upstream.answer = ({ event }) =>
      event === 'a' ? { status: 101, headers: { Connection: 'Upgrade', Upgrade: 'h2c' } } : {};
    const client = await stage.client();
    await expect(client.invoke('a')).rejects.toThrow('Invocation failed, status code 101');
    await expect(client.invoke('b')).resolves.toBeUndefined();
  });

  test('a refused connection counts as a 500', async () => {
    const client = await stage.client();
    stage.service.setUpstream(`http://127.0.0.1:${await closedPort()}/`);
    await expect(client.invoke('a')).rejects.toThrow('Invocation failed, status code 500');
  });

  test('a body that is cut off is an error', async () => {
    stage.upstream.answer = ({ event }) => (event === 'a' ? { body: '{"type":3', cut: true } : {});
    const client = await stage.client();
    await expect(client.invoke('a')).rejects.toThrow('Invocation failed, response cancelled.');
  });

  test('a body over 16 MB is an error', async () => {
    stage.upstream.answer = ({ event }) =>
      event === 'a' ? { body: 'x'.repeat(17 * 1_024 * 1_024) } : {};
    const client = await stage.client();
    await expect(client.invoke('a')).rejects.toThrow('Invocation failed, response too large.');
  });

  test.each([
    ['garbage', 'not found?'],
    ['the completion of another invocation', '{"type":3,"invocationId":"8","result":1}\x1e'],
  ])('%s reaches the client unchanged, and the log', async (_, body) => {
    stage.upstream.answer = ({ event }) => (event === 'a' ? { body } : {});
    const client = await stage.shakenClient();
    lines.length = 0;
    client.send('{"type":1,"target":"a","arguments":[],"invocationId":"7"}\x1e');
    expect(await client.next()).toBe(body);
    expect(lines.join('\n')).toContain('is no json completion of this invocation');
  });
});

describe('a host that reads a request on a kept connection, and then closes it', () => {
  test.each(['destroy', 'resetAndDestroy'] as const)('M5: %s: gets the event once', async (end) => {
    const posts: string[] = [];
    const host = http.createServer((request, response) => {
      const event = String(request.headers['x-asrs-event']);
      request.resume().on('end', () => {
        posts.push(event);
        if (event === 'read') request.socket[end]();
        else response.end();
      });
    });
    await new Promise<void>((resolve) => host.listen(0, '127.0.0.1', resolve));
    try {
      stage.service.setUpstream(`http://127.0.0.1:${(host.address() as AddressInfo).port}/`);
      const client = await stage.client();
      await client.invoke('before');
      await expect(client.invoke('read')).rejects.toThrow('Invocation failed, status code 500');
      await client.invoke('after');
      expect(posts).toEqual(['connected', 'before', 'read', 'after']);
    } finally {
      host.closeAllConnections();
      host.close();
    }
  });
});

describe('an answer that is late', () => {
  const impatient = stageService({ times: { upstreamMs: 1_000 } });

  test('counts as a 500, and blocks nothing', async () => {
    const release = impatient.hold(({ event }) => event === 'a');
    const client = await impatient.client();
    await expect(client.invoke('a')).rejects.toThrow('Invocation failed, status code 500');
    release();
    await expect(client.invoke('b')).resolves.toBeUndefined();
  });
});

describe('the answer to anything else', () => {
  test.each([200, 404, 500])(
    '%d to a send leaves the client connected and silent',
    async (status) => {
      stage.upstream.answer = ({ event }) =>
        event === 'sent' ? { status, body: 'nobody reads this' } : {};
      const client = await stage.shakenClient();
      client.send('{"type":1,"target":"sent","arguments":[]}\x1e');
      client.send('{"type":1,"target":"invoked","arguments":[],"invocationId":"1"}\x1e');
      expect(await client.next()).toBe('{"type":3,"invocationId":"1"}\x1e');
    },
  );

  test.each([403, 404, 500])('%d to connected leaves the client connected', async (status) => {
    stage.upstream.answer = (event) =>
      event.event === 'connected' ? { status } : jsonCompletion(event, 'here');
    const client = await stage.client();
    await expect(client.invoke('a')).resolves.toBe('here');
  });
});

test('a stop does not wait longer than its limit for the upstream', async () => {
  stage.hold(({ event }) => event === 'disconnected');
  await stage.client();
  await stage.upstream.next(({ event }) => event === 'connected');
  const startedAt = Date.now();
  await stage.service.stop();
  expect(Date.now() - startedAt).toBeLessThan(1_500);
});

test('the log holds ids and events, and neither tokens nor queries', async () => {
  lines.length = 0;
  const client = await stage.client({ userId: 'ada', query: '&ticket=topsecret' });
  await client.invoke('a\nb');
  const id = client.connectionId;
  await client.stop();
  await stage.disconnected(id);
  const log = lines.join('\n');
  expect(log).toContain(`hub chat connection ${id} user "ada": connected (json over WebSockets)`);
  expect(log).toContain(`upstream messages "a\\nb": 200 in`);
  expect(log).not.toContain('topsecret');
  expect(log).not.toContain('eyJ');
});

async function closedPort(): Promise<number> {
  const server = http.createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
