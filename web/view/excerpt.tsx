import type { ChatMessage } from '../../functions/protocol.ts';
import { excerptOf } from '../text/excerpt.ts';
import { Live } from './live.tsx';

/** The beginning of a message, in one line. */
export function Excerpt({ message }: { readonly message: ChatMessage }) {
  return <Live text={excerptOf(message)} />;
}
