// The settings file: read, written to begin with, and read again whenever it changes.

import { existsSync, readFileSync, statSync, watch, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { SettingsSource } from './command-line.ts';
import { parseUpstreamSettings, type UpstreamTemplate } from './upstream/upstream-settings.ts';

const FILE = 'settings.json';
/** Editors write a file in several steps; the last one counts. */
const SETTLE_MS = 100;

const FIRST_SETTINGS = {
  UpstreamSettings: {
    Templates: [
      {
        UrlTemplate: 'http://localhost:7071/runtime/webhooks/signalr',
        EventPattern: '*',
        HubPattern: '*',
        CategoryPattern: '*',
      },
    ],
  },
};

/** The templates in the file; none where it is optional and not there. Throws an error whose message is for the user. */
export function readSettings(source: SettingsSource): readonly UpstreamTemplate[] {
  const path = toFile(source);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    if (isMissing && source.isOptional) return [];
    const reason = isMissing ? 'there is no such file' : String(error);
    throw new Error(`unable to read ${path}; ${reason}. Check --config.`);
  }
  return parseUpstreamSettings(text);
}

/**
 * Calls `onChange` after each change of the file, also when it comes into being.
 *
 * @returns stops watching
 */
export function watchSettings(source: SettingsSource, onChange: () => void): () => void {
  const path = resolve(toFile(source));
  if (!existsSync(dirname(path))) return () => {};
  let timer: NodeJS.Timeout | undefined;
  // The folder, because editors put a new file in the place of the old one, which a watch on the file would not see.
  const watcher = watch(dirname(path), (_, changed) => {
    if (changed !== basename(path)) return;
    clearTimeout(timer);
    timer = setTimeout(onChange, SETTLE_MS);
  });
  // A folder that goes away is no reason to end.
  watcher.on('error', () => watcher.close());
  return () => {
    clearTimeout(timer);
    watcher.close();
  };
}

/** Where `upstream init` writes. */
export function settingsIn(folder: string): string {
  return join(folder, FILE);
}

/** Throws an error whose message is for the user. */
export function writeFirstSettings(path: string): void {
  try {
    writeFileSync(path, `${JSON.stringify(FIRST_SETTINGS, undefined, 2)}\n`);
  } catch (error) {
    throw new Error(`unable to write ${path}; ${String(error)}. Check --output.`);
  }
}

function toFile({ path }: SettingsSource): string {
  const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
  return isFolder ? join(path, FILE) : path;
}
