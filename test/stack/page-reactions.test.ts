// Reactions: chips below a message, who has chosen them, the first row of the menu, and what they leave alone.

import { describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { joinRoom } from '../support/chat-client.ts';
import { newRoom } from '../support/shared-stack.ts';
import { looks } from './page-look.ts';
import { chips, facesOf, longPress, openMenu, press, touch } from './page-reacting.ts';
import {
  becomes,
  belowSight,
  DESKTOP,
  DEVICES,
  isOnline,
  messageOf,
  PHONE,
  people,
  read,
  say,
  shown,
} from './page-room.ts';

const { enter, stack, publish } = people();
const look = looks();

async function react(page: Page, text: string, emoji: string, viewport = DESKTOP): Promise<void> {
  await openMenu(page, text, viewport);
  const quick = page.getByTestId('quick').and(page.locator(`[data-emoji="${emoji}"]`));
  await press(quick, viewport);
  await page.getByTestId('message-menu').waitFor({ state: 'detached' });
}

test('a tap on a chip stays a tap if the chips are drawn anew before the finger leaves', async () => {
  const room = newRoom('tap');
  const ada = await enter(`/r/${room}`, 'Ada', { ...touch(PHONE), hasClock: true });
  const bob = await enter(`/r/${room}`, 'Bob');
  await say(bob, 'hello');
  await react(bob, 'hello', '👍');
  const chip = chips(ada, 'hello');
  await chip.waitFor();
  const { x = 0, y = 0, width = 0, height = 0 } = (await chip.boundingBox()) ?? {};
  const devtools = await ada.context().newCDPSession(ada);
  const touchPoints = [{ x: x + width / 2, y: y + height / 2 }];
  await devtools.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints });
  await messageOf(ada, 'hello').focus();
  await becomes('drawn anew', async () => (await chip.getAttribute('tabindex')) === '0');
  await devtools.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
  await ada.clock.fastForward(1_000);
  expect(await ada.getByTestId('who').count()).toBe(0);
  await becomes('chosen', async () => (await facesOf(bob, 'hello')).join() === '👍 2');
});

describe.each(DEVICES)('a reaction on %s', (device, viewport) => {
  test('is a chip with its count for everyone, says who, and goes with a press', async () => {
    const room = newRoom('react');
    const ada = await enter(`/r/${room}`, 'Ada', touch(viewport));
    const bob = await enter(`/r/${room}`, 'Bob');
    await say(ada, 'shall we meet?');
    await react(ada, 'shall we', '👍', viewport);
    await becomes('shown', async () => (await facesOf(bob, 'shall we')).join() === '👍 1');
    expect(await facesOf(ada, 'shall we')).toEqual(['👍 1']);
    expect(await chips(bob, 'shall we').getAttribute('aria-pressed')).toBe('false');
    await chips(bob, 'shall we').click();
    await becomes('both', async () => (await facesOf(ada, 'shall we')).join() === '👍 2');
    expect(await chips(ada, 'shall we').getAttribute('aria-pressed')).toBe('true');
    // Who: on hover, or on a long press.
    if (viewport === PHONE) await longPress(ada, 'shall we', 'reaction');
    else await chips(ada, 'shall we').hover();
    const who = ada.getByTestId('who');
    expect((await read(who)).replace(/[\u2068\u2069\s]+/g, ' ')).toContain('You and Bob');
    const box = await who.boundingBox();
    expect(box?.x).toBeGreaterThanOrEqual(0);
    expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(viewport.width);
    expect(await look(ada, `reactions-${device.split(' ')[1]}`)).toEqual([]);
    // The long press has not taken the own one back.
    expect(await facesOf(ada, 'shall we')).toEqual(['👍 2']);
    if (viewport === PHONE) await chips(ada, 'shall we').tap();
    else await chips(ada, 'shall we').click();
    await becomes('taken back', async () => (await facesOf(bob, 'shall we')).join() === '👍 1');
    expect(await chips(ada, 'shall we').getAttribute('aria-pressed')).toBe('false');
  });

  test('of a message further up moves nothing that is read, and is no news', async () => {
    const room = newRoom('still');
    const guest = await joinRoom(stack().url, room, 'Bob');
    for (let n = 1; n <= 25; n += 1) await guest.send(`line ${n}.\n\n\nlast of ${n}.`, `m${n}`);
    await guest.stop();
    const ada = await enter(`/r/${room}`, 'Ada', { viewport });
    await shown(ada, 'line 25.');
    await ada.getByTestId('log').evaluate((log) => {
      log.scrollTop = 600;
    });
    await ada.getByTestId('to-end').waitFor();
    const topOf = async (seq: number) =>
      (await ada.locator(`[data-seq="${seq}"]`).boundingBox())?.y ?? Number.NaN;
    // The first line that is whole. The one above it is at the edge.
    const first = await ada.getByTestId('log').evaluate((log) => {
      const { top } = log.getBoundingClientRect();
      const lines = [...log.querySelectorAll('[data-seq]')];
      const whole = lines.find((line) => line.getBoundingClientRect().top >= top);
      return Number(whole?.getAttribute('data-seq'));
    });
    const before = await topOf(first);
    const title = await ada.title();
    const above = [first - 2, first - 3, first - 4];
    await reactOverHub(room, above, ['👍', '🎉']);
    await becomes('above', async () => {
      return (await ada.locator(`[data-seq="${first - 2}"] [data-testid=reaction]`).count()) === 2;
    });
    expect(Math.abs((await topOf(first)) - before)).toBeLessThan(1.5);
    expect(await ada.getByTestId('to-end').getAttribute('data-unread')).toBe('0');
    expect(await ada.title()).toBe(title);
  });

  test('keeps a reader at the end at the end', async () => {
    const room = newRoom('end');
    const ada = await enter(`/r/${room}`, 'Ada', { viewport });
    await publish(
      room,
      Array.from({ length: 40 }, (_, n) => `line ${n + 1}.`),
    );
    await say(ada, 'the last one');
    await shown(ada, 'the last one');
    await reactOverHub(room, [41], ['👍']);
    await chips(ada, 'the last one').waitFor();
    expect(await belowSight(ada)).toBeLessThan(2);
  });
});

