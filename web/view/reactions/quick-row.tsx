import { Icon } from '../icons.tsx';
import { arrowKey } from './arrow-key.ts';
import { type ReactionsView, useReactionWords, useReading } from './room.ts';

/** In the form in which the functions store them. */
export const QUICK: readonly string[] = ['👍', '❤️', '😂', '🎉', '👀'];

export interface QuickRowProps {
  readonly room: ReactionsView;
  readonly seq: number;
  /** The menu gives the focus back to where it was opened, and from there it goes to the picker and back. */
  readonly close: () => void;
}

/** The first row of the menu of a message. */
export function QuickRow({ room, seq, close }: QuickRowProps) {
  const words = useReactionWords();
  const { mine, hindrance } = useReading(room, () => ({
    mine: room.to(seq).flatMap(({ emoji, isMine }) => (isMine ? [emoji] : [])),
    hindrance: room.hindrance(),
  }));
  if (hindrance) {
    return (
      <p class="hint quick-hindrance" data-testid="cannot-react">
        {words[hindrance]}
      </p>
    );
  }
  return (
    <div class="quick" role="toolbar" aria-label={words.react} onKeyDown={moveInRow}>
      {QUICK.map((emoji) => {
        const isMine = mine.includes(emoji);
        const label = isMine ? words.takeBack(emoji) : words.reactWith(emoji);
        return (
          <button
            key={emoji}
            type="button"
            class="quick-emoji"
            title={label}
            aria-label={label}
            aria-pressed={isMine}
            data-testid="quick"
            data-emoji={emoji}
            onClick={() => {
              close();
              room.toggle(seq, emoji);
            }}
          >
            {emoji}
          </button>
        );
      })}
      <button
        type="button"
        class="quick-emoji"
        title={words.moreEmoji}
        aria-label={words.moreEmoji}
        aria-haspopup="dialog"
        data-testid="more-emoji"
        onClick={() => {
          close();
          room.show({ kind: 'picker', seq });
        }}
      >
        <Icon name="plus" />
      </button>
    </div>
  );
}

/** Left and right within the row, up and down to the actions of the menu. */
function moveInRow(event: KeyboardEvent): void {
  const { key, currentTarget: row } = event;
  if (!(row instanceof HTMLElement)) return;
  const inRow: HTMLElement[] = [...row.querySelectorAll('button')];
  const below = [...(row.parentElement?.querySelectorAll<HTMLElement>('[role^=menuitem]') ?? [])];
  const index = inRow.indexOf(document.activeElement as HTMLElement);
  const next = {
    ArrowRight: inRow.at((index + 1) % inRow.length),
    ArrowLeft: inRow.at(index - 1),
    ArrowDown: below.at(0),
    ArrowUp: below.at(-1),
  }[arrowKey(key, getComputedStyle(row).direction)];
  if (!next) return;
  event.preventDefault();
  event.stopPropagation();
  next.focus();
}
