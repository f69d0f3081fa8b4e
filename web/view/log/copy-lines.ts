// What is copied from a log: its lines, and nothing that stands beside them.

/** Ctrl+A in a log selects its lines, and not the page around it. */
export function selectLines(event: KeyboardEvent): void {
  const { currentTarget: log, key, ctrlKey, metaKey, shiftKey, altKey } = event;
  if (key !== 'a' || !(ctrlKey || metaKey) || shiftKey || altKey) return;
  if (!(log instanceof HTMLElement) || !log.firstElementChild) return;
  event.preventDefault();
  getSelection()?.selectAllChildren(log.firstElementChild);
}

/** Copies the selected part of each selected line. Leaves a selection within one line to the browser. */
export function copySelectedLines(event: ClipboardEvent): void {
  const log = event.currentTarget;
  const range = getSelection()?.rangeCount ? getSelection()?.getRangeAt(0) : undefined;
  if (!(log instanceof HTMLElement) || !range || !event.clipboardData) return;
  const texts = [...log.querySelectorAll('[data-testid="message-text"]')].filter((text) =>
    range.intersectsNode(text),
  );
  if (texts.length < 2) return;
  event.preventDefault();
  event.clipboardData.setData('text/plain', texts.map((text) => within(text, range)).join('\n'));
}

function within(element: Element, range: Range): string {
  const part = element.ownerDocument.createRange();
  part.selectNodeContents(element);
  if (range.compareBoundaryPoints(Range.START_TO_START, part) > 0) {
    part.setStart(range.startContainer, range.startOffset);
  }
  if (range.compareBoundaryPoints(Range.END_TO_END, part) < 0) {
    part.setEnd(range.endContainer, range.endOffset);
  }
  return part.toString();
}
