// A page of which a part fails, or that is older than the deployment. page-without.test.ts has browsers without a feature.

import { expect, test } from '@jest/globals';
import { openNetwork } from '../support/network.ts';
import { newRoom } from '../support/shared-stack.ts';
import { becomes, isOnline, join, people, read, say, shown, textsOf } from './page-room.ts';

const { stack, come, enter, client, publish } = people();

/** The browser fails on a text or a name with this word. */
const POISON = `
  for (const name of ['matchAll', 'split']) {
    const works = String.prototype[name];
    String.prototype[name] = function (...args) {
      if (this.includes('poison')) throw new Error('the browser fails on poison');
      return works.apply(this, args);
    };
  }
`;

const fails = 'the browser fails on poison';

test('P1: a message that cannot be shown as it should be is shown as plain text, and takes nothing with it', async () => {
  const room = newRoom('plain');
  const page = await enter(`/r/${room}`, 'Ada', { script: POISON, complains: fails });
  await say(page, 'before');
  await shown(page, 'before');
  await publish(room, ['poison'], 'Bob');
  await shown(page, 'poison');
  await say(page, 'after');
  await shown(page, 'after');
  expect(await textsOf(page)).toEqual(['before', 'poison', 'after']);
  expect(await page.getByTestId('failed').count()).toBe(0);
});

test.each([
  ['en-GB', 'Unable to show this; the chat may have a new version. Reload the page.', 'Reload'],
  ['zh-CN', '无法显示这部分内容，聊天室可能已更新。请重新载入页面。', '重新载入'],
])(
  'P1: a part of the page that fails says so in %s, the rest works, and a reload keeps what was written',
  async (locale, sentence, button) => {
    const room = newRoom('part');
    const page = await enter(`/r/${room}`, 'Ada', { script: POISON, locale, complains: fails });
    await page.getByTestId('composer').fill('not sent yet');
    const other = await client(room, 'poison');
    const failed = page.locator('#side').getByTestId('failed');
    await failed.waitFor();
    expect(await failed.locator('p').textContent()).toBe(sentence);
    expect(await failed.getByRole('button').textContent()).toBe(button);
    await other.send('hello', 'hello');
    await shown(page, 'hello');
    expect(await page.getByTestId('composer').inputValue()).toBe('not sent yet');
    await other.stop();
    await failed.getByRole('button').click();
    await becomes(
      'a page without trouble',
      async () => (await page.getByTestId('failed').count()) === 0,
    );
    await isOnline(page);
    expect(await page.getByTestId('composer').inputValue()).toBe('not sent yet');
  },
);

test('P3, P5: on plain HTTP, behind a proxy that refuses WebSockets, the page shows the history, sends and receives', async () => {
  const network = await openNetwork({ refusesWebSockets: true, name: 'chat.local' });
  try {
    const room = newRoom('lan');
    await publish(room, ['before']);
    const page = await come('/', { proxy: network.proxy });
    await page.goto(
      `${stack().url.replace('localhost', 'chat.local').replace('127.0.0.1', 'chat.local')}/r/${room}`,
    );
    expect(await page.evaluate('[isSecureContext, typeof crypto.randomUUID]')).toEqual([
      false,
      'undefined',
    ]);
    await join(page, 'Ada');
    await shown(page, 'before');
    await say(page, 'mine');
    await shown(page, 'mine');
    await publish(room, ['theirs']);
    await shown(page, 'theirs');
    await page.context().close();
  } finally {
    await network.stop();
  }
});

test('P9, P13: a page whose script does not run says so, and one whose script runs does not', async () => {
  const page = await enter(`/r/${newRoom('start')}`, 'Ada', { isFirst: true });
  const sentence = page.getByText('This page does not start.');
  expect(await sentence.isVisible()).toBe(false);
  // As after a deployment between the answers for two files.
  await page.route('**/main.js', (route) => route.fulfill({ status: 404, body: 'Not found' }));
  await page.reload();
  await sentence.waitFor({ state: 'attached' });
  await page.evaluate('document.getAnimations().forEach((animation) => animation.finish())');
  expect(await sentence.isVisible()).toBe(true);
});

const GONE = { status: 404, body: 'Not found' };

