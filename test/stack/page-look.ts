// What axe finds on a page, and pictures of it.

import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { beforeAll } from '@jest/globals';
import type { Page } from 'playwright-core';
import { sized } from '../support/sizes.ts';

/** A picture of a page takes as long as many a test. */
const TAKES_PICTURES = sized(process.env.PICTURES !== undefined, true);

/** Writes what the page shows into test-results/, for people to look at. In the soak, and where PICTURES is set. */
export async function picture(page: Page, name: string): Promise<void> {
  if (TAKES_PICTURES) await page.screenshot({ path: `test-results/page/${name}.png` });
}

type Scheme = 'light' | 'dark';
type Place = readonly [
  device: 'phone' | 'desktop',
  locale: 'zh-CN' | 'en-GB',
  schemes: readonly Scheme[],
];

/** Where axe looks in `npm test`: on each device, in each language, and in each theme. */
export const EACH_ONCE: readonly Place[] = [
  ['phone', 'zh-CN', ['light']],
  ['desktop', 'en-GB', ['dark']],
];
/** In the soak: on each device in each language and each theme. */
export const PLACES: readonly Place[] = [
  ['phone', 'zh-CN', ['light', 'dark']],
  ['phone', 'en-GB', ['light', 'dark']],
  ['desktop', 'zh-CN', ['light', 'dark']],
  ['desktop', 'en-GB', ['light', 'dark']],
];

/** All that axe can find, or only what depends on colours. */
type Rules = 'all' | 'colours';
const OPTIONS: Readonly<Record<Rules, string>> = {
  all: `{ resultTypes: ['violations'] }`,
  colours: `{ resultTypes: ['violations'], runOnly: ['color-contrast', 'link-in-text-block'] }`,
};

/** What axe finds on the page as it is, one line each. */
export type Look = (page: Page, name: string, rules?: Rules) => Promise<readonly string[]>;

/** The themes change colours alone, so after the first one axe looks at nothing else. */
export async function lookInEach(
  schemes: readonly Scheme[],
  look: Look,
  page: Page,
  toName: (colorScheme: Scheme) => string,
): Promise<readonly string[]> {
  const found: string[] = [];
  for (const [n, colorScheme] of schemes.entries()) {
    await page.emulateMedia({ colorScheme });
    found.push(...(await look(page, toName(colorScheme), n === 0 ? 'all' : 'colours')));
  }
  return found;
}

/** 1,280 × 1,024 at 400 %. */
const ZOOMED = { width: 320, height: 256 };

/** Controls of a part that cannot be brought into sight, or that something covers. And whether the page scrolls to the side. */
const OUT_OF_REACH = `(selector) => {
  const isShown = (element) => element.checkVisibility({ visibilityProperty: true });
  const parts = [...document.querySelectorAll(selector)].filter(isShown);
  const found = parts.length === 0 ? ['nothing of ' + selector] : [];
  if (document.documentElement.scrollWidth > innerWidth) found.push('the page scrolls to the side');
  const within = parts.map((part) => [...part.querySelectorAll('button, input, select, textarea, summary, a')]);
  for (const control of within.flat().filter(isShown)) {
    control.scrollIntoView({ block: 'nearest', inline: 'nearest', behavior: 'instant' });
    const { left, right, top, bottom, width, height } = control.getBoundingClientRect();
    if (width <= 1) continue;
    const says = control.outerHTML.slice(0, 120);
    // A result of the search may be higher than the screen.
    const isIn = height > innerHeight / 2 || (top >= -1 && bottom <= innerHeight + 1);
    if (!isIn || left < -1 || right > innerWidth + 1) found.push('out of sight: ' + says);
    const y = (Math.max(top, 0) + Math.min(bottom, innerHeight)) / 2;
    const there = document.elementFromPoint((left + right) / 2, y);
    if (!control.contains(there)) found.push('covered: ' + says);
  }
  return found;
}`;

/**
 * What is wrong with a part of the page at 400 %, with the page from right to left and, in the soak, in forced colours. One line
 * each. The page is then as before, but for what was scrolled.
 */
export async function atLimits(
  page: Page,
  part: string,
  name: string,
  look: Look,
): Promise<readonly string[]> {
  const found: string[] = [];
  const measure = async (limit: string) => {
    await page.evaluate(
      'new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))',
    );
    const out = await page.evaluate<string[]>(`(${OUT_OF_REACH})(${JSON.stringify(part)})`);
    found.push(...out.map((line) => `${name}, ${limit}: ${line}`));
  };
  const viewport = page.viewportSize() ?? ZOOMED;
  await page.evaluate(`document.documentElement.dir = 'rtl'`);
  await measure('from right to left');
  await page.evaluate(`document.documentElement.dir = ''`);
  await page.setViewportSize(ZOOMED);
  await measure('at 400 %');
  await picture(page, `${name}-zoomed`);
  await page.setViewportSize(viewport);
  if (sized(false, true)) {
    await page.emulateMedia({ colorScheme: 'light', forcedColors: 'active' });
    found.push(...(await look(page, `${name}-forced`)));
    await page.emulateMedia({ forcedColors: 'none' });
  }
  return found;
}

const CHANGES = `{ subtree: true, childList: true, attributes: true, characterData: true }`;

/** Runs in the page: resolves when nothing of it has changed for 100 ms, so that parts which load are there. Then ends its animations. */
const REST = `async () => {
  await new Promise((resolve) => {
    const settle = () => { observer.disconnect(); resolve(); };
    let timer = setTimeout(settle, 100);
    const observer = new MutationObserver(() => {
      clearTimeout(timer);
      timer = setTimeout(settle, 100);
    });
    observer.observe(document, ${CHANGES});
  });
  for (const animation of document.getAnimations()) {
    if (animation.effect.getComputedTiming().endTime < Infinity) animation.finish();
  }
}`;

/**
 * Runs in the page: what axe finds while nothing changes. axe looks at one element after the other, so in a page that is drawn
 * anew meanwhile it finds faults that no page has. A page that counts seconds never rests for long: the third time counts.
 */
const FIND = `async (options, rest) => {
  for (let attempt = 1; ; attempt += 1) {
    let isChanged = false;
    const observer = new MutationObserver(() => { isChanged = true; });
    observer.observe(document, ${CHANGES});
    const { violations } = await axe.run(document, options);
    await new Promise((seen) => setTimeout(seen));
    observer.disconnect();
    if (!isChanged || attempt === 3) {
      return violations.flatMap(({ id, nodes }) =>
        nodes.map(({ target, failureSummary }) => id + ' ' + target + ' ' + failureSummary));
    }
    await rest();
  }
}`;

export function looks(): Look {
  let axe: string;
  beforeAll(async () => {
    const path = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
    axe = await readFile(path, 'utf8');
  });
  return async (page, name, rules = 'all') => {
    await page.evaluate(`(${REST})()`);
    await picture(page, name);
    if (await page.evaluate('window.axe === undefined')) await page.evaluate(axe);
    const found = await page.evaluate<string[]>(`(${FIND})(${OPTIONS[rules]}, ${REST})`);
    return found.map((line) => `${name}: ${line}`);
  };
}
