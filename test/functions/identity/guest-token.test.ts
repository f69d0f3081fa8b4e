import { describe, expect, test } from '@jest/globals';
import { SignJWT } from 'jose';
import { history } from '../../../functions/http/history.ts';
import { members } from '../../../functions/http/members.ts';
import { negotiate } from '../../../functions/http/negotiate.ts';
import { message } from '../../../functions/hub/message.ts';
import {
  GUEST_TOKEN_LIFETIME_SECONDS,
  GuestTokens,
} from '../../../functions/identity/guest-token.ts';
import { SigningKey } from '../../../functions/identity/signing-key.ts';
import { type ConnectionInfo, GUEST_HEADER } from '../../../functions/protocol.ts';
import { type Asked, ask, openTestChat, type TestChat } from '../../support/chat.ts';

type Key = Awaited<ReturnType<SigningKey['read']>>;

const COOKIE = `guest=${'A'.repeat(22)}`;

async function enter(chat: TestChat, headers: Asked['headers'] = {}) {
  const answer = await ask(negotiate, chat, { method: 'POST', query: '?name=Ada', headers });
  const ticket = new URL((answer.jsonBody as ConnectionInfo).url).searchParams.get('ticket') ?? '';
  const { userId } = await chat.tickets.read(ticket, 'fresh');
  const token = new Headers(answer.headers as Record<string, string>).get(GUEST_HEADER);
  return { userId, ticket, token: token ?? '', cookies: answer.cookies ?? [] };
}

describe('P2: a guest whose browser returns no cookie', () => {
  test('is one guest, so that a line sent again after a reconnect is stored once', async () => {
    const chat = openTestChat();
    const first = await enter(chat);
    const again = await enter(chat, { [GUEST_HEADER]: first.token });
    expect(again.userId).toBe(first.userId);
    const sent = [];
    for (const { ticket } of [first, again]) {
      const call = { connectionId: 'c', ticket, arguments: ['hello', 'id-1'] };
      sent.push((await message(call, chat)).result);
    }
    expect(sent[0]).toMatchObject({ ok: true, seq: 1 });
    expect(sent[1]).toEqual(sent[0]);
  });

  test('gets a new token each time, and no cookie that would make it another guest', async () => {
    const chat = openTestChat();
    const { token, cookies } = await enter(chat);
    expect(cookies).toHaveLength(1);
    await chat.clock.advance(60_000);
    const again = await enter(chat, { [GUEST_HEADER]: token });
    expect(again.cookies).toEqual([]);
    expect(again.token).not.toBe('');
    expect(again.token).not.toBe(token);
  });

  test('stays banned', async () => {
    const chat = openTestChat();
    const { userId, token } = await enter(chat);
    const until = chat.now() + 60_000;
    await chat.rooms.submit('lobby', { kind: 'ban', userId, until });
    for (const handler of [negotiate, history, members]) {
      const asked = { params: { room: 'lobby' }, headers: { [GUEST_HEADER]: token } };
      expect(await ask(handler, chat, asked)).toMatchObject({ status: 403 });
    }
  });
});

describe('P2: a guest token', () => {
  test('is not given to a browser that returns its cookie, and makes it no other guest', async () => {
    const chat = openTestChat();
    const eve = await enter(chat);
    const ada = await enter(chat, { cookie: COOKIE });
    expect(ada.token).toBe('');
    const both = await enter(chat, { cookie: COOKIE, [GUEST_HEADER]: eve.token });
    expect(both).toMatchObject({ userId: ada.userId, token: '' });
    expect(both.cookies).toHaveLength(1);
  });

  test.each(['cross-site', 'same-site'])(
    'is neither taken from nor given to a page that asks %s',
    async (site) => {
      const chat = openTestChat();
      const { userId, token } = await enter(chat);
      const elsewhere = { 'sec-fetch-site': site };
      const other = await enter(chat, { ...elsewhere, [GUEST_HEADER]: token });
      expect(other.userId).not.toBe(userId);
      expect(other).toMatchObject({ token: '', cookies: [] });
    },
  );

  test('ends after its time, and is renewed by each negotiate', async () => {
    const chat = openTestChat();
    const { userId, token } = await enter(chat);
    await chat.clock.advance((GUEST_TOKEN_LIFETIME_SECONDS - 60) * 1_000);
    const renewed = await enter(chat, { [GUEST_HEADER]: token });
    expect(renewed.userId).toBe(userId);
    await chat.clock.advance(120_000);
    expect((await enter(chat, { [GUEST_HEADER]: token })).userId).not.toBe(userId);
    expect((await enter(chat, { [GUEST_HEADER]: renewed.token })).userId).toBe(userId);
  });

  const forgeries: [string, (token: string, ticket: string, key: Key) => unknown][] = [
    ['no token', () => 'hello'],
    ['the user id alone', (token) => token.split('.')[1]],
    ['without its signature', (token) => `${token.split('.').slice(0, 2).join('.')}.`],
    ['that claims to need none', (token) => `${encode({ alg: 'none' })}.${token.split('.')[1]}.`],
    ['with another user', (token) => alter(token, { sub: 'g-somebody-elses' })],
    ['signed with another key', () => sign(Buffer.alloc(32, 1), {})],
    ['that never expires', (_, __, key) => sign(key, { exp: null })],
    ['without a user', (_, __, key) => sign(key, { sub: null })],
    ['that is a ticket', (_, ticket) => ticket],
  ];
  test.each(forgeries)('%s makes nobody the guest that it names', async (_, forge) => {
    const chat = openTestChat();
    const { userId, token, ticket } = await enter(chat);
    const key = await new SigningKey(chat.table).read();
    const forged = String(await forge(token, ticket, key));
    const answer = await enter(chat, { [GUEST_HEADER]: forged });
    expect([userId, 'g-somebody-elses', 'g-1']).not.toContain(answer.userId);
    expect(answer.cookies).toHaveLength(1);
  });

  test('opens no connection: it is no ticket', async () => {
    const chat = openTestChat();
    const { token } = await enter(chat);
    for (const age of ['fresh', 'any'] as const) {
      await expect(chat.tickets.read(token, age)).rejects.toMatchObject({ code: 'bad_ticket' });
    }
  });

  test('holds the public user id, and not the secret of the cookie', async () => {
    const chat = openTestChat();
    const { userId, token, cookies } = await enter(chat);
    const tokens = new GuestTokens(new SigningKey(chat.table), chat.now);
    expect(await tokens.read(token)).toBe(userId);
    expect(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()).not.toContain(
      cookies[0]?.value,
    );
  });
});

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

function alter(token: string, claims: Record<string, unknown>): string {
  const [header, payload, signature] = token.split('.');
  const before = JSON.parse(Buffer.from(payload ?? '', 'base64url').toString());
  return `${header}.${encode({ ...before, ...claims })}.${signature}`;
}

function sign(key: Key | Uint8Array, claims: Record<string, unknown>): Promise<string> {
  const all = { sub: 'g-1', aud: 'guest', exp: 4_000_000_000, ...claims };
  const payload = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null));
  return new SignJWT(payload).setProtectedHeader({ alg: 'HS256' }).sign(key);
}
