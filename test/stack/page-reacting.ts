// What a person presses to react, for the tests of the page.

import type { Locator, Page } from 'playwright-core';
import { DESKTOP, messageOf, PHONE, shown } from './page-room.ts';

export const chips = (page: Page, text: string) => messageOf(page, text).getByTestId('reaction');
/** The emoji and counts below the message with the text. */
export const facesOf = async (page: Page, text: string) =>
  (await chips(page, text).allInnerTexts()).map((face) => face.replace(/\s+/g, ' '));
export const touch = (viewport: typeof PHONE) =>
  viewport === PHONE ? { viewport, hasTouch: true, isMobile: true } : { viewport };

export async function openMenu(page: Page, text: string, viewport = DESKTOP): Promise<void> {
  const message = await shown(page, text);
  if (viewport === PHONE) {
    await longPress(page, text);
  } else {
    await message.hover();
    await message.getByTestId('more').click();
  }
  await page.getByTestId('quick').first().waitFor();
}

export const press = (on: Locator, viewport: typeof PHONE) =>
  viewport === PHONE ? on.tap() : on.click();

/** A finger that stays. Playwright's `tap` is too short. */
export async function longPress(page: Page, text: string, testId = 'message-text'): Promise<void> {
  const on = messageOf(page, text).getByTestId(testId).first();
  const { x = 0, y = 0, width = 0, height = 0 } = (await on.boundingBox()) ?? {};
  const devtools = await page.context().newCDPSession(page);
  const touchPoints = [{ x: x + width / 2, y: y + height / 2 }];
  await devtools.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints });
  const open = page.getByTestId('message-menu').or(page.getByTestId('who'));
  await open.first().waitFor();
  await devtools.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
}
