// Signing in where CHAT_AUTH=entra: a page from functions that require it, and an authority played by the test. The
// authority speaks as much OpenID as the page's library asks for; its tokens are signed by nobody, so what they open is
// answered by functions for guests, on the same tables and service.

import { createHash, randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { Browser, BrowserContext, Page, Request, Route } from 'playwright-core';
import type { Place } from '../../functions/protocol.ts';
import { mergePlaces, type PlacesChange } from '../../functions/reading-places.ts';
import { type Stack, startStack } from '../../local/stack/stack.ts';
import { sharedBrowser } from '../support/browser.ts';
import { joinRoom } from '../support/chat-client.ts';
import { chooseHost } from '../support/other-host.ts';
import { serveBelow } from '../support/path-prefix.ts';
import { newRoom, type SharedStack, sharedStack } from '../support/shared-stack.ts';
import { picture } from './page-look.ts';
import { becomes, DESKTOP, isOnline, PHONE, say, shown, textsOf } from './page-room.ts';

jest.setTimeout(120_000);

const AUTHORITY = 'https://login.microsoftonline.com';
const TENANT = '11111111-2222-4333-8444-555555555555';
const CLIENT = '66666666-7777-4888-8999-aaaaaaaaaaaa';

let guests: SharedStack;
let members: Stack;
let browser: Browser;
beforeAll(async () => {
  [guests, browser] = await Promise.all([sharedStack(), sharedBrowser()]);
  // The environment names service and storage, so only functions are started.
  process.env.AzureSignalRConnectionString = guests.connectionString;
  process.env.AzureWebJobsStorage = guests.tableConnectionString;
  members = await startStack({
    ...(await chooseHost()),
    settings: {
      CHAT_AUTH: 'entra',
      CHAT_ENTRA_TENANT: TENANT,
      CHAT_ENTRA_CLIENT_ID: CLIENT,
    },
  });
});
afterEach(async () => {
  for (const context of browser.contexts()) {
    await context.unrouteAll({ behavior: 'ignoreErrors' });
    await context.close();
  }
});
afterAll(async () => {
  delete process.env.AzureSignalRConnectionString;
  delete process.env.AzureWebJobsStorage;
  await members?.stop();
});

const segment = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** The authority, as far as MSAL goes: discovery, authorize, token, logout. */
class Authority {
  name: string;
  /** What was asked of the token endpoint. */
  readonly grants: URLSearchParams[] = [];
  isRefusing = false;
  signedOut = 0;
  /** Where it was asked to lead people back to. */
  readonly returns: string[] = [];
  /** How far the page's clock is ahead of ours. */
  aheadMs = 0;
  #nonce = '';
  #challenge = '';

  constructor(name: string) {
    this.name = name;
  }

  async answer(route: Route): Promise<void> {
    const request = route.request();
    const url = new URL(request.url());
    if (url.pathname.endsWith('/authorize')) return this.#authorize(route, url.searchParams);
    if (url.pathname.endsWith('/token')) {
      return this.#token(route, new URLSearchParams(request.postData() ?? ''));
    }
    if (url.pathname.endsWith('/logout')) return this.#logout(route, url.searchParams);
    return route.fulfill({ headers: OPEN, json: discovery(url.pathname) });
  }

  /** The reading places of the account, as functions that accept its token keep them. */
  places: readonly Place[] = [];
  readonly written: PlacesChange[] = [];

  reading(request: Request): { readonly places: readonly Place[] } {
    const body = request.postData();
    if (body !== null) {
      const change: PlacesChange = JSON.parse(body);
      this.written.push(change);
      this.places = mergePlaces(this.places, change);
    }
    return { places: this.places };
  }

  async #authorize(route: Route, query: URLSearchParams): Promise<void> {
    this.#nonce = query.get('nonce') ?? '';
    this.#challenge = query.get('code_challenge') ?? '';
    expect(query.get('code_challenge_method')).toBe('S256');
    expect(query.get('client_id')).toBe(CLIENT);
    expect(query.get('scope')?.split(' ')).toEqual(expect.arrayContaining(['openid', 'profile']));
    const answer = new URLSearchParams({
      ...(this.isRefusing
        ? { error: 'access_denied', error_description: 'the person thought better of it' }
        : { code: randomUUID(), client_info: segment({ uid: this.name, utid: TENANT }) }),
      state: query.get('state') ?? '',
    });
    this.returns.push(query.get('redirect_uri') ?? '');
    const location = `${query.get('redirect_uri')}#${answer}`;
    return route.fulfill({ status: 302, headers: { location } });
  }

  async #token(route: Route, form: URLSearchParams): Promise<void> {
    this.grants.push(form);
    if (form.get('grant_type') === 'authorization_code') {
      const verifier = form.get('code_verifier') ?? '';
      expect(createHash('sha256').update(verifier).digest('base64url')).toBe(this.#challenge);
    }
    const now = Math.floor((Date.now() + this.aheadMs) / 1_000);
    const claims = {
      aud: CLIENT,
      iss: `${AUTHORITY}/${TENANT}/v2.0`,
      iat: now,
      nbf: now,
      exp: now + 3_600,
      name: this.name,
      preferred_username: `${this.name}@example.com`,
      nonce: this.#nonce,
      oid: this.name,
      tid: TENANT,
      sub: this.name,
      ver: '2.0',
    };
    return route.fulfill({
      headers: OPEN,
      json: {
        token_type: 'Bearer',
        scope: 'openid profile',
        expires_in: 3_600,
        access_token: randomUUID(),
        refresh_token: randomUUID(),
        id_token: `${segment({ alg: 'RS256', typ: 'JWT', kid: 'k' })}.${segment(claims)}.c2lnbmVk`,
        client_info: segment({ uid: this.name, utid: TENANT }),
      },
    });
  }

  async #logout(route: Route, query: URLSearchParams): Promise<void> {
    this.signedOut += 1;
    const location = query.get('post_logout_redirect_uri') ?? '';
    this.returns.push(location);
    return route.fulfill({ status: 302, headers: { location } });
  }
}

