// The contract of Azure SignalR Service in serverless mode with clients, functions and tools: one suite for any service with a
// connection string. Each test names the source of its fact:
//
//   REST        Azure/azure-signalr, docs/swagger (2022-06-01), and the REST API reference page of Azure SignalR Service
//   groups      Azure/azure-signalr, docs/advanced-topics/group-management.md
//   upstream    the page "Upstream endpoints in Azure SignalR Service" (concept-upstream)
//   hub         dotnet/aspnetcore, src/SignalR/docs/specs/HubProtocol.md
//   transports  dotnet/aspnetcore, src/SignalR/docs/specs/TransportProtocols.md
//   guide       the troubleshooting guide of Azure SignalR Service

import { createHmac, randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import {
  HttpTransportType,
  type HubConnection,
  HubConnectionBuilder,
  HubConnectionState,
  LogLevel,
} from '@microsoft/signalr';
import { MessagePackHubProtocol } from '@microsoft/signalr-protocol-msgpack';
import { WebSocket } from 'ws';
import {
  parseConnectionString,
  type SignalRConnection,
  signAccessToken,
} from '../../local/access-token.ts';
import { OFFICIAL_DIFFERENCES, type OfficialDifference } from './service-differences.ts';

/** An event that the service posted to the upstream. */
export interface UpstreamEvent {
  readonly category: string;
  readonly event: string;
  readonly connectionId: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

/** The address for the service's events. */
export interface ContractUpstream {
  /** The answer to each event from now on. Undefined for 204. */
  answer: (event: UpstreamEvent) => { status?: number; body?: string } | undefined;
  /** The first matching event, past or future. */
  next(fits: (event: UpstreamEvent) => boolean): Promise<UpstreamEvent>;
}

export interface ContractEndpoint {
  readonly name: string;
  /** Called once, before the tests. */
  start(): Promise<{
    readonly connectionString: string;
    /** Undefined if the service cannot reach the tests. */
    readonly upstream: ContractUpstream | undefined;
    stop(): Promise<void>;
  }>;
  /** False to list the tests that need an upstream as skipped. */
  readonly hasUpstream: boolean;
  /** Tests of these have to fail there. None for a service as documented. */
  readonly differences?: readonly OfficialDifference[];
}

type Protocol = 'json' | 'messagepack';

interface ClientOptions {
  readonly userId?: string;
  readonly protocol?: Protocol;
  readonly transport?: HttpTransportType;
}

const TRANSPORTS: readonly (readonly [string, HttpTransportType, Protocol])[] = [
  ['WebSockets', HttpTransportType.WebSockets, 'json'],
  ['WebSockets', HttpTransportType.WebSockets, 'messagepack'],
  ['Server-Sent Events', HttpTransportType.ServerSentEvents, 'json'],
  ['Long Polling', HttpTransportType.LongPolling, 'json'],
  ['Long Polling', HttpTransportType.LongPolling, 'messagepack'],
];
const VERSION = 'api-version=2022-06-01';
/** A real service needs more time than the emulator. */
const TIMEOUT_MS = 30_000;

export function describeServiceContract(endpoint: ContractEndpoint): void {
  // Random names, so that runs against a shared resource do not meet.
  const hub = `contract${randomUUID().replaceAll('-', '')}`;
  const testUpstream = endpoint.hasUpstream ? test : test.skip;
  /** For a test that fails with this difference. */
  const unless = (difference: OfficialDifference) => {
    if (!endpoint.differences?.includes(difference)) return { test, note: '' };
    const { reason, source } = OFFICIAL_DIFFERENCES[difference];
    return { test: test.failing, note: `: it fails there, because ${reason} (${source})` };
  };
  let started: Awaited<ReturnType<ContractEndpoint['start']>>;
  let service: SignalRConnection;
  let clients: HubConnection[] = [];

  const upstream = (): ContractUpstream => {
    if (!started.upstream) throw new Error('unable to look upstream; the endpoint has none.');
    return started.upstream;
  };

  async function clientInfo(userId?: string): Promise<{ url: string; token: string }> {
    const url = `${service.clientEndpoint}/client/?hub=${hub}`;
    const claims = userId === undefined ? {} : { 'asrs.s.uid': userId };
    return { url, token: await signAccessToken(service.accessKey, url, claims, Date.now()) };
  }

  async function connect({
    userId,
    protocol = 'json',
    transport = HttpTransportType.WebSockets,
  }: ClientOptions = {}): Promise<HubConnection> {
    const { url, token } = await clientInfo(userId);
    const builder = new HubConnectionBuilder()
      .withUrl(url, { accessTokenFactory: () => token, transport })
      .configureLogging(LogLevel.None);
    if (protocol === 'messagepack') builder.withHubProtocol(new MessagePackHubProtocol());
    const client = builder.build();
    clients.push(client);
    await client.start();
    return client;
  }

  async function rest(method: string, path: string, body?: unknown): Promise<Response> {
    const [route = '', query = ''] = path.split('?');
    const url = `${service.serverEndpoint}/api/hubs/${hub}${route}`;
    const token = await signAccessToken(service.accessKey, url, {}, Date.now());
    return fetch(`${url}?${[VERSION, query].filter(Boolean).join('&')}`, {
      method,
      headers: {
        Authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }

  async function status(method: string, path: string, body?: unknown): Promise<number> {
    return (await rest(method, path, body)).status;
  }

  function arrivals(client: HubConnection, target: string): () => Promise<unknown[]> {
    const arrived: unknown[][] = [];
    const waiting: ((args: unknown[]) => void)[] = [];
    client.on(target, (...args: unknown[]) => {
      const next = waiting.shift();
      if (next) next(args);
      else arrived.push(args);
    });
    return () => {
      const known = arrived.shift();
      return known
        ? Promise.resolve(known)
        : new Promise<unknown[]>((resolve) => waiting.push(resolve));
    };
  }

  /** The clients that got the message of `send`. A last broadcast shows that nothing more is on its way. */
  async function receivers(
    group: Readonly<Record<string, HubConnection>>,
    send: (body: object) => Promise<unknown>,
  ): Promise<string[]> {
    const mark = randomUUID();
    const got: string[] = [];
    const ends = Object.entries(group).map(([name, client]) => {
      client.on(mark, () => got.push(name));
      return arrivals(client, `${mark}-end`);
    });
    await send({ target: mark, arguments: [] });
    await rest('POST', '/:send', { target: `${mark}-end`, arguments: [] });
    await Promise.all(ends.map((next) => next()));
    return got.sort();
  }

  function ended(client: HubConnection): Promise<Error | undefined> {
    return new Promise((resolve) => client.onclose(resolve));
  }

  describe(`the service at ${endpoint.name}`, () => {
    beforeAll(async () => {
      started = await endpoint.start();
      service = parseConnectionString(started.connectionString);
    }, TIMEOUT_MS);
    afterEach(async () => {
      const open = clients.filter(({ state }) => state !== HubConnectionState.Disconnected);
      await Promise.all(open.map((client) => client.stop()));
      clients = [];
      if (started.upstream) started.upstream.answer = () => undefined;
    }, TIMEOUT_MS);
    afterAll(() => started.stop(), TIMEOUT_MS);

    describe('negotiation', () => {
      const negotiate = async (query: string, headers?: Record<string, string>) => {
        const { token } = await clientInfo();
        return fetch(`${service.clientEndpoint}/client/negotiate?${query}`, {
          method: 'POST',
          headers: headers ?? { Authorization: `Bearer ${token}` },
        });
      };

      test('version 1 answers an id and another, secret token (transports, negotiate)', async () => {
        const answer = await (await negotiate(`hub=${hub}&negotiateVersion=1`)).json();
        const { connectionId, connectionToken } = answer as Record<string, string>;
        expect(answer).toMatchObject({ negotiateVersion: 1 });
        expect(connectionToken).toEqual(expect.any(String));
        expect(connectionToken).not.toBe(connectionId);
      });

      test('version 0 answers an id alone (transports, negotiate)', async () => {
        const answer = (await (await negotiate(`hub=${hub}`)).json()) as Record<string, unknown>;
        expect(answer.connectionId).toEqual(expect.any(String));
        expect(answer.connectionToken ?? undefined).toBeUndefined();
      });

      test('three transports are offered, Server-Sent Events for text only (transports, negotiate)', async () => {
        const answer = await (await negotiate(`hub=${hub}&negotiateVersion=1`)).json();
        const { availableTransports } = answer as { availableTransports: unknown };
        expect(availableTransports).toEqual([
          { transport: 'WebSockets', transferFormats: ['Text', 'Binary'] },
          { transport: 'ServerSentEvents', transferFormats: ['Text'] },
          { transport: 'LongPolling', transferFormats: ['Text', 'Binary'] },
        ]);
      });

      test('no token gets 401 (guide, 401 errors)', async () => {
        expect((await negotiate(`hub=${hub}`, {})).status).toBe(401);
      });

      test('a token of another key gets 401 (guide, 401 errors)', async () => {
        const { url } = await clientInfo();
        const token = await signAccessToken('another key', url, {}, Date.now());
        const response = await negotiate(`hub=${hub}`, { Authorization: `Bearer ${token}` });
        expect(response.status).toBe(401);
      });

      unless('signatureOnly').test(
        `an expired token gets 401 (guide, 401 errors)${unless('signatureOnly').note}`,
        async () => {
          const { url } = await clientInfo();
          const longAgo = Date.now() - 2 * 3_600_000;
          const token = await signAccessToken(service.accessKey, url, {}, longAgo);
          const response = await negotiate(`hub=${hub}`, { Authorization: `Bearer ${token}` });
          expect(response.status).toBe(401);
        },
      );

      unless('signatureOnly').test(
        `M1: a token for another hub gets 401 (guide, 401 errors)${unless('signatureOnly').note}`,
        async () => {
          const audience = `${service.clientEndpoint}/client/?hub=other`;
          const token = await signAccessToken(service.accessKey, audience, {}, Date.now());
          const response = await negotiate(`hub=${hub}`, { Authorization: `Bearer ${token}` });
          expect(response.status).toBe(401);
        },
      );

      unless('severalHubs').test(
        `a second hub parameter gets 400 (guide, 400 errors)${unless('severalHubs').note}`,
        async () => {
          expect((await negotiate(`hub=${hub}&hub=${hub}`)).status).toBe(400);
        },
      );

      test('an unknown connection id gets 404 (guide, 404 errors)', async () => {
        const { url, token } = await clientInfo();
        const response = await fetch(`${url}&id=nobody`, {
          headers: { Authorization: `Bearer ${token}` },
        });
        expect(response.status).toBe(404);
      });

      test('a page of any origin is named in the answer, with credentials (transports; Fetch standard)', async () => {
        const response = await fetch(
          `${service.clientEndpoint}/client/negotiate?hub=${hub}&negotiateVersion=1`,
          {
            method: 'OPTIONS',
            headers: {
              Origin: 'http://page.test',
              'Access-Control-Request-Method': 'POST',
              'Access-Control-Request-Headers': 'authorization',
            },
          },
        );
        expect(response.headers.get('access-control-allow-origin')).toBe('http://page.test');
        expect(response.headers.get('access-control-allow-credentials')).toBe('true');
      });
    });

    describe.each(TRANSPORTS)('a client on %s', (_, transport, protocol) => {
      test(
        `with ${protocol} gets messages of any size from REST (REST, send; hub, framing)`,
        async () => {
          const client = await connect({ transport, protocol });
          const next = arrivals(client, 'news');
          const args = ['你好 👩‍👩‍👧', 1.5, -7, null, { nested: [true] }, 'x'.repeat(70_000)];
          expect(await status('POST', '/:send', { target: 'news', arguments: args })).toBe(202);
          expect(await next()).toEqual(args);
        },
        TIMEOUT_MS,
      );

      test(
        `with ${protocol} gets the reason of its close (REST, close connection; hub, close)`,
        async () => {
          const client = await connect({ transport, protocol });
          const end = ended(client);
          await status('DELETE', `/connections/${client.connectionId}?reason=be%20nice`);
          expect((await end)?.message).toContain('be nice');
        },
        TIMEOUT_MS,
      );

      testUpstream(
        `with ${protocol} invokes, and an answer of 204 is no result (upstream, messages)`,
        async () => {
          upstream().answer = ({ event }) => (event === 'ask' ? { status: 204 } : undefined);
          const client = await connect({ transport, protocol });
          expect(await client.invoke('ask', 1)).toBeFalsy();
          const { headers } = await upstream().next(
            ({ event, connectionId }) => event === 'ask' && connectionId === client.connectionId,
          );
          expect(headers['content-type']).toBe(
            protocol === 'json' ? 'application/json' : 'application/x-msgpack',
          );
        },
        TIMEOUT_MS,
      );
    });

    describe('the handshake', () => {
      async function shake(request: string): Promise<string> {
        const { url, token } = await clientInfo();
        const socket = new WebSocket(url.replace(/^http/, 'ws'), {
          headers: { Authorization: `Bearer ${token}` },
        });
        return new Promise((resolve, reject) => {
          socket.on('open', () => socket.send(request));
          socket.on('message', (data) => resolve(String(data)));
          socket.on('error', reject);
        }).finally(() => socket.terminate()) as Promise<string>;
      }

      test('is answered with an empty object (hub, handshake)', async () => {
        expect(await shake('{"protocol":"json","version":1}\x1e')).toBe('{}\x1e');
      });

      test.each([
        '{"protocol":"json","version":0}',
        '{"protocol":"json","version":2}',
        '{"protocol":"json","version":-1}',
        '{"protocol":"JSON","version":1}',
      ])(
        'M2: %s is answered with an empty object (ASP.NET Core, HandshakeProtocol)',
        async (text) => {
          expect(await shake(`${text}\x1e`)).toBe('{}\x1e');
        },
      );

      test('M2: a version above 2 is answered with an error (ASP.NET Core, HandshakeProtocol)', async () => {
        const answer = await shake('{"protocol":"json","version":3}\x1e');
        expect(JSON.parse(answer.slice(0, -1))).toEqual({ error: expect.stringContaining('3') });
      });

      test('of an unknown protocol is answered with an error (hub, handshake)', async () => {
        const answer = await shake('{"protocol":"nope","version":1}\x1e');
        expect(JSON.parse(answer.slice(0, -1))).toEqual({ error: expect.stringContaining('nope') });
      });
    });

    describe('a malformed message', () => {
      const CALL = '"target":"say","arguments":[]';

      test.each([
        `{"type":1,"invocationId":null,${CALL}}`,
        `{"type":1,"headers":null,${CALL}}`,
        `{"type":1,"headers":{"a":1},${CALL}}`,
        `{"type":1.5,${CALL}}`,
      ])('M6: %s ends the connection with a close message (hub, invocation)', async (text) => {
        const { url, token } = await clientInfo();
        const socket = new WebSocket(url.replace(/^http/, 'ws'), {
          headers: { Authorization: `Bearer ${token}` },
        });
        const messages: string[] = [];
        await new Promise<void>((resolve, reject) => {
          socket.on('open', () => socket.send('{"protocol":"json","version":1}\x1e'));
          socket.on('message', (data) => {
            messages.push(String(data));
            if (messages.length === 1) socket.send(`${text}\x1e`);
          });
          socket.on('close', () => resolve());
          socket.on('error', reject);
        });
        expect(JSON.parse(messages.at(-1)?.slice(0, -1) ?? '')).toMatchObject({ type: 7 });
      });
    });

    describe('sends', () => {
      let ada: HubConnection;
      let ada2: HubConnection;
      let bob: HubConnection;
      const all = () => ({ ada, ada2, bob });

      const start = async () => {
        [ada, ada2, bob] = (await Promise.all([
          connect({ userId: 'ada' }),
          connect({ userId: 'ada', protocol: 'messagepack' }),
          connect({ userId: 'bob' }),
        ])) as [HubConnection, HubConnection, HubConnection];
      };

      test.each([
        ['everybody', () => '/:send', ['ada', 'ada2', 'bob']],
        ['a user', () => '/users/ada/:send', ['ada', 'ada2']],
        ['a connection', () => `/connections/${bob.connectionId}/:send`, ['bob']],
        ['everybody but one', () => `/:send?excluded=${bob.connectionId}`, ['ada', 'ada2']],
        [
          'everybody but two',
          () => `/:send?excluded=${bob.connectionId}&excluded=${ada.connectionId}`,
          ['ada2'],
        ],
        ['nobody of an unknown group', () => '/groups/nobody/:send', []],
        ['nobody of an unknown user', () => '/users/nobody/:send', []],
      ])(
        'reach %s (REST, send)',
        async (_, path, expected) => {
          await start();
          const reached = await receivers(all(), async (body) => {
            expect(await status('POST', path(), body)).toBe(202);
          });
          expect(reached).toEqual(expected);
        },
        TIMEOUT_MS,
      );

      unless('datesInTexts').test(
        `change neither a text that looks like a date nor integers of 53 bits (REST, send)${unless('datesInTexts').note}`,
        async () => {
          await start();
          const args = ['2024-01-01T00:00:00.000Z', Number.MAX_SAFE_INTEGER];
          const next = arrivals(ada, 'date');
          await status('POST', '/:send', { target: 'date', arguments: args });
          expect(await next()).toEqual(args);
        },
      );

      unless('tenArguments').test(
        `take more than ten arguments (REST, send: no limit is documented)${unless('tenArguments').note}`,
        async () => {
          await start();
          const args = Array.from({ length: 15 }, (_, index) => index);
          const next = arrivals(ada2, 'many');
          expect(await status('POST', '/:send', { target: 'many', arguments: args })).toBe(202);
          expect(await next()).toEqual(args);
        },
      );

      test.each([
        ['no target', {}],
        ['an empty target', { target: '' }],
      ])('with %s get 400 (REST, PayloadMessage: target is required)', async (_, body) => {
        expect(await status('POST', '/:send', body)).toBe(400);
      });

      test('to a hub whose name has a hyphen get 400 (REST, pattern of the hub parameter)', async () => {
        const url = `${service.serverEndpoint}/api/hubs/my-hub/:send`;
        const token = await signAccessToken(service.accessKey, url, {}, Date.now());
        const response = await fetch(`${url}?${VERSION}`, {
          method: 'POST',
          headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
          body: '{"target":"x"}',
        });
        expect(response.status).toBe(400);
      });

      test('without a token get 401 (REST, authentication)', async () => {
        const url = `${service.serverEndpoint}/api/hubs/${hub}/:send?${VERSION}`;
        expect((await fetch(url, { method: 'POST' })).status).toBe(401);
      });
    });

    describe('groups', () => {
      const group = `g/${randomUUID()} 👩‍👩‍👧`;
      const path = `/groups/${encodeURIComponent(group)}`;

      test('of any name add and remove connections (groups, connection–group)', async () => {
        const [ada, bob] = await Promise.all([connect(), connect()]);
        const send = (body: object) => status('POST', `${path}/:send`, body);
        expect(await status('PUT', `${path}/connections/${ada.connectionId}`)).toBe(200);
        expect(await receivers({ ada, bob }, send)).toEqual(['ada']);
        expect(await status('DELETE', `${path}/connections/${ada.connectionId}`)).toBe(200);
        expect(await receivers({ ada, bob }, send)).toEqual([]);
      });

      unless('noErrorCode').test(
        `add no closed connection: 404 with a code (REST, x-ms-error-code)${unless('noErrorCode').note}`,
        async () => {
          const response = await rest('PUT', `${path}/connections/gone`);
          expect(response.status).toBe(404);
          expect(response.headers.get('x-ms-error-code')).toBe('Error.Connection.NotExisted');
        },
      );

      unless('codesOfV1').test(
        `keep a user through a reconnect, and a connection not (groups, user–group)${unless('codesOfV1').note}`,
        async () => {
          const userId = randomUUID();
          const client = await connect({ userId });
          expect(await status('PUT', `/users/${userId}${path}`)).toBe(200);
          const lost = `/groups/${randomUUID()}`;
          await status('PUT', `${lost}/connections/${client.connectionId}`);
          await client.stop();
          await client.start();
          const send = (name: string) => (body: object) => status('POST', `${name}/:send`, body);
          expect(await receivers({ client }, send(path))).toEqual(['client']);
          expect(await receivers({ client }, send(lost))).toEqual([]);
          expect(await status('DELETE', `/users/${userId}/groups`)).toBe(204);
          expect(await receivers({ client }, send(path))).toEqual([]);
        },
      );

      unless('noErrorCode').test(
        `answer whether a user is in them (REST, check user in group)${unless('noErrorCode').note}`,
        async () => {
          const userId = randomUUID();
          const asked = `/users/${userId}${path}`;
          const before = await rest('HEAD', asked);
          expect(before.status).toBe(404);
          expect(before.headers.get('x-ms-error-code')).toBe('Info.User.NotInGroup');
          await status('PUT', asked);
          expect(await status('HEAD', asked)).toBe(200);
          expect(await status('DELETE', asked)).toBe(204);
          expect(await status('HEAD', asked)).toBe(404);
        },
      );

      test('remove a user also if a connection was added by itself (groups, removal)', async () => {
        const userId = randomUUID();
        const client = await connect({ userId });
        await status('PUT', `${path}/connections/${client.connectionId}`);
        await status('DELETE', `/users/${userId}${path}`);
        const send = (body: object) => status('POST', `${path}/:send`, body);
        expect(await receivers({ client }, send)).toEqual([]);
      });
    });

    describe('existence', () => {
      unless('noErrorCode').test.each([
        ['connection', '/connections/nobody', 'Warning.Connection.NotExisted'],
        ['user', '/users/nobody', 'Warning.User.NotExisted'],
        ['group', '/groups/nobody', 'Warning.Group.NotExisted'],
      ])('of no %s is 404 with a code (REST, x-ms-error-code)', async (_, path, code) => {
        const response = await rest('HEAD', path);
        expect(response.status).toBe(404);
        expect(response.headers.get('x-ms-error-code')).toBe(code);
      });

      test('of a connection, its user and its group is 200 (REST, existence checks)', async () => {
        const userId = randomUUID();
        const client = await connect({ userId });
        await status('PUT', `/groups/${userId}/connections/${client.connectionId}`);
        for (const path of [
          `/connections/${client.connectionId}`,
          `/users/${userId}`,
          `/groups/${userId}`,
        ]) {
          expect(await status('HEAD', path)).toBe(200);
        }
      });

      unless('healthToken').test(
        `of the service itself needs no token (REST, health)${unless('healthToken').note}`,
        async () => {
          const url = `${service.serverEndpoint}/api/health?${VERSION}`;
          expect((await fetch(url, { method: 'HEAD' })).status).toBe(200);
        },
      );
    });

    describe('closing', () => {
      unless('excludedClosed').test.each([
        ['a user', (userId: string) => `/users/${userId}`],
        ['a group', (userId: string) => `/groups/${userId}`],
        ['everybody', () => ''],
      ])('%s spares who is excluded (REST, closeConnections)', async (_, path) => {
        const userId = randomUUID();
        const [spared, closed] = await Promise.all([connect({ userId }), connect({ userId })]);
        for (const { connectionId } of [spared, closed]) {
          await status('PUT', `/groups/${userId}/connections/${connectionId}`);
        }
        const end = ended(closed);
        const gone = ended(spared);
        const query = `reason=enough&excluded=${spared.connectionId}`;
        expect(await status('POST', `${path(userId)}/:closeConnections?${query}`)).toBe(204);
        expect((await end)?.message).toContain('enough');
        // A close message would be on its way already, before this message and on the same connection.
        const still = arrivals(spared, 'still here');
        await status('POST', `/connections/${spared.connectionId}/:send`, { target: 'still here' });
        expect(await Promise.race([still(), gone])).toEqual([]);
      });
    });

    describe('the upstream', () => {
      testUpstream(
        'M3: gets a WebSocket message of 4 MB (guide: no limit on WebSockets)',
        async () => {
          const client = await connect();
          await client.send('say', 'x'.repeat(4_000_000));
          const { body } = await upstream().next(
            (e) => e.event === 'say' && e.connectionId === client.connectionId,
          );
          expect(body.length).toBeGreaterThan(4_000_000);
        },
        TIMEOUT_MS,
      );

      testUpstream('gets connected and disconnected, signed (upstream, request)', async () => {
        const client = await connect({ userId: 'ada' });
        const id = client.connectionId;
        const connected = await upstream().next(
          (e) => e.event === 'connected' && e.connectionId === id,
        );
        expect(connected.category).toBe('connections');
        expect(connected.headers).toMatchObject({
          'x-asrs-hub': hub,
          'x-asrs-user-id': 'ada',
          'content-type': expect.stringContaining('application/json'),
        });
        expect(connected.headers['x-asrs-client-query']).toContain(`hub=${hub}`);
        const expected = createHmac('sha256', service.accessKey).update(`${id}`).digest('hex');
        expect(String(connected.headers['x-asrs-signature']).toLowerCase()).toContain(
          `sha256=${expected}`,
        );
        await client.stop();
        await upstream().next((e) => e.event === 'disconnected' && e.connectionId === id);
      });

      testUpstream('gets an invocation without its framing (upstream, body)', async () => {
        const client = await connect();
        await client.send('say', '你好', 1);
        const { category, body } = await upstream().next(
          (e) => e.event === 'say' && e.connectionId === client.connectionId,
        );
        expect(category).toBe('messages');
        expect(JSON.parse(body.toString())).toMatchObject({
          type: 1,
          target: 'say',
          arguments: ['你好', 1],
        });
      });

      testUpstream(
        'answers an invocation with a framed completion (upstream, response)',
        async () => {
          upstream().answer = ({ event, body }) => {
            if (event !== 'ask') return undefined;
            const { invocationId } = JSON.parse(body.toString()) as { invocationId: string };
            return {
              body: `${JSON.stringify({ type: 3, invocationId, result: [1, '你好'] })}\x1e`,
            };
          };
          const client = await connect();
          expect(await client.invoke('ask')).toEqual([1, '你好']);
        },
      );

      testUpstream.each([404, 500])(
        'that answers %d fails the invocation (upstream, response)',
        async (answer) => {
          upstream().answer = ({ event }) => (event === 'ask' ? { status: answer } : undefined);
          const client = await connect();
          await expect(client.invoke('ask')).rejects.toThrow(
            `Invocation failed, status code ${answer}`,
          );
        },
      );

      testUpstream('that fails has no effect on a send (upstream, response)', async () => {
        upstream().answer = ({ event }) => (event === 'say' ? { status: 500 } : undefined);
        const client = await connect();
        await client.send('say');
        await upstream().next((e) => e.event === 'say' && e.connectionId === client.connectionId);
        expect(await client.invoke('ask')).toBeFalsy();
        expect(client.state).toBe(HubConnectionState.Connected);
      });
    });
  });
}
