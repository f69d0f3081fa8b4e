// Messages on a terminal. A text is a stranger's: colours it may have, but no other control of the terminal.

import type { ChatMessage } from '../../functions/protocol.ts';

const RESET = '\u001b[0m';

/** One line for people, e.g. `12:04:31 Ada: hello`; `colours` where the output is a terminal. */
export function toLine(message: ChatMessage, colours: boolean): string {
  const time = new Date(message.sentAt).toTimeString().slice(0, 8);
  return `${time} ${message.name}: ${toSafeText(sayingOf(message), colours)}`;
}

function sayingOf({ text, deletes, deleted }: ChatMessage): string {
  if (deletes !== undefined) return `(message ${deletes} was removed)`;
  return deleted ? '(removed)' : text;
}

/** One JSON object, no control characters in it. */
export function toJsonLine(value: unknown): string {
  return JSON.stringify(value).replace(C1, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

function toSafeText(text: string, colours: boolean): string {
  // Split by its colours, every second part is one.
  const parts = text.split(COLOUR);
  const safe = parts.map((part, index) => {
    if (index % 2 === 1) return colours ? part : '';
    return part.replace(CONTROLS, toPicture).replaceAll('\n', '\n  ');
  });
  return parts.length > 1 && colours ? `${safe.join('')}${RESET}` : safe.join('');
}

/** A control character as the picture that Unicode has of it; of the second set there are none. */
function toPicture(character: string): string {
  const code = character.charCodeAt(0);
  if (code === 0x7f) return '\u2421';
  return code < 0x20 ? String.fromCharCode(0x2400 + code) : '\ufffd';
}

// Select Graphic Rendition, ECMA-48: colours, bold, underlined.
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is these that are looked for
const COLOUR = /(\u001b\[[\d;:]*m)/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: all but the line break and the tab
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;
// JSON.stringify leaves these as they are.
const C1 = /[\u007f-\u009f]/g;
