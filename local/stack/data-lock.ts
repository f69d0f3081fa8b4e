// Allows one Azurite per folder. Azurite has its tables in memory and rewrites the whole file every few seconds, so two of them
// in one folder would silently undo each other's writes.

import { link, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { isListening, LOOPBACK } from './ports.ts';

interface Holder {
  readonly pid: number;
  /** The holder listens on this port while it lives. So a lock of a process that died is recognised. */
  readonly port: number;
}

/**
 * Locks the folder. Throws an error that names the holder if it is locked. Resolves to the function that releases it.
 *
 * @param linkFile `link` of `node:fs/promises`, or a test's own
 */
export async function lockFolder(folder: string, linkFile = link): Promise<() => Promise<void>> {
  const path = join(folder, 'lock');
  const server = createServer((socket) => socket.destroy());
  const holder: Holder = { pid: process.pid, port: await listen(server) };
  // Written under another name and then linked, so that nobody reads an incomplete lock.
  const draft = `${path}.${process.pid}`;
  await writeFile(draft, JSON.stringify(holder));
  try {
    while (!(await tryPlace(draft, path, linkFile))) {
      const other = await readHolder(path);
      if (other && (await isListening(other.port))) throw inUse(folder, other.pid, path);
      await rm(path, { force: true });
    }
  } catch (error) {
    server.close();
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
  return async () => {
    await rm(path, { force: true });
    server.close();
  };
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.unref().listen({ port: 0, host: LOOPBACK }, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : 0);
    });
  });
}

/** False if `to` exists already. */
async function tryPlace(from: string, to: string, linkFile: typeof link): Promise<boolean> {
  try {
    await linkFile(from, to);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    // Some file systems have no hard links: exFAT, network folders and shared storage answer EPERM and other errors.
    return tryCopy(from, to);
  }
}

/** For a moment other processes may read an incomplete file, see `readHolder`. */
async function tryCopy(from: string, to: string): Promise<boolean> {
  try {
    await writeFile(to, await readFile(from), { flag: 'wx' });
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
}

/** Undefined if the file is incomplete for longer than a write takes. */
async function readHolder(path: string): Promise<Holder | undefined> {
  for (let attempt = 0; attempt < 5; attempt += 1) {
    const holder = await readFile(path, 'utf8').then(parseHolder, () => undefined);
    if (holder) return holder;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return undefined;
}

function parseHolder(text: string): Holder | undefined {
  try {
    const holder: unknown = JSON.parse(text);
    return isHolder(holder) ? holder : undefined;
  } catch {
    return undefined;
  }
}

function isHolder(value: unknown): value is Holder {
  return (
    typeof value === 'object' &&
    value !== null &&
    'pid' in value &&
    typeof value.pid === 'number' &&
    'port' in value &&
    Number.isInteger(value.port) &&
    Number(value.port) > 0 &&
    Number(value.port) < 65_536
  );
}

function inUse(folder: string, pid: number, path: string): Error {
  return new Error(
    `unable to keep tables in ${folder}; process ${pid} uses this folder. Stop it, choose another folder with --data DIR, or delete ${path} if no other stack runs.`,
  );
}
