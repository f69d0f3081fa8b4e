// A real Chromium for tests: the one of the machine, with a fresh profile and without background network traffic.

import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext } from 'playwright-core';

const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
];

/** The features that Playwright 1.65.1 disables. Repeated here, because Chromium uses only the last `--disable-features`. */
const OFF_FOR_PLAYWRIGHT = [
  'AvoidUnnecessaryBeforeUnloadCheckSync',
  'DestroyProfileOnBrowserClose',
  'HttpsUpgrades',
  'HttpsFirstBalancedModeAutoEnable',
  'LensOverlay',
  'MediaRouter',
  'PaintHolding',
  'ThirdPartyStoragePartitioning',
  'AvoidCorsURLLoaderRestartOnRedirect',
  'TcpPortRandomizationWin',
  'OptimizationHints',
  'NetworkTimeServiceQuerying',
  'AimEnabled',
  'PreconnectToSearch',
  'msForceBrowserSignIn',
  'msEdgeUpdateLaunchServicesPreferredVersion',
];

/** Pages of the address bar, which load again for each window: half the cost of opening a window. */
const OFF_FOR_SPEED = ['WebUIOmniboxPopup', 'WebUIOmniboxAimPopup'];

const ARGS = [
  // Tests may run as root, where Chromium's sandbox does not work.
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  `--disable-features=${[...OFF_FOR_PLAYWRIGHT, ...OFF_FOR_SPEED].join()}`,
];

/** What stack-environment.mjs keeps in a worker of Jest between its files. There is none outside of Jest, as in bench/. */
interface Kept {
  readonly require: (name: 'playwright-core') => typeof import('playwright-core');
  browser: Browser | undefined;
  readonly hasFailed: boolean;
}
const { keptForTests: kept } = globalThis as { readonly keptForTests?: Kept };

const { chromium } = kept?.require('playwright-core') ?? (await import('playwright-core'));

/** The browser of all files of a worker, which nobody closes. Who opens a context in it closes the context. */
export async function sharedBrowser(): Promise<Browser> {
  if (kept?.browser?.isConnected()) return kept.browser;
  const browser = await launchBrowser();
  if (kept) kept.browser = browser;
  return browser;
}

/** Whether the test before this `afterEach` has failed. One that took too long may still be at work in its pages. */
export const hasTestFailed = (): boolean => kept?.hasFailed ?? false;

/** Without a window for each page: a fifth of the processor time of the page's tests went into those. */
const HEADLESS_SHELL = '/usr/bin/chromium-headless-shell';

/** @param more arguments for Chromium */
export async function launchBrowser(more: readonly string[] = []): Promise<Browser> {
  const isChosen = process.env.CHROMIUM !== undefined;
  const executablePath = !isChosen && existsSync(HEADLESS_SHELL) ? HEADLESS_SHELL : findChromium();
  return chromium.launch({ executablePath, args: [...ARGS, ...more] });
}

/** A browser whose person has blocked all cookies. Chromium then blocks storage, too. The headless shell has no such setting. */
export async function launchWithoutCookies(): Promise<{
  readonly context: BrowserContext;
  readonly close: () => Promise<void>;
}> {
  const profile = await mkdtemp(join(tmpdir(), 'without-cookies-'));
  await mkdir(join(profile, 'Default'));
  const preferences = { profile: { default_content_setting_values: { cookies: 2 } } };
  await writeFile(join(profile, 'Default', 'Preferences'), JSON.stringify(preferences));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: findChromium(),
    args: ARGS,
    serviceWorkers: 'block',
  });
  return {
    context,
    close: async () => {
      await context.close();
      await rm(profile, { recursive: true, force: true });
    },
  };
}

function findChromium(): string {
  const place = [process.env.CHROMIUM, ...PLACES].find((path) => path && existsSync(path));
  if (place) return place;
  throw new Error(
    'unable to find a browser for the tests; there is no Chromium, Chrome or Edge. Install one (Debian: apt-get install chromium), or name it in the variable CHROMIUM.',
  );
}
