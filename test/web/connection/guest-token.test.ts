import { describe, expect, test } from '@jest/globals';
import { GUEST_HEADER } from '../../../functions/protocol.ts';
import { keepGuest } from '../../../web/connection/guest-token.ts';
import { type Memory, openMemory } from '../../../web/device/memory.ts';
import { memoryOf } from '../samples.ts';

const ORIGIN = 'https://chat.example';
const NEGOTIATE = `${ORIGIN}/api/negotiate?room=a`;
const noStorage = () =>
  openMemory(() => {
    throw new Error('SecurityError');
  });

/** A page whose negotiate is answered with these tokens, one after the other. */
function openPage(given: readonly (string | undefined)[], device: Memory, hasCookies = true) {
  const sent: (string | null)[] = [];
  const answers = [...given];
  const fetcher: typeof fetch = async (input, init) => {
    sent.push(new Headers(init?.headers).get(GUEST_HEADER));
    const token = String(input).includes('negotiate') ? answers.shift() : undefined;
    return new Response('{}', { headers: token === undefined ? {} : { [GUEST_HEADER]: token } });
  };
  return { ...keepGuest(fetcher, device, ORIGIN, () => hasCookies), sent };
}

describe('P2: the token of a guest without cookies', () => {
  test.each([
    ['storage', memoryOf],
    ['no storage', noStorage],
  ])('goes with every later request of the page, with %s', async (_, open) => {
    const { fetch, sent } = openPage(['t1', 't2', 't3'], open());
    await fetch(NEGOTIATE);
    await fetch('/api/rooms/a/messages?limit=50', { headers: { accept: 'x' } });
    await fetch(NEGOTIATE);
    await fetch('/api/rooms/a/members');
    expect(sent).toEqual([null, 't1', 't1', 't2']);
  });

  test('is known to the next page of the device, if that has storage', async () => {
    for (const [device, expected] of [
      [memoryOf(), 't1'],
      [noStorage(), null],
    ] as const) {
      await openPage(['t1'], device).fetch(NEGOTIATE);
      const { fetch, sent } = openPage(['t2'], device);
      await fetch(NEGOTIATE);
      expect(sent).toEqual([expected]);
    }
  });

  test('never goes to another origin', async () => {
    const { fetch, sent } = openPage(['t1'], memoryOf());
    await fetch(NEGOTIATE);
    await fetch('https://s.service.signalr.net/client/negotiate?hub=chat');
    expect(sent).toEqual([null, null]);
  });

  test('is forgotten once the cookie is there', async () => {
    const device = memoryOf();
    const { fetch, sent } = openPage(['t1', undefined], device);
    for (let n = 0; n < 3; n += 1) await fetch(NEGOTIATE);
    expect(sent).toEqual([null, 't1', null]);
    expect(device.read('chat.guest')).toBeUndefined();
  });

  test('is not replaced by the late answer to an attempt that was given up', async () => {
    const waiting: (() => void)[] = [];
    const sent: (string | null)[] = [];
    let n = 0;
    const { fetch } = keepGuest(
      (_, init) => {
        sent.push(new Headers(init?.headers).get(GUEST_HEADER));
        n += 1;
        const headers = { [GUEST_HEADER]: `t${n}` };
        return new Promise((resolve) => {
          waiting.push(() => resolve(new Response('{}', { headers })));
        });
      },
      memoryOf(),
      ORIGIN,
      () => true,
    );
    const [late, next] = [fetch(NEGOTIATE), fetch(NEGOTIATE)];
    waiting[1]?.();
    await next;
    waiting[0]?.();
    await late;
    void fetch(NEGOTIATE);
    expect(sent).toEqual([null, null, 't2']);
  });
});

test.each([
  ['neither cookies nor storage', noStorage, false, ['t1'], true],
  ['cookies that are dropped on the way, and no storage', noStorage, true, ['t1', 't2'], true],
  ['storage alone', memoryOf, false, ['t1', 't2'], false],
  ['cookies alone', noStorage, true, ['t1', undefined], false],
  ['cookies alone, on a first visit', noStorage, true, ['t1'], false],
])('P2: the guest of a browser with %s ends with the page: %#', async (_, open, has, given, is) => {
  const page = openPage(given, open(), has);
  for (const __ of given) await page.fetch(NEGOTIATE);
  expect(page.isFleeting()).toBe(is);
});
