import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { decodeJwt } from 'jose';
import {
  EMULATOR_KEY,
  parseConnectionString,
  toConnectionString,
} from '../../../../local/access-token.ts';
import { readServiceConnection } from '../../../../local/host/signalr/signalr-connection.ts';
import {
  createConnectionInfo,
  parseConnectionInfoInput,
} from '../../../../local/host/signalr/signalr-input.ts';
import { toServiceCall } from '../../../../local/host/signalr/signalr-output.ts';
import { createServiceClient } from '../../../../local/host/signalr/signalr-rest.ts';

const text = 'Endpoint=https://one.example;AccessKey=abc;Version=1.0;';
const NOW = Date.UTC(2026, 0, 1);

describe('toServiceCall', () => {
  const message = { target: 'news', arguments: [1] };
  const body = '{"Target":"news","Arguments":[1]}';
  test.each<[object, object]>([
    [message, { path: [':send'] }],
    [{ Target: 'news', ARGUMENTS: [1] }, { path: [':send'] }],
    [{ ...message, groupName: 'g' }, { path: ['groups', 'g', ':send'] }],
    [{ ...message, groupName: 'g', userId: 'u' }, { path: ['users', 'u', ':send'] }],
    [
      { ...message, groupName: 'g', userId: 'u', connectionId: 'c' },
      { path: ['connections', 'c', ':send'] },
    ],
    // As on the platform: an empty name counts as no name, and everybody gets the message.
    [{ ...message, groupName: '', userId: '', connectionId: null }, { path: [':send'] }],
  ])('sends %j', (item, call) => {
    expect(toServiceCall(item)).toEqual({ method: 'POST', body, ...call });
  });

  test('sends a message without arguments', () => {
    expect(toServiceCall({ target: 'news' })?.body).toBe('{"Target":"news","Arguments":[]}');
  });

  test.each<[object, object | undefined]>([
    [
      { action: 'add', groupName: 'g', connectionId: 'c', userId: 'u' },
      {
        method: 'PUT',
        path: ['groups', 'g', 'connections', 'c'],
        toleratedCode: 'Error.Connection.NotExisted',
      },
    ],
    [
      { action: 'Remove', groupName: 'g', connectionId: 'c' },
      { method: 'DELETE', path: ['groups', 'g', 'connections', 'c'] },
    ],
    [
      { action: 'add', groupName: 'g', userId: 'u' },
      { method: 'PUT', path: ['users', 'u', 'groups', 'g'] },
    ],
    [
      { action: 'remove', groupName: 'g', userId: 'u' },
      { method: 'DELETE', path: ['users', 'u', 'groups', 'g'] },
    ],
    [
      { action: 'removeAll', userId: 'u' },
      { method: 'DELETE', path: ['users', 'u', 'groups'] },
    ],
    [{ action: 'removeAll', connectionId: 'c' }, undefined],
  ])('changes groups by %j', (item, call) => {
    expect(toServiceCall(item)).toEqual(call);
  });

  test.each([
    null,
    1,
    'text',
    [],
    {},
    { target: '' },
    { target: 1 },
    { target: 'x', arguments: 'y' },
    { action: 'add', connectionId: 'c' },
    { action: 'add', groupName: 'g' },
    { action: 'join', groupName: 'g', userId: 'u' },
  ])('refuses %j', (item) => {
    expect(() => toServiceCall(item)).toThrow(/^unable to convert an item of the signalR output/);
  });
});

describe('signalRConnectionInfo', () => {
  const create = (binding: object, data = {}, connection = text) =>
    createConnectionInfo(
      parseConnectionInfoInput(
        'info',
        { type: 'signalRConnectionInfo', hubName: 'Chat', ...binding },
        { AzureSignalRConnectionString: connection },
      ),
      { data, functionName: 'negotiate', now: NOW },
    );

  test('has no user if the binding names none', async () => {
    const { url, accessToken } = await create({});
    expect(url).toBe('https://one.example/client/?hub=chat');
    const seconds = NOW / 1_000;
    expect(decodeJwt(accessToken)).toEqual({
      aud: url,
      iat: seconds,
      nbf: seconds,
      exp: seconds + 3_600,
    });
  });

  test('copies the listed claims, with a prefix if the name is in use', async () => {
    const payload = { role: ['a', 'b'], iss: 'me', name: 'Ada' };
    const idToken = `x.${Buffer.from(JSON.stringify(payload)).toString('base64url')}.y`;
    const binding = { idToken: '{query.t}', claimTypeList: ['role', 'iss', 'absent'] };
    const { accessToken } = await create(binding, { query: { t: idToken } });
    const claims = decodeJwt(accessToken);
    expect(claims).toMatchObject({ role: ['a', 'b'], 'asrs.u.iss': 'me' });
    expect(claims).not.toHaveProperty('name');
  });

  test('M1: sends clients to the client endpoint, and signs for Endpoint, as the SDK does', async () => {
    const { url, accessToken } = await create(
      {},
      {},
      `${text}ClientEndpoint=https://proxy.example:8443;ServerEndpoint=https://inner.example`,
    );
    expect(url).toBe('https://proxy.example:8443/client/?hub=chat');
    expect(decodeJwt(accessToken).aud).toBe('https://one.example/client/?hub=chat');
  });

  test('fails with an invalid id token', async () => {
    await expect(create({ idToken: 'junk', claimTypeList: ['role'] })).rejects.toThrow(
      /it is no JWT/,
    );
  });

  test('needs an access key', async () => {
    await expect(create({}, {}, 'Endpoint=https://x.example;AuthType=azure')).rejects.toThrow(
      /has no access key, and the embedded host has no identity/,
    );
  });
});

