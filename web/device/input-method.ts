// The keys of an input method choose, end or cancel what a person composes: letters of Chinese, Japanese, Korean, or an accent.
// They mean nothing to the page, whose Enter sends and whose Escape leaves what is open.

/** Keeps them from every listener that is added later. Call it with the window, before all others. */
export function keepComposingKeys(page: EventTarget): void {
  page.addEventListener(
    'keydown',
    (event) => {
      if (isComposing(event)) event.stopImmediatePropagation();
    },
    true,
  );
}

/**
 * Safari ends a composition before its last key, so `isComposing` is false there. It still reports key code 229, "handled by the
 * input method".
 */
function isComposing(event: Event & { readonly isComposing?: boolean; readonly keyCode?: number }) {
  return event.isComposing === true || event.keyCode === 229;
}