test('with the keyboard alone one reacts, reads who has, chooses another emoji, and takes both back', async () => {
  const room = newRoom('keys');
  const ada = await enter(`/r/${room}`, 'Ada');
  const focused = () => ada.evaluate('document.activeElement.outerHTML.slice(0, 300)');
  const keys = async (...names: readonly string[]) => {
    for (const name of names) await ada.keyboard.press(name);
  };
  await say(ada, 'by keyboard');
  const message = await shown(ada, 'by keyboard');
  await ada.getByTestId('log').focus();
  await keys('ArrowUp', 'Tab', 'Tab', 'Tab', 'Enter');
  await ada.getByTestId('quick').first().waitFor();
  // Above the actions is the row of emoji, which ends with the picker.
  await keys('ArrowUp', 'ArrowRight');
  await becomes('on the first', async () => String(await focused()).includes('👍'));
  await keys('ArrowRight', 'Enter');
  await becomes('shown', async () => (await facesOf(ada, 'by keyboard')).join() === '❤️ 1');
  // From the line over its reaction to its actions.
  await message.focus();
  await keys('Tab');
  expect(await focused()).toContain('❤️');
  expect(await read(ada.getByTestId('who'))).toContain('You');
  await keys('Escape');
  expect(await ada.getByTestId('who').count()).toBe(0);
  await keys('Tab', 'Tab', 'Tab', 'Enter');
  await ada.getByTestId('quick').first().waitFor();
  await keys('ArrowUp', 'Enter');
  await ada.getByTestId('picker').locator('[data-emoji]').first().waitFor();
  await ada.keyboard.type('cat');
  await ada.getByTestId('picker').locator('[data-emoji="🐈"]').waitFor();
  await keys('ArrowDown', 'ArrowRight', 'ArrowLeft', 'Enter');
  await becomes('chosen', async () => (await facesOf(ada, 'by keyboard')).join() === '❤️ 1,🐈 1');
  await message.focus();
  await keys('Tab', 'Tab', 'Space');
  await becomes('one', async () => (await facesOf(ada, 'by keyboard')).join() === '❤️ 1');
  // The chip is gone, and the keyboard goes on at its line.
  await becomes('on the line', async () =>
    String(await focused()).includes('data-testid="message"'),
  );
  await keys('Tab', 'Enter');
  await becomes('none', async () => (await facesOf(ada, 'by keyboard')).length === 0);
  await message.focus();
  await message.getByTestId('more').focus();
  await keys('Enter');
  await ada.getByTestId('more-emoji').click();
  await ada.getByTestId('picker').waitFor();
  await keys('Escape');
  await becomes('back', async () => String(await focused()).includes('data-testid="message"'));
});

