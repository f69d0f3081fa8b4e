// State of the browser around the page, as hooks.

import { useEffect, useState } from 'preact/hooks';
import { isInFocus, onFocusChange } from '../device/focus.ts';
import { ifPossible } from '../device/if-possible.ts';
import { renderNow } from './memo.tsx';

/** Reports whether the person looks at the end of the log: the log is at its end, and the page is in focus. */
export function useIsReading(isAtEnd: boolean, report: (isReading: boolean) => void): void {
  useEffect(() => {
    const look = () => report(isAtEnd && isInFocus());
    look();
    return onFocusChange(look);
  }, [isAtEnd, report]);
}

/** Whether a media query matches. */
export function useMatches(query: string): boolean {
  const [matches, setMatches] = useState(
    () => ifPossible(() => matchMedia(query).matches) ?? false,
  );
  useEffect(() => {
    const list = ifPossible(() => matchMedia(query));
    if (!list) return undefined;
    const look = () => setMatches(list.matches);
    look();
    list.addEventListener('change', look);
    return () => list.removeEventListener('change', look);
  }, [query]);
  return matches;
}

/** True while the page prints. Then the whole log is rendered. */
export function useIsPrinting(): boolean {
  const [isPrinting, setPrinting] = useState(false);
  useEffect(() => {
    // The browser prints the page as it is when the listener returns.
    const before = () => renderNow(() => setPrinting(true));
    const after = () => setPrinting(false);
    addEventListener('beforeprint', before);
    addEventListener('afterprint', after);
    return () => {
      removeEventListener('beforeprint', before);
      removeEventListener('afterprint', after);
    };
  }, []);
  return isPrinting;
}

/** The milliseconds since the page opened, updated every second while wanted. */
export function useNow(isWanted: boolean): number {
  const [now, setNow] = useState(() => performance.now());
  useEffect(() => {
    if (!isWanted) return undefined;
    setNow(performance.now());
    const timer = setInterval(() => setNow(performance.now()), 1_000);
    return () => clearInterval(timer);
  }, [isWanted]);
  return now;
}
