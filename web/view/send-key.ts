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
  readonly isComposing: boolean;
  readonly keyCode: number;
}

/**
 * Whether the key is Enter, and not the Enter that ends a composition in an input method. Safari ends the composition
 * before the key event, so `isComposing` is false. It still reports key code 229, "handled by the input method".
 * Ctrl+Enter and Cmd+Enter send on every device, also from a keyboard beside a tablet.
 */
export function isSendKey(event: Key, hasKeyboard: boolean): boolean {
  const { key, shiftKey, ctrlKey, metaKey, isComposing, keyCode } = event;
  if (key !== 'Enter' || isComposing || keyCode === 229) return false;
  return ctrlKey || metaKey || (hasKeyboard && !shiftKey);
}
