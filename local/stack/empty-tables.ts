// A file of tables that lost its content: Azurite would take it for a new one, and start without a word.

import { readFile, rename, stat } from 'node:fs/promises';

/** A file with one table is longer. */
const LONGEST_EMPTY = 64;

/**
 * Moves a file of tables aside that holds none. Azurite writes no such file itself; what a full disk or a power failure leaves
 * behind does look like this.
 *
 * @returns a sentence for the person who misses the messages, nothing where all is well
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

/** Broken JSON is something else: Azurite refuses it. */
function holdsNothing(text: string): boolean {
  if (text.trim() === '') return true;
  try {
    const content: unknown = JSON.parse(text);
    return typeof content === 'object' && content !== null && !('collections' in content);
  } catch {
    return false;
  }
}
