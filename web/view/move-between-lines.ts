/** In the log, the arrow keys go from message to message, Home and End to the first and the last. */
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
  // Not smoothly: a held key would outrun it.
  next.focus({ preventScroll: true });
  next.scrollIntoView({ block: 'nearest' });
}

/** Outside the lines (`at` −1), up begins at the last, where the eye is. −1 where the key is none of ours. */
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
