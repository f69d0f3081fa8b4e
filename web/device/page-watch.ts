// What the browser reports while a person is in a room: the page is shown again, another tab stores something, the network
// comes and goes, the page is about to be left.

export interface PageListener {
  /** The page is visible again. */
  readonly shown: () => void;
  /** Another tab has changed what the device stores. */
  readonly stored: () => void;
  readonly networkChanged: (isUp: boolean) => void;
  /** Whether the person would lose something now. Then the browser asks before the page is left. */
  readonly wouldLose: () => boolean;
}

export const isVisible = (): boolean => document.visibilityState === 'visible';

/** Returns a function that ends it. */
export function watchPage({ shown, stored, networkChanged, wouldLose }: PageListener): () => void {
  const watch = new AbortController();
  const until = { signal: watch.signal };
  document.addEventListener('visibilitychange', () => isVisible() && shown(), until);
  window.addEventListener('storage', stored, until);
  window.addEventListener('online', () => networkChanged(true), until);
  window.addEventListener('offline', () => networkChanged(false), until);
  window.addEventListener('beforeunload', (event) => wouldLose() && event.preventDefault(), until);
  return () => watch.abort();
}