const OPEN = { 'access-control-allow-origin': '*' };

function discovery(path: string): object {
  if (path.includes('/discovery/instance')) {
    const hosts = ['login.microsoftonline.com'];
    return {
      tenant_discovery_endpoint: `${AUTHORITY}/${TENANT}/v2.0/.well-known/openid-configuration`,
      metadata: [{ preferred_network: hosts[0], preferred_cache: hosts[0], aliases: hosts }],
    };
  }
  const base = `${AUTHORITY}/${TENANT}`;
  return {
    issuer: `${base}/v2.0`,
    authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
    token_endpoint: `${base}/oauth2/v2.0/token`,
    end_session_endpoint: `${base}/oauth2/v2.0/logout`,
    jwks_uri: `${base}/discovery/v2.0/keys`,
  };
}

/**
 * A browser whose authority is the test's, and whose requests with a token are answered as those of a guest.
 *
 * @param chat the address of page and API
 */
async function openBrowser(authority: Authority, options = {}, chat = members.url) {
  const context = await browser.newContext({
    viewport: DESKTOP,
    serviceWorkers: 'block',
    ...options,
  });
  const bearers: string[] = [];
  await context.route(`${AUTHORITY}/**`, (route) => authority.answer(route));
  await context.route(`${chat}/api/**`, async (route) => {
    const request = route.request();
    const bearer = request.headers().authorization;
    if (bearer === undefined) return route.continue();
    bearers.push(`${new URL(request.url()).pathname} ${bearer}`);
    if (/\/api\/reading$/.test(request.url()))
      return route.fulfill({ json: authority.reading(request) });
    const url = new URL(request.url().replace(chat, guests.url));
    // The functions take the name from the token.
    if (url.searchParams.has('name')) url.searchParams.set('name', nameIn(bearer));
    return route.fulfill({ response: await route.fetch({ url: url.href }) });
  });
  return { context, bearers };
}

