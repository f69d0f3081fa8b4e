import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { Live } from '../live.tsx';
import { useLongPress } from '../long-press.ts';
import { type ReactionsView, useReactionWords, useReading, whoIn } from './room.ts';

interface ChipsProps {
  readonly room: ReactionsView;
  readonly seq: number;
}

/** The reactions to one message. A press sets the person's own one on or off. */
export function Chips({ room, seq }: ChipsProps) {
  const words = useReactionWords();
  const list = useRef<HTMLUListElement>(null);
  const { shown, hindrance } = useReading(room, () => ({
    shown: room.to(seq),
    hindrance: room.hindrance(),
  }));
  const isReachable = useFocusInLine(list, shown.length > 0);
  useFocusThatStays(list, shown.length);
  const show = (chip: HTMLElement, emoji: string) => {
    room.show({ kind: 'who', asked: { seq, emoji, chip } });
  };
  const press = useLongPress((target) => {
    const chip = target.closest<HTMLElement>('.reaction');
    if (chip) show(chip, chip.dataset.emoji ?? '');
  }, 'a');
  if (shown.length === 0) return null;
  const hide = () => {
    if (room.over()?.kind === 'who') room.show(undefined);
  };
  return (
    <ul
      class="reactions"
      aria-label={words.reactions}
      data-testid="reactions"
      ref={list}
      {...press}
    >
      {shown.map((one) => {
        const { emoji, count, isMine } = one;
        return (
          <li key={emoji}>
            <button
              type="button"
              class="reaction"
              data-testid="reaction"
              data-emoji={emoji}
              aria-pressed={isMine}
              aria-disabled={hindrance !== undefined}
              aria-label={[
                words.chip(emoji, count, whoIn(one, room.me(), words)),
                ...(hindrance ? [words[hindrance]] : []),
              ].join(' ')}
              // A log with many reactions is one stop of the Tab key.
              tabIndex={isReachable ? 0 : -1}
              onClick={({ currentTarget }) => {
                if (hindrance) show(currentTarget, emoji);
                else room.toggle(seq, emoji);
              }}
              onPointerEnter={({ pointerType, currentTarget }) => {
                if (pointerType === 'mouse') show(currentTarget, emoji);
              }}
              onPointerLeave={({ pointerType, relatedTarget }) => {
                const isOnWho = relatedTarget instanceof Element && relatedTarget.closest('.who');
                if (pointerType === 'mouse' && !isOnWho) hide();
              }}
              onFocus={({ currentTarget }) => {
                if (currentTarget.matches(':focus-visible')) show(currentTarget, emoji);
              }}
              onBlur={hide}
              onKeyDown={(event) => {
                if (event.key === 'Escape') hide();
              }}
            >
              <span class="reaction-face">
                <span class="reaction-emoji" translate={false}>
                  {emoji}
                </span>
                <span class="reaction-count">
                  <Live text={`${count}`} />
                </span>
              </span>
            </button>
          </li>
        );
      })}
    </ul>
  );
}

/** Whether the focus is within the line of the list. */
function useFocusInLine(list: { readonly current: HTMLElement | null }, isShown: boolean): boolean {
  const [isInside, setInside] = useState(false);
  useEffect(() => {
    const line = list.current?.closest('.line');
    if (!line) return undefined;
    const look = () => setInside(line.contains(document.activeElement));
    const leave = ({ relatedTarget }: Event & { readonly relatedTarget?: EventTarget | null }) =>
      setInside(relatedTarget instanceof Node && line.contains(relatedTarget));
    look();
    line.addEventListener('focusin', look);
    line.addEventListener('focusout', leave);
    return () => {
      line.removeEventListener('focusin', look);
      line.removeEventListener('focusout', leave);
    };
  }, [isShown]);
  return isInside;
}

/** The line gets the focus of a chip that is gone: a keyboard goes on from there. */
function useFocusThatStays(list: { readonly current: HTMLElement | null }, count: number): void {
  const focused = useRef<{ readonly chip: Element; readonly line: HTMLElement | null } | undefined>(
    undefined,
  );
  useLayoutEffect(() => {
    const { chip, line } = focused.current ?? {};
    if (chip && !chip.isConnected && document.activeElement === document.body) {
      line?.focus({ preventScroll: true });
    }
    focused.current = undefined;
  }, [count]);
  const active = document.activeElement;
  if (active && list.current?.contains(active)) {
    focused.current = { chip: active, line: list.current.closest<HTMLElement>('.line') };
  }
}
