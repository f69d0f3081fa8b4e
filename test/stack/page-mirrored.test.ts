// The page from right to left, as in a language that is written so: everything changes sides, but for the lines of a log.

import { describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { joinRoom } from '../support/chat-client.ts';
import { newRoom } from '../support/shared-stack.ts';
import { sized } from '../support/sizes.ts';
import { picture } from './page-look.ts';
import { menuOf } from './page-moderating.ts';
import {
  closePanel,
  DEVICES,
  enterLog,
  LOG_LINES,
  openPanel,
  PHONE,
  people,
  say,
  shown,
} from './page-room.ts';

const { stack, enter, publish } = people();

const mirror = (page: Page) => page.evaluate(`document.documentElement.dir = 'rtl'`);

/** The sides of what the element shows, in CSS pixels. */
async function sidesOf(page: Page, selector: string) {
  const box = await page.locator(selector).filter({ visible: true }).first().boundingBox();
  if (!box) throw new Error(`no ${selector}`);
  return { left: box.x, right: box.x + box.width };
}

const sideways = (page: Page) => page.evaluate('document.documentElement.scrollWidth - innerWidth');

describe.each(sized([DEVICES[0]], [...DEVICES]))('from right to left, on %s', (_, viewport) => {
  test('panels, lines, buttons and arrows are on the other side, and keys follow them', async () => {
    const room = newRoom('mirrored');
    const bob = await joinRoom(stack().url, room, 'Bob');
    await bob.send('hello (1)', 'hello');
    const page = await enter(`/r/${room}`, 'Ada', { viewport });
    await mirror(page);
    await say(page, 'mine');
    await shown(page, 'mine');
    const log = await sidesOf(page, '.log');
    const received = await sidesOf(page, '[data-direction=received] .text');
    const sent = await sidesOf(page, '[data-direction=sent] .text');
    expect(sent.left - log.left).toBeLessThan(30);
    expect(received.left).toBeGreaterThan(sent.right);
    const composer = await sidesOf(page, '[data-testid=composer]');
    expect((await sidesOf(page, '[data-testid=send]')).right).toBeLessThanOrEqual(composer.left);
    const name = await sidesOf(page, '[data-testid=room]');
    expect((await sidesOf(page, '[data-testid=online]')).right).toBeLessThan(name.left);

    for (const [panel, id] of [
      ['rooms', '#rooms'],
      ['people', '#side'],
    ] as const) {
      await openPanel(page, panel);
      const { left, right } = await sidesOf(page, id);
      if (panel === 'rooms') expect(right).toBe(viewport.width);
      else expect(left).toBe(0);
      if (viewport === PHONE) {
        const close = await sidesOf(page, `${id} .side-close`);
        expect(close.right).toBeLessThan(left + 60);
      }
      expect(await sideways(page)).toBe(0);
      await picture(page, `${viewport.width}-mirrored-${panel}`);
      await closePanel(page);
    }

    // The arrow of a reply points back, which is to the right.
    const turns = (selector: string) =>
      page
        .locator(selector)
        .first()
        .evaluate((icon) => icon.ownerDocument.defaultView.getComputedStyle(icon).transform);
    expect(await turns('[data-testid=reply] .icon')).toBe('matrix(-1, 0, 0, 1, 0, 0)');
    expect(await turns('[data-testid=send] .icon')).toBe('none');

    // The arrow keys go where they point.
    const focused = async () => (await sidesOf(page, ':focus')).left;
    await menuOf(page, 'hello (1)');
    await page.getByTestId('quick').first().focus();
    const first = await focused();
    await page.keyboard.press('ArrowLeft');
    expect(await focused()).toBeLessThan(first);
    await page.keyboard.press('ArrowRight');
    expect(await focused()).toBe(first);
    await page.getByTestId('more-emoji').click();
    await page.getByTestId('picker').locator('[data-emoji]').first().waitFor();
    await page.keyboard.press('ArrowDown');
    const firstOfAll = await focused();
    await page.keyboard.press('ArrowLeft');
    expect(await focused()).toBeLessThan(firstOfAll);
    await page.keyboard.press('ArrowRight');
    expect(await focused()).toBe(firstOfAll);
    await bob.stop();
  });

  test('the lines of a log begin at the left all the same, and scroll from there', async () => {
    const room = newRoom('mirrored-log');
    await publish(room, [...LOG_LINES, `long ${'0123456789 '.repeat(60)}end`]);
    const bob = await joinRoom(stack().url, room, 'Bob');
    await bob.send('what is this?', 'asked');
    const page = await enterLog(enter(`/r/${room}`, 'Ada', { viewport }));
    await mirror(page);
    const log = await sidesOf(page, '.log');
    const check = async () => {
      const gutter = await sidesOf(page, '.log-gutter');
      expect(gutter.left - log.left).toBeLessThan(1);
      const starts = await page.locator('.log-text').evaluateAll((all) =>
        all.map((text) => {
          const range = text.ownerDocument.createRange();
          range.selectNodeContents(text);
          return range.getClientRects()[0].left;
        }),
      );
      expect(starts).toHaveLength(LOG_LINES.length + 1);
      for (const start of starts) expect(start).toBeGreaterThanOrEqual(gutter.right - 1);
      // What people say is on the side of the page's language.
      const said = await sidesOf(page, '[data-direction=received] .text:not(.log-text)');
      expect(log.right - said.right).toBeLessThan(log.right / 4);
      expect(await sideways(page)).toBe(0);
    };
    await check();
    await page.getByTestId('log-wrap').click();
    await page.locator('[data-lines=scroll]').waitFor();
    await check();
    await page.getByTestId('log').evaluate((of) => of.scrollTo({ left: 9_000 }));
    expect((await sidesOf(page, '.log-text')).left).toBeLessThan(0);
    expect((await sidesOf(page, '.log-gutter')).left - log.left).toBeLessThan(1);
    await picture(page, `${viewport.width}-mirrored-log`);
    await bob.stop();
  });
});
