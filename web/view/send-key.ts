/**
 * A device without a keyboard of its own. On-screen keyboards have no Shift+Enter, so there Enter starts a new line, and the
 * button sends.
 */
export const NO_KEYBOARD = '(hover: none) and (pointer: coarse)';

interface Key {
  readonly key: string;
  readonly shiftKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
}

/** Ctrl+Enter and Cmd+Enter send on every device, also from a keyboard beside a tablet. */
export function isSendKey(event: Key, hasKeyboard: boolean): boolean {
  const { key, shiftKey, ctrlKey, metaKey } = event;
  if (key !== 'Enter') return false;
  return ctrlKey || metaKey || (hasKeyboard && !shiftKey);
}