function nameIn(bearer: string): string {
  const claims = Buffer.from(bearer.split('.')[1] ?? '', 'base64url').toString();
  return String((JSON.parse(claims) as { name?: unknown }).name);
}

async function openPage(context: BrowserContext, path: string, chat = members.url): Promise<Page> {
  const page = await context.newPage();
  await page.goto(`${chat}${path}`);
  return page;
}

describe('where sign-in is required', () => {
  test('the page shows a join-screen, and has not loaded what signing in takes', async () => {
    const { context } = await openBrowser(new Authority('Grace Hopper'));
    const page = await context.newPage();
    const loaded: string[] = [];
    page.on('request', (request) => loaded.push(request.url()));
    await page.goto(`${members.url}/r/${newRoom('navy')}`);
    await page.getByTestId('sign-in').waitFor();
    expect(await page.getByTestId('name-input').count()).toBe(0);
    expect(loaded.filter((url) => /entra|msal|microsoftonline/.test(url))).toEqual([]);
    await picture(page, 'sign-in-door');
  });

  test('a click signs in and comes back to the room, with the name of the account; negotiate, messages and members carry the token', async () => {
    const { authority, bearers, room, page } = await signIn();
    expect(new URL(page.url()).pathname).toBe(`/r/${room}`);
    expect(authority.grants.map((form) => form.get('grant_type'))).toEqual(['authorization_code']);
    const own = page.getByTestId('own-name');
    expect(await own.textContent()).toContain('Grace Hopper');
    expect(await own.locator('.avatar').textContent()).toBe('GH');
    await own.click();
    await page.getByTestId('sign-out').waitFor();
    expect(await page.getByTestId('name-input').count()).toBe(0);
    await page.keyboard.press('Escape');
    await say(page, 'aye');
    expect(await (await shown(page, 'aye')).textContent()).toContain('Grace Hopper');
    await picture(page, 'signed-in');

    const paths = new Set(bearers.map((line) => line.split(' ')[0]));
    expect([...paths].sort()).toEqual([
      '/api/negotiate',
      '/api/reading',
      `/api/rooms/${room}/members`,
      `/api/rooms/${room}/messages`,
    ]);
    for (const line of bearers) expect(line).toMatch(/ Bearer [\w-]+\.[\w-]+\.[\w-]+$/);
  });

  test('who has signed in is known after a reload and to another tab, and a token that is about to expire is renewed without a click', async () => {
    const { authority, context, room, page } = await signIn();
    await page.reload();
    await isOnline(page);
    const tab = await openPage(context, `/r/${room}`);
    await isOnline(tab);
    expect(await tab.getByTestId('own-name').textContent()).toContain('Grace Hopper');
    await tab.close();
    expect(authority.grants.length).toBe(1);

    authority.aheadMs = 58 * 60_000;
    await page.clock.install({ time: Date.now() + authority.aheadMs });
    await page.reload();
    await isOnline(page);
    expect(authority.grants.at(-1)?.get('grant_type')).toBe('refresh_token');
    expect(authority.grants.length).toBe(2);
  });

  test('P16: signing out ends at the join-screen in every tab, and leaves nothing on the device', async () => {
    const { authority, context, bearers, room, page } = await signIn();
    const tab = await openPage(context, `/r/${room}`);
    await isOnline(tab);
    await tab.getByTestId('composer').fill('half');
    await page.getByTestId('own-name').click();
    await page.getByTestId('sign-out').click();
    for (const each of [tab, page]) {
      await each.getByTestId('sign-in').waitFor();
      const keys = '[...Object.keys(localStorage), ...Object.keys(sessionStorage)]';
      const ours = ((await each.evaluate(keys)) as string[]).filter((key) => /chat\./.test(key));
      expect(ours).toEqual([]);
    }
    expect(authority.signedOut).toBe(1);
    const asked = bearers.length;
    await page.reload();
    await page.getByTestId('sign-in').waitFor();
    expect(bearers.length).toBe(asked);
  });
});

