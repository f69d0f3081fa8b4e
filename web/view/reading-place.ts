// Where in the log the person reads: at the end they stay at the end, further up nothing moves under their eyes, whatever
// is put above, taken away or added below. Only a window of a long log is in the page (log-window.ts); it moves along.

import type { RefObject } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { ChatMessage } from '../../functions/protocol.ts';
import {
  AT_END,
  fitted,
  hold,
  type LogWindow,
  reachesEnd,
  towardsNewer,
  towardsOlder,
} from '../state/log-window.ts';

/** So near the end, in CSS pixels, counts as at the end: zoomed pages scroll in fractions. */
const NEAR_PX = 32;
/** So many screens before its edge the window moves on. */
const AHEAD_SCREENS = 1.5;

export interface ReadingPlace {
  readonly ref: RefObject<HTMLElement | null>;
  readonly window: LogWindow;
  readonly onScroll: () => void;
  readonly isAtEnd: boolean;
  readonly toEnd: () => void;
}

export interface ReadingPlaceNeeds {
  readonly shown: readonly ChatMessage[];
  /** Own lines below the messages; who has written one wants to see it. */
  readonly written: number;
  readonly loadOlder: () => void;
}

/** A line in sight, and where: its top below that of the log, in CSS pixels. */
interface Anchor {
  readonly seq: string;
  readonly top: number;
}

export function useReadingPlace({ shown, written, loadOlder }: ReadingPlaceNeeds): ReadingPlace {
  const ref = useRef<HTMLElement>(null);
  const anchor = useRef<Anchor>(undefined);
  const writtenBefore = useRef(written);
  const [chosen, setWindow] = useState(AT_END);
  const window = fitted(shown, chosen);
  const isAtEnd = window.kind === 'end';
  // Read by the observer below, which may be told of a new size before the effects of a rendering have run.
  const isHeldToEnd = useRef(isAtEnd);
  const from = shown[0]?.seq;

  const toEnd = () => setWindow(AT_END);

  /** Moves the window on where the reader comes near one of its edges. */
  const moveOn = (element: HTMLElement) => {
    const ahead = AHEAD_SCREENS * element.clientHeight;
    const below = element.scrollHeight - element.scrollTop - element.clientHeight;
    if (below <= NEAR_PX && reachesEnd(shown, window)) return setWindow(AT_END);
    const held = hold(shown, window);
    if (element.scrollTop < ahead) {
      const moved = towardsOlder(shown, held);
      if (moved === held) loadOlder();
      setWindow(moved);
    } else {
      setWindow(below < ahead ? towardsNewer(shown, held) : held);
    }
  };

  const onScroll = () => {
    const element = ref.current;
    if (!element) return;
    anchor.current = findAnchor(element);
    moveOn(element);
  };

  useLayoutEffect(() => {
    const element = ref.current;
    if (!element) return;
    if (written > writtenBefore.current) toEnd();
    writtenBefore.current = written;
    isHeldToEnd.current = isAtEnd;
    if (isAtEnd) element.scrollTop = element.scrollHeight;
    else keepPlace(element, anchor.current);
  });

  // Older messages have come; the reader may be waiting for them.
  useEffect(() => {
    const element = ref.current;
    if (!element || from === undefined) return;
    // A tall screen may have room for more.
    if (element.scrollHeight <= element.clientHeight) loadOlder();
    else moveOn(element);
  }, [from]);

  useEffect(() => {
    const element = ref.current;
    if (!element) return undefined;
    const stay = () => {
      if (isHeldToEnd.current) element.scrollTop = element.scrollHeight;
      else keepPlace(element, anchor.current);
    };
    // The on-screen keyboard, a growing composer, a turned phone, a line unfolded: the place stays.
    const observer = new ResizeObserver(stay);
    observer.observe(element);
    if (element.firstElementChild) observer.observe(element.firstElementChild);
    // A draft that is pasted over is gone before its successor is there: for a moment the log is taller, and scrolls. Of
    // sizes that are the same at the end of a frame the observer is not told, so the place is kept before the scroll is.
    document.addEventListener('input', stay);
    return () => {
      observer.disconnect();
      document.removeEventListener('input', stay);
    };
  }, []);

  return { ref, window, onScroll, isAtEnd, toEnd };
}

function linesOf(element: HTMLElement): NodeListOf<HTMLElement> {
  return element.querySelectorAll<HTMLElement>('[data-seq]');
}

/** The first line that is not wholly above the log's upper edge. */
function findAnchor(element: HTMLElement): Anchor | undefined {
  const lines = linesOf(element);
  const edge = element.getBoundingClientRect().top;
  let low = 0;
  let high = lines.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((lines[middle]?.getBoundingClientRect().bottom ?? edge) <= edge) low = middle + 1;
    else high = middle;
  }
  const line = lines[low];
  const seq = line?.dataset.seq;
  return line && seq ? { seq, top: line.getBoundingClientRect().top - edge } : undefined;
}

function keepPlace(element: HTMLElement, anchor: Anchor | undefined): void {
  const line = anchor && element.querySelector<HTMLElement>(`[data-seq="${anchor.seq}"]`);
  if (!line) return;
  const top = line.getBoundingClientRect().top - element.getBoundingClientRect().top;
  if (Math.abs(top - anchor.top) >= 1) element.scrollTop += top - anchor.top;
}
