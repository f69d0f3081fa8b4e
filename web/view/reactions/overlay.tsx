import { useLayoutEffect, useRef } from 'preact/hooks';
import { type Asked, type ReactionsView, useReactionWords, useReading, whoIn } from './room.ts';

/** What lies over the log: who has reacted. */
export function Overlay({ room }: { readonly room: ReactionsView }) {
  const over = room.over();
  useReading(room, () => {
    const { kind, ...rest } = room.over() ?? { kind: 'nothing' };
    const asked = 'asked' in rest ? rest.asked : undefined;
    return { kind, seq: asked?.seq, emoji: asked?.emoji, people: asked && room.to(asked.seq) };
  });
  return over?.kind === 'who' ? <Who room={room} asked={over.asked} /> : null;
}

const GAP_PX = 6;

/** Above its chip, within the window. Screen readers read the same with the chip. */
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
    current.style.left = `${Math.max(8, Math.min(left, innerWidth - offsetWidth - 8))}px`;
    current.style.top = `${above >= 8 ? above : chip.bottom + GAP_PX}px`;
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
