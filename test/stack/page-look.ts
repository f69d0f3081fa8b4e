// What axe finds on a page, and a picture of it for people to look at.

import { mkdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { beforeAll } from '@jest/globals';
import type { Page } from 'playwright-core';
import { SCREENSHOTS } from './page-room.ts';

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

/** What axe finds on the page as it is, one line each. Takes a picture of it. */
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

export function looks(): Look {
  let axe: string;
  beforeAll(async () => {
    const path = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
    [axe] = await Promise.all([readFile(path, 'utf8'), mkdir(SCREENSHOTS, { recursive: true })]);
  });
  return async (page, name, rules = 'all') => {
    await page.screenshot({ path: `${SCREENSHOTS}/${name}.png` });
    if (await page.evaluate('window.axe === undefined')) await page.evaluate(axe);
    return page.evaluate(`axe.run(document, ${OPTIONS[rules]}).then(({ violations }) =>
    violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) =>
      '${name}: ' + id + ' ' + target + ' ' + failureSummary)))`);
  };
}
