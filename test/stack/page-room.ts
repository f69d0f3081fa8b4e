// People in browsers, for the tests of the page: the run's shared stack, the worker's Chromium, a context for each person.

import { afterAll, afterEach, beforeAll, expect, jest } from '@jest/globals';
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { sharedBrowser } from '../support/browser.ts';
import { type ChatClient, joinRoom } from '../support/chat-client.ts';
import { eventually } from '../support/eventually.ts';
import { type SharedStack, sharedStack } from '../support/shared-stack.ts';
import { keepPages } from './page-keeping.ts';

export const DESKTOP = { width: 1280, height: 800 };
export const PHONE = { width: 360, height: 740 };
/** For `describe.each`, where a test is about what fits on the screen, or about how the device is used. */
export const DEVICES = [
  ['a phone', PHONE],
  ['a desktop', DESKTOP],
] as const;

interface PersonOptions extends BrowserContextOptions {
  /** Runs in the page before the page's own scripts do. */
  readonly script?: string;
  /** The page's clock goes on as ever, and jumps where the test says `page.clock.fastForward`. */
  readonly hasClock?: boolean;
  /** An error that the test causes in the page. */
  readonly complains?: string;
  /** In a context that no test has used: with nothing in the browser's cache. */
  readonly isFirst?: boolean;
  /** No other page is open: for what is measured. */
  readonly isAlone?: boolean;
  /** Rooms where the person has been, with the last line read there. */
  readonly rooms?: readonly { readonly room: string; readonly readTo: number }[];
}

export interface People {
  readonly stack: () => SharedStack;
  readonly browser: () => Browser;
  /** A page in a context of its own, at a path or an address, without a name yet. On a desktop unless the options say otherwise. */
  readonly come: (path: string, options?: PersonOptions) => Promise<Page>;
  /** The same, connected, as somebody whose name the device knows. Nothing has been pressed yet. */
  readonly enter: (path: string, name: string, options?: PersonOptions) => Promise<Page>;
  /** Somebody in the room whose page no test looks at, and who has none. Leaves after the test. */
  readonly client: (room: string, name: string) => Promise<ChatClient>;
  /** Lines put into the room over HTTP, each of another author unless named. */
  readonly publish: (room: string, texts: readonly string[], name?: string) => Promise<void>;
}

/** Sets up and takes down around the file's tests. After each test everybody leaves, and no page may have reported an error. */
export function people(): People {
  let stack: SharedStack;
  let browser: Browser;
  const complaints: string[] = [];
  const clients: ChatClient[] = [];
  jest.setTimeout(120_000);
  beforeAll(async () => {
    [stack, browser] = await Promise.all([sharedStack(), sharedBrowser()]);
  });
  const open = async (options: BrowserContextOptions, expected?: string) => {
    const context = await browser.newContext(options);
    const page = await context.newPage();
    page.on('pageerror', (error) => {
      if (error.message !== expected) complaints.push(String(error));
    });
    page.on('dialog', (dialog) => complaints.push(`dialog ${dialog.message()}`));
    page.on('console', (message) => {
      // Chromium's own words about requests that failed are what some tests are about.
      const isOurs = message.type() === 'error' && !/Failed to load|WebSocket/.test(message.text());
      if (isOurs) complaints.push(message.text());
    });
    return page;
  };
  const kept = keepPages(
    () => browser,
    open,
    () => `${stack.url}/favicon.svg`,
  );
  afterEach(async () => {
    await Promise.all([kept.leave(), ...clients.splice(0).map((client) => client.stop())]);
    expect(complaints.splice(0)).toEqual([]);
  });
  afterAll(kept.closeIdle);

  const arrive = async (
    path: string,
    { script, hasClock, complains, isFirst, isAlone, rooms, ...given }: PersonOptions = {},
    name?: string,
  ) => {
    if (isAlone) await kept.closeIdle();
    // Only the tests of the installed page have a service worker: what it fetches no test can hold back.
    const options = { viewport: DESKTOP, serviceWorkers: 'block', ...given } as const;
    const { serviceWorkers, proxy } = options;
    const isOwn = script || hasClock || isFirst || proxy || serviceWorkers === 'allow';
    const page = await (isOwn ? open(options, complains) : kept.take(options));
    if (hasClock) await page.context().clock.install();
    // After the clock, whose functions a script may replace, too.
    if (script !== undefined) await page.context().addInitScript(script);
    const remembered = {
      ...(name !== undefined && { 'chat.name': name }),
      ...(rooms && { 'chat.rooms': JSON.stringify(rooms) }),
    };
    const content = `Object.assign(localStorage, ${JSON.stringify(remembered)})`;
    const remembering = await page.addInitScript({ content });
    await page.goto(/^https?:/.test(path) ? path : `${stack.url}${path}`);
    await remembering.dispose();
    return page;
  };
  return {
    stack: () => stack,
    browser: () => browser,
    come: (path, options) => arrive(path, options),
    enter: async (path, name, options) => {
      const page = await arrive(path, options, name);
      await isOnline(page);
      return page;
    },
    client: async (room, name) => {
      const client = await joinRoom(stack.url, room, name);
      clients.push(client);
      return client;
    },
    publish: async (room, texts, name = 'Robot') => {
      for (let first = 0; first < texts.length; first += 100) {
        const body = texts.slice(first, first + 100).join('\n');
        const query = new URLSearchParams({ name });
        const answer = await fetch(
          `${stack.url}/api/rooms/${encodeURIComponent(room)}/messages?${query}`,
          {
            method: 'POST',
            headers: { 'content-type': 'text/plain', 'x-functions-key': stack.functionKey },
            body,
          },
        );
        expect(answer.status).toBe(202);
      }
    },
  };
}