describe('readServiceConnection', () => {
  const read = (settings: Record<string, string>, setting?: string) =>
    readServiceConnection({ type: 'signalR', connectionStringSetting: setting }, settings);

  test('reads the setting that the binding names', () => {
    expect(read({ Other: text }, 'Other')).toMatchObject({ kind: 'key', accessKey: 'abc' });
  });

  test('reads an address with an identity if there is no connection string', () => {
    const settings = { AzureSignalRConnectionString__serviceUri: 'https://x.example' };
    expect(read(settings).kind).toBe('identity');
    expect(read({ ...settings, AzureSignalRConnectionString: text }).kind).toBe('key');
  });

  test.each([[{}], [{ AzureSignalRConnectionString: 'Endpoint=x' }]])(
    'refuses %j by name',
    (settings) => {
      expect(() => read(settings as Record<string, string>)).toThrow(
        /AzureSignalRConnectionString/,
      );
    },
  );
});

describe('a REST call', () => {
  const cleanUp: (() => unknown)[] = [];
  afterEach(() => {
    for (const step of cleanUp.splice(0)) step();
  });

  function openClient() {
    const client = createServiceClient(() => NOW);
    cleanUp.push(() => client.close());
    return client;
  }

  /** Closes a connection at its second request, like a service that restarts. */
  async function startForgetfulServer() {
    let requests = 0;
    const server = createServer((socket) => {
      let isUsed = false;
      socket.on('error', () => {});
      socket.on('data', () => {
        if (isUsed) return socket.resetAndDestroy();
        isUsed = true;
        requests += 1;
        return socket.write('HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n');
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    cleanUp.push(() => server.close());
    const { port } = server.address() as AddressInfo;
    return { port, requests: () => requests };
  }

  test.each([
    ['PUT', ['groups', 'g', 'connections', 'c']],
    ['DELETE', ['connections', 'c', 'groups']],
  ] as const)(
    'M5: a %s is repeated if the service closes the kept connection',
    async (method, path) => {
      const { port, requests } = await startForgetfulServer();
      const client = openClient();
      const connection = parseConnectionString(
        toConnectionString('http://127.0.0.1', port, EMULATOR_KEY),
      );
      await client.call(connection, 'chat', { method, path });
      await client.call(connection, 'chat', { method, path });
      expect(requests()).toBe(2);
    },
  );

  test('M5: a POST is not repeated: the service may have read it before it closed the connection', async () => {
    const { port, requests } = await startForgetfulServer();
    const client = openClient();
    const connection = parseConnectionString(
      toConnectionString('http://127.0.0.1', port, EMULATOR_KEY),
    );
    const call = { method: 'POST', path: [':send'], body: '{}' } as const;
    await client.call(connection, 'chat', call);
    await expect(client.call(connection, 'chat', call)).rejects.toThrow('unable to reach');
    expect(requests()).toBe(1);
  });

  test('to a closed port fails with the reason', async () => {
    const client = openClient();
    const connection = parseConnectionString(
      toConnectionString('http://127.0.0.1', 9, EMULATOR_KEY),
    );
    await expect(
      client.call(connection, 'chat', { method: 'POST', path: [':send'] }),
    ).rejects.toThrow(
      /^unable to reach the SignalR Service at http:\/\/127\.0\.0\.1:9; connect ECONNREFUSED/,
    );
    await expect(
      client.call(connection, 'chat', { method: 'POST', path: ['users', '\ud800', ':send'] }),
    ).rejects.toThrow(/is no proper text/);
  });
});
