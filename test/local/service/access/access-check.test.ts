import type { IncomingMessage } from 'node:http';
import { describe, expect, test } from '@jest/globals';
import { SignJWT } from 'jose';
import { EMULATOR_KEY, signAccessToken } from '../../../../local/access-token.ts';
import { AccessCheck, isFor, type Scope } from '../../../../local/service/access/access-check.ts';
import { HttpError } from '../../../../local/service/http/http-error.ts';
import { parseTarget } from '../../../../local/service/http/request-target.ts';

/** Within the lifetime of the known token. */
const NOW = 1_700_000_100_000;
const AUDIENCE = 'http://localhost/client/?hub=chat';
const CLIENT: Scope = { kind: 'client', hub: 'chat' };

// Payload {"asrs.s.uid":"alice","nbf":1700000000,"exp":1700003600,"iat":1700000000,"aud":"http://localhost/client/?hub=chat"}
const KNOWN_TOKEN = [
  { alg: 'HS256', typ: 'JWT' },
  {
    'asrs.s.uid': 'alice',
    nbf: 1_700_000_000,
    exp: 1_700_003_600,
    iat: 1_700_000_000,
    aud: AUDIENCE,
  },
]
  .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
  .concat('ipL2Ks1Lkkc6p4KbhJkNO805T5O8BMwZ7f5g-XjGNm4')
  .join('.');

function request(headers: Record<string, string>, method = 'POST'): IncomingMessage {
  return { headers: { host: 'localhost:8888', ...headers }, method } as unknown as IncomingMessage;
}

function check(token: string, keys: readonly string[] = [EMULATOR_KEY], now = NOW, scope = CLIENT) {
  const access = new AccessCheck(keys, 4_096, () => now);
  const target = parseTarget('/client/negotiate?hub=chat');
  return access.check(request({ authorization: `Bearer ${token}` }), target, scope);
}

function refusal(knock: () => unknown): HttpError {
  try {
    knock();
  } catch (error) {
    if (error instanceof HttpError) return error;
    throw error;
  }
  throw new Error('not refused');
}

test('the known token is valid for its hub, byte for byte', () => {
  expect(check(KNOWN_TOKEN)).toMatchObject({ 'asrs.s.uid': 'alice' });
});

test('a token of either of two keys is valid', () => {
  expect(check(KNOWN_TOKEN, ['other', EMULATOR_KEY])).toBeDefined();
  const { message } = refusal(() => check(KNOWN_TOKEN, ['other', 'another']));
  expect(message).toContain('signed with another access key');
});

test.each(['HS256', 'HS512'])('%s is accepted', async (alg) => {
  const key = EMULATOR_KEY.padEnd(64, 'x');
  const token = await new SignJWT({ aud: AUDIENCE, exp: NOW / 1_000 + 60 })
    .setProtectedHeader({ alg })
    .sign(new TextEncoder().encode(key));
  expect(check(token, [key])).toBeDefined();
});

test('HS384 is refused', async () => {
  const token = await new SignJWT({ aud: AUDIENCE, exp: NOW / 1_000 + 60 })
    .setProtectedHeader({ alg: 'HS384' })
    .sign(new TextEncoder().encode(EMULATOR_KEY.padEnd(64, 'x')));
  const { message } = refusal(() => check(token, [EMULATOR_KEY.padEnd(64, 'x')]));
  expect(message).toContain('neither HS256 nor HS512');
});