/** Past the join screen, and connected. */
export async function join(page: Page, name: string): Promise<void> {
  await page.getByTestId('name-input').fill(name);
  await page.getByTestId('join').click();
  await isOnline(page);
}

export async function say(page: Page, text: string): Promise<void> {
  const composer = page.getByTestId('composer');
  await composer.fill(text);
  // On a touch screen Enter starts a new line.
  if ((await composer.getAttribute('enterkeyhint')) === 'enter') {
    await page.getByTestId('send').tap();
  } else {
    await composer.press('Enter');
  }
}

/** Resolves as soon as the page says so of its connection. */
export const inState = (page: Page, state: string) =>
  page
    .locator(`[data-testid=connection-state][data-state=${state}]`)
    .waitFor({ state: 'attached' });

export const isOnline = (page: Page) => inState(page, 'online');

export const textsOf = (page: Page) => page.getByTestId('message-text').allTextContents();

export const messageOf = (page: Page, text: string) =>
  page.getByTestId('message').filter({ hasText: text });

/** Waits until the page shows a message with the text, and gives it. */
export async function shown(page: Page, text: string) {
  const message = messageOf(page, text);
  await message.first().waitFor();
  return message.first();
}

export const becomes = (what: string, claim: () => Promise<boolean>) => eventually(claim, what);

/** As in web/style/panels.css. */
const isNarrow = (page: Page, panel: 'rooms' | 'people' = 'rooms') =>
  (page.viewportSize()?.width ?? 0) < (panel === 'rooms' ? 1024 : 1280);

/** Opens a panel. On a wide screen it is always open. */
export async function openPanel(page: Page, panel: 'rooms' | 'people'): Promise<void> {
  if (isNarrow(page, panel)) await page.getByTestId(panel === 'rooms' ? 'menu' : 'online').click();
  await page.locator(panel === 'rooms' ? '#rooms' : '#side').waitFor();
}

/** Opens the menu of the room, below its name in the header. */
export async function openRoomMenu(page: Page): Promise<void> {
  await page.getByTestId('room').click();
  await page.getByTestId('room-menu').waitFor();
}

/** Opens profile and settings. On a narrow screen the rooms are open below. */
export async function openSettings(page: Page): Promise<void> {
  await openPanel(page, 'rooms');
  await page.getByTestId('own-name').click();
  await page.getByTestId('dialog').waitFor();
}

/** Closes the dialog, and what lies below it over the chat. */
export async function closeSettings(page: Page): Promise<void> {
  await page.keyboard.press('Escape');
  await page.getByTestId('dialog').waitFor({ state: 'detached' });
  await closePanel(page);
}

/** Closes a panel that lies over the chat. */
export async function closePanel(page: Page): Promise<void> {
  if (isNarrow(page)) await page.keyboard.press('Escape');
  await page.locator('.talk:not([inert])').waitFor();
}

/** What a program publishes: levels, colours, an address, a line of a stack. */
export const LOG_LINES = [
  'INFO started in 38 ms',
  '\u001b[33mWARN\u001b[0m queue is long: 120 waiting, which is more than the 100 that it should hold, at https://example.com/queues/1',
  '\u001b[41;97m ERROR \u001b[0m unable to connect; connection refused (127.0.0.1:5432)',
  '    at connect (db.ts:12:5)',
  'DEBUG retry 1 of 5',
  'INFO \u001b[38;5;208mready\u001b[0m \u001b[7minverse\u001b[0m',
];

/** Waits until the page shows the room as a log. */
export async function enterLog(page: Promise<Page>): Promise<Page> {
  const entered = await page;
  await entered.getByTestId('log-tools').waitFor();
  return entered;
}

/** A text with all that Markdown shows, and what it does not. */
export const MARKDOWN = [
  '**bold**, *italic*, ~~gone~~ and `code`, see www.example.com',
  '- one',
  '  - two',
  '3. three',
  '> **quoted**',
  '```ts',
  'const answer: number = 42; // a line that is longer than a phone is wide',
  '```',
  '<b>no</b> <img src=x onerror=alert(1)>',
].join('\n');

/** The text as one sees it. */
export async function read(element: Locator): Promise<string> {
  await element.waitFor({ state: 'attached' });
  return (await element.allInnerTexts()).join('\n');
}

/** How far the log's end is below what is in sight, in CSS pixels. */
export const belowSight = (page: Page) =>
  page
    .getByTestId('log')
    .evaluate(
      ({ scrollHeight, scrollTop, clientHeight }) => scrollHeight - scrollTop - clientHeight,
    );
