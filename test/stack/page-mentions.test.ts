// Mentions: the list above the composer, whom a line names, and what the one who is meant sees.

import { describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { type ChatClient, joinRoom } from '../support/chat-client.ts';
import { newRoom } from '../support/shared-stack.ts';
import { looks } from './page-look.ts';
import { becomes, DESKTOP, messageOf, openPanel, PHONE, people, say, shown } from './page-room.ts';
import { TRACED, tasksIn } from './page-trace.ts';

const { stack, enter, browser } = people();
const look = looks();

const TOUCH = { viewport: PHONE, hasTouch: true, isMobile: true };
const composer = (page: Page) => page.getByTestId('composer');
const list = (page: Page) => page.getByTestId('mention-list');
const options = (page: Page) => list(page).getByRole('option');
const named = async (page: Page) =>
  (await options(page).locator('bdi').allTextContents()).join(' | ');
const lists = (page: Page, names: string) =>
  becomes(`the list ${names}`, async () => (await named(page)) === names);
const isClosed = (page: Page) => list(page).waitFor({ state: 'detached' });

/** What has the focus. */
const holds = (page: Page) => page.evaluate('document.activeElement.dataset.testid');

/** The roster of the page knows everybody. */
const knows = (page: Page, count: number) =>
  becomes(
    `${count} people`,
    async () => (await page.getByTestId('roster').locator('li').count()) === count,
  );

async function company(room: string, names: readonly string[]): Promise<ChatClient[]> {
  return Promise.all(names.map((name) => joinRoom(stack().url, room, name)));
}

/** Whom the last message of the room mentions, by name. */
async function mentioned(room: string, clients: readonly ChatClient[]): Promise<string[]> {
  const answer = await fetch(`${stack().url}/api/rooms/${encodeURIComponent(room)}/messages`);
  const { messages } = (await answer.json()) as { messages: { mentions?: string[] }[] };
  const nameOf = (id: string) =>
    clients.map(({ welcomes }) => welcomes[0]).find((welcome) => welcome?.userId === id)?.name;
  return (messages.at(-1)?.mentions ?? []).map((id) => nameOf(id) ?? id);
}

test('a name is completed with the keyboard alone, and Enter sends only without a list', async () => {
  const room = newRoom('complete');
  const others = await company(room, ['Bob', 'Bea Li', 'Zoë', '王伟', 'Ann']);
  const page = await enter(`/r/${room}`, 'Ada');
  await knows(page, 6);
  await composer(page).pressSequentially('hi @');
  await lists(page, 'Ann | Bea Li | Bob | Zoë | 王伟');
  expect(await composer(page).getAttribute('aria-activedescendant')).toBe('mention-list-0');
  await page.keyboard.type('b');
  await lists(page, 'Bea Li | Bob');
  await page.keyboard.press('ArrowDown');
  expect(await options(page).nth(1).getAttribute('aria-selected')).toBe('true');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  expect(await composer(page).inputValue()).toBe('hi @Bea Li ');
  await isClosed(page);
  expect(await messageOf(page, 'hi').count()).toBe(0);
  await page.keyboard.type('and @zoe');
  await lists(page, 'Zoë');
  await page.keyboard.press('Tab');
  await page.keyboard.type('and @王');
  await lists(page, '王伟');
  // Escape leaves the text as it is, and the list away while the word grows.
  await page.keyboard.press('Escape');
  await isClosed(page);
  await page.keyboard.type('伟!');
  expect(await composer(page).inputValue()).toBe('hi @Bea Li and @Zoë and @王伟!');
  expect(await holds(page)).toBe('composer');
  expect(await composer(page).getAttribute('aria-activedescendant')).toBeNull();
  await page.keyboard.press('Enter');
  await shown(page, 'hi @Bea Li');
  expect(await mentioned(room, others)).toEqual(['Bea Li', 'Zoë', '王伟']);
  // What is taken back names nobody, and what comes back names again.
  await page.keyboard.type('@bo');
  await lists(page, 'Bob');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Backspace');
  await page.keyboard.press('Backspace');
  await page.keyboard.type('x');
  await isClosed(page);
  await page.keyboard.press('Escape');
  await page.keyboard.press('Enter');
  await shown(page, '@Box');
  expect(await mentioned(room, others)).toEqual([]);
  await Promise.all(others.map((one) => one.stop()));
});

test('people with one name are distinguished, the right one is meant, and a draft keeps it over a reload', async () => {
  const room = newRoom('twins');
  const others = await company(room, ['Sam', 'Sam']);
  const page = await enter(`/r/${room}`, 'Ada');
  await knows(page, 3);
  await composer(page).pressSequentially('@s');
  await lists(page, 'Sam | Sam');
  const tags = await options(page).locator('.tag').allTextContents();
  const ids = others.map(({ welcomes }) => welcomes[0]?.userId ?? '');
  expect(tags.toSorted()).toEqual(ids.map((id) => id.slice(-4)).toSorted());
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Enter');
  await page.reload();
  await knows(page, 3);
  expect(await composer(page).inputValue()).toBe('@Sam ');
  await composer(page).press('End');
  await page.keyboard.type('hello');
  await page.keyboard.press('Enter');
  await shown(page, '@Sam hello');
  const [meant = ''] = await mentioned(room, []);
  expect(meant.slice(-4)).toBe(tags[1]);
  await Promise.all(others.map((one) => one.stop()));
});

test('an unsent line keeps whom it means over a reload, and so does its new text', async () => {
  const room = newRoom('unsent');
  const others = await company(room, ['Bob']);
  const page = await enter(`/r/${room}`, 'Ada');
  await knows(page, 2);
  // Completion loads from the network, unless a service worker has it.
  await composer(page).pressSequentially('@');
  await lists(page, 'Bob');
  await page.context().setOffline(true);
  await page.locator('[data-testid=connection-state][data-state=offline]').waitFor();
  for (const [n, text] of ['@Bob one', '@Bob two'].entries()) {
    await composer(page).fill(text);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Enter');
    await page.getByTestId('outbox-line').nth(n).waitFor();
  }
  await composer(page).press('ArrowUp');
  await page.getByTestId('edit-bar').waitFor();
  await say(page, '@Bob three');
  await page.context().setOffline(false);
  await shown(page, '@Bob three');
  expect(await mentioned(room, others)).toEqual(['Bob']);
  const answer = await fetch(`${stack().url}/api/rooms/${room}/messages`);
  const { messages } = (await answer.json()) as { messages: { mentions?: string[] }[] };
  expect(messages.map(({ mentions }) => mentions?.length)).toEqual([1, 1]);
  await Promise.all(others.map((one) => one.stop()));
});

test('a line that mentions somebody is queued at once while the part still loads, in order and once', async () => {
  const room = newRoom('slow-part');
  const others = await company(room, ['Bob']);
  const page = await enter(`/r/${room}`, 'Ada');
  await knows(page, 2);
  let load = () => {};
  const loading = new Promise<void>((resolve) => {
    load = resolve;
  });
  await page.route('**/mentions.css*', async (route) => {
    await loading;
    await route.continue();
  });
  await composer(page).pressSequentially('@Bob one');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Enter');
  expect(await composer(page).inputValue()).toBe('');
  await page.keyboard.type('two');
  await page.keyboard.press('Enter');
  const lines = page.getByTestId('outbox-line');
  await becomes('two lines', async () => (await lines.count()) === 2);
  expect(await messageOf(page, 'two').count()).toBe(0);
  load();
  await shown(page, 'two');
  await becomes('no line left', async () => (await lines.count()) === 0);
  const answer = await fetch(`${stack().url}/api/rooms/${room}/messages`);
  const { messages } = (await answer.json()) as {
    messages: { text: string; mentions?: string[] }[];
  };
  const bob = others[0]?.welcomes[0]?.userId;
  expect(messages.map(({ text, mentions }) => [text, mentions])).toEqual([
    ['@Bob one', [bob]],
    ['two', undefined],
  ]);
  await Promise.all(others.map((one) => one.stop()));
});

test('nothing is taken while an input method composes', async () => {
  const room = newRoom('ime');
  const others = await company(room, ['王伟', 'Wendy']);
  const page = await enter(`/r/${room}`, 'Ada');
  await knows(page, 3);
  const devtools = await page.context().newCDPSession(page);
  await composer(page).pressSequentially('@');
  await lists(page, 'Wendy | 王伟');
  await devtools.send('Input.imeSetComposition', { text: 'w', selectionStart: 1, selectionEnd: 1 });
  await isClosed(page);
  // The Enter that ends a composition in Chromium, then in Safari.
  await composer(page).dispatchEvent('keydown', { key: 'Enter', isComposing: true });
  await composer(page).dispatchEvent('keydown', { key: 'Enter', keyCode: 229 });
  expect(await composer(page).inputValue()).toBe('@w');
  await devtools.send('Input.insertText', { text: '王' });
  await lists(page, '王伟');
  await page.keyboard.press('Enter');
  expect(await composer(page).inputValue()).toBe('@王伟 ');
  await page.keyboard.type('你好');
  await page.keyboard.press('Enter');
  await shown(page, '你好');
  expect(await mentioned(room, others)).toEqual(['王伟']);
  await Promise.all(others.map((one) => one.stop()));
});

test('the list of people and the switcher mention in the same way', async () => {
  const room = newRoom('buttons');
  const others = await company(room, ['Bob', 'Eve']);
  const page = await enter(`/r/${room}`, 'Ada');
  await knows(page, 3);
  await composer(page).fill('hi');
  await page.getByTestId('roster').getByText('Bob').click();
  await page.getByTestId('mention').click();
  await becomes('Bob', async () => (await composer(page).inputValue()) === 'hi @Bob ');
  await page.keyboard.press('ControlOrMeta+k');
  await page.getByTestId('switch').fill('eve');
  await page.getByTestId('switch').press('Enter');
  await becomes('Eve', async () => (await composer(page).inputValue()) === 'hi @Bob @Eve ');
  await page.keyboard.press('Enter');
  await shown(page, '@Eve');
  expect(await mentioned(room, others)).toEqual(['Bob', 'Eve']);
  await Promise.all(others.map((one) => one.stop()));
});

describe.each([
  ['a phone', 'phone', { ...TOUCH, locale: 'zh-CN', colorScheme: 'dark' as const }],
  ['a desktop', 'desktop', { viewport: DESKTOP }],
])('on %s', (_, device, settings) => {
  test('the list lies above the line that is written, fits, and is taken by touch or click', async () => {
    const room = newRoom('list');
    const names = Array.from({ length: 12 }, (_, n) => `Guest ${n}`);
    const others = await company(room, names);
    const page = await enter(`/r/${room}`, '艾达', settings);
    await openPanel(page, 'people');
    await knows(page, 13);
    if (device === 'phone') await page.keyboard.press('Escape');
    await composer(page).pressSequentially('你好 @');
    await becomes('eight people', async () => (await options(page).count()) === 8);
    const [above, box] = await Promise.all([
      list(page).boundingBox(),
      composer(page).boundingBox(),
    ]);
    if (!above || !box) throw new Error('unable to measure; the list is not shown.');
    expect(above.y).toBeGreaterThanOrEqual(0);
    expect(above.y + above.height).toBeLessThanOrEqual(box.y);
    expect(above.x + above.width).toBeLessThanOrEqual(page.viewportSize()?.width ?? 0);
    const heights = await options(page).evaluateAll((all) =>
      all.map((one) => one.getBoundingClientRect().height),
    );
    expect(Math.min(...heights)).toBeGreaterThanOrEqual(device === 'phone' ? 44 : 24);
    expect(await look(page, `mention-list-${device}`)).toEqual([]);
    // As little as an on-screen keyboard leaves.
    const height = page.viewportSize()?.height ?? 0;
    await page.setViewportSize({ width: page.viewportSize()?.width ?? 0, height: 380 });
    await composer(page).press('Escape');
    await page.keyboard.type(' @');
    await becomes('the list', async () => (await options(page).count()) === 8);
    const [low, line] = await Promise.all([list(page).boundingBox(), composer(page).boundingBox()]);
    expect(low?.y).toBeGreaterThanOrEqual(0);
    expect((low?.y ?? 0) + (low?.height ?? 0)).toBeLessThanOrEqual(line?.y ?? 0);
    await page.setViewportSize({ width: page.viewportSize()?.width ?? 0, height });
    const third = options(page).nth(2);
    const name = await third.locator('bdi').textContent();
    await (device === 'phone' ? third.tap() : third.click());
    expect(await composer(page).inputValue()).toBe(`你好 @ @${name} `);
    expect(await holds(page)).toBe('composer');
    await Promise.all(others.map((one) => one.stop()));
  });

  test('a line that mentions me is marked, in history and after an edit, and my name stands out', async () => {
    const room = newRoom('marked');
    const path = `/r/${room}`;
    const page = await enter(path, '艾达', settings);
    const bob = await enter(path, 'Bob Li');
    await knows(bob, 2);
    await bob.getByTestId('composer').pressSequentially('你好 @艾');
    await lists(bob, '艾达');
    await bob.keyboard.press('Enter');
    await bob.keyboard.type('and @nobody');
    await isClosed(bob);
    await bob.keyboard.press('Enter');
    // A line with a mention goes out a moment later, and not at all if the text changes until then.
    await shown(bob, 'and @nobody');
    await say(bob, 'a line for all');
    const line = await shown(page, 'and @nobody');
    await line.getByTestId('mentions-you').waitFor();
    expect(await line.getByTestId('mentions-you').textContent()).toBe(
      device === 'phone' ? '提到了你' : 'mentions you',
    );
    expect(await line.locator('.mention[data-me=true]').allTextContents()).toEqual(['@艾达']);
    expect(await line.locator('.mention').count()).toBe(1);
    expect(await messageOf(page, 'a line for all').getByTestId('mentions-you').count()).toBe(0);
    // For the others the name stands out less.
    const theirs = await shown(bob, 'and @nobody');
    await theirs.locator('.mention[data-me=false]').waitFor();
    expect(await theirs.getByTestId('mentions-you').count()).toBe(0);
    expect(await look(page, `mention-line-${device}`)).toEqual([]);
    await page.emulateMedia({ forcedColors: 'active' });
    expect(await look(page, `mention-line-forced-${device}`)).toEqual([]);
    await page.emulateMedia({ forcedColors: 'none' });
    await page.reload();
    await (await shown(page, 'and @nobody')).getByTestId('mentions-you').waitFor();
    await bob.getByTestId('composer').press('ArrowUp');
    await bob.keyboard.press('Escape');
    await theirs.focus();
    await theirs.getByTestId('more').click();
    await bob.getByTestId('action-edit').click();
    await bob.getByTestId('edit-bar').waitFor();
    await bob.getByTestId('composer').fill('changed, @艾达');
    // Before the list is there, Escape would give up the edit.
    await lists(bob, '艾达');
    await bob.keyboard.press('Escape');
    await isClosed(bob);
    await bob.keyboard.press('Enter');
    const changed = await shown(page, 'changed, @艾达');
    await changed.getByTestId('edited').waitFor();
    await changed.getByTestId('mentions-you').waitFor();
    expect(await changed.locator('.mention[data-me=true]').count()).toBe(1);
  });
});

test('500 people in the room, and no key takes a long task', async () => {
  const room = newRoom('crowd');
  const page = await enter(`/r/${room}`, 'Ada', { isAlone: true });
  const members = Array.from({ length: 500 }, (_, n) => ({
    connectionId: `c${n}`,
    userId: `g-${n}`,
    name: `Guest Nr ${n}`,
    connectedAt: 1_000 + n,
  }));
  await page.route(/\/members/, (route) =>
    route.fulfill({ json: { room, revision: 1_000, online: 500, truncated: false, members } }),
  );
  await page.reload();
  await knows(page, 500);
  await composer(page).pressSequentially('@');
  await becomes('the list', async () => (await options(page).count()) === 8);
  await browser().startTracing(page, { categories: [...TRACED] });
  await page.keyboard.type('nr 4');
  await becomes('those with a 4', async () => (await named(page)).startsWith('Guest Nr 4 |'));
  const { processor } = tasksIn(await browser().stopTracing());
  expect(processor.length).toBeGreaterThan(4);
  // What a browser calls a long task.
  expect(processor[0]).toBeLessThan(50);
  expect(browser().contexts()).toHaveLength(1);
});
