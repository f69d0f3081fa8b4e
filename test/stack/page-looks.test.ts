// For everybody: nothing that axe finds in what page-states.test.ts has not, in both themes and languages.

import { describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { joinRoom } from '../support/chat-client.ts';
import { newRoom } from '../support/shared-stack.ts';
import { sized } from '../support/sizes.ts';
import { atLimits, EACH_ONCE, lookInEach, looks, PLACES } from './page-look.ts';
import { chosen, finish, menuOf, newPrivateRoom } from './page-moderating.ts';
import { facesOf, openMenu, press, touch } from './page-reacting.ts';
import { bar, comesBack, readTo, roomOf } from './page-returning.ts';
import {
  becomes,
  closePanel,
  DESKTOP,
  enterLog,
  inState,
  LOG_LINES,
  MARKDOWN,
  openRoomMenu,
  PHONE,
  people,
  say,
  shown,
} from './page-room.ts';

const chat = people();
const { stack, enter, client, publish } = chat;

const look = looks();

describe.each(sized(EACH_ONCE, PLACES))(
  'on a %s in %s, %j, axe finds nothing',
  (device, locale, schemes) => {
    const viewport = device === 'phone' ? PHONE : DESKTOP;
    const options = { viewport, locale } as const;
    const checker = () => {
      const found: string[] = [];
      const check = async (page: Page, state: string, part?: string) => {
        const toName = (scheme: string) => `${device}-${scheme}-${locale}-${state}`;
        found.push(...(await lookInEach(schemes, look, page, toName)));
        if (part === undefined) return;
        found.push(...(await atLimits(page, part, `${device}-${locale}-${state}`, look)));
      };
      return { found, check };
    };

    test('in what moderators open, in a removal and in a closed room', async () => {
      const { found, check } = checker();
      const room = newPrivateRoom();
      const cleo = await enter(`/r/${room}`, 'Cleo', options);
      const bob = await client(room, 'Bob');
      const cancel = async () => {
        await cleo.keyboard.press('Escape');
        await cleo.getByTestId('dialog').waitFor({ state: 'detached' });
      };
      await bob.send('buy my things', 'bought');
      await menuOf(cleo, 'buy my things');
      await check(cleo, 'moderation-menu', '[data-testid=message-menu]');
      await cleo.getByTestId('action-ban').click();
      await cleo.getByTestId('dialog').waitFor();
      await check(cleo, 'moderation-ban', '.dialog');
      await cancel();
      await menuOf(cleo, 'buy my things');
      await cleo.getByTestId('action-remove-any').click();
      await cleo.getByTestId('dialog').waitFor();
      await check(cleo, 'moderation-remove', '.dialog');
      await finish(cleo, locale === 'en-GB' ? 'no advertising' : '不要发广告');
      await cleo.getByTestId('removed').waitFor();
      await check(cleo, 'moderation-removed');
      await chosen(cleo, 'Bob');
      // At 400 % a desktop shows no people beside the chat.
      const menu = device === 'phone' ? '[data-testid=person-menu]' : undefined;
      await check(cleo, 'moderation-person', menu);
      await cleo.keyboard.press('Escape');
      await cleo.getByTestId('person-menu').waitFor({ state: 'detached' });
      await closePanel(cleo);
      await openRoomMenu(cleo);
      await check(cleo, 'moderation-room-menu', '[data-testid=room-menu]');
      await cleo.getByTestId('close-room').click();
      await cleo.getByTestId('dialog').waitFor();
      await check(cleo, 'moderation-close', '.dialog');
      await finish(cleo, locale === 'en-GB' ? 'back on Monday' : '周一再见');
      await inState(cleo, 'blocked');
      await check(cleo, 'moderation-closed');
      expect(found).toEqual([]);
    });

    test('in older messages and above an answer', async () => {
      const { found, check } = checker();
      const room = newRoom('looks-past');
      const ada = await joinRoom(stack().url, room, 'Ada');
      await ada.send('shall we meet?', 'asked');
      await publish(
        room,
        Array.from({ length: 300 }, (_, index) => `line ${index + 1}`),
      );
      await ada.hub.invoke('react', 1, '🎉', true);
      await ada.hub.invoke('send', 'yes', 'answer', { replyTo: 1 });
      await ada.hub.invoke('send', 'no', 'gone', { replyTo: 131 });
      await ada.stop();
      const page = await enter(`/r/${room}`, 'Bob', options);
      await page.getByTestId('answered').first().waitFor();
      await check(page, 'answer');
      await page.getByTestId('answered').first().click();
      await page.getByTestId('past-log').locator('[data-seq="1"] .reaction').waitFor();
      await check(page, 'past', '.past-bar');
      expect(found).toEqual([]);
    });

    test('in a log, also in forced colours', async () => {
      const { found, check } = checker();
      const room = newRoom('looks-log');
      await publish(room, LOG_LINES, 'api');
      await publish(room, ['error: 42 from another'], 'worker with a long name');
      const page = await enterLog(enter(`/r/${room}`, 'Ada', options));
      await say(page, 'Who looks into this?');
      await shown(page, 'Who looks');
      await check(page, 'log-whole', '.log-tools');
      await page.locator('.log-row').nth(2).focus();
      await page.getByTestId('level-error').click();
      await page.getByTestId('log-wrap').click();
      await page.getByTestId('log-follow').click();
      await becomes('filtered', async () => (await page.locator('.log-row').count()) === 2);
      await check(page, 'log-filtered');
      await page.emulateMedia({ colorScheme: 'light', forcedColors: 'active' });
      found.push(...(await look(page, `${device}-forced-${locale}-log`)));
      expect(found).toEqual([]);
    });

    test('in Markdown of one’s own and of others', async () => {
      const { found, check } = checker();
      const room = newRoom('looks-markdown');
      const page = await enter(`/r/${room}`, 'Ada', options);
      const bob = await client(room, 'Bob');
      await bob.send(MARKDOWN, 'marked');
      await shown(page, 'bold');
      await say(page, MARKDOWN);
      await page.locator('.code-block').nth(1).waitFor();
      await check(page, 'markdown');
      expect(found).toEqual([]);
    });

    test('in the bar over unread messages, whose buttons are large enough', async () => {
      const { found, check } = checker();
      const room = await roomOf(chat, 160);
      const page = await comesBack(chat, room, 100, { ...options, hasTouch: device === 'phone' });
      const text = locale === 'en-GB' ? /60 new since/ : /有 60 条新消息/;
      await bar(page).filter({ hasText: text }).waitFor();
      await becomes('read a screen', async () => ((await readTo(page, room)) ?? 0) > 101);
      await page.getByTestId('log').evaluate((log) => {
        log.scrollTop -= 2 * log.clientHeight;
      });
      await page.getByTestId('to-first-unread').waitFor();
      await check(page, 'unread-bar', '[data-testid=unread-bar]');
      const least = device === 'phone' ? 44 : 24;
      for (const id of ['to-first-unread', 'mark-read']) {
        const box = await page.getByTestId(id).boundingBox();
        expect(box?.height).toBeGreaterThanOrEqual(least);
        expect(box?.width).toBeGreaterThanOrEqual(least);
      }
      expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBe(0);
      expect(found).toEqual([]);
    });

    test('in the search, its hint, what it has found, and nothing found', async () => {
      const { found, check } = checker();
      const isChinese = locale === 'zh-CN';
      const page = await enter(`/r/${newRoom('looks-search')}`, '小明', options);
      await say(page, '我们明天部署新版本');
      await say(page, `We deploy it tomorrow, ${'and on it goes, '.repeat(12)}on all machines.`);
      await shown(page, 'on all machines');
      const says = (text: string) =>
        page.getByTestId('search-status').filter({ hasText: text }).waitFor();
      await page.getByTestId('search').click();
      await says(isChinese ? '查找' : 'Finds messages');
      await check(page, 'search-hint');
      await page.getByTestId('search-field').fill(isChinese ? '回滚' : 'rollback');
      await says(isChinese ? '没有找到。' : 'Nothing found.');
      await check(page, 'search-nothing');
      await page.getByTestId('search-field').fill(isChinese ? '明天 部署' : 'TOMORROW deploy');
      await says(isChinese ? '找到 1 条。' : '1 found.');
      expect(await page.getByTestId('hit').locator('mark').allTextContents()).toEqual(
        isChinese ? ['明天部署'] : ['deploy', 'tomorrow'],
      );
      await check(page, 'search-found', '.search');
      expect(found).toEqual([]);
    });

    test('in the picker of emoji, which finds them by their names and speaks those', async () => {
      const { found, check } = checker();
      const [query, name] = locale === 'en-GB' ? ['party', 'party popper'] : ['庆祝', '拉炮彩带'];
      const ada = await enter(`/r/${newRoom('looks-pick')}`, 'Ada', { ...touch(viewport), locale });
      await say(ada, 'choose one');
      await openMenu(ada, 'choose one', viewport);
      await check(ada, 'reaction-menu', '[data-testid=message-menu]');
      await press(ada.getByTestId('more-emoji'), viewport);
      const picker = ada.getByTestId('picker');
      await picker.locator('[data-emoji]').first().waitFor();
      await check(ada, 'picker');
      await ada.getByTestId('picker-search').fill(query);
      const one = picker.locator('[data-emoji="🎉"]');
      await one.waitFor();
      expect(await one.getAttribute('aria-label')).toBe(name);
      await check(ada, 'picker-found', '[data-testid=picker]');
      await press(one, viewport);
      await picker.waitFor({ state: 'detached' });
      await becomes('chosen', async () => (await facesOf(ada, 'choose one')).join() === '🎉 1');
      expect(found).toEqual([]);
    });
  },
);
