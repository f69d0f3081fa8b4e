// Messages on a terminal. A text is a stranger's: a published line may have colours, and nothing else of a terminal.

import { type ChatMessage, PUBLISHER } from '../../../functions/protocol.ts';
import { piecesOf, toSequence, withAddresses } from '../../../web/text/terminal-text.ts';
import { toVisible } from '../terminal/visible-text.ts';

/** For people, e.g. `12:04:31 Ada: hello`; safe as it is. `colours` where the output has them. */
export function toLine(message: ChatMessage, colours: boolean): string {
  const time = new Date(message.sentAt).toTimeString().slice(0, 8);
  return `${time} ${toVisible(message.name)}: ${toSafeText(message, colours)}`;
}

function toSafeText({ userId, text, deletes, deleted }: ChatMessage, colours: boolean): string {
  if (deletes !== undefined) return `(message ${deletes} was removed)`;
  if (deleted) return '(removed)';
  return userId === PUBLISHER ? toLogText(text, colours) : toVisibleLines(text);
}

/** What a terminal would show of it: its colours, the addresses of its links; controls that show nothing are left out. */
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

/** A line of a message that is not its first cannot pass for another message. */
function toVisibleLines(text: string): string {
  return text.split('\n').map(toVisible).join('\n  ');
}
