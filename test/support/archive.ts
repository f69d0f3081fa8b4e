// Files as `export --all` writes them.

import type { ArchivedRoom } from '../../functions/protocol.ts';
import { CheckedLines, FORMAT } from '../../local/client/archive/archive-lines.ts';

/** The file of these objects, one a line. */
export function toArchiveFile(objects: readonly unknown[]): string {
  const lines = new CheckedLines();
  return objects.map((object) => `${lines.seal(JSON.stringify(object))}\n`).join('');
}

export interface SomeRoom {
  readonly name: string;
  readonly messages: number;
}

export function toFacts(name: string, messages: number): ArchivedRoom {
  return { room: name, first: 1, seq: messages, activeAt: 1 };
}

export function toArchivedMessage(seq: number, text = `message ${seq}`) {
  return { seq, id: `i${seq}`, userId: 'g-ada', name: 'Ada', text, sentAt: 1_000 + seq };
}

/** A whole export of rooms. */
export function exportOf(rooms: readonly SomeRoom[]): string {
  const messages = rooms.reduce((sum, one) => sum + one.messages, 0);
  return toArchiveFile([
    FORMAT,
    ...rooms.flatMap(({ name, messages: count }) => [
      toFacts(name, count),
      ...Array.from({ length: count }, (_, index) => toArchivedMessage(index + 1)),
    ]),
    { end: true, rooms: rooms.length, messages },
  ]);
}
