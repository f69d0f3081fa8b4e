// Who is here, who comes and goes, who is typing.

import { describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { joinRoom } from '../support/chat-client.ts';
import { newRoom } from '../support/shared-stack.ts';
import {
  becomes,
  closePanel,
  DESKTOP,
  DEVICES,
  isOnline,
  openPanel,
  openSettings,
  PHONE,
  people,
  read,
  say,
  shown,
} from './page-room.ts';

const { stack, enter } = people();

const count = (page: Page, online: number) =>
  becomes(
    `${online} online`,
    async () => (await page.getByTestId('online').getAttribute('data-online')) === `${online}`,
  );
const roster = async (page: Page) =>
  (await page.getByTestId('roster').locator('li').allTextContents()).map((text) => text.trim());
const typing = (page: Page) => page.getByTestId('typing').textContent();

test('one’s own tabs are one person, and their lines are one’s own', async () => {
  const path = `/r/${newRoom('tabs')}`;
  const ada = await enter(path, 'Ada', { viewport: PHONE });
  const second = await ada.context().newPage();
  await second.goto(`${stack().url}${path}`);
  await isOnline(second);
  await count(ada, 2);
  await openPanel(ada, 'people');
  await becomes('one person twice', async () => /^A?Ada.*×2/.test((await roster(ada)).join('|')));
  expect((await roster(ada)).length).toBe(1);
  await closePanel(ada);
  await say(second, 'from my other tab');
  const line = await shown(ada, 'from my other tab');
  expect(await line.getAttribute('data-direction')).toBe('sent');
  await second.getByTestId('composer').pressSequentially('typing there');
  await second.close();
  await count(ada, 1);
  expect(await typing(ada)).toBe('');
});

test('a new name in one tab is the name in all of them', async () => {
  const path = `/r/${newRoom('renamed')}`;
  const ada = await enter(path, 'Ada', { viewport: PHONE });
  const second = await ada.context().newPage();
  await second.goto(`${stack().url}${path}`);
  await isOnline(second);
  await openSettings(ada);
  await ada.getByTestId('name-input').fill('Ada L.');
  await ada.getByTestId('join').click();
  const bob = await enter(path, 'Bob');
  await becomes('the new name, twice', async () =>
    (await roster(bob)).some((person) => /Ada L\.×2/.test(person)),
  );
  await openPanel(second, 'rooms');
  await becomes('the new name beside it', async () =>
    ((await second.getByTestId('own-name').textContent()) ?? '').includes('Ada L.'),
  );
});

describe.each(DEVICES)('a new name on %s', (_, viewport) => {
  test('fixes: is given by keyboard alone, moves nothing, is refused if it is none, and may be that of somebody else', async () => {
    const room = newRoom('rename');
    const bob = await joinRoom(stack().url, room, 'Bob');
    const ada = await enter(`/r/${room}`, 'Ada', { viewport });
    await say(ada, 'hello');
    await shown(ada, 'hello');
    await openPanel(ada, 'rooms');
    const own = ada.getByTestId('own-name');
    const field = ada.getByTestId('name-input');
    const placesOf = () =>
      Promise.all(
        [own, ada.getByTestId('message'), ada.getByTestId('composer')].map((one) =>
          one.boundingBox(),
        ),
      );
    const before = await placesOf();
    const open = async () => {
      await ada.keyboard.press('Enter');
      await ada.getByTestId('dialog').waitFor();
      expect(await placesOf()).toEqual(before);
      // The button that closes the dialog has the focus, so that no keyboard covers a phone.
      await ada.keyboard.press('Tab');
      expect(await field.evaluate((box) => box.matches(':focus'))).toBe(true);
      await ada.keyboard.press('ControlOrMeta+a');
    };
    const isClosed = async () => {
      await ada.getByTestId('dialog').waitFor({ state: 'detached' });
      await ada.locator('[data-testid=own-name]:focus').waitFor();
      expect(await placesOf()).toEqual(before);
    };
    await own.focus();
    await open();
    await ada.keyboard.press('Backspace');
    await ada.keyboard.press('Enter');
    expect(await field.evaluate((box) => box.matches(':invalid:focus'))).toBe(true);
    const place = await field.boundingBox();
    // One character more than a name may have.
    await ada.keyboard.insertText('x'.repeat(33));
    await ada.keyboard.press('Enter');
    expect(await read(ada.getByRole('alert'))).toMatch(/^unable to use .+ as a name/i);
    expect(await field.getAttribute('aria-invalid')).toBe('true');
    expect(await field.boundingBox()).toEqual(place);
    await ada.keyboard.press('Escape');
    await isClosed();
    await open();
    expect(await field.inputValue()).toBe('Ada');
    await ada.keyboard.type('Bob');
    await ada.keyboard.press('Enter');
    await isClosed();
    await becomes('the new name', async () => (await read(own)).includes('Bob'));
    await closePanel(ada);
    await openPanel(ada, 'people');
    await becomes('two of that name', async () => (await roster(ada)).length === 2);
    // Each with another part of the id.
    expect(new Set(await roster(ada)).size).toBe(2);
    await bob.stop();
  });
});

test('somebody who joins or leaves is shown for a while, and the roster follows', async () => {
  const path = `/r/${newRoom('comings')}`;
  const ada = await enter(path, 'Ada', { hasClock: true });
  await becomes('the roster', async () => (await roster(ada)).length === 1);
  const bob = await enter(path, 'Bob');
  await becomes('that Bob joined', async () => (await typing(ada)) === 'Bob joined');
  await count(ada, 2);
  await becomes('both in the roster', async () => (await roster(ada)).length === 2);
  expect((await roster(ada))[0]).toContain('Ada');
  expect((await roster(bob)).join()).toContain('Ada');
  await bob.context().close();
  await becomes('that Bob left', async () => (await typing(ada)) === 'Bob left');
  await count(ada, 1);
  await becomes('one in the roster', async () => (await roster(ada)).length === 1);
  await ada.clock.fastForward(6_000);
  await becomes('an empty line', async () => (await typing(ada)) === '');
});

test('fixes: a head says the number online where it has changed, and each time’s tooltip says it, also after a reload', async () => {
  const path = `/r/${newRoom('counted')}`;
  const ada = await enter(path, 'Ada');
  await say(ada, 'one');
  await shown(ada, 'one');
  const bob = await enter(path, 'Bob');
  await say(bob, 'two');
  await shown(bob, 'two');
  await say(ada, 'three');
  await shown(ada, 'three');
  await ada.reload();
  for (const page of [ada, bob]) {
    const heads: (string | null)[] = [];
    for (const text of ['one', 'two', 'three']) {
      heads.push(await (await shown(page, text)).locator('.line-head').textContent());
    }
    expect(heads.map((head) => / · \d+ online$/.exec(head ?? '')?.[0])).toEqual([
      ' · 1 online',
      ' · 2 online',
      undefined,
    ]);
    const time = (await shown(page, 'three')).locator('time').first();
    expect(await time.getAttribute('title')).toMatch(/\d{4}.* · 2 online$/);
  }
  for (const [text, mark, title] of [
    ['one', '发送↑', 'Sent: your own message'],
    ['two', '接收↓', 'Received: a message of somebody else'],
  ] as const) {
    const direction = (await shown(ada, text)).locator('.direction');
    expect(await direction.textContent()).toBe(mark);
    expect(await direction.getAttribute('title')).toBe(title);
  }
});

test('who is typing is named, several are several', async () => {
  const room = newRoom('typing');
  const ada = await enter(`/r/${room}`, 'Ada', { hasClock: true });
  const bob = await enter(`/r/${room}`, 'Bob', { hasClock: true });
  const [eve, mia] = [
    await joinRoom(stack().url, room, 'Eve'),
    await joinRoom(stack().url, room, 'Mia'),
  ];
  await bob.getByTestId('composer').pressSequentially('x');
  await becomes('Bob typing', async () => (await typing(ada)) === 'Bob is typing…');
  await eve.hub.send('typing');
  await becomes('two typing', async () => (await typing(ada)) === 'Bob and Eve are typing…');
  // Both: the signs that Bob's page shows, and how seldom it gives its own.
  await Promise.all([ada, bob].map((page) => page.clock.fastForward(4_000)));
  await becomes('silence', async () => (await ada.locator('[data-typing=true]').count()) === 0);
  await bob.getByTestId('composer').pressSequentially('xy');
  await Promise.all([eve.hub.send('typing'), mia.hub.send('typing')]);
  await becomes('several', async () => (await typing(ada)) === 'Several people are typing…');
  await mia.send('done', 'done');
  await shown(ada, 'done');
  await becomes('two again', async () => /Bob|Eve/.test((await typing(ada)) ?? ''));
  expect(await read(ada.getByTestId('typing'))).not.toContain('Mia');
  await Promise.all([eve.stop(), mia.stop()]);
});

describe.each(DEVICES)('people on %s', (_, viewport) => {
  test('fixes: are found by a part of the name, distinguished, and clicked', async () => {
    const room = newRoom('many');
    const names = ['Bob', 'Bob', 'Eve', 'Kim', 'Mia', 'Sam', 'Tom', 'Zoe', 'Uma', 'Max'];
    const others = await Promise.all(names.map((name) => joinRoom(stack().url, room, name)));
    const page = await enter(`/r/${room}`, 'Ada', {
      viewport,
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    await openPanel(page, 'people');
    await becomes('eleven', async () => (await roster(page)).length === 11);
    // What is below the people stays in sight, however many there are, and next to few of them.
    const bottomOf = async (selector: string) => {
      const box = await page.locator(selector).boundingBox();
      return (box?.y ?? 0) + (box?.height ?? 0);
    };
    expect(await bottomOf('#side .invite')).toBeLessThanOrEqual(viewport.height);
    await page.getByTestId('find-person').fill('zoe');
    await becomes('one', async () => (await roster(page)).length === 1);
    const invite = await page.locator('#side .invite').boundingBox();
    expect((invite?.y ?? 0) - (await bottomOf('#side .person'))).toBeLessThan(40);
    await page.getByTestId('find-person').fill('bo');
    await becomes('both', async () => (await roster(page)).length === 2);
    // Each Bob with another part of the id.
    expect(new Set(await roster(page)).size).toBe(2);
    const bob = page.locator('#side .person').first();
    await bob.click();
    await page.getByTestId('copy-id').click();
    await becomes('copied', async () => (await read(page.getByTestId('copy-id'))) === 'Copied');
    const id = await page.evaluate<string>('navigator.clipboard.readText()');
    expect(await bob.getAttribute('title')).toBe(id);
    await page.getByTestId('mention').click();
    await becomes(
      'the mention, and the focus behind it',
      async () =>
        (await page.getByTestId('composer').inputValue()) === '@Bob ' &&
        (await page.evaluate('document.activeElement.dataset.testid')) === 'composer',
    );
    await Promise.all(others.map((one) => one.stop()));
  });
});

describe.each(DEVICES)('on %s', (_, viewport) => {
  test('the people are beside the chat on a wide screen, and over it on a narrow one', async () => {
    const path = `/r/${newRoom('side')}`;
    const ada = await joinRoom(stack().url, path.slice('/r/'.length), 'Ada');
    const bob = await enter(path, 'Bob', { viewport });
    const isBeside = viewport === DESKTOP;
    expect(await bob.locator('#side').isVisible()).toBe(isBeside);
    const people = bob.getByTestId('online');
    // fixes: the button does something on every screen. Beside the chat it takes the people away first.
    if (isBeside) {
      await people.click();
      await becomes('no people', async () => !(await bob.locator('#side').isVisible()));
      expect(await people.getAttribute('aria-expanded')).toBe('false');
    }
    await people.click();
    await becomes('the people', () => bob.locator('#side').isVisible());
    await becomes('Ada in sight', async () => (await roster(bob)).join().includes('Ada'));
    await bob.keyboard.press('Escape');
    await becomes('as before', async () => (await bob.locator('#side').isVisible()) === isBeside);
    await ada.stop();
  });

  test('one’s own name stands below its label, also where it is written from right to left', async () => {
    const page = await enter(`/r/${newRoom('rtl')}`, 'אבי כהן', { viewport });
    await openPanel(page, 'rooms');
    const own = page.getByTestId('own-name');
    // The text, not its box, which may be wider.
    const startOf = (selector: string) =>
      own.locator(selector).evaluate((element) => {
        const range = element.ownerDocument.createRange();
        range.selectNodeContents(element);
        return range.getBoundingClientRect().x;
      });
    expect(Math.abs((await startOf('bdi')) - (await startOf('.hint')))).toBeLessThan(2);
  });
});
