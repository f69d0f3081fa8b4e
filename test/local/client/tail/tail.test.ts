// The tail command with a chat that requires sign-in, does not answer, or refuses everybody. test/stack tests it with a hub.

import { describe, expect, test } from '@jest/globals';
import type { Fetch, FetchAnswer } from '../../../../local/client/api/fetch.ts';
import { answer, networkError, runInProcess } from '../../../support/command-line.ts';

const error = (code: string, message: string) => JSON.stringify({ error: { code, message } });
const history = () => answer(200, JSON.stringify({ revision: 1, first: 1, seq: 0, messages: [] }));
const closed = () => answer(403, error('room_closed', 'unable to enter; it is closed. Wait.'));
/** The address of a service that does not exist. */
const invitation = (cookies: readonly string[] = [], guest?: string) => {
  const { body, status } = answer(
    200,
    JSON.stringify({ url: 'https://service.example/client/?hub=chat', accessToken: 't' }),
  );
  const headers = new Headers(cookies.map((cookie) => ['set-cookie', cookie]));
  if (guest !== undefined) headers.set('x-chat-guest', guest);
  return { status, body, headers };
};

/** The history answers. Each negotiate gets the next of these answers. */
function openDeps(negotiates: readonly (() => FetchAnswer)[]) {
  const left = [...negotiates];
  const asked: [string, Record<string, string>][] = [];
  const fetch: Fetch = async ({ host, pathname }, { headers }) => {
    asked.push([`${host}${pathname}`, headers]);
    if (host !== 'localhost:7071') throw networkError('ECONNREFUSED');
    if (pathname === '/api/rooms/lobby/messages') return history();
    return (left.shift() ?? closed)();
  };
  return { fetch, asked };
}

test('the token of an account is sent with the history and with negotiate', async () => {
  const { fetch, asked } = openDeps([]);
  const { code, stderr } = await runInProcess('tail --token a.b.c', fetch);
  expect([code, stderr]).toEqual([1, ['unable to enter; it is closed. Wait.']]);
  expect(asked.map(([path, { authorization }]) => [path, authorization])).toEqual([
    ['localhost:7071/api/rooms/lobby/messages', 'Bearer a.b.c'],
    ['localhost:7071/api/negotiate', 'Bearer a.b.c'],
  ]);
});

test('without a token it names the option for one', async () => {
  const body = error('not_signed_in', 'unable to let you in; there is no token. Sign in.');
  const { code, stderr } = await runInProcess('tail', async () => answer(401, body));
  expect([code, stderr]).toEqual([
    1,
    [
      'unable to let you in; there is no token. Sign in. A token is given by --token or CHAT_TOKEN.',
    ],
  ]);
});

test('every cookie is sent with the next negotiate, also the guest’s', async () => {
  const { fetch, asked } = openDeps([
    () => invitation(['ARRAffinity=x; Path=/', 'guest=one; HttpOnly']),
    () => invitation(['guest=two; HttpOnly']),
  ]);
  await runInProcess('tail', fetch);
  const cookies = asked
    .filter(([path]) => path.endsWith('/api/negotiate'))
    .map(([, headers]) => headers.cookie);
  expect(cookies).toEqual([undefined, 'ARRAffinity=x; guest=one', 'ARRAffinity=x; guest=two']);
});

test('P2: without cookies the token that negotiate gives makes it one guest, until there is a cookie', async () => {
  const { fetch, asked } = openDeps([
    () => invitation([], 't1'),
    () => invitation([], 't2'),
    () => invitation(['guest=one; HttpOnly']),
  ]);
  await runInProcess('tail', fetch);
  const sent = asked
    .filter(([path]) => path.endsWith('/api/negotiate'))
    .map(([, headers]) => [headers['x-chat-guest'], headers.cookie]);
  expect(sent).toEqual([
    [undefined, undefined],
    ['t1', undefined],
    ['t2', undefined],
    [undefined, 'guest=one'],
  ]);
});

test('16.4: the first connection ends if the service cannot be at its address, and the error names it', async () => {
  const { fetch } = openDeps([invitation]);
  const lost: Fetch = (url, init) => {
    if (url.host === 'service.example') throw networkError('ENOTFOUND');
    return fetch(url, init);
  };
  const { code, stderr } = await runInProcess('tail', lost);
  expect([code, stderr]).toEqual([
    1,
    [
      'unable to connect; the service at https://service.example cannot be reached: connect ENOTFOUND. Check the name in the address: no host has it.',
    ],
  ]);
});

describe('C3: during a deployment or a stop, the app', () => {
  const stopped = () => answer(403, '<html>This web app is stopped.');

  test('is retried without a limit', async () => {
    const away = Array.from({ length: 30 }, () => stopped);
    const { fetch } = openDeps([...away, () => answer(404), () => answer(502, '<html>')]);
    const { code, stderr } = await runInProcess('tail', fetch);
    expect([code, stderr]).toEqual([
      1,
      [
        expect.stringMatching(
          /^disconnected \(unable to enter lobby; .* status 403, .*\); connecting again$/,
        ),
        'unable to enter; it is closed. Wait.',
      ],
    ]);
  });

  test('is retried for the time of --retry-for', async () => {
    const away = Array.from({ length: 99 }, () => stopped);
    const { fetch, asked } = openDeps(away);
    const { code, stderr } = await runInProcess('tail --retry-for 20', fetch);
    expect([code, stderr.at(-1)]).toEqual([
      1,
      expect.stringMatching(/^unable to follow lobby; .* status 403/),
    ]);
    expect(asked.length).toBeLessThan(20);
  });

  test('fails the first connection at once, without --retry-for', async () => {
    expect((await runInProcess('tail', async () => stopped())).stderr).toHaveLength(1);
    const answers = [stopped(), stopped(), history()];
    const fetch: Fetch = async () => answers.shift() ?? closed();
    const { stderr } = await runInProcess('tail --retry-for 20', fetch);
    expect(stderr).toEqual([
      expect.stringMatching(/Trying again for 20 s\.$/),
      'the chat answers again; going on',
      'unable to enter; it is closed. Wait.',
    ]);
  });
});

test('Ctrl+C ends it in order, also while it waits', async () => {
  const first = new AbortController();
  const { fetch } = openDeps([
    () => {
      first.abort();
      return answer(502);
    },
  ]);
  const interrupts = { first: first.signal, second: first.signal };
  expect((await runInProcess('tail', fetch, { interrupts })).code).toBe(0);
});
