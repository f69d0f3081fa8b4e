// A long press on a touch screen. The browser's own menu for a link, and the selection in a log, stay.

import { useEffect, useMemo, useRef } from 'preact/hooks';

const LONG_PRESS_MS = 500;
const MOST_MOVE_PX = 10;

type Press = (target: Element, at: { readonly x: number; readonly y: number }) => void;

/**
 * Handlers of an element that call `press` with what is under a finger that stays. Not on what is within `except`. They are the
 * same at each rendering: one that comes during a press does not lose it. The last rendering's `press` runs.
 */
export function useLongPress(press: Press, except?: string) {
  const latest = useRef(press);
  latest.current = press;
  const handlers = useMemo(() => longPress((...pressed) => latest.current(...pressed), except), []);
  useEffect(() => handlers.onPointerCancel, []);
  return handlers;
}

function longPress(press: Press, except = 'a, button, pre, input') {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let from = { x: 0, y: 0 };
  const end = () => clearTimeout(timer);
  return {
    onPointerDown: ({ pointerType, target, clientX: x, clientY: y }: PointerEvent) => {
      end();
      if (pointerType !== 'touch' || !(target instanceof Element)) return;
      if (target.closest(except)) return;
      from = { x, y };
      timer = setTimeout(() => {
        swallowClick();
        press(target, from);
      }, LONG_PRESS_MS);
    },
    onPointerMove: ({ clientX, clientY }: PointerEvent) => {
      if (Math.hypot(clientX - from.x, clientY - from.y) > MOST_MOVE_PX) end();
    },
    onPointerUp: end,
    onPointerCancel: end,
  };
}

/** The end of a press may be a click on what has opened under the finger. */
function swallowClick(): void {
  const swallow = (event: Event) => {
    event.preventDefault();
    event.stopPropagation();
  };
  addEventListener('click', swallow, { capture: true, once: true });
  const forget = () => removeEventListener('click', swallow, { capture: true });
  addEventListener('pointerdown', forget, { capture: true, once: true });
}