test('P13: a page that is older than the deployment says so where its QR code is gone', async () => {
  const page = await enter(`/r/${newRoom('old')}`, 'Ada', { isFirst: true });
  await page.route('**/chunk-qr-code-*', (route) => route.fulfill(GONE));
  const side = page.locator('#side');
  await side.getByTestId('qr').click();
  await side.getByTestId('failed').waitFor();
  expect(await read(side.getByTestId('failed'))).toContain('the chat may have a new version');
  await page.unrouteAll();
  await side.getByTestId('reload').click();
  await isOnline(page);
  await side.getByTestId('qr').click();
  await side.getByTestId('qr-code').waitFor();
});

test('P13: a page whose connection code is gone loads the new page, and says so if it is gone there too', async () => {
  const page = await enter(`/r/${newRoom('older')}`, 'Ada', { isFirst: true });
  let loads = 0;
  let goneIn = [1];
  page.on('request', (request) => {
    if (request.isNavigationRequest()) loads += 1;
  });
  await page.route('**/chunk-hub-*', (route) =>
    goneIn.includes(loads) ? route.fulfill(GONE) : route.continue(),
  );
  await page.reload();
  await isOnline(page);
  expect(loads).toBe(2);
  // A second reload so soon would not help either.
  goneIn = [3];
  await page.reload();
  await page.getByTestId('notice').getByTestId('reload').waitFor();
  expect(await read(page.getByTestId('notice'))).toContain('the chat may have a new version');
  expect(loads).toBe(3);
});

/** Puts translations in the place of the text nodes, as the translator of Chromium does. */
const TRANSLATE = `
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const texts = [];
  while (walker.nextNode()) texts.push(walker.currentNode);
  for (const text of texts) {
    if (text.data.trim() === '' || text.parentElement.closest('[translate=no], script, style, textarea')) continue;
    const outer = document.createElement('font');
    outer.append(document.createElement('font'));
    outer.firstChild.textContent = '«' + text.data + '»';
    text.replaceWith(outer);
  }
`;

test('P7: what changes in a page that the browser has translated shows, and the page goes on', async () => {
  const room = newRoom('translated');
  const page = await enter(`/r/${room}`, 'Ada');
  await say(page, 'before');
  await shown(page, 'before');
  await page.evaluate(TRANSLATE);
  expect(await read(page.getByTestId('online'))).toBe('«1 online»');
  expect(await read(page.getByTestId('own-name'))).toContain('Ada');
  const says = (testId: string, text: string) =>
    becomes(`"${text}"`, async () => (await read(page.getByTestId(testId))) === text);

  const bob = await client(room, 'Bob');
  await says('online', '2 online');
  await bob.hub.send('typing');
  await says('typing', 'Bob is typing…');
  await page.evaluate(TRANSLATE);
  await bob.send('hello', 'hello');
  await shown(page, 'hello');
  await says('typing', '');
  await page.getByTestId('qr').first().click();
  await becomes('another word on the button', async () =>
    (await page.getByTestId('qr').allInnerTexts()).includes('Hide QR code'),
  );
  await bob.stop();
  await says('online', '1 online');

  await page.evaluate(TRANSLATE);
  await page.context().setOffline(true);
  await becomes('offline', async () =>
    (await read(page.getByTestId('connection-state'))).includes('offline'),
  );
  await say(page, 'in the tunnel');
  await page.getByTestId('outbox-line').waitFor();
  await page.evaluate(TRANSLATE);
  await page.context().setOffline(false);
  await isOnline(page);
  await shown(page, 'in the tunnel');
  expect((await textsOf(page)).map((text) => text.replace(/[«»]/g, ''))).toEqual([
    'before',
    'hello',
    'in the tunnel',
  ]);
  expect(await page.getByTestId('connection-state').getByRole('status').textContent()).toBe(
    'connected',
  );

  await page.evaluate(TRANSLATE);
  await page.getByTestId('own-name').click();
  await page.getByTestId('language').selectOption('zh');
  await becomes('Chinese', async () => (await read(page.getByTestId('online'))) === '1 人在线');
  await page.getByRole('heading', { name: '成员' }).waitFor();
});
