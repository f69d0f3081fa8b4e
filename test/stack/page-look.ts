// What axe finds on a page, and a picture of it for people to look at.

import { mkdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { beforeAll } from '@jest/globals';
import type { Page } from 'playwright-core';
import { SCREENSHOTS } from './page-room.ts';

/** What axe finds on the page as it is, one line each. Takes a picture of it. */
export type Look = (page: Page, name: string) => Promise<readonly string[]>;

export function looks(): Look {
  let axe: string;
  beforeAll(async () => {
    const path = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
    [axe] = await Promise.all([readFile(path, 'utf8'), mkdir(SCREENSHOTS, { recursive: true })]);
  });
  return async (page, name) => {
    await page.screenshot({ path: `${SCREENSHOTS}/${name}.png` });
    if (await page.evaluate('window.axe === undefined')) await page.evaluate(axe);
    return page.evaluate(`axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) =>
    violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) =>
      '${name}: ' + id + ' ' + target + ' ' + failureSummary)))`);
  };
}
