import { beforeAll, describe, expect, test } from '@jest/globals';
import { history } from '../../../functions/http/history.ts';
import { connections, members } from '../../../functions/http/members.ts';
import { negotiate } from '../../../functions/http/negotiate.ts';
import { search } from '../../../functions/http/search.ts';
import { connected } from '../../../functions/hub/connected.ts';
import { GuestTokens } from '../../../functions/identity/guest-token.ts';
import { openSignIn } from '../../../functions/identity/sign-in.ts';
import { SigningKey } from '../../../functions/identity/signing-key.ts';
import { type ConnectionInfo, GUEST_HEADER } from '../../../functions/protocol.ts';
import type { AuthSettings } from '../../../functions/settings.ts';
import { type Asked, ask, openTestChat } from '../../support/chat.ts';
import { type Entra, openEntra } from '../../support/entra.ts';
import { MemoryTable } from '../../support/memory-table.ts';

const tenant = '11111111-1111-1111-1111-111111111111';
const clientId = '44444444-4444-4444-4444-444444444444';
const oid = '55555555-5555-5555-5555-555555555555';
const authority = `https://login.microsoftonline.com/${tenant}/v2.0`;
const good = { iss: authority, aud: clientId, tid: tenant, oid, name: 'Ada Lovelace' };

let entra: Entra;
beforeAll(async () => {
  entra = await openEntra();
});

const openDeps = (isBehindAppServiceAuth = false) => {
  const auth: AuthSettings = { kind: 'entra', tenant, clientId, isBehindAppServiceAuth };
  const table = new MemoryTable();
  const guestTokens = new GuestTokens(new SigningKey(table), entra.now);
  return openTestChat(
    table,
    auth,
    openSignIn(auth, () => entra.keys, guestTokens, entra.now),
  );
};

async function whoIs(asked: Asked, isBehindAppServiceAuth = false) {
  const chat = openDeps(isBehindAppServiceAuth);
  const answer = await ask(negotiate, chat, asked);
  if (answer.status !== undefined) return answer;
  expect(answer.cookies).toBeUndefined();
  const { url } = answer.jsonBody as ConnectionInfo;
  return chat.tickets.read(new URL(url).searchParams.get('ticket'), 'fresh');
}

const refused = {
  status: 401,
  jsonBody: { error: { code: 'not_signed_in' }, signIn: { clientId, authority } },
};

describe('with required sign-in', () => {
  test('a person has the account’s name, not the requested one', async () => {
    const headers = { authorization: `Bearer ${await entra.sign(good)}` };
    expect(await whoIs({ query: '?name=Bob', headers })).toMatchObject({
      userId: `e-${oid}`,
      name: 'Ada Lovelace',
    });
  });

  test.each([
    [{ name: 'x'.repeat(60) }, 'x'.repeat(32)],
    [{ name: '\u202e', preferred_username: 'ada@example.com' }, 'ada@example.com'],
    [{ name: undefined }, 'Somebody'],
  ])('an account with %j has a name that can be shown', async (claims, name) => {
    const headers = { authorization: `Bearer ${await entra.sign({ ...good, ...claims })}` };
    expect(await whoIs({ headers })).toMatchObject({ name });
  });

  test.each([
    ['another issuer', { iss: `https://sts.windows.net/${tenant}/` }],
    ['another audience', { aud: 'https://signalr.azure.com' }],
    ['another tenant', { tid: '33333333-3333-3333-3333-333333333333' }],
    ['no object id', { oid: undefined }],
  ])('a token with %s is refused, with where to sign in', async (_, claims) => {
    const headers = { authorization: `Bearer ${await entra.sign({ ...good, ...claims })}` };
    expect(await whoIs({ headers })).toMatchObject(refused);
  });

  test.each([
    ['that says so', { idtyp: 'app', scp: 'chat' }],
    ['with roles instead of scopes', { azp: clientId, roles: ['Chat.Read'] }],
    ['of version 1', { appid: clientId }],
    ['that says nothing but whose subject is its object', { sub: oid }],
  ])('S14: the token of a program is refused, %s', async (_, claims) => {
    const { name: _name, ...anonymous } = good;
    const headers = { authorization: `Bearer ${await entra.sign({ ...anonymous, ...claims })}` };
    const answer = await whoIs({ headers });
    expect(answer).toMatchObject(refused);
    expect(answer).toMatchObject({
      jsonBody: { error: { message: expect.stringContaining('of a program') } },
    });
  });

  test.each([
    ['access token', { azp: clientId, scp: 'chat', sub: 'pairwise' }],
    ['ID token', { sub: 'pairwise', nonce: 'n' }],
  ])('S14: the %s of a person is accepted', async (_, claims) => {
    const headers = { authorization: `Bearer ${await entra.sign({ ...good, ...claims })}` };
    expect(await whoIs({ headers })).toMatchObject({ userId: `e-${oid}` });
  });

  test('an expired token is refused', async () => {
    const headers = { authorization: `Bearer ${await entra.sign(good, { exp: -301 })}` };
    expect(await whoIs({ headers })).toMatchObject(refused);
  });

  test.each([
    ['negotiate', negotiate],
    ['history', history],
    ['search', search],
    ['members', members],
  ])('%s refuses who has not signed in, a guest’s cookie notwithstanding', async (_, handler) => {
    const params = { room: 'lobby' };
    const headers = { cookie: 'guest=AAAAAAAAAAAAAAAAAAAAAA' };
    expect(await ask(handler, openDeps(), { params, headers })).toMatchObject(refused);
  });
});

