import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { Icon } from './icons.tsx';
import { useWords } from './language.ts';

interface DialogProps {
  readonly title: string;
  readonly close: () => void;
  readonly children: ComponentChildren;
}

/**
 * A dialog over the room, which is inert meanwhile. It takes the focus, and gives it back. The element `dialog` is newer than
 * the oldest browsers of the page.
 */
export function Dialog({ title, close, children }: DialogProps) {
  const words = useWords();
  const box = useRef<HTMLDivElement>(null);
  const closing = useRef(close);
  closing.current = close;
  useLayoutEffect(() => {
    const opener = document.activeElement;
    const element = box.current;
    const field = element?.querySelector<HTMLElement>('[data-first]');
    (field ?? element?.querySelector<HTMLElement>('.dialog-close'))?.focus();
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key === 'Escape') {
        closing.current();
        // The panel below stays open.
        event.stopPropagation();
      }
      if (event.key === 'Tab' && element) keepInside(event, element);
    };
    document.addEventListener('keydown', onKeyDown, true);
    return () => {
      document.removeEventListener('keydown', onKeyDown, true);
      // After this rendering, because the chat below is inert until then.
      queueMicrotask(() => {
        if (!(opener instanceof HTMLElement) || !opener.isConnected) return;
        // The buttons of a line are there only while the line has the focus.
        opener.closest<HTMLElement>('.line')?.focus({ preventScroll: true });
        opener.focus();
      });
    };
  }, []);
  return (
    <>
      <div class="shade dialog-shade" onClick={close} aria-hidden="true" />
      <div
        class="dialog"
        ref={box}
        role="dialog"
        aria-modal="true"
        aria-labelledby="dialog-title"
        data-testid="dialog"
      >
        <div class="dialog-head">
          <h2 id="dialog-title">{title}</h2>
          <button
            type="button"
            class="mini dialog-close"
            title={words.close}
            aria-label={words.close}
            onClick={close}
          >
            <Icon name="close" />
          </button>
        </div>
        {children}
      </div>
    </>
  );
}

/** The Tab key goes around within the dialog. */
function keepInside(event: KeyboardEvent, box: HTMLElement): void {
  const stops = [
    ...box.querySelectorAll<HTMLElement>('button, input, select, textarea, a[href], summary'),
  ].filter((stop) => stop.getClientRects().length > 0 && !stop.matches(':disabled'));
  const [first] = stops;
  const last = stops.at(-1);
  const end = event.shiftKey ? first : last;
  if (document.activeElement !== end && box.contains(document.activeElement)) return;
  event.preventDefault();
  (event.shiftKey ? last : first)?.focus();
}
