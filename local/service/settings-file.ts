// The settings file: reads it, writes a first one, and watches it for changes.

import { existsSync, readFileSync, statSync, watch, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { FolderRefused, makeFolder } from '../make-folder.ts';
import type { SettingsSource } from './command-line.ts';
import { parseUpstreamSettings, type UpstreamTemplate } from './upstream/upstream-settings.ts';

const FILE = 'settings.json';
/** Editors write a file in several steps. The last one counts. */
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

/** The templates in the file. Empty if an optional file is missing. Throws an error whose message is for the user. */
export function readSettings(source: SettingsSource): readonly UpstreamTemplate[] {
  const path = toFile(source);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    if (isMissing && source.isOptional) return [];
    const reason = isMissing ? 'there is no such file' : String(error);
    throw new Error(
      `unable to read ${path}; ${reason}. Give the path of a settings.json by --config, or make one with upstream init.`,
    );
  }
  return parseUpstreamSettings(text);
}

/**
 * Calls `onChange` after each change of the file, also when it is created.
 *
 * @returns a function that stops watching
 */
export function watchSettings(source: SettingsSource, onChange: () => void): () => void {
  const path = resolve(toFile(source));
  if (!existsSync(dirname(path))) return () => {};
  let timer: NodeJS.Timeout | undefined;
  // Watches the folder, because editors replace the file, which a watch on the file does not notice.
  const watcher = watch(dirname(path), (_, changed) => {
    if (changed !== basename(path)) return;
    clearTimeout(timer);
    timer = setTimeout(onChange, SETTLE_MS);
  });
  // A removed folder does not end the service.
  watcher.on('error', () => watcher.close());
  return () => {
    clearTimeout(timer);
    watcher.close();
  };
}

/** The file that `upstream init` writes. */
export function settingsIn(folder: string): string {
  return join(folder, FILE);
}

/** Makes the folder, too, as `git init` and `func init` do. Throws an error whose message is for the user. */
export async function writeFirstSettings(path: string): Promise<void> {
  try {
    await makeFolder(dirname(path));
    writeFileSync(path, `${JSON.stringify(FIRST_SETTINGS, undefined, 2)}\n`);
  } catch (error) {
    const reason = error instanceof FolderRefused ? error.message : String(error);
    throw new Error(
      `unable to write ${path}; ${reason}. Choose a folder that can be written to with --output DIR.`,
    );
  }
}

function toFile({ path }: SettingsSource): string {
  const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
  return isFolder ? join(path, FILE) : path;
}