test('P2: a guest token signs nobody in, and makes nobody who has signed in a guest', async () => {
  const chat = openDeps();
  const token = await new GuestTokens(new SigningKey(chat.table), entra.now).issue('g-1');
  const guest = { [GUEST_HEADER]: token };
  for (const handler of [negotiate, history, search, members]) {
    const asked = { params: { room: 'lobby' }, headers: guest };
    expect(await ask(handler, chat, asked)).toMatchObject(refused);
  }
  const headers = { ...guest, authorization: `Bearer ${await entra.sign(good)}` };
  const answer = await ask(negotiate, chat, { headers });
  const { url } = answer.jsonBody as ConnectionInfo;
  const ticket = new URL(url).searchParams.get('ticket');
  expect(await chat.tickets.read(ticket, 'fresh')).toMatchObject({ userId: `e-${oid}` });
  expect(answer.headers ?? {}).not.toHaveProperty(GUEST_HEADER);
});

test('a moderator lists the connections without a sign-in', async () => {
  const chat = openDeps();
  const ada = { userId: 'e-ada', name: 'Ada', room: 'lobby' };
  await connected(await chat.call('c1', ada), chat);
  expect(await ask(connections, chat, { params: { room: 'lobby' } })).toMatchObject({
    jsonBody: { room: 'lobby', online: 1, members: [{ connectionId: 'c1', userId: 'e-ada' }] },
  });
});

describe('the header of App Service Authentication', () => {
  const claim = 'http://schemas.microsoft.com/identity/claims';
  const principal = (
    tid: string,
    provider: string | undefined = 'aad',
    more: readonly { typ: string; val: string }[] = [],
  ) => {
    const claims = [
      ...more,
      { typ: `${claim}/objectidentifier`, val: oid },
      { typ: `${claim}/tenantid`, val: tid },
      { typ: 'name', val: 'Ada' },
    ];
    const value = Buffer.from(JSON.stringify({ auth_typ: provider, claims })).toString('base64');
    return { 'x-ms-client-principal': value };
  };

  const withoutProvider = Buffer.from(
    JSON.stringify({
      claims: [
        { typ: 'tid', val: tenant },
        { typ: 'oid', val: oid },
      ],
    }),
  ).toString('base64');

  test('counts if App Service Authentication is on', async () => {
    expect(await whoIs({ headers: principal(tenant) }, true)).toMatchObject({
      userId: `e-${oid}`,
      name: 'Ada',
    });
  });

  test('does not count otherwise, because anyone can send it', async () => {
    expect(await whoIs({ headers: principal(tenant) }, false)).toMatchObject(refused);
  });

  test.each([
    ['of another tenant', principal('33333333-3333-3333-3333-333333333333')],
    ['S14: of another provider of App Service', principal(tenant, 'github')],
    ['S14: without a provider', { 'x-ms-client-principal': withoutProvider }],
    ['S14: of a program', principal(tenant, 'aad', [{ typ: 'idtyp', val: 'app' }])],
    [
      'S14: of a program whose tokens do not say so',
      principal(tenant, 'aad', [{ typ: 'appid', val: clientId }]),
    ],
    ['that is no JSON', { 'x-ms-client-principal': 'aGVsbG8=' }],
  ])('%s is refused', async (_, headers) => {
    expect(await whoIs({ headers }, true)).toMatchObject(refused);
  });
});

test('guests need no sign-in', async () => {
  expect((await ask(negotiate, openTestChat(), {})).status).toBeUndefined();
});
