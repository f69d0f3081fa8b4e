import type { ChatState } from '../state/chat-state.ts';
import type { Coming } from '../state/comings.ts';
import type { Words } from '../words/words.ts';
import { useWords } from './language.ts';
import { Live } from './live.tsx';

/** Who is typing, or who has just joined or left. Always present, so the page does not jump. Not announced to screen readers. */
export function TypingLine({ state: { typing, comings } }: { readonly state: ChatState }) {
  const words = useWords();
  const names = [...typing.values()].map(({ name }) => name);
  return (
    <p class="typing" data-testid="typing" data-typing={names.length > 0}>
      <Live text={names.length > 0 ? typingText(names, words) : comingText(comings, words)} />
    </p>
  );
}

function typingText([first, second, ...more]: readonly string[], words: Words): string {
  if (first === undefined) return '';
  if (second === undefined) return words.typingOne(first);
  return more.length === 0 ? words.typingTwo(first, second) : words.typingSeveral;
}

function comingText(comings: readonly Coming[], words: Words): string {
  if (comings.length > 3) return words.severalCame(comings.length);
  return comings
    .map(({ kind, name }) => (kind === 'joined' ? words.joined(name) : words.leftRoom(name)))
    .join(' · ');
}