test('16.5: below a path of a proxy people sign in, come back to their room there, and sign out', async () => {
  const proxy = await serveBelow('/chat', members.url);
  try {
    const authority = new Authority('Grace Hopper');
    const { context, bearers } = await openBrowser(authority, {}, proxy.url);
    const room = newRoom('below');
    authority.isRefusing = true;
    const page = await openPage(context, `/r/${room}`, proxy.url);
    await page.getByTestId('sign-in').click();
    await page.getByTestId('join-screen').filter({ hasText: 'Unable to sign in' }).waitFor();
    expect(page.url()).toBe(`${proxy.url}/r/${room}`);

    authority.isRefusing = false;
    await page.getByTestId('sign-in').click();
    await isOnline(page);
    expect(page.url()).toBe(`${proxy.url}/r/${room}`);
    await say(page, 'aye');
    expect(await (await shown(page, 'aye')).textContent()).toContain('Grace Hopper');
    const paths = new Set(bearers.map((line) => line.split(' ')[0]));
    expect([...paths].sort()).toEqual([
      '/chat/api/negotiate',
      '/chat/api/reading',
      `/chat/api/rooms/${room}/members`,
      `/chat/api/rooms/${room}/messages`,
    ]);

    const tab = await openPage(context, `/`, proxy.url);
    await isOnline(tab);
    await tab.close();
    await page.getByTestId('own-name').click();
    await page.getByTestId('sign-out').click();
    await page.waitForURL(`${proxy.url}/`);
    await page.getByTestId('sign-in').waitFor();
    // The app registration has one address, with its final slash.
    expect(authority.returns).toEqual(Array.from({ length: 3 }, () => `${proxy.url}/`));
    expect(proxy.strayed.filter((path) => path !== '/favicon.ico')).toEqual([]);
  } finally {
    await proxy.stop();
  }
});

/** Somebody who has gone through the door with an account. */
async function signIn() {
  const authority = new Authority('Grace Hopper');
  const { context, bearers } = await openBrowser(authority);
  const room = newRoom('navy');
  const page = await openPage(context, `/r/${room}`);
  await page.getByTestId('sign-in').click();
  await page.waitForURL(`${members.url}/r/${room}`);
  await isOnline(page);
  return { authority, context, bearers, room, page };
}

test('P16: who was here as a guest is shown the join-screen, and what the guest left unsent goes out under no account', async () => {
  const { context } = await openBrowser(new Authority('Ada'), { viewport: PHONE, locale: 'zh-CN' });
  const room = newRoom('former');
  const page = await openPage(context, `/r/${room}`);
  await page.getByTestId('sign-in').waitFor();
  await page.evaluate(`localStorage.setItem('chat.name', 'Former guest')`);
  await page.evaluate(
    `sessionStorage.setItem('chat.unsent.${room}', '[{"id":"x1","text":"still here"}]')`,
  );
  await page.reload();
  await page.getByTestId('sign-in-reason').filter({ hasText: '请先登录' }).waitFor();
  await page.getByTestId('sign-in').click();
  await isOnline(page);
  await say(page, 'hello');
  const line = await shown(page, 'hello');
  expect(await line.textContent()).toContain('Ada');
  expect(await textsOf(page)).toEqual(['hello']);
  expect(await page.getByTestId('outbox-line').count()).toBe(0);
  expect(await page.evaluate('localStorage.getItem("chat.name")')).toBeNull();
});

