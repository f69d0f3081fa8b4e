// One first visit to a room in a fresh browser profile.

import type { Browser } from 'playwright-core';

/** `kbits` a second in both directions, `latency` in milliseconds for each request, `slowdown` of the processor. */
export interface Network {
  readonly network: string;
  readonly latency: number;
  readonly kbits: number;
  readonly slowdown: number;
}

export const HERE: Network = { network: 'this machine', latency: 0, kbits: 0, slowdown: 1 };
export const PHONE: Network = {
  network: 'phone: 1.6 Mbit/s, 150 ms, a quarter of the speed',
  latency: 150,
  kbits: 1_600,
  slowdown: 4,
};

export interface FirstVisit {
  /** First contentful paint, in milliseconds after the navigation began. */
  readonly paintMs: number;
  /** Until the room is connected and its first message is there. */
  readonly connectedMs: number;
  /** Bytes of HTML, scripts and styles as they were sent, until then. Without headers, and without what the service worker stores. */
  readonly bytes: number;
}

const READ = `({
  paintMs: performance.getEntriesByName('first-contentful-paint')[0].startTime,
  connectedMs: performance.now(),
  bytes: [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
    .filter(({ name, entryType }) => entryType === 'navigation' || /\\.(?:js|css)$/.test(name))
    .reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0),
})`;

/** Opens the address of a room that has messages, as a person whose name is known. */
export async function visitFirst(
  browser: Browser,
  address: string,
  { latency, kbits, slowdown }: Network,
): Promise<FirstVisit> {
  const context = await browser.newContext({ viewport: { width: 360, height: 740 } });
  try {
    await context.addInitScript(`localStorage.setItem('chat.name', 'Ada')`);
    const page = await context.newPage();
    if (kbits > 0) {
      const devtools = await context.newCDPSession(page);
      const throughput = (kbits * 1_000) / 8;
      await devtools.send('Network.emulateNetworkConditions', {
        offline: false,
        latency,
        downloadThroughput: throughput,
        uploadThroughput: throughput,
      });
      await devtools.send('Emulation.setCPUThrottlingRate', { rate: slowdown });
    }
    await page.goto(address);
    await page.locator('[data-state=online]').first().waitFor({ state: 'attached' });
    await page.getByTestId('message').first().waitFor();
    return (await page.evaluate(READ)) as FirstVisit;
  } finally {
    await context.close();
  }
}
