// Whether the person looks at the page: a window in sight that does not have the focus may be covered by another one. And
// where the focus goes when the element that has it leaves the page.

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

/**
 * Gives the focus to the element that `rest` names, when the element that has it leaves the page: a keyboard would start
 * over at the page's beginning, and a screen reader lose its place. `rest` gets the element that has gone.
 * Returns a function that ends it.
 */
export function keepFocus(root: Element, rest: (gone: Element) => HTMLElement | null): () => void {
  let last: Element | undefined;
  const note = ({ target }: Event) => {
    last = target instanceof Element ? target : undefined;
  };
  // Browsers differ in whether an element that is removed loses the focus with an event.
  const drop = ({ target }: Event) =>
    queueMicrotask(() => {
      if (last === target && last?.isConnected) last = undefined;
    });
  const look = () => {
    if (!last || last.isConnected) return;
    if (document.activeElement === document.body) rest(last)?.focus({ preventScroll: true });
    else last = undefined;
  };
  const observer = new MutationObserver(look);
  root.addEventListener('focusin', note);
  root.addEventListener('focusout', drop);
  observer.observe(root, { childList: true, subtree: true });
  return () => {
    observer.disconnect();
    root.removeEventListener('focusin', note);
    root.removeEventListener('focusout', drop);
  };
}
