import { useLayoutEffect, useRef } from 'preact/hooks';
import { ifPossible } from '../../device/if-possible.ts';
import { lazyPart } from '../lazy-part.ts';
import { type Asked, type ReactionsView, useReactionWords, useReading, whoIn } from './room.ts';

const usePicker = lazyPart(async () => {
  const { Picker } = await import('./picker.tsx');
  return { Picker };
});

/** What lies over the log: who has reacted, or the picker. */
export function Overlay({ room }: { readonly room: ReactionsView }) {
  const words = useReactionWords();
  const over = useReading(room, room.over, () => {
    const open = room.over();
    const people = open?.kind === 'who' ? room.to(open.asked.seq) : undefined;
    return [room.shows(), room.hindrance(), people];
  });
  const hindrance = room.hindrance();
  const part = usePicker(over?.kind === 'picker');
  if (over?.kind === 'who') return <Who room={room} asked={over.asked} />;
  if (over?.kind !== 'picker' || !part) return null;
  const { seq } = over;
  return (
    <part.Picker
      hindrance={hindrance && words[hindrance]}
      choose={(emoji) => {
        const isChosen = room.to(seq).some((one) => one.emoji === emoji && one.isMine);
        if (!isChosen) room.toggle(seq, emoji);
      }}
      close={() => {
        room.show(undefined);
        // The button that had the focus shows only while its line has it.
        if (!document.activeElement?.matches('body, dialog, dialog *')) return;
        const line = document.querySelector<HTMLElement>(`.line[data-seq="${seq}"]`);
        line?.focus({ preventScroll: true });
      }}
    />
  );
}

const GAP_PX = 6;

const isTouched = () => ifPossible(() => matchMedia('(pointer: coarse)').matches);

/** Beside its chip, within the window. Screen readers read the same with the chip. */
function Who({ room, asked }: { readonly room: ReactionsView; readonly asked: Asked }) {
  const words = useReactionWords();
  const box = useRef<HTMLDivElement>(null);
  const reaction = room.to(asked.seq).find(({ emoji }) => emoji === asked.emoji);
  const hindrance = room.hindrance();
  const place = () => {
    const { current } = box;
    if (!current) return;
    const chip = asked.chip.getBoundingClientRect();
    const { offsetWidth, offsetHeight } = current;
    const left = chip.left + chip.width / 2 - offsetWidth / 2;
    const above = chip.top - offsetHeight - GAP_PX;
    const below = chip.bottom + GAP_PX;
    // A finger covers what is below. A pointer goes on to the actions of the line, which are above.
    const isAbove = isTouched() ? above >= 8 : below + offsetHeight > innerHeight - 8;
    current.style.left = `${Math.max(8, Math.min(left, innerWidth - offsetWidth - 8))}px`;
    current.style.top = `${isAbove ? above : below}px`;
  };
  useLayoutEffect(place);
  useLayoutEffect(() => {
    const hide = ({ target }: Event) => {
      if (target instanceof Node && asked.chip.contains(target)) return;
      room.show(undefined);
    };
    const hideByKey = ({ key }: KeyboardEvent) => {
      if (key === 'Escape') room.show(undefined);
    };
    addEventListener('pointerdown', hide, true);
    addEventListener('scroll', place, true);
    addEventListener('keydown', hideByKey);
    return () => {
      removeEventListener('pointerdown', hide, true);
      removeEventListener('scroll', place, true);
      removeEventListener('keydown', hideByKey);
    };
  }, [asked.chip]);
  if (!reaction || !asked.chip.isConnected) return null;
  return (
    <div
      class="who"
      ref={box}
      aria-hidden="true"
      data-testid="who"
      onPointerLeave={() => room.show(undefined)}
    >
      <span class="who-emoji">{reaction.emoji}</span>
      <span>{whoIn(reaction, room.me(), words)}</span>
      {hindrance && <span class="who-hindrance">{words[hindrance]}</span>}
    </div>
  );
}
