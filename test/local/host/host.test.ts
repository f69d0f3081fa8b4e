import { request as requestHttp } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type JWTPayload, jwtVerify } from 'jose';
import { EMULATOR_KEY } from '../../../local/access-token.ts';
import { sendBytes } from '../../support/raw-http.ts';
import { type RecordingService, startRecordingService } from '../../support/recording-service.ts';
import { fixture, type RunningHost, runHost, stopHosts } from './run-host.ts';

let service: RecordingService;
let host: RunningHost;

beforeAll(async () => {
  service = await startRecordingService();
  host = await runHost(fixture('classic'), {
    env: { AzureSignalRConnectionString: service.connectionString },
  });
});

afterAll(async () => {
  await stopHosts();
  await service?.close();
});

beforeEach(() => {
  service.calls.length = 0;
  service.answer = { status: 202 };
});

const get = (path: string, init?: RequestInit) => fetch(`${host.url}${path}`, init);
const post = (path: string, body: string, headers: Record<string, string> = {}) =>
  get(path, { method: 'POST', body, headers });

interface Echo {
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly query: [string, string][];
  readonly params: Record<string, string>;
  readonly body: string;
  readonly traceParent: string;
}
const echo = async (path: string, init?: RequestInit) =>
  (await (await get(`/api/echo/${path}`, init)).json()) as Echo;

const sendRaw = (text: string) => sendBytes(host.url, Buffer.from(text));

describe('HTTP routes', () => {
  test('match in the order of function names, not of registration or precision', async () => {
    expect(await (await get('/api/accounts/mine')).text()).toBe('account mine');
    expect(host.output()).toContain('Route /api/accounts/mine of function zMine is never reached');
  });

  test.each([
    ['HEAD', '/api/accounts/1'],
    ['DELETE', '/api/accounts/1'],
    ['OPTIONS', '/api/accounts/1'],
    ['GET', '/api/nowhere'],
    ['GET', '/accounts/1'],
    ['GET', '/api/off'],
  ])('%s %s gives 404 with an empty body', async (method, path) => {
    const response = await get(path, { method });
    expect([response.status, await response.text()]).toEqual([404, '']);
  });

  test('ignore letter case and a slash at the end', async () => {
    expect((await get('/API/Accounts/7/')).status).toBe(200);
  });

  test.each(['GET', 'POST'])('%s / answers a home page', async (method) => {
    const response = await get('/', { method });
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/html']);
  });
});

describe('an HTTP request', () => {
  test('has decoded params, without omitted ones', async () => {
    const { params } = await echo('caf%C3%A9%20%2F%zz');
    expect(params).toEqual({ name: 'café %2F%zz' });
  });

  test('has the values of a repeated query key joined with a comma', async () => {
    const { query } = await echo('x?a=1&a=2&b=%20&A=3');
    expect(query).toEqual([
      ['a', '1,2,3'],
      ['b', ' '],
    ]);
  });

  test('ignores a parameter called __proto__, and reads one called constructor', async () => {
    const { query, body } = await echo('x?__proto__=1&constructor=2');
    expect([query, body]).toEqual([[['constructor', '2']], '']);
  });

  test('has lower-case headers, with the values of a repeated one joined', async () => {
    const answer = await sendRaw(
      'GET /api/echo/x HTTP/1.1\r\nHost: example.test\r\nX-One: 1\r\nX-ONE: 2\r\nConnection: close\r\n\r\n',
    );
    const { headers, url } = JSON.parse(answer.body.toString()) as Echo;
    expect(headers['x-one']).toBe('1,2');
    expect(url).toBe('http://example.test/api/echo/x');
  });

  test('has its body if the length is known', async () => {
    const { body } = await echo('x', { method: 'POST', body: 'Grüße 👋' });
    expect(body).toBe('Grüße 👋');
  });

  test('loses a chunked body, with one warning in the log', async () => {
    const send = () =>
      sendRaw(
        'POST /api/echo/x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n2\r\nhi\r\n0\r\n\r\n',
      );
    const answers = [await send(), await send()];
    for (const { body } of answers) expect(body.toString()).toContain('"body":""');
    // The host may write lines a moment after the answer.
    await host.sees('without Content-Length was dropped');
    expect(host.output().split('without Content-Length was dropped')).toHaveLength(2);
  });

  test('continues the trace of its caller', async () => {
    const traceId = 'a'.repeat(32);
    const headers = { traceparent: `00-${traceId}-${'b'.repeat(16)}-01` };
    const { traceParent } = await echo('x', { headers });
    expect(traceParent).toMatch(new RegExp(`^00-${traceId}-(?!b{16})[0-9a-f]{16}-01$`));
  });

  test.each([
    ['a Host that is no name', 'GET / HTTP/1.1\r\nHost: [\r\nConnection: close\r\n\r\n'],
    ['no HTTP', 'hello\r\n\r\n'],
  ])('with %s gets 400', async (_what, text) => {
    expect((await sendRaw(text)).status).toBe(400);
  });

  test('is answered although the bytes after it are no HTTP', async () => {
    const answer = await sendRaw('GET /api/empty HTTP/1.1\r\nHost: h\r\n\r\nhello\r\n\r\n');
    expect([answer.status, answer.headers.connection]).toEqual([200, 'close']);
  });
});

