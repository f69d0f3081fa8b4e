/**
 * Whether the key is Enter, and not the Enter that ends a composition in an input method. Safari ends the composition
 * before the key event, so `isComposing` is false. It still reports key code 229, "handled by the input method".
 */
export function isSendKey(event: {
  readonly key: string;
  readonly shiftKey: boolean;
  readonly isComposing: boolean;
  readonly keyCode: number;
}): boolean {
  return event.key === 'Enter' && !event.shiftKey && !event.isComposing && event.keyCode !== 229;
}