test('P4, P16: what an account left unsent waits for it, and no other account sends it; other tabs become the new account', async () => {
  const { authority, context, room, page } = await signIn();
  await context.setOffline(true);
  await say(page, 'by Grace');
  await page.getByTestId('outbox-line').waitFor();
  await page.close();
  await context.setOffline(false);

  const elsewhere = await openPage(context, `/r/${newRoom('elsewhere')}`);
  await isOnline(elsewhere);
  /** The session of the account is over, and somebody signs in. */
  const comeAs = async (name: string) => {
    authority.name = name;
    await elsewhere.evaluate(
      `for (const key of Object.keys(localStorage)) if (/msal/.test(key)) localStorage.removeItem(key)`,
    );
    const tab = await openPage(context, `/r/${room}`);
    await tab.getByTestId('sign-in').click();
    await isOnline(tab);
    return tab;
  };
  const ada = await comeAs('Ada');
  await elsewhere.getByTestId('own-name').filter({ hasText: 'Ada' }).waitFor();
  await say(ada, 'by Ada');
  await shown(ada, 'by Ada');
  expect(await textsOf(ada)).toEqual(['by Ada']);
  expect(await ada.getByTestId('outbox-line').count()).toBe(0);
  const grace = await comeAs('Grace Hopper');
  await shown(grace, 'by Grace');
  expect(await textsOf(grace)).toEqual(['by Ada', 'by Grace']);
});

test('a sign-in that the person breaks off leads back to the join-screen', async () => {
  const authority = new Authority('Nobody');
  authority.isRefusing = true;
  const { context } = await openBrowser(authority);
  const room = newRoom('refused');
  const page = await openPage(context, `/r/${room}`);
  await page.getByTestId('sign-in').click();
  // A locator's own wait goes on through the navigations to the authority and back.
  await page.getByTestId('join-screen').filter({ hasText: 'Unable to sign in' }).waitFor();
  expect(page.url()).toBe(`${members.url}/r/${room}`);
  authority.isRefusing = false;
  await page.getByTestId('sign-in').click();
  await isOnline(page);
});

/** The page as it is behind another tab. Chromium driven by a test has every page in sight. */
const hide = (page: Page) =>
  page.evaluate(`
    Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => 'hidden' });
    document.dispatchEvent(new Event('visibilitychange'));
  `);

test('a reading place travels to another device of the account: the room opens there, and the rail knows its other rooms', async () => {
  const { authority, room, page } = await signIn();
  // Three, because nobody may send so many lines at once.
  const [bob, eve, mia] = await Promise.all([
    joinRoom(guests.url, room, 'Bob'),
    joinRoom(guests.url, room, 'Eve'),
    joinRoom(guests.url, room, 'Mia'),
  ]);
  for (let n = 1; n <= 19; n += 1) await bob.send(`line ${n}`, `line-${n}`);
  for (let n = 20; n <= 38; n += 1) await eve.send(`line ${n}`, `line-${n}`);
  for (const text of ['line 39', 'line 40']) await say(page, text);
  await shown(page, 'line 40');
  await hide(page);
  await becomes('written', async () => authority.places.some(({ readTo }) => readTo === 40));
  expect(authority.places).toEqual([{ room, readTo: 40 }]);
  const writes = authority.written.length;
  for (let n = 1; n <= 20; n += 1) await mia.send(`news ${n}`, `news-${n}`);
  await shown(page, 'news 20');
  // A page out of sight reads nothing, and writes nothing.
  expect(authority.written).toHaveLength(writes);
  await page.close();

  authority.places = [...authority.places, { room: 'tea', readTo: 3 }];
  const { context } = await openBrowser(authority);
  const device = await openPage(context, `/r/${room}`);
  await device.getByTestId('sign-in').click();
  await device.getByTestId('new-from-here').waitFor();
  const mark = await device.getByTestId('new-from-here').boundingBox();
  const first = await (await shown(device, 'news 1')).boundingBox();
  expect(mark?.y).toBeLessThan(first?.y ?? 0);
  await device.locator('#rooms').getByText('tea').waitFor();
  await device.keyboard.press('Escape');
  await hide(device);
  await becomes('read there, too', async () =>
    authority.places.some((place) => place.room === room && place.readTo === 60),
  );
  await Promise.all([bob, eve, mia].map((one) => one.stop()));
});
