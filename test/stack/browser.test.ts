// Two people in two real browsers.

import { expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { eventually } from '../support/eventually.ts';
import { openNetwork } from '../support/network.ts';
import { newRoom } from '../support/shared-stack.ts';
import { picture } from './page-look.ts';
import { DESKTOP, inState, PHONE, people, say, textsOf } from './page-room.ts';

const FROM_ADA = [
  '你好，世界',
  '👩‍👩‍👧 👋🏽 🇺🇳',
  '<script>alert("x")</script><img src=x onerror=alert(1)>',
  'مرحبا بالعالم',
  '四千'.repeat(2_000),
];
const FROM_BOB = ['hello', 'שלום עולם', 'a\tb  c', '&lt;b&gt; & "quotes"', 'ok 😀'];

const { enter } = people();

/** With the service worker, as users have it. */
const ON_DESKTOP = { viewport: DESKTOP, serviceWorkers: 'allow' } as const;
const ON_PHONE = { viewport: PHONE, serviceWorkers: 'allow' } as const;

const onlineAt = (page: Page) => page.getByTestId('online').getAttribute('data-online');
const shows = (page: Page, count: number) =>
  eventually(async () => (await textsOf(page)).length === count, `${count} messages`);
const areOnline = (page: Page, count: number) =>
  eventually(async () => (await onlineAt(page)) === String(count), `${count} online`);

async function seqsOf(page: Page) {
  return page
    .getByTestId('message')
    .evaluateAll((lines) => lines.map((line) => line.getAttribute('data-seq')));
}
const oneTo = (count: number) => Array.from({ length: count }, (_, n) => String(n + 1));

test('two pages count each other, show the same messages in the same order as text, and again after a reload', async () => {
  const path = `/r/${encodeURIComponent(newRoom('大厅'))}`;
  const ada = await enter(path, '阿达', ON_DESKTOP);
  await areOnline(ada, 1);
  const bob = await enter(path, 'Bob', ON_PHONE);
  await areOnline(ada, 2);
  await areOnline(bob, 2);

  for (const [n, text] of FROM_ADA.entries()) {
    await Promise.all([say(ada, text), say(bob, FROM_BOB[n] ?? '')]);
  }
  await shows(ada, 10);
  await shows(bob, 10);
  const texts = await textsOf(ada);
  expect(await textsOf(bob)).toEqual(texts);
  expect([...texts].sort()).toEqual([...FROM_ADA, ...FROM_BOB].sort());
  expect(texts.filter((text) => FROM_ADA.includes(text))).toEqual(FROM_ADA);
  expect(texts.filter((text) => FROM_BOB.includes(text))).toEqual(FROM_BOB);
  expect(await seqsOf(bob)).toEqual(oneTo(10));

  // Each line has its direction, author and time.
  const lines = async (page: Page, direction: string) =>
    page.locator(`[data-testid=message][data-direction=${direction}]`).allInnerTexts();
  expect(await lines(ada, 'sent')).toHaveLength(5);
  for (const line of await lines(ada, 'sent'))
    expect(line).toMatch(/阿达[\s\S]*发送↑[\s\S]*\d\d?:\d\d/);
  for (const line of await lines(ada, 'received')) expect(line).toMatch(/Bob[\s\S]*接收↓/);
  expect(await lines(bob, 'received')).toHaveLength(5);
  await picture(ada, 'ada');
  await picture(bob, 'bob');

  await ada.reload();
  await shows(ada, 10);
  expect(await textsOf(ada)).toEqual(texts);
  await areOnline(ada, 2);
  await bob.context().close();
  await areOnline(ada, 1);
});

test('two pages lose and repeat nothing when one is cut off for a while', async () => {
  const network = await openNetwork();
  try {
    const path = `/r/${newRoom('tunnel')}`;
    const ada = await enter(path, 'Ada', { ...ON_DESKTOP, proxy: network.proxy });
    const bob = await enter(path, 'Bob', ON_PHONE);
    await areOnline(ada, 2);
    await say(ada, 'before');
    await shows(bob, 1);
    network.cut();
    await say(ada, 'from the tunnel');
    const away = Array.from({ length: 10 }, (_, n) => `while you were away ${n + 1}`);
    for (const text of away) await say(bob, text);
    await shows(bob, 1 + away.length);
    await inState(ada, 'reconnecting');
    expect(await ada.getByTestId('outbox-line').allInnerTexts()).toHaveLength(1);
    await picture(ada, 'ada-cut-off');
    network.restore();
    const total = away.length + 2;
    await shows(ada, total);
    await shows(bob, total);
    const texts = await textsOf(ada);
    expect(await textsOf(bob)).toEqual(texts);
    expect(new Set(texts)).toEqual(new Set(['before', 'from the tunnel', ...away]));
    expect(await seqsOf(ada)).toEqual(oneTo(total));
    expect(await ada.getByTestId('outbox-line').count()).toBe(0);
    await areOnline(ada, 2);
    await areOnline(bob, 2);
  } finally {
    await network.stop();
  }
});
