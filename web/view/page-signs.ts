// Signs of the browser around the page, as state of a component.

import { flushSync } from 'preact/compat';
import { useEffect, useState } from 'preact/hooks';
import { startOfDay } from '../words/language.ts';

/** Tells whether the person looks at the end of the log: it is there, and the page is in sight. */
export function useIsReading(isAtEnd: boolean, tell: (isReading: boolean) => void): void {
  useEffect(() => {
    const say = () => tell(isAtEnd && document.visibilityState === 'visible');
    say();
    document.addEventListener('visibilitychange', say);
    return () => document.removeEventListener('visibilitychange', say);
  }, [isAtEnd, tell]);
}

export function useMatches(query: string): boolean {
  const [matches, setMatches] = useState(() => matchMedia(query).matches);
  useEffect(() => {
    const list = matchMedia(query);
    const look = () => setMatches(list.matches);
    look();
    list.addEventListener('change', look);
    return () => list.removeEventListener('change', look);
  }, [query]);
  return matches;
}

/** True while the page is being printed: then it is drawn whole. */
export function useIsPrinting(): boolean {
  const [isPrinting, setPrinting] = useState(false);
  useEffect(() => {
    // The browser takes the page as it is when the listener returns.
    const before = () => flushSync(() => setPrinting(true));
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

/** The present time, to the second, while it matters; standing still otherwise. */
export function useNow(isWanted: boolean): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (!isWanted) return undefined;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, [isWanted]);
  return now;
}

/** A moment of the present day; *today* becomes *yesterday* at midnight. */
export function useToday(): number {
  const [today, setToday] = useState(() => Date.now());
  useEffect(() => {
    const tomorrow = startOfDay(startOfDay(today) + 36 * 3_600_000);
    const timer = setTimeout(() => setToday(Date.now()), tomorrow - Date.now() + 1_000);
    return () => clearTimeout(timer);
  }, [today]);
  return today;
}
