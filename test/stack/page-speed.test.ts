// A busy room with a long history: the page draws a part of it, and no task keeps the person waiting.

import { expect, test } from '@jest/globals';
import { newRoom } from '../support/shared-stack.ts';
import { sized } from '../support/sizes.ts';
import { becomes, people, read, shown } from './page-room.ts';
import { loadAll, TRACED, tasksIn } from './page-trace.ts';

const { stack, browser, enter, publish } = people();

const HISTORY = sized(1_500, 100_000);
const PER_SECOND = 50;
const SECONDS = sized(2, 5);
/** Lines that the page draws while a person scrolls. */
const MOST_LINES = 211;
/** What a browser calls a long task: from here on a person notices. */
const LONG_MS = 50;
/** Up to here the answer to a key feels immediate. */
const KEY_MS = 100;
/** At 100,000 lines most of the time goes into scrolling through all of them. */
const LIMIT_MS = sized(120_000, 1_800_000);

test(
  'a reader scrolls through thousands of messages, which are drawn in part, filters them, and 50 a second take no long task',
  async () => {
    const room = newRoom('busy');
    await publish(
      room,
      Array.from({ length: HISTORY }, (_, n) => `history ${n + 1}`),
    );
    const page = await enter(`/r/${room}`, 'Ada');
    await shown(page, `history ${HISTORY}`);
    const asked: string[] = [];
    page.on('request', (request) => {
      // Not what a page asks once more after a silence.
      if (/\/messages\?.*before=/.test(request.url())) asked.push(request.url());
    });
    const scrolled = await loadAll(page);
    expect(scrolled.lines).toBeLessThanOrEqual(MOST_LINES);
    expect(scrolled.nodes).toBeLessThan(20 * MOST_LINES);
    expect(asked.length).toBeLessThanOrEqual(HISTORY / 50);
    expect(scrolled.layouts).toBeLessThan(HISTORY / 5);
    // 1,500 messages in 5 s
    expect(scrolled.processorMs).toBeLessThan((HISTORY * 5_000) / 1_500);
    await becomes('the end', async () => (await page.getByTestId('to-end').count()) === 0);
    expect(await page.getByTestId('message').count()).toBeLessThan(130);

    const filter = page.getByTestId('log-filter');
    await browser().startTracing(page, { categories: [...TRACED] });
    await filter.pressSequentially('history 1');
    await shown(page, 'history 1');
    await filter.fill('');
    await shown(page, `history ${HISTORY}`);
    const typed = tasksIn(await browser().stopTracing());
    expect(typed.processor.length).toBeGreaterThan(10);
    expect(typed.processor[0]).toBeLessThan(KEY_MS);

    await browser().startTracing(page, { categories: [...TRACED] });
    const answers: Promise<void>[] = [];
    for (let n = 0; n < PER_SECOND * SECONDS; n += 1) {
      answers.push(publish(room, [`busy ${n} with \`code\` and https://example.com/${n}`]));
      if (n % 10 === 0) await page.getByTestId('composer').press('x');
      await page.waitForTimeout(1_000 / PER_SECOND);
    }
    await Promise.all(answers);
    const history = `${stack().url}/api/rooms/${room}/messages?limit=1`;
    const last = (await (await fetch(history)).json()) as { readonly seq: number };
    await page.locator(`[data-seq="${last.seq}"]`).waitFor();
    const { processor } = tasksIn(await browser().stopTracing());
    expect(last.seq).toBe(HISTORY + PER_SECOND * SECONDS);
    expect(await page.getByTestId('composer').inputValue()).toBe(
      'x'.repeat((PER_SECOND * SECONDS) / 10),
    );
    expect(await page.getByTestId('message').count()).toBeLessThan(130);
    expect(await read(page.getByTestId('message').last())).toContain('busy');
    expect(processor.length).toBeGreaterThan(100);
    expect(processor[0]).toBeLessThan(LONG_MS);
  },
  LIMIT_MS,
);
