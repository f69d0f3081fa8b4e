// Whether the person looks at the page. A window in sight that does not have the focus may be covered by another one.

import { ifPossible } from './if-possible.ts';

/**
 * Whether the page is visible and has the focus. On a touch screen a visible page counts, because one app fills the
 * screen, and iOS gives a page no focus before the first tap.
 */
export function isInFocus(): boolean {
  const isVisible = document.visibilityState === 'visible';
  if (!isVisible || document.hasFocus()) return isVisible;
  return ifPossible(() => matchMedia('(hover: none)').matches) ?? false;
}

/** Calls the listener when {@link isInFocus} may have changed. Returns a function that ends it. */
export function onFocusChange(listener: () => void): () => void {
  document.addEventListener('visibilitychange', listener);
  window.addEventListener('focus', listener);
  window.addEventListener('blur', listener);
  return () => {
    document.removeEventListener('visibilitychange', listener);
    window.removeEventListener('focus', listener);
    window.removeEventListener('blur', listener);
  };
}
