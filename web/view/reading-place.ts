// Where in the log the person reads: at the end they stay at the end, further up nothing moves under their eyes.

import type { RefObject } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';

/** So near the end, in CSS pixels, counts as at the end: zoomed pages scroll in fractions. */
const NEAR_PX = 32;

interface ReadingPlace {
  readonly ref: RefObject<HTMLElement | null>;
  readonly onScroll: () => void;
  /** Something was added below while the person reads further up. */
  readonly hasNews: boolean;
  readonly toEnd: () => void;
}

/** What is in the log, as far as it matters to the place. */
interface Extent {
  /** `seq` of the first message; falls when older ones are put above. */
  readonly from: number;
  /** `seq` of the last message. */
  readonly end: number;
  /** Own lines below the messages; who has written one wants to see it. */
  readonly written: number;
}

export function useReadingPlace({ from, end, written }: Extent): ReadingPlace {
  const ref = useRef<HTMLElement>(null);
  const isAtEnd = useRef(true);
  const seen = useRef({ from, end, written, height: 0 });
  const [hasNews, setNews] = useState(false);

  const toEnd = () => {
    const element = ref.current;
    if (element) element.scrollTop = element.scrollHeight;
    isAtEnd.current = true;
    setNews(false);
  };

  useLayoutEffect(() => {
    const element = ref.current;
    if (!element) return;
    const grown = element.scrollHeight - seen.current.height;
    if (isAtEnd.current || written > seen.current.written) toEnd();
    else if (from < seen.current.from) element.scrollTop += grown;
    else if (end > seen.current.end) setNews(true);
    seen.current = { from, end, written, height: element.scrollHeight };
  }, [from, end, written]);

  useEffect(() => {
    const element = ref.current;
    if (!element) return undefined;
    // The on-screen keyboard, a growing composer, a turned phone: the end stays in sight.
    const observer = new ResizeObserver(() => {
      if (isAtEnd.current) element.scrollTop = element.scrollHeight;
    });
    observer.observe(element);
    if (element.firstElementChild) observer.observe(element.firstElementChild);
    return () => observer.disconnect();
  }, []);

  const onScroll = () => {
    const element = ref.current;
    if (!element) return;
    isAtEnd.current = element.scrollHeight - element.scrollTop - element.clientHeight <= NEAR_PX;
    if (isAtEnd.current) setNews(false);
  };

  return { ref, onScroll, hasNews, toEnd };
}
