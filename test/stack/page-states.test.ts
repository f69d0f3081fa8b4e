// For everybody: nothing that axe finds, in every state that people meet each day, in both themes and languages.

import { readdirSync, readFileSync } from 'node:fs';
import { join as joinPath } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { ROOT } from '../../local/root.ts';
import { joinRoom } from '../support/chat-client.ts';
import { newRoom } from '../support/shared-stack.ts';
import { sized } from '../support/sizes.ts';
import { EACH_ONCE, lookInEach, looks, PLACES } from './page-look.ts';
import { becomes, belowSight, DESKTOP, join, PHONE, people, say } from './page-room.ts';

const { stack, come, publish } = people();

const look = looks();

/** A day in the room `room`, so that its log has one of everything. */
async function talk(room: string): Promise<void> {
  const ada = await joinRoom(stack().url, room, 'Ada Lovelace');
  const ming = await joinRoom(stack().url, room, '小明');
  await publish(room, ['deploy 42 finished in 38 s'], 'Build server');
  const said = [
    [ada, 'Good morning! Has anybody looked at the new build?'],
    [ada, 'It is at https://example.com/builds/42 (the green one).'],
    [ming, '看过了，很快！'],
    [ming, '👍🎉'],
    [ada, 'The trick was `splitting: true`:\n```ts\nawait build({ splitting: true });\n```'],
    [ming, '> Ada Lovelace: The trick was splitting: true\n原来如此！启动只要两秒。'],
    [ada, `A long one. ${'It goes on and on, and then some more. '.repeat(40)}`],
  ] as const;
  for (const [n, [person, text]] of said.entries()) {
    expect(await person.send(text, `talk-${n}`)).toMatchObject({ ok: true });
  }
  await Promise.all([ada.stop(), ming.stop()]);
}

describe.each(sized(EACH_ONCE, PLACES))('on a %s in %s, %j', (device, locale, schemes) => {
  const options = { viewport: device === 'phone' ? PHONE : DESKTOP, locale } as const;

  test('axe finds nothing in any state', async () => {
    const room = newRoom('looks');
    const found: string[] = [];
    const check = async (page: Page, state: string) => {
      const toName = (scheme: string) => `${device}-${scheme}-${locale}-${state}`;
      found.push(...(await lookInEach(schemes, look, page, toName)));
    };
    const nowhere = await come('/r/no%20room', options);
    await nowhere.getByRole('heading', { level: 1 }).waitFor();
    await check(nowhere, 'no-room');
    await nowhere.context().close();

    const page = await come(`/r/${room}`, options);
    await page.getByTestId('name-input').fill('\u0007');
    await page.getByTestId('join').click();
    await page.getByRole('alert').waitFor();
    await check(page, 'join-screen');
    await join(page, 'Mia');
    await page.getByTestId('log').getByTestId('qr').click();
    await page.getByTestId('log').getByTestId('qr-code').waitFor();
    await check(page, 'empty');

    await talk(room);
    await say(page, locale === 'en-GB' ? 'Well done, everybody.' : '大家辛苦了。');
    await becomes('all nine', async () => (await page.getByTestId('message').count()) === 9);
    await check(page, 'talk');
    await page.getByTestId('message').nth(2).hover();
    await page.getByTestId('message').nth(3).getByTestId('reply').focus();
    await page.getByTestId('message').nth(3).focus();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByTestId('composer').fill('x'.repeat(4_100));
    await page.getByTestId('composer').press('Enter');
    await page.getByRole('alert').waitFor();
    await check(page, 'reply-too-long');
    await page.getByTestId('composer').fill('');
    await page.getByTestId('composer').press('Escape');

    if (device === 'phone') {
      await page.getByTestId('menu').click();
      await check(page, 'rooms');
    }
    await page.getByTestId('own-name').click();
    await page.getByTestId('forget-me').click();
    await page.getByTestId('forget-me-now').waitFor();
    await check(page, 'settings');
    await page.keyboard.press('Escape');
    await page.getByTestId('add-room').click();
    await page.getByTestId('private-name').waitFor();
    await check(page, 'new-room');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+k');
    await page.getByTestId('switch').fill('a');
    await check(page, 'switcher');
    await page.keyboard.press('Escape');
    if (device === 'phone') {
      await page.keyboard.press('Escape');
      await page.getByTestId('online').click();
    }
    await page.locator('#side .person').first().click();
    await page.getByTestId('copy-id').waitFor();
    await check(page, 'people');
    await page.keyboard.press('Escape');
    if (device === 'phone') await page.keyboard.press('Escape');
    await page.context().setOffline(true);
    await say(page, 'out of the tunnel');
    await page.getByTestId('offline-notice').waitFor();
    await page.getByTestId('outbox-line').waitFor();
    await becomes('the end', async () => (await belowSight(page)) < 33);
    await check(page, 'offline');
    expect(found).toEqual([]);
  });
});

test('the dark theme changes colours alone, so axe looks at nothing else there', () => {
  const styles = joinPath(ROOT, 'web', 'style');
  const sources = readdirSync(styles).map((name) => readFileSync(joinPath(styles, name), 'utf8'));
  const dark = sources.flatMap((source) => [
    ...source.matchAll(/@media \(prefers-color-scheme: dark\) \{\n(.*?)\n\}/gs),
  ]);
  expect(dark.length).toBeGreaterThan(0);
  const changed = dark.flatMap(([, block = '']) =>
    [...block.matchAll(/^\s*([\w-]+):/gm)].map(([, property = '']) => property),
  );
  expect(changed.filter((property) => !/^(--.+|color|background-color)$/.test(property))).toEqual(
    [],
  );
});
