// What axe finds on a page, and a picture of it for people to look at.

import { mkdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { beforeAll } from '@jest/globals';
import type { Page } from 'playwright-core';
import { SCREENSHOTS } from './page-room.ts';

const SCHEMES = ['light', 'dark'] as const;

type Place = readonly [device: 'phone' | 'desktop', locale: 'zh-CN' | 'en-GB'];

/** Where axe looks in `npm test`: on each device, and in each language. */
export const EACH_ONCE: readonly Place[] = [
  ['phone', 'zh-CN'],
  ['desktop', 'en-GB'],
];
/** In the soak: on each device in each language. */
export const PLACES: readonly Place[] = [...EACH_ONCE, ['phone', 'en-GB'], ['desktop', 'zh-CN']];

/** All that axe can find, or only what depends on colours. */
type Rules = 'all' | 'colours';
const OPTIONS: Readonly<Record<Rules, string>> = {
  all: `{ resultTypes: ['violations'] }`,
  colours: `{ resultTypes: ['violations'], runOnly: ['color-contrast', 'link-in-text-block'] }`,
};

/** What axe finds on the page as it is, one line each. Takes a picture of it. */
export type Look = (page: Page, name: string, rules?: Rules) => Promise<readonly string[]>;

/** In light and in dark. The dark theme changes colours alone, so there axe looks at nothing else. */
export async function lookInBoth(
  look: Look,
  page: Page,
  toName: (colorScheme: string) => string,
): Promise<readonly string[]> {
  const found: string[] = [];
  for (const colorScheme of SCHEMES) {
    await page.emulateMedia({ colorScheme });
    found.push(
      ...(await look(page, toName(colorScheme), colorScheme === 'light' ? 'all' : 'colours')),
    );
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
