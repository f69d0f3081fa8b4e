// Pages that one test of a file leaves to the next. A page of its own takes half a second of processor time: a context, a
// process, and the page's scripts, which are compiled anew. A page that is kept is as new: elsewhere, without storage, cookies,
// routes and other tabs, on the network, and it looks as its options say.

import { isDeepStrictEqual } from 'node:util';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { hasTestFailed } from '../support/browser.ts';

export interface KeptPages {
  /** One that an earlier test has left, or else a new one. */
  readonly take: (options: BrowserContextOptions) => Promise<Page>;
  /** Closes those that nobody has taken. */
  readonly closeIdle: () => Promise<void>;
  /** After a test: keeps each page that can be as new, unless the test has failed, and closes all else. */
  readonly leave: () => Promise<void>;
}

interface Kept {
  /** The options of its context, but for the size of the screen, which can be changed. */
  readonly kind: string;
  readonly page: Page;
}

/** At most so many wait for the next test. */
const MOST_IDLE = 4;

/** What lasts longer than a document, and is not taken back. A page on which a test uses one of these is not kept. */
const LASTING = [
  'exposeBinding',
  'exposeFunction',
  'grantPermissions',
  'newCDPSession',
  'routeWebSocket',
  'setExtraHTTPHeaders',
] as const;

/**
 * @param open opens a context with a page
 * @param restsAt the address of a small file of the chat's origin, where an idle page waits
 */
export function keepPages(
  browser: () => Browser,
  open: (options: BrowserContextOptions) => Promise<Page>,
  restsAt: () => string,
): KeptPages {
  let taken: Kept[] = [];
  let idle: Kept[] = [];
  const spent = new WeakSet<BrowserContext>();

  const watch = (page: Page) => {
    const context = page.context();
    const watched = [
      [context, LASTING],
      // The clock is that of the context, which each new tab reads.
      [page, [...LASTING, 'clock']],
    ] as const;
    for (const [owner, names] of watched) {
      for (const name of names) {
        const value: unknown = Reflect.get(owner, name);
        const get = () => {
          spent.add(context);
          return value;
        };
        if (value !== undefined) Object.defineProperty(owner, name, { get });
      }
    }
    return page;
  };

  /** Whether the page is as new now. */
  const renew = async ({ kind, page }: Kept): Promise<boolean> => {
    const context = page.context();
    if (spent.has(context) || page.isClosed()) return false;
    if (new URL(page.url()).origin !== new URL(restsAt()).origin) return false;
    const others = context.pages().filter((one) => one !== page);
    await Promise.all(others.map((one) => one.close()));
    await context.setOffline(false);
    await context.unrouteAll({ behavior: 'ignoreErrors' });
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    await page.goto(restsAt(), { timeout: 5_000 });
    await page.evaluate('localStorage.clear(); sessionStorage.clear()');
    await context.clearCookies();
    const looks = {
      media: null,
      colorScheme: 'light',
      forcedColors: 'none',
      reducedMotion: 'no-preference',
      contrast: 'no-preference',
    } as const;
    await page.emulateMedia({ ...looks, ...(JSON.parse(kind) as Partial<typeof looks>) });
    return true;
  };

  return {
    take: async ({ viewport, ...options }) => {
      const kind = JSON.stringify(options);
      const at = idle.findIndex((one) => one.kind === kind);
      const [found] = at < 0 ? [] : idle.splice(at, 1);
      const kept = found ?? {
        kind,
        page: watch(await open({ viewport: viewport ?? null, ...options })),
      };
      taken.push(kept);
      const { page } = kept;
      const isAsLarge = isDeepStrictEqual(page.viewportSize(), viewport);
      if (viewport && !isAsLarge) await page.setViewportSize(viewport);
      return page;
    },
    closeIdle: async () => {
      await Promise.all(idle.splice(0).map(({ page }) => page.context().close()));
    },
    leave: async () => {
      const left = hasTestFailed() ? [] : taken;
      taken = [];
      const isNew = await Promise.all(left.map((one) => renew(one).catch(() => false)));
      idle = [...left.filter((_, n) => isNew[n]), ...idle].slice(0, MOST_IDLE);
      const stays = new Set(idle.map(({ page }) => page.context()));
      const others = browser().contexts();
      await Promise.all(
        others.filter((context) => !stays.has(context)).map((context) => context.close()),
      );
    },
  };
}
