/** Key handler of the log: the arrow keys move from message to message, Home and End to the first and the last. */
export function moveBetweenLines(event: KeyboardEvent): void {
  const log = event.currentTarget;
  const { target, key } = event;
  if (!(log instanceof HTMLElement) || !(target instanceof HTMLElement)) return;
  if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  if (target.matches('pre, input')) return;
  const lines = [...log.querySelectorAll<HTMLElement>('.line')];
  const at = lines.findIndex((line) => line.contains(target));
  const next = lines[nextIndex(key, at, lines.length)];
  if (!next) return;
  event.preventDefault();
  // Without smooth scrolling, which a held key would overtake.
  next.focus({ preventScroll: true });
  next.scrollIntoView({ block: 'nearest' });
}

/** `at` is −1 outside the lines, and then Up goes to the last line. Returns −1 for a key that the log does not use. */
export function nextIndex(key: string, at: number, count: number): number {
  switch (key) {
    case 'ArrowUp':
      return at === -1 ? count - 1 : Math.max(0, at - 1);
    case 'ArrowDown':
      return at === -1 ? -1 : Math.min(count - 1, at + 1);
    case 'Home':
      return at === -1 ? -1 : 0;
    case 'End':
      return at === -1 ? -1 : count - 1;
    default:
      return -1;
  }
}