const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${KNOWN_TOKEN.split('.')[1]}.`;

test.each([
  ['unsigned', unsigned],
  ['cut', KNOWN_TOKEN.slice(0, -5)],
  ['altered', KNOWN_TOKEN.replace(/\.(..)/, '.xx')],
  ['no token', 'hello'],
])('a token that is %s gets 401 with a challenge that says invalid', (_, token) => {
  const { status, headers } = refusal(() => check(token));
  expect(status).toBe(401);
  expect(headers).toEqual({ 'WWW-Authenticate': 'Bearer error="invalid_token"' });
});

test.each([
  ['one that expired', { exp: NOW / 1_000 - 301 }, 'expired'],
  ['one without an end', {}, 'exp is missing'],
  ['one that begins later', { exp: NOW / 1_000 + 900, nbf: NOW / 1_000 + 301 }, 'nbf'],
])('%s is refused', async (_, claims, reason) => {
  const token = await new SignJWT({ aud: AUDIENCE, ...claims })
    .setProtectedHeader({ alg: 'HS256' })
    .sign(new TextEncoder().encode(EMULATOR_KEY));
  expect(refusal(() => check(token)).message).toContain(reason);
});

test('a token is refused once it has expired, also one that was accepted before', () => {
  let now = NOW;
  const access = new AccessCheck([EMULATOR_KEY], 4_096, () => now);
  const target = parseTarget('/client/negotiate?hub=chat');
  const knocking = request({ authorization: `Bearer ${KNOWN_TOKEN}` });
  access.check(knocking, target, CLIENT);
  expect(access.check(knocking, target, CLIENT)).toBeDefined();
  now = 1_700_003_600_000 + 300_000;
  expect(refusal(() => access.check(knocking, target, CLIENT)).message).toContain('expired');
});

test('a token that was accepted for one hub is refused for another', () => {
  const access = new AccessCheck([EMULATOR_KEY], 4_096, () => NOW);
  const target = parseTarget('/client/negotiate?hub=chat');
  const knocking = request({ authorization: `Bearer ${KNOWN_TOKEN}` });
  access.check(knocking, target, CLIENT);
  const other: Scope = { kind: 'client', hub: 'other' };
  expect(refusal(() => access.check(knocking, target, other)).status).toBe(401);
});

test('a token of more than 4096 characters gets 413', () => {
  expect(refusal(() => check('x'.repeat(4_097))).status).toBe(413);
});

test('a refusal never repeats the token', async () => {
  const token = await signAccessToken('other key', AUDIENCE, {}, NOW);
  expect(refusal(() => check(token)).message).not.toContain(token.slice(0, 20));
});

describe('the token of a request', () => {
  const access = new AccessCheck([EMULATOR_KEY], 4_096, () => NOW);
  const target = parseTarget(`/client/?hub=chat&access_token=nonsense&access_token=${KNOWN_TOKEN}`);

  test.each([
    ['a WebSocket upgrade', request({ upgrade: 'websocket' }, 'GET')],
    ['Server-Sent Events', request({ accept: 'text/event-stream' }, 'GET')],
  ])('%s may have it in the query, and the last one counts', (_, knocking) => {
    expect(access.check(knocking, target, CLIENT)).toBeDefined();
  });

  test('any other request may not have it in the query', () => {
    const { headers } = refusal(() => access.check(request({}), target, CLIENT));
    expect(headers).toEqual({ 'WWW-Authenticate': 'Bearer' });
  });

  test('a header replaces the query', () => {
    const knocking = request({ upgrade: 'websocket', authorization: 'Basic x' }, 'GET');
    expect(refusal(() => access.check(knocking, target, CLIENT)).status).toBe(401);
  });
});

describe('the audience', () => {
  const rest: Scope = { kind: 'rest', path: '/api/hubs/chat/groups/a%2Fb/:send' };
  test.each([
    ['http://localhost/client/?hub=chat', CLIENT, true],
    ['http://localhost:8888/client/?hub=chat', CLIENT, true],
    ['http://localhost:8888/client', CLIENT, true],
    ['HTTPS://LOCALHOST/client/?hub=CHAT&x=y', CLIENT, true],
    ['http://localhost/client/?hub=other', CLIENT, false],
    ['http://localhost/', CLIENT, false],
    ['http://localhost/client/negotiate?hub=chat', CLIENT, false],
    ['http://localhost/proxy/client/?hub=chat', CLIENT, false],
    ['http://localhost/client/../client/?hub=chat', CLIENT, false],
    ['/client/?hub=chat', CLIENT, false],
    ['chat', CLIENT, false],
    ['http://localhost/api/hubs/chat/groups/a%2Fb/:send', rest, true],
    ['http://localhost:8888/api/hubs/chat/groups/a%2Fb/:send/', rest, true],
    ['http://localhost/api/hubs/chat/groups/a%2fb/:send', rest, true],
    ['http://localhost/api/hubs/chat/groups/a%2Fb/:send?api-version=2022-06-01', rest, true],
    ['http://localhost/api/hubs/chat/:send', rest, false],
    ['http://localhost/api/hubs/chat/users/../groups/a%2Fb/:send', rest, false],
    ['http://localhost/client/?hub=chat', rest, false],
  ] as const)('M1: %s for %j: %j, for any host', (audience, scope, expected) => {
    for (const host of ['localhost', '127.0.0.1', '[::1]', 'phone.test:22200', '192.168.1.7:1']) {
      const moved = audience.replace(/localhost(:\d+)?/i, host);
      expect(isFor(moved, scope, undefined)).toBe(expected);
    }
  });

  test('M1: of another host is refused if a host is given', () => {
    const access = (hosts: readonly string[]) =>
      new AccessCheck([EMULATOR_KEY], 4_096, () => NOW, { hosts });
    const target = parseTarget('/client/negotiate?hub=chat');
    const knocking = request({ authorization: `Bearer ${KNOWN_TOKEN}`, host: 'phone.test' });
    expect(access(['elsewhere.test', 'LOCALHOST']).check(knocking, target, CLIENT)).toBeDefined();
    const { status, message } = refusal(() =>
      access(['127.0.0.1', 'phone.test']).check(knocking, target, CLIENT),
    );
    expect(status).toBe(401);
    expect(message).toContain('for another host than 127.0.0.1 or phone.test');
  });

  test('may be one of several', async () => {
    const token = await new SignJWT({ aud: ['x', AUDIENCE], exp: NOW / 1_000 + 60 })
      .setProtectedHeader({ alg: 'HS256' })
      .sign(new TextEncoder().encode(EMULATOR_KEY));
    expect(check(token)).toBeDefined();
  });
});

test.each([11, 120])(
  'H9: a token is valid while the clock is set back by %d s',
  async (seconds) => {
    const token = await signAccessToken(EMULATOR_KEY, AUDIENCE, {}, NOW);
    expect(check(token, [EMULATOR_KEY], NOW - seconds * 1_000)).toMatchObject({ aud: AUDIENCE });
  },
);
