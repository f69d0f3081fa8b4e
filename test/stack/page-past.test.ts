// Going to a message and back: by an answer, by a link, by a date. Older messages in the place of the log.

import { describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { joinRoom } from '../support/chat-client.ts';
import { newRoom } from '../support/shared-stack.ts';
import { looks } from './page-look.ts';
import {
  becomes,
  belowSight,
  DEVICES,
  join,
  openRoomMenu,
  PHONE,
  people,
  read,
  say,
  shown,
} from './page-room.ts';

const { stack, come, enter, publish } = people();
const look = looks();

const lineOf = (page: Page, seq: number) => page.getByTestId('log').locator(`[data-seq="${seq}"]`);
const numbered = (count: number) =>
  Array.from({ length: count }, (_, index) => `line ${index + 1}`);

/** That the line has the focus, the mark of a jump, and is in sight. */
async function isReached(page: Page, seq: number): Promise<void> {
  await lineOf(page, seq).and(page.locator('[data-reached]')).waitFor();
  await becomes(
    `the focus on message ${seq}`,
    async () => (await page.evaluate('document.activeElement?.dataset.seq')) === `${seq}`,
  );
  await becomes(`message ${seq} is in sight`, async () => {
    const [log, line] = await Promise.all([
      page.getByTestId('log').boundingBox(),
      lineOf(page, seq).boundingBox(),
    ]);
    if (!log || !line) return false;
    return line.y >= log.y && line.y + line.height <= log.y + log.height;
  });
}

describe.each(DEVICES)('on %s', (_, viewport) => {
  test('a link to a message opens the room at it, and the address becomes that of the room', async () => {
    const room = newRoom('茶');
    await publish(room, numbered(150), 'Ada');
    const page = await come(`/r/${encodeURIComponent(room)}/120`, { viewport });
    await join(page, 'Bob');
    await isReached(page, 120);
    expect(decodeURIComponent(page.url())).toBe(`${stack().url}/r/${room}`);
    expect(await page.getByTestId('jump-back').count()).toBe(0);
    await page.getByTestId('to-end').click();
    await becomes('the log is at its end', async () => (await belowSight(page)) < 2);
    // The page's other addresses still lead where they did.
    await page.reload();
    await shown(page, 'line 150');
  });

  test('the message that one answers is shown by a click, and the button, Alt+Left and Escape lead back', async () => {
    const room = newRoom('there');
    await publish(room, numbered(150), 'Ada');
    const page = await enter(`/r/${room}`, 'Bob', { viewport });
    // Published lines are drawn anew when their part has loaded.
    await page.getByTestId('log-tools').waitFor();
    await lineOf(page, 105).scrollIntoViewIfNeeded();
    await page.getByTestId('to-end').waitFor();
    await lineOf(page, 105).getByTestId('reply').dispatchEvent('click');
    await page.getByTestId('to-end').click();
    const isAtEnd = () =>
      becomes('the log is at its end', async () => (await belowSight(page)) < 2);
    await isAtEnd();
    for (const back of [
      () => page.getByTestId('jump-back').click(),
      () => page.keyboard.press('Alt+ArrowLeft'),
      () => page.keyboard.press('Escape'),
    ]) {
      await page.getByTestId('reply-bar').getByRole('button', { name: 'line 105' }).click();
      await isReached(page, 105);
      await back();
      await isAtEnd();
      await page.getByTestId('jump-back').waitFor({ state: 'detached' });
      // The next jump marks the line anew.
      await page.locator('[data-reached]').waitFor({ state: 'detached' });
    }
  });

  test('a message far above opens older messages in place of the log, which go on in both ways and over to the log', async () => {
    const room = newRoom('past');
    await publish(room, numbered(250), 'Ada');
    const page = await come(`/r/${room}/60`, { viewport });
    await join(page, 'Bob');
    const past = page.getByTestId('past-log');
    await past.locator('[data-seq="60"][data-reached]').waitFor();
    await past.locator('[data-seq="60"]:focus').waitFor();
    await publish(room, ['fresh'], 'Ada');
    await becomes('the new line is counted', async () =>
      /1 new/.test((await page.getByTestId('past-news').textContent()) ?? ''),
    );
    await past.press('Home');
    await past.locator('[data-seq="1"]').waitFor();
    await past.press('End');
    const bottom = () => past.evaluate((log) => log.scrollTo(0, log.scrollHeight));
    await becomes('the reader is in the log', async () => {
      if ((await past.count()) === 0) return true;
      expect(await past.locator('[data-seq]').count()).toBeLessThanOrEqual(210);
      await bottom().catch(() => {});
      return false;
    });
    await shown(page, 'fresh');
    expect(await page.getByTestId('log').getAttribute('data-covered')).toBe('false');
  });

  test('a date leads to its first message, and a button back to now', async () => {
    const room = newRoom('date');
    await publish(room, numbered(160), 'Ada');
    const page = await enter(`/r/${room}`, 'Bob', { viewport, locale: 'zh-CN' });
    const height = (await page.locator('.head').boundingBox())?.height;
    await page.getByTestId('room').focus();
    await page.keyboard.press('Enter');
    await page.getByTestId('room-menu').waitFor();
    expect((await page.locator('.head').boundingBox())?.height).toBe(height);
    await page.keyboard.press('Escape');
    expect(await page.evaluate('document.activeElement.dataset.testid')).toBe('room');
    await page.keyboard.press('Enter');
    await page.getByTestId('room-menu').waitFor();
    await page.keyboard.press('Enter');
    // The browser may let one choose what is not there yet, and complains in a language of its own.
    await page.getByTestId('date').press('Enter');
    const complaint = page.getByTestId('dialog').getByRole('alert');
    await complaint.filter({ hasText: '请选择一个日期。' }).waitFor();
    await page.getByTestId('date').fill('2199-02-28');
    await page.getByTestId('date').press('Enter');
    await complaint.filter({ hasText: '这一天还没有到' }).waitFor();
    expect(await look(page, `date-future-${viewport.width}`)).toEqual([]);
    await page.getByTestId('date').fill('2020-02-29');
    await page.getByTestId('date').press('Enter');
    await page.getByTestId('past-log').locator('[data-seq="1"][data-reached]').waitFor();
    expect(await page.getByTestId('past').locator('.past-bar').textContent()).toContain('回到现在');
    const note = page.getByTestId('jump-note').locator('p');
    expect(await read(note)).toMatch(/^这是房间的第一条消息，发送于20\d\d年.*星期.。/);
    expect(await look(page, `date-first-${viewport.width}`)).toEqual([]);
    await page.getByTestId('to-now').press('Enter');
    await page.getByTestId('past').waitFor({ state: 'detached' });
    await becomes('the log is at its end', async () => (await belowSight(page)) < 2);
    expect(await note.count()).toBe(0);
  });

  test('a date in an empty room, and one between messages, say where they lead', async () => {
    const goTo = async (page: Page, date: string) => {
      await openRoomMenu(page);
      await page.getByTestId('go-to-date').click();
      await page.getByTestId('date').fill(date);
      await page.getByTestId('date').press('Enter');
    };
    const room = newRoom('dates');
    const page = await enter(`/r/${room}`, 'Bob', { viewport, locale: 'en-GB' });
    const notes = (text: string | RegExp) =>
      page.getByTestId('jump-note').locator('p').filter({ hasText: text }).waitFor();
    await goTo(page, '2020-02-29');
    await notes('Nothing has been said in this room yet.');
    const other = newRoom('dates');
    const [first, between, next] = [6, 4, 2].map((days) => Date.now() - days * 86_400_000);
    const written = [first, next].map((sentAt, index) => ({
      seq: index + 1,
      id: `i${index}`,
      userId: 'g-eve',
      name: 'Eve',
      text: `line ${index + 1}`,
      sentAt,
    }));
    const answer = await fetch(`${stack().url}/api/rooms/${other}/archive`, {
      method: 'POST',
      headers: { 'x-functions-key': stack().functionKey },
      body: [{ room: other, first: 1, seq: 2, activeAt: next }, ...written]
        .map((line) => JSON.stringify(line))
        .join('\n'),
    });
    expect(await answer.text()).toContain('2');
    await page.goto(`${stack().url}/r/${other}`);
    await shown(page, 'line 2');
    await goTo(page, new Date(between ?? 0).toISOString().slice(0, 10));
    await notes(/^Nothing was said on \w+day,? \d+ \w+ \d{4}\. This is the next message\./);
    await isReached(page, 2);
    await goTo(page, '2020-02-29');
    await notes(/^This is the first message of the room\. It is of \w+day/);
    await isReached(page, 1);
    await goTo(page, new Date().toISOString().slice(0, 10));
    await notes('Nothing has been said since that date.');
  });

  test('reactions to older messages show, count on, say who, and are set and taken back there', async () => {
    const room = newRoom('past-react');
    const bob = await joinRoom(stack().url, room, 'Bob');
    await publish(room, numbered(60), 'Robot');
    await bob.send('shall we meet?', 'asked');
    await publish(room, numbered(200), 'Robot');
    await bob.hub.invoke('react', 61, '🎉', true);
    const page = await come(`/r/${room}/61`, { viewport });
    await join(page, 'Ada');
    const line = page.getByTestId('past-log').locator('[data-seq="61"]');
    const chip = line.getByTestId('reaction');
    const faces = async () =>
      (await chip.allInnerTexts()).map((face) => face.replace(/\s+/g, ' ')).join();
    await becomes('the reaction shows', async () => (await faces()) === '🎉 1');
    await becomes('the line has the focus', async () =>
      line.evaluate((element) => element.ownerDocument.activeElement === element),
    );
    // By keyboard alone: from the line to its chip, which says who, and is pressed.
    await page.keyboard.press('Tab');
    expect(await read(page.getByTestId('who'))).toContain('Bob');
    await page.keyboard.press('Enter');
    await becomes('both', async () => (await faces()) === '🎉 2');
    expect(await chip.getAttribute('aria-pressed')).toBe('true');
    const counted = async () => {
      const answer = await fetch(`${stack().url}/api/rooms/${room}/messages?after=60&limit=1`);
      const { messages } = (await answer.json()) as {
        messages: { reactions?: { emoji: string; count: number }[] }[];
      };
      return messages[0]?.reactions?.map(({ emoji, count }) => `${emoji} ${count}`).join() ?? '';
    };
    await becomes('the room has both', async () => (await counted()) === '🎉 2');
    // What others choose meanwhile comes as everywhere, and nothing of it moves the line or is news.
    const top = (await line.boundingBox())?.y;
    await bob.hub.invoke('react', 61, '👀', true);
    await becomes('another one', async () => (await faces()) === '🎉 2,👀 1');
    expect(Math.abs(((await line.boundingBox())?.y ?? 0) - (top ?? 0))).toBeLessThan(1.5);
    expect(await page.getByTestId('past-news').textContent()).toBe('');
    await chip.first().click();
    await becomes('taken back', async () => (await faces()) === '🎉 1,👀 1');
    await becomes('the room has one', async () => (await counted()) === '🎉 1,👀 1');
    await bob.stop();
  });
});

test('a link to a message that is not there says so, and shows the end of the room', async () => {
  const room = newRoom('nowhere');
  await publish(room, ['one', 'two'], 'Ada');
  const page = await come(`/r/${room}/17`, { viewport: PHONE });
  await join(page, 'Bob');
  expect(await read(page.getByTestId('jump-note').locator('p'))).toMatch(/unable to show/i);
  await shown(page, 'two');
  await page.getByTestId('jump-note').getByRole('button', { name: 'Close' }).click();
  expect(await page.getByTestId('jump-note').locator('p').count()).toBe(0);
});

test('an answer shows what it answers as it is now, and a click goes there and back', async () => {
  const room = newRoom('answer');
  const ada = await joinRoom(stack().url, room, 'Ada');
  const asked = await ada.send('shall we meet?', 'asked');
  expect(asked).toMatchObject({ ok: true, seq: 1 });
  await publish(room, numbered(300), 'Robot');
  const page = await enter(`/r/${room}`, 'Bob');
  await ada.hub.invoke('send', 'yes', 'answer', { replyTo: 1 });
  const line = await shown(page, 'yes');
  const answered = line.getByTestId('answered');
  await becomes('the message was fetched', async () =>
    /Ada\s+shall we meet\?$/.test((await answered.textContent()) ?? ''),
  );
  await ada.hub.invoke('edit', 1, 'shall we meet at noon?', 'edit');
  await becomes('the edit shows', async () => /at noon/.test((await answered.textContent()) ?? ''));
  await answered.focus();
  await page.keyboard.press('Enter');
  await page.getByTestId('past-log').locator('[data-seq="1"][data-reached]').waitFor();
  await page.keyboard.press('Alt+ArrowLeft');
  await isReached(page, 302);
  await ada.hub.invoke('remove', 1);
  await becomes('the removal shows', async () =>
    /removed/.test((await answered.textContent()) ?? ''),
  );
  await ada.stop();
});

test('the menu of a message copies its link', async () => {
  const room = newRoom('茶链接');
  const page = await enter(`/r/${encodeURIComponent(room)}`, 'Ada', {
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  await say(page, 'hello');
  const line = await shown(page, 'hello');
  await line.getByTestId('more').dispatchEvent('click');
  await page.getByTestId('action-link').click();
  await becomes('it is copied', async () => {
    const text = await page.evaluate('navigator.clipboard.readText()');
    return text === `${stack().url}/r/${room}/1`;
  });
});
