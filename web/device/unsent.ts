// Drafts, which a tab keeps over a reload, and unsent lines, which the device keeps until they are sent. Sending a line again is
// harmless, because it keeps its id.

import { MAX_ID_LENGTH, MAX_TEXT_LENGTH } from '../../functions/protocol.ts';
import type { Unsent } from '../state/chat-state.ts';
import type { Outbox } from '../state/outbox.ts';
import { fitDraft } from '../text/draft-text.ts';
import { type Memory, readJson } from './memory.ts';

/** A room keeps so much unsent text, in UTF-16 units. Storage has a few million for everything. */
export const MOST_CHARACTERS = 100_000;

const draftKey = (room: string) => `chat.draft.${room}`;
const unsentKey = (room: string) => `chat.unsent.${room}`;

/** The draft of the room. It survives a reload. */
export interface Draft {
  readonly room: string;
  /** What else belongs to it. */
  readonly memory: Memory;
  readonly read: () => string;
  readonly write: (text: string) => void;
}

/** The draft of the room, empty if there is none. Cut if an earlier version of the page stored a longer one. */
export function rememberedDraft(memory: Memory, room: string): string {
  return fitDraft(memory.read(draftKey(room)) ?? '');
}

/** An empty text removes the draft. A text that the composer cannot hold is cut. */
export function rememberDraft(memory: Memory, room: string, text: string): void {
  memory.write(draftKey(room), text === '' ? undefined : fitDraft(text));
}

/** The unsent lines of the room, in the order of their writing. */
export function rememberedUnsent(memory: Memory, room: string): Unsent {
  return readJson(memory, unsentKey(room), parseUnsent) ?? [];
}

/**
 * Adds the lines that are new in the outbox, up to {@link MOST_CHARACTERS}, and removes those that have left it or are stored.
 * Other tabs of the room keep their lines in the same place. Refused lines stay, and the person decides again.
 */
export function rememberUnsent(memory: Memory, room: string, outbox: Outbox, before: Outbox): void {
  const unsent = unsentOf(outbox);
  const earlier = unsentOf(before);
  const lines = rememberedUnsent(memory, room)
    .filter(({ id }) => has(unsent, id) || !has(earlier, id))
    .map((line) => unsent.find(({ id }) => id === line.id) ?? line);
  const added = unsent.filter(({ id }) => !has(earlier, id) && !has(lines, id));
  let left = lines.reduce((rest, line) => rest - sizeOf(line), MOST_CHARACTERS);
  for (const line of added) {
    left -= sizeOf(line);
    if (left >= 0) lines.push(line);
  }
  memory.write(unsentKey(room), lines.length === 0 ? undefined : JSON.stringify(lines));
}

/** Whether the device has every unsent line of the outbox. */
export function areKept(memory: Memory, room: string, outbox: Outbox): boolean {
  const kept = rememberedUnsent(memory, room);
  return unsentOf(outbox).every(({ id }) => has(kept, id));
}

const unsentOf = (outbox: Outbox): Unsent =>
  outbox
    .filter(({ state }) => state !== 'stored')
    .map(({ id, text, replyTo, mentions, state, isNew, edits, removes }) => {
      const isRefused = state === 'refused' || undefined;
      return { id, text, replyTo, mentions, isRefused, isNew, edits, removes };
    });
const has = (lines: Unsent, wanted: string) => lines.some(({ id }) => id === wanted);
const sizeOf = ({ id, text }: Unsent[number]) => id.length + text.length;

function parseUnsent(value: unknown): Unsent | undefined {
  return Array.isArray(value) && value.every(isUnsent) ? value : undefined;
}

function isUnsent(value: unknown): value is Unsent[number] {
  if (typeof value !== 'object' || value === null) return false;
  const { id, text }: { readonly id?: unknown; readonly text?: unknown } = value;
  // Twice the limits, because they count characters and not UTF-16 units. The functions check them exactly.
  return (
    typeof id === 'string' &&
    id.length <= 2 * MAX_ID_LENGTH &&
    typeof text === 'string' &&
    text.length <= 2 * MAX_TEXT_LENGTH
  );
}
