// The page without a feature of the browser, and with one that fails, as private windows and settings make it.

import { expect, test } from '@jest/globals';
import { ALERT_AFTER_MS } from '../../web/state/alerts.ts';
import { newRoom } from '../support/shared-stack.ts';
import { sized } from '../support/sizes.ts';
import { isOnline, people, say, shown } from './page-room.ts';

const { stack, enter, publish } = people();

/** What the page uses and can do without. README.md says which browsers have the rest. */
const FEATURES = [
  'AudioContext',
  'BroadcastChannel',
  'Intl.Segmenter',
  'Notification',
  'ResizeObserver',
  'crypto.getRandomValues',
  'document.execCommand navigator.clipboard',
  'localStorage',
  'matchMedia',
  'navigator.cookieEnabled',
  'navigator.languages',
  'navigator.locks',
  'navigator.onLine',
  'navigator.serviceWorker',
  'navigator.share',
  'sessionStorage',
  // Without a WebSocket the page takes server-sent events, without both it polls.
  'WebSocket',
  'WebSocket EventSource',
  // What it does not use, because it is newer than some browsers that the page runs in.
  'AbortSignal.any AbortSignal.timeout Array.prototype.findLast Array.prototype.toSorted IntersectionObserver Object.groupBy URL.canParse caches crypto.randomUUID reportError structuredClone',
] as const;

/**
 * Removes the features that the page's address names, or lets them throw: a function when it is called, anything else when
 * it is read. The person looks elsewhere, so messages of others notify and ring.
 */
const TROUBLE = `
  const query = new URL(location.href).searchParams;
  for (const path of (query.get('without') ?? '').split(' ').filter(Boolean)) {
    const keys = path.split('.');
    const key = keys.pop();
    const owner = keys.reduce((value, name) => value?.[name], window);
    if (!owner) continue;
    const holder = [owner, Object.getPrototypeOf(owner)].find((one) => Object.hasOwn(one, key)) ?? owner;
    const fail = () => { throw new DOMException(path + ' is out of order', 'SecurityError'); };
    const broken = Object.assign(function () { fail(); }, { permission: 'granted' });
    const isMissing = query.get('how') === 'missing';
    if (isMissing) delete holder[key];
    if (isMissing && key in owner) Object.defineProperty(owner, key, { value: undefined });
    if (!isMissing && typeof owner[key] === 'function') holder[key] = broken;
    else if (!isMissing) Object.defineProperty(holder, key, { get: fail });
  }
  if (query.has('without')) {
    document.hasFocus = () => false;
    Object.defineProperty(document, 'visibilityState', { get: () => 'hidden' });
  }
`;

/** Those that the page has all the same. */
const PRESENT = `
  new URL(location.href).searchParams.get('without').split(' ').filter((path) =>
    path.split('.').reduce((value, key) => value?.[key], window) !== undefined)
`;

/** In `npm test` every second one is missing, and the others fail. In the soak each of them does both. */
const featuresThat = (how: 'missing' | 'failing') =>
  FEATURES.filter((_, index) => sized((index % 2 === 0) === (how === 'missing'), true));

test.each(['missing', 'failing'] as const)(
  'P9: with any one feature %s the page shows, sends and receives',
  async (how) => {
    const room = newRoom(how);
    await publish(room, ['before 👩‍👩‍👧 https://example.com/ `code`']);
    const page = await enter(`/r/${room}`, 'Ada 👋', { script: TROUBLE, hasClock: true });
    await page.evaluate(`localStorage.setItem('chat.settings', '{"notifies":true,"sounds":true}')`);
    const inTrouble: string[] = [];
    for (const [index, without] of featuresThat(how).entries()) {
      const query = new URLSearchParams({ how, without });
      try {
        await page.goto(`${stack().url}/r/${room}?${query}`);
        const join = page.getByTestId('name-input');
        await page.getByTestId('composer').or(join).waitFor();
        if ((await join.count()) > 0) {
          await join.fill('Ada 👋');
          await page.getByTestId('join').click();
        }
        await isOnline(page);
        if (how === 'missing') expect(await page.evaluate(PRESENT)).toEqual([]);
        await say(page, `mine ${index} 👋`);
        await shown(page, `mine ${index} 👋`);
        await publish(room, [`theirs ${index} 🎉`]);
        await shown(page, `theirs ${index} 🎉`);
        await page.clock.fastForward(ALERT_AFTER_MS);
        if ((await page.getByTestId('failed').count()) > 0) inTrouble.push(`${without}: a part`);
      } catch (error) {
        inTrouble.push(`${without}: ${String(error).slice(0, 200)}`);
      }
    }
    expect(inTrouble).toEqual([]);
  },
);
