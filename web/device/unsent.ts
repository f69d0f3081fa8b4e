// Drafts and unsent lines, kept by this tab over a reload. Sending a line again is harmless, because it keeps its id.

import { MAX_ID_LENGTH, MAX_TEXT_LENGTH } from '../../functions/protocol.ts';
import type { Unsent } from '../state/chat-state.ts';
import type { Outbox } from '../state/outbox.ts';
import { type Memory, readJson } from './memory.ts';

const draftKey = (room: string) => `chat.draft.${room}`;
const unsentKey = (room: string) => `chat.unsent.${room}`;

/** The draft of the room. It survives a reload. */
export interface Draft {
  readonly read: () => string;
  readonly write: (text: string) => void;
}

/** The draft of the room, empty if there is none. */
export function rememberedDraft(memory: Memory, room: string): string {
  return memory.read(draftKey(room)) ?? '';
}

/** An empty text removes the draft. */
export function rememberDraft(memory: Memory, room: string, text: string): void {
  memory.write(draftKey(room), text === '' ? undefined : text);
}

/** The unsent lines of the room, in the order of their writing. */
export function rememberedUnsent(memory: Memory, room: string): Unsent {
  return readJson(memory, unsentKey(room), parseUnsent) ?? [];
}

/** Keeps lines that the room does not have yet. Refused lines stay too, and the person decides again. */
export function rememberUnsent(memory: Memory, room: string, outbox: Outbox): void {
  const lines = outbox
    .filter(({ state }) => state !== 'stored')
    .map(({ id, text }) => ({ id, text }));
  memory.write(unsentKey(room), lines.length === 0 ? undefined : JSON.stringify(lines));
}

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