test('nobody reacts without a connection or in a closed room, and it is clear why', async () => {
  const room = newRoom('shut');
  const ada = await enter(`/r/${room}`, 'Ada');
  await say(ada, 'one');
  await react(ada, 'one', '👍');
  await chips(ada, 'one').waitFor();
  await ada.context().setOffline(true);
  await ada.locator('[data-testid=connection-state][data-state=offline]').waitFor();
  await becomes(
    'off',
    async () => (await chips(ada, 'one').getAttribute('aria-disabled')) === 'true',
  );
  // Playwright takes it for disabled. It can be pressed all the same, and says why.
  await chips(ada, 'one').click({ force: true });
  expect(await read(ada.getByTestId('who'))).toContain('once you are connected again');
  expect(await facesOf(ada, 'one')).toEqual(['👍 1']);
  await messageOf(ada, 'one').getByTestId('more').click();
  expect(await read(ada.getByTestId('cannot-react'))).toContain('once you are connected again');
  await ada.keyboard.press('Escape');
  await ada.context().setOffline(false);
  await isOnline(ada);
  await becomes(
    'on',
    async () => (await chips(ada, 'one').getAttribute('aria-disabled')) === 'false',
  );
  const close = `${stack().url}/api/rooms/${room}/closed?reason=night`;
  const headers = { 'x-functions-key': stack().functionKey };
  expect((await fetch(close, { method: 'PUT', headers })).ok).toBe(true);
  await becomes(
    'shut',
    async () => (await chips(ada, 'one').getAttribute('aria-disabled')) === 'true',
  );
  await becomes('said', async () =>
    String(await chips(ada, 'one').getAttribute('aria-label')).includes(
      'cannot react in this room now',
    ),
  );
});

test('a first visit without reactions loads nothing of them, and the first one no picker', async () => {
  const asked: string[] = [];
  const room = newRoom('lazy');
  const ada = await enter(`/r/${room}`, 'Ada', { isFirst: true });
  ada.on('request', (request) => asked.push(request.url()));
  await ada.reload();
  await isOnline(ada);
  await say(ada, 'hello');
  await shown(ada, 'hello');
  expect(asked.filter((url) => /reactions\.css|picker|emoji/.test(url))).toEqual([]);
  await react(ada, 'hello', '👍');
  await chips(ada, 'hello').waitFor();
  expect(asked.filter((url) => url.includes('reactions.css'))).toHaveLength(1);
  expect(asked.filter((url) => /picker|emoji/.test(url))).toEqual([]);
});

test('a storm of 100 reactions to one message moves nothing, and renders a few times', async () => {
  const room = newRoom('storm');
  const ada = await enter(`/r/${room}`, 'Ada');
  await publish(
    room,
    Array.from({ length: 40 }, (_, n) => `line ${n + 1}.`),
  );
  await say(ada, 'storm here');
  await shown(ada, 'storm here');
  await say(ada, 'and the end');
  await shown(ada, 'and the end');
  // The chips have their place before the storm.
  await reactOverHub(room, [41], [EMOJIS[0] ?? '']);
  await chips(ada, 'storm here').waitFor();
  const counts = await ada.evaluateHandle(`(() => {
    const counts = { renders: 0, scrolls: 0 };
    const log = document.querySelector('[data-testid=log]');
    new MutationObserver(() => { counts.renders += 1; })
      .observe(log, { subtree: true, childList: true, characterData: true });
    log.addEventListener('scroll', () => { counts.scrolls += 1; });
    return counts;
  })()`);
  await Promise.all(Array.from({ length: 5 }, () => reactOverHub(room, [41], EMOJIS)));
  const total = async () =>
    (await chips(ada, 'storm here').locator('.reaction-count').allInnerTexts()).reduce(
      (sum, count) => sum + Number(count),
      0,
    );
  await becomes('all counted', async () => (await total()) === 101);
  const { renders, scrolls } = (await counts.jsonValue()) as Record<string, number>;
  expect(renders).toBeLessThan(50);
  // Each new row of chips keeps the end in sight.
  expect(scrolls).toBeLessThan(5);
  expect(await belowSight(ada)).toBeLessThan(2);
});

/** As many as a message can have. */
const EMOJIS = Array.from({ length: 20 }, (_, n) => String.fromCodePoint(0x1f600 + n));

/** A guest without a page puts every emoji on every message. */
async function reactOverHub(
  room: string,
  seqs: readonly number[],
  emojis: readonly string[],
): Promise<void> {
  const guest = await joinRoom(stack().url, room, 'Guest');
  const votes = seqs.flatMap((seq) =>
    emojis.map((emoji) => guest.hub.invoke('react', seq, emoji, true)),
  );
  expect(await Promise.all(votes)).toEqual(votes.map(() => expect.objectContaining({ ok: true })));
  await guest.stop();
}
