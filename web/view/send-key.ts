/**
 * Enter, but not the Enter that ends the composition of a word in an input method. Safari ends the composition before the
 * key event, so that `isComposing` is false by then; it still reports the key code 229, "handled by the input method".
 */
export function isSendKey(event: {
  readonly key: string;
  readonly shiftKey: boolean;
  readonly isComposing: boolean;
  readonly keyCode: number;
}): boolean {
  return event.key === 'Enter' && !event.shiftKey && !event.isComposing && event.keyCode !== 229;
}
