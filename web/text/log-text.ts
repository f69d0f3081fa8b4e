// A published line as plain text. Pure. Its colours are in log-colours.ts, which loads later.

import { type ChatMessage, PUBLISHER } from '../../functions/protocol.ts';
import { piecesOf, withAddresses } from './terminal-text.ts';

/** The text to quote, copy or announce: a published line without its control sequences. */
export function plainOf({ userId, text }: Pick<ChatMessage, 'userId' | 'text'>): string {
  return userId === PUBLISHER ? withoutCodes(text) : text;
}

/** What a terminal shows of the text. The address of a link stands behind its text. */
export function withoutCodes(text: string): string {
  let shown = '';
  for (const piece of withAddresses(piecesOf(text))) {
    if (piece.kind === 'text') shown += piece.text;
  }
  return shown;
}
