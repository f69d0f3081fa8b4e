// Keeps the reading place in the log. A reader at the end stays at the end. For a reader further up nothing moves,
// also when messages above and below are added or removed. Only a window of a long log is rendered (log-window.ts).

import type { RefObject } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { ChatMessage } from '../../functions/protocol.ts';
import { ifPossible } from '../device/if-possible.ts';
import {
  AT_END,
  fitWindow,
  hold,
  holdAround,
  type LogWindow,
  moveToNewer,
  moveToOlder,
  reachesEnd,
} from '../state/log-window.ts';

/** Distance to the end in CSS pixels that counts as the end, because zoomed pages scroll in fractions. */
const NEAR_PX = 32;
/** Distance of the line at which a log opens from the log's top: a mark and a line before it fit above. */
export const OPENS_AT_PX = 128;
/** The window moves on this many screens before its edge. */
const AHEAD_SCREENS = 1.5;

export interface ReadingPlace {
  readonly ref: RefObject<HTMLElement | null>;
  readonly window: LogWindow;
  readonly onScroll: () => void;
  readonly isAtEnd: boolean;
  readonly toEnd: () => void;
  /** The place of the reader. Undefined at the end. */
  readonly where: () => Anchor | undefined;
  /** Goes to a line that is loaded. */
  readonly goTo: (anchor: Anchor) => void;
}

export interface ReadingPlaceNeeds {
  readonly shown: readonly ChatMessage[];
  /** Number of unsent lines below the messages. A new one scrolls to the end. */
  readonly written: number;
  readonly loadOlder: () => void;
  readonly isLoaded: boolean;
  /** The line at which the log opens. Undefined for its end. */
  readonly opensAt: () => number | undefined;
}

/** A visible line and the distance of its top from the log's top, in CSS pixels. */
export interface Anchor {
  readonly seq: string;
  readonly top: number;
}

/** Calls `loadOlder` near the beginning of the loaded messages. */
export function useReadingPlace(needs: ReadingPlaceNeeds): ReadingPlace {
  const { shown, written, loadOlder, isLoaded, opensAt } = needs;
  const ref = useRef<HTMLElement>(null);
  const anchor = useRef<Anchor>(undefined);
  const writtenBefore = useRef(written);
  const [chosen, setWindow] = useState(AT_END);
  const isOpen = useRef(false);
  let window = fitWindow(shown, chosen);
  if (isLoaded && !isOpen.current) {
    isOpen.current = true;
    const seq = opensAt();
    if (seq !== undefined) {
      anchor.current = { seq: `${seq}`, top: OPENS_AT_PX };
      // In the first rendering, so that the end is never seen, and does not count as read.
      window = holdAround(shown, window, seq);
      setWindow(window);
    }
  }
  const isAtEnd = window.kind === 'end';
  // A ref, because the observer below may run before the effects of a rendering.
  const isHeldToEnd = useRef(isAtEnd);
  const from = shown[0]?.seq;

  const toEnd = () => setWindow(AT_END);
  const goTo = (to: Anchor) => {
    anchor.current = to;
    setWindow(holdAround(shown, window, Number(to.seq)));
  };

  /** Moves the window if the reader is near one of its edges. */
  const moveOn = (element: HTMLElement) => {
    // What the reader has chosen since this rendering stays.
    const move = (to: LogWindow) => setWindow((now) => (now === chosen ? to : now));
    const ahead = AHEAD_SCREENS * element.clientHeight;
    const below = element.scrollHeight - element.scrollTop - element.clientHeight;
    if (below <= NEAR_PX && reachesEnd(shown, window)) return move(AT_END);
    const held = hold(shown, window);
    if (element.scrollTop < ahead) {
      const moved = moveToOlder(shown, held);
      if (moved === held) loadOlder();
      move(moved);
    } else {
      move(below < ahead ? moveToNewer(shown, held) : held);
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

  // Older messages have arrived, and the reader may be at the top.
  useEffect(() => {
    const element = ref.current;
    if (!element || from === undefined) return;
    if (element.scrollHeight <= element.clientHeight) {
      // A tall screen may have space for more.
      loadOlder();
      toEnd();
    }
    // At the end a jump may just have moved the window.
    else if (!isAtEnd) moveOn(element);
  }, [from]);

  useEffect(() => {
    const element = ref.current;
    if (!element) return undefined;
    const stay = () => {
      if (isHeldToEnd.current) element.scrollTop = element.scrollHeight;
      else keepPlace(element, anchor.current);
    };
    // The place stays when the on-screen keyboard opens, the composer grows, the phone turns or a line unfolds.
    const observer = ifPossible(() => new ResizeObserver(stay));
    observer?.observe(element);
    if (element.firstElementChild) observer?.observe(element.firstElementChild);
    // Pasting over a draft empties the composer for a moment: the log grows, and scrolls. At the end of the frame its size
    // is the same, so the observer does not run. This listener keeps the place before the scroll.
    document.addEventListener('input', stay);
    return () => {
      observer?.disconnect();
      document.removeEventListener('input', stay);
    };
  }, []);

  const where = () => (isAtEnd || !ref.current ? undefined : findAnchor(ref.current));
  return { ref, window, onScroll, isAtEnd, toEnd, where, goTo };
}

function linesOf(element: HTMLElement): NodeListOf<HTMLElement> {
  return element.querySelectorAll<HTMLElement>('[data-seq]');
}

/** The first line that is at least partly below the log's upper edge. */
export function findAnchor(element: HTMLElement): Anchor | undefined {
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

export function keepPlace(element: HTMLElement, anchor: Anchor | undefined): void {
  const line = anchor && element.querySelector<HTMLElement>(`[data-seq="${anchor.seq}"]`);
  if (!line) return;
  const top = line.getBoundingClientRect().top - element.getBoundingClientRect().top;
  if (Math.abs(top - anchor.top) >= 1) element.scrollTop += top - anchor.top;
}