describe('an HTTP response', () => {
  test('is 204 for undefined, and 200 for an empty object', async () => {
    expect((await get('/api/nothing')).status).toBe(204);
    const empty = await get('/api/empty');
    expect([empty.status, await empty.text()]).toEqual([200, '']);
  });

  test('is 500 and empty if the handler throws, and the log has message and stack', async () => {
    const response = await get('/api/boom');
    expect([response.status, await response.text()]).toEqual([500, '']);
    await host.sees('Exception: the handler broke\nStack: Error: the handler broke\n    at ');
    await host.sees("Executed 'Functions.boom' (Failed");
    expect(host.output()).toMatch(
      /Executed 'Functions\.boom' \(Failed, Id=[0-9a-f-]{36}, Duration=/,
    );
  });

  test.each(['text', 'status?code=42', 'status?code=700', 'badHeader'])(
    'is 500 for what HTTP cannot carry: %s',
    async (path) => {
      expect((await get(`/api/${path}`)).status).toBe(500);
    },
  );

  test('has no body if the status allows none', async () => {
    expect((await get('/api/status?code=304')).status).toBe(304);
  });

  test('has cookies in lower case, with path=/ by default', async () => {
    expect((await get('/api/cookies')).headers.getSetCookie()).toEqual([
      'plain=a%20b; path=/',
      'full=1; max-age=60; path=/here; samesite=lax; httponly',
    ]);
  });

  test('has the custom headers of host.json', async () => {
    expect((await get('/api/empty')).headers.get('x-served-by')).toBe('classic');
  });
});

describe('CORS of local.settings.json', () => {
  const origin = 'https://page.example';

  test('answers a preflight without a function call', async () => {
    const headers = { origin, 'access-control-request-method': 'PUT' };
    const response = await get('/api/nowhere', { method: 'OPTIONS', headers });
    expect(response.status).toBe(204);
    expect(response.headers.get('access-control-allow-origin')).toBe(origin);
    expect(response.headers.get('access-control-allow-credentials')).toBe('true');
  });

  test('allows a listed origin on a response, and no other', async () => {
    const allowed = await get('/api/empty', { headers: { origin } });
    expect(allowed.headers.get('access-control-allow-origin')).toBe(origin);
    const other = await get('/api/empty', { headers: { origin: 'https://other.example' } });
    expect(other.headers.get('access-control-allow-origin')).toBeNull();
    expect(other.headers.get('vary')).toBe('Origin');
  });
});

describe('hooks', () => {
  test('before a call replace inputs and handler', async () => {
    expect(await (await get('/api/hooked?mode=plain')).text()).toBe('replaced, added');
    await host.sees('after plain');
  });

  test('after a call get the error and may turn it into a result', async () => {
    expect(await (await get('/api/hooked?mode=throw')).text()).toBe(
      'saved from: thrown by the handler',
    );
  });

  test('that throw before a call stop handler and later hooks', async () => {
    expect((await get('/api/hooked?mode=refuse')).status).toBe(500);
    await host.sees('Exception: refused before the handler');
    expect(host.output()).not.toContain('after refuse');
  });

  test('for logs change and drop lines of the functions', async () => {
    await get('/api/logs');
    await host.sees('a complaint');
    await host.sees('a polite word');
    expect(host.output()).not.toContain('a secret');
  });
});

test('after the start neither setup nor registration is possible', async () => {
  const messages = (await (await get('/api/late')).json()) as string[];
  expect(messages[0]).toMatch(/after app startup/);
  expect(messages[1]).toMatch(
    /^unable to register function "tooLate"; functions can be registered only/,
  );
});

test('the app runs in its own folder, with the values of local.settings.json', async () => {
  const place = await (await get('/api/place')).json();
  expect(place).toEqual({ cwd: fixture('classic'), hub: 'Chat' });
});

describe('the log', () => {
  test('lists the functions, HTTP first', () => {
    const output = host.output();
    expect(output).toContain(`\techo: [GET,POST] ${host.url}/api/echo/{name}/{page?}\n`);
    expect(output).toContain('\tconnected: signalRTrigger\n');
    expect(output.indexOf('\tzMine:')).toBeLessThan(output.indexOf('\tconnected:'));
    expect(output).toContain('\tDisabled: off\n');
  });

  test('has a line before and after each call, with the same id', async () => {
    await get('/api/empty');
    await host.sees("Executed 'Functions.empty' (Succeeded");
    const [, id] =
      /Executing 'Functions\.empty' \(Reason='[^']+', Id=([0-9a-f-]{36})\)/.exec(host.output()) ??
      [];
    expect(host.output()).toContain(`Executed 'Functions.empty' (Succeeded, Id=${id}, Duration=`);
    expect(host.output()).toMatch(/^\[\d{4}-\d\d-\d\dT[\d:.]+Z\] Executing/m);
  });

  test('has no colours if it is no terminal', () => {
    expect(host.output()).not.toContain('\u001b[');
  });
});

describe('the manual start of a function', () => {
  test('answers 202 and runs a timer with its usual value', async () => {
    expect((await post('/admin/functions/tick', '{"input":""}')).status).toBe(202);
    await host.sees('tick {"schedule":{"adjustForDST":true},"scheduleStatus":{"last":');
  });

  test.each([
    ['an HTTP function', 'empty', '{}', 400],
    ['no JSON', 'tick', '{', 400],
    ['an unknown function', 'nobody', '{}', 404],
  ])('refuses %s', async (_what, name, body, status) => {
    expect((await post(`/admin/functions/${name}`, body)).status).toBe(status);
  });
});

describe('signalRConnectionInfo', () => {
  test('returns the service URL and a token for the user', async () => {
    const response = await post('/api/negotiate', '', { 'x-user': 'ada' });
    const { url, accessToken } = (await response.json()) as { url: string; accessToken: string };
    const { port } = new URL(url);
    expect(url).toBe(`http://127.0.0.1:${port}/client/?hub=chat`);
    const claims = await verify(accessToken);
    expect(claims).toMatchObject({
      'asrs.s.uid': 'ada',
      aud: 'http://127.0.0.1/client/?hub=chat',
    });
  });

  test('fails the call if its expression names a missing header', async () => {
    expect((await post('/api/negotiate', '')).status).toBe(500);
    await host.sees('unable to resolve "{headers.x-user}"; headers has no x-user');
  });
});

describe('the signalR output', () => {
  const notify = (value: unknown) => post('/api/notify', JSON.stringify(value));

  test('makes one REST call for each item, in order, over one connection', async () => {
    const before = service.connections();
    const items = [1, 2, 3].map((number) => ({ target: 'news', arguments: [number] }));
    expect((await notify(items)).status).toBe(202);
    expect(service.calls.map((call) => call.body)).toEqual(
      [1, 2, 3].map((number) => ({ Target: 'news', Arguments: [number] })),
    );
    const [first] = service.calls;
    expect(first).toMatchObject({
      method: 'POST',
      path: '/api/hubs/chat/:send?api-version=2022-06-01',
      contentType: 'application/json; charset=utf-8',
    });
    expect(service.connections() - before).toBeLessThanOrEqual(1);
  });

  test('signs each call for its address', async () => {
    await notify({ target: 'news', arguments: [], groupName: 'a/b' });
    const [call] = service.calls;
    const token = call?.authorization.replace('Bearer ', '') ?? '';
    const { aud } = await verify(token);
    expect(aud).toMatch(/\/api\/hubs\/chat\/groups\/a%2Fb\/:send$/);
  });

  test('fails the call if the service refuses an item, and the items before it stay sent', async () => {
    const answers = [{ target: 'x' }, 'no item', { target: 'never' }];
    expect((await notify(answers)).status).toBe(500);
    expect(service.calls).toHaveLength(1);
    service.answer = { status: 400, body: 'no such thing' };
    expect((await notify({ target: 'x' })).status).toBe(500);
    await host.sees('it answered 400 (no such thing)');
  });

  test('succeeds if a connection to add to a group is closed', async () => {
    const headers = { 'x-ms-error-code': 'Error.Connection.NotExisted' };
    service.answer = { status: 404, headers };
    const join = { action: 'add', connectionId: 'gone', groupName: 'g' };
    expect((await notify(join)).status).toBe(202);
    expect((await notify({ ...join, action: 'remove' })).status).toBe(500);
  });

  test('continues after the service closes idle connections', async () => {
    await notify({ target: 'x' });
    service.dropConnections();
    // A call that takes the connection just as it closes fails, because a POST is never repeated.
    await notify({ target: 'x' });
    expect((await notify({ target: 'x' })).status).toBe(202);
  });
});

test('300 calls at once are all answered', async () => {
  const texts = await Promise.all(
    Array.from({ length: 300 }, async (_, at) => (await echo(String(at))).params.name),
  );
  expect(texts).toEqual(Array.from({ length: 300 }, (_, at) => String(at)));
});

test('a caller that disconnects during its request does not stop the host', async () => {
  const { hostname, port } = new URL(host.url);
  await new Promise<void>((resolve) => {
    const outgoing = requestHttp({ hostname, port, path: '/api/echo/x', method: 'POST' });
    outgoing.setHeader('content-length', 10);
    outgoing.on('error', () => resolve());
    outgoing.write('half', () => outgoing.destroy(new Error('gone')));
  });
  expect((await get('/api/empty')).status).toBe(200);
});

/** The claims of a token that the emulator's key signed. */
async function verify(token: string): Promise<JWTPayload> {
  const { payload } = await jwtVerify(token, new TextEncoder().encode(EMULATOR_KEY));
  return payload;
}
