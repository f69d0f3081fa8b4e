import { expect, test } from '@jest/globals';
import { openHub, reasonOf } from '../../../web/connection/hub.ts';

const LISTENER = {
  welcome: () => {},
  events: () => {},
  typing: () => {},
  unread: () => {},
  closed: () => {},
};

/** A hub with a given answer to negotiate, and the requests that it made. */
function negotiating(status: number, body: string) {
  const requests: { url: string; method: string | undefined }[] = [];
  const fetcher: typeof fetch = async (url, init) => {
    requests.push({ url: String(url), method: init?.method });
    return new Response(body, { status });
  };
  const address = {
    base: 'http://chat.test/',
    room: '茶室',
    name: 'Ada & Bob',
    token: async () => undefined,
    route: { isSilent: false, pollsUntil: 0 },
  };
  return { hub: openHub(address, LISTENER, fetcher), requests };
}

test('negotiates with room and name', async () => {
  const { hub, requests } = negotiating(500, '');
  await expect(hub.start()).rejects.toThrow();
  const url = new URL(requests[0]?.url ?? '');
  expect([requests[0]?.method, url.origin + url.pathname]).toEqual([
    'POST',
    'http://chat.test/api/negotiate',
  ]);
  expect(url.searchParams.get('room')).toBe('茶室');
  expect(url.searchParams.get('name')).toBe('Ada & Bob');
});

test('passes on why negotiate refused', async () => {
  const error = { code: 'banned', message: 'You are banned.' };
  const { hub } = negotiating(403, JSON.stringify({ error, until: 1_000 }));
  await expect(hub.start()).rejects.toMatchObject({ ...error, until: 1_000 });
});

test('fails without a code if another server answers', async () => {
  const { hub } = negotiating(502, '<html>Bad gateway</html>');
  await expect(hub.start()).rejects.not.toHaveProperty('code');
});

test.each([
  ['Server returned an error on close: Be kind.', 'Be kind.'],
  ['Server returned an error on close: Message count reaches limit', 'Message count reaches limit'],
  ['Server returned an error on close: Service reloading, try reconnecting', undefined],
  ['Server returned an error on close: Connection ping timeout', undefined],
  // The answer of negotiate says it next, with its code, in the page's language.
  [
    'Server returned an error on close: unable to use the room; it is closed (tea). Choose another.',
    undefined,
  ],
  ['WebSocket closed with status code: 1006 (no reason given).', undefined],
])('the close error %j has the reason %j', (message, reason) => {
  expect(reasonOf(new Error(message))).toBe(reason);
});

test('a close without an error has no reason', () => {
  expect(reasonOf(undefined)).toBeUndefined();
});

test('S3: a 429 of the service says which quota is used up, and until when', async () => {
  const asked: string[] = [];
  const start = (text: string) => {
    const fetcher: typeof fetch = async (url) => {
      asked.push(String(url));
      const isOurs = String(url).startsWith('http://page/api/');
      return isOurs
        ? new Response(JSON.stringify({ url: 'http://service/client/?hub=chat', accessToken: 't' }))
        : new Response(text, { status: 429 });
    };
    const address = {
      base: 'http://page/',
      room: 'lobby',
      name: 'Ada',
      token: async () => undefined,
    };
    return openHub(
      { ...address, route: { isSilent: false, pollsUntil: 0 } },
      LISTENER,
      fetcher,
    ).start();
  };
  const midnight = (Math.floor(Date.now() / 86_400_000) + 1) * 86_400_000;
  await expect(start('Message count reaches limit; 20000 a day.')).rejects.toMatchObject({
    code: 'quota_used_up',
    until: midnight,
  });
  await expect(start('Connection count reaches limit; 20.')).rejects.toMatchObject({
    code: 'quota_used_up',
    until: undefined,
  });
  await expect(start('slow down')).rejects.not.toMatchObject({ code: 'quota_used_up' });
  expect(asked).toHaveLength(6);
});
