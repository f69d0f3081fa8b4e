// What a person learns of the other rooms without entering them: in the rail, on the menu button, in the title and on the icon.

import { describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { type ChatClient, joinRoom } from '../support/chat-client.ts';
import { newRoom } from '../support/shared-stack.ts';
import { becomes, DEVICES, isOnline, people, shown } from './page-room.ts';

const { stack, enter } = people();

/** By the clock of the page, which stands still while the server works: only a note of the server shows anything. */
const SHOWN_WITHIN_MS = 2_000;
const FRAME_MS = 16;
/** As `--bad` in web/style/base.css. */
const RED = 'rgb(180, 35, 24)';

const saysIn = ({ hub }: ChatClient, text: string, mentions: readonly string[] = []) =>
  hub.invoke('send', text, text, { mentions });

/** Everything that the server sends to the page's connections from now on. */
function framesOf(page: Page): readonly string[] {
  const frames: string[] = [];
  page.on('websocket', (socket) =>
    socket.on('framereceived', ({ payload }) => frames.push(`${payload}`)),
  );
  return frames;
}

/** What the page says of its other room, and which of that is red. */
async function signsOf(page: Page) {
  const icon = (await page.locator('link[rel=icon]').getAttribute('href')) ?? '';
  const menu = page.getByTestId('menu');
  const rail = page.getByTestId('unread');
  const isRed = await page.evaluate<Record<string, boolean>>(`(() => {
    const ground = (testId, part) => {
      const element = document.querySelector('[data-testid=' + testId + ']');
      return element && getComputedStyle(element, part).backgroundColor === '${RED}';
    };
    return { rail: ground('unread'), menu: ground('menu', '::after') };
  })()`);
  return {
    rail: (await rail.locator('[aria-hidden]').allTextContents()).join(),
    menu: await menu.getAttribute('data-unread'),
    title: await page.title(),
    icon: />([^<]*)<\/text>/.exec(decodeURIComponent(icon))?.[1],
    red: [
      ...Object.keys(isRed).filter((where) => isRed[where]),
      ...(icon.includes('%23b42318') ? ['icon'] : []),
    ],
  };
}

describe.each(DEVICES)('on %s', (_, viewport) => {
  test('a line of another room shows everywhere within two seconds, a mention in red, and the page asks for nothing', async () => {
    const [tea, here] = [newRoom('tea'), newRoom('here')];
    const page = await enter(`/r/${tea}`, 'Ada', { viewport, hasClock: true });
    const bob = await joinRoom(stack().url, tea, 'Bob');
    await saysIn(bob, 'read');
    await shown(page, 'read');
    const frames = framesOf(page);
    await page.goto(`${stack().url}/r/${here}`);
    await isOnline(page);
    await becomes('watched', async () => frames.some((frame) => frame.includes(`"room":"${tea}"`)));
    const welcome = frames.find((frame) => frame.includes('"welcome"')) ?? '';
    const [, ada = ''] = /"userId":"([^"]+)"/.exec(welcome) ?? [];
    const now = (): Promise<number> => page.evaluate('Date.now()');
    await page.clock.pauseAt((await now()) + 1_000);
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));

    const shows = async (wanted: Awaited<ReturnType<typeof signsOf>>) => {
      const notes = () => frames.filter((frame) => frame.includes('"target":"unread"')).length;
      const [before, startedAt] = [notes(), await now()];
      await saysIn(bob, `for ${wanted.title}`, wanted.red.length > 0 ? [ada] : []);
      await becomes('a note', async () => notes() > before);
      let signs = await signsOf(page);
      await becomes(JSON.stringify(wanted), async () => {
        await page.clock.runFor(FRAME_MS);
        signs = await signsOf(page);
        return JSON.stringify(signs) === JSON.stringify(wanted);
      }).catch(() => expect(signs).toEqual(wanted));
      expect((await now()) - startedAt).toBeLessThanOrEqual(SHOWN_WITHIN_MS);
    };
    await shows({ rail: '1', menu: 'true', title: `(1) ${here} · chat`, icon: '1', red: [] });
    await shows({
      rail: '@2',
      menu: 'true',
      title: `(@2) ${here} · chat`,
      icon: '2',
      red: ['rail', 'menu', 'icon'],
    });
    expect(asked.filter((url) => url.includes('/api/'))).toEqual([]);
    await bob.stop();
  });
});
