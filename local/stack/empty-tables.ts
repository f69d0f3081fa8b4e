// Detects a file of tables that lost its content. Azurite would take it as a new one, and start silently.

import { readFile, rename, stat } from 'node:fs/promises';

/** A file with one table is longer, in bytes. */
const LONGEST_EMPTY = 64;

/**
 * Renames a file of tables that holds none. Azurite writes no such file. A full disk or a power failure leaves one.
 *
 * @returns a sentence for the person who misses the messages, undefined if the file is good
 */
export async function setEmptyTablesAside(path: string, now: Date): Promise<string | undefined> {
  const size = await stat(path).then(
    (file) => file.size,
    () => undefined,
  );
  if (size === undefined || size > LONGEST_EMPTY || !holdsNothing(await readFile(path, 'utf8'))) {
    return undefined;
  }
  const aside = `${path}.${now.toISOString().replaceAll(/[:.]/g, '-')}`;
  await rename(path, aside);
  return `no messages are kept from before; ${path} had ${size} bytes and no tables, as after a full disk or a power failure. It is ${aside} now: put a copy of yours in its place, or delete it.`;
}

/** False for broken JSON, which Azurite refuses. */
function holdsNothing(text: string): boolean {
  if (text.trim() === '') return true;
  try {
    const content: unknown = JSON.parse(text);
    return typeof content === 'object' && content !== null && !('collections' in content);
  } catch {
    return false;
  }
}
