// Prints messages on a terminal. Their text is untrusted: a published line may have colours, and no other sequences.

import { type ChatMessage, PUBLISHER } from '../../../functions/protocol.ts';
import { piecesOf, toSequence, withAddresses } from '../../../web/text/terminal-text.ts';
import { toTime } from '../terminal/time.ts';
import { toVisible } from '../terminal/visible-text.ts';

/**
 * A safe line for people with the message's number, which `delete` takes, e.g. `17 2026-11-28 12:04:31+01:00 Ada: hello`.
 * `colours` if the output supports them.
 */
export function toLine(message: ChatMessage, colours: boolean): string {
  return `${message.seq} ${toTime(message.sentAt)} ${toVisible(message.name)}: ${toSafeText(message, colours)}`;
}

function toSafeText(message: ChatMessage, colours: boolean): string {
  const { text, deletes, deleted, edits, reason } = message;
  const why = reason ? `: ${toVisible(reason)}` : '';
  if (deletes !== undefined) return `(message ${deletes} was removed${why})`;
  if (deleted) return `(removed${why})`;
  if (edits !== undefined) return `(message ${edits} was edited) ${toVisibleLines(text)}`;
  return `${toAnswered(message)}${toSaid(message, colours)}`;
}

/** What the message answers, for example `(answers 12) `. */
function toAnswered({ replyTo }: ChatMessage): string {
  return replyTo === undefined ? '' : `(answers ${replyTo}) `;
}

function toSaid({ userId, text, editedAt }: ChatMessage, colours: boolean): string {
  if (editedAt !== undefined) return `${toVisibleLines(text)} (edited)`;
  return userId === PUBLISHER ? toLogText(text, colours) : toVisibleLines(text);
}

/** The text as a terminal shows it: with colours and link addresses, without invisible control characters. */
function toLogText(text: string, colours: boolean): string {
  let shown = '';
  let hasColours = false;
  for (const piece of withAddresses(piecesOf(text))) {
    if (piece.kind === 'text') shown += toVisibleLines(piece.text);
    if (piece.kind === 'colours' && colours) {
      shown += toSequence(piece.codes);
      hasColours = true;
    }
  }
  return hasColours ? shown + toSequence('0') : shown;
}

/** Marks further lines of a message, so that they do not look like another message. */
function toVisibleLines(text: string): string {
  return text.split('\n').map(toVisible).join('\n  ');
}
