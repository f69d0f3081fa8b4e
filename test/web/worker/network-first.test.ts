import { expect, test } from '@jest/globals';
import { networkFirst } from '../../../web/worker/network-first.ts';

const never = () => new Promise<never>(() => {});
const answer = (status: number) => async () => new Response(`network ${status}`, { status });
const copy = async () => new Response('copy');
const none = async () => undefined;
const offline = () => Promise.reject(new TypeError('Failed to fetch'));
const atOnce = async () => 'too late' as const;

const textOf = async (response: Promise<Response>) => (await response).text();
const choose = (
  ask: () => Promise<Response>,
  copy: () => Promise<Response | undefined>,
  limit: () => Promise<'too late'> = never,
) => textOf(networkFirst({ ask, copy, limit, onTooLate: () => {} }));

test('a good answer in time is the newest', async () => {
  expect(await choose(answer(200), copy)).toBe('network 200');
});

test.each([403, 404, 500, 502, 503])(
  'P13: the copy takes the place of a server that answers %d, and that answer comes if there is no copy',
  async (status) => {
    expect(await choose(answer(status), copy)).toBe('copy');
    expect(await choose(answer(status), none)).toBe(`network ${status}`);
  },
);

test('a redirect to a sign-in in front of the app passes', async () => {
  // The answer to a navigation that redirects. It has the status 0.
  const redirect = Object.defineProperty(new Response('redirect'), 'status', { value: 0 });
  expect(await choose(async () => redirect, copy)).toBe('redirect');
});

test('the copy takes the place of a network that is away or silent, else the late answer comes', async () => {
  expect(await choose(offline, copy)).toBe('copy');
  await expect(choose(offline, none)).rejects.toThrow('Failed to fetch');
  expect(await choose(never, copy, atOnce)).toBe('copy');
  expect(await choose(answer(200), none, atOnce)).toBe('network 200');
});
