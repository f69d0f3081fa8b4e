import type { ChatState } from '../chat-state.ts';
import { WORDS } from '../words.ts';

/** Always there, so that the page does not jump; not announced, so that it does not interrupt a screen reader. */
export function TypingLine({ state: { typing } }: { readonly state: ChatState }) {
  return (
    <p class="typing" data-testid="typing">
      {WORDS.typing([...typing.values()].map(({ name }) => name))}
    </p>
  );
}
