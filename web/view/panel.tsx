import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { Guard } from './guard.tsx';
import { Icon } from './icons.tsx';
import { useWords } from './language.ts';

interface PanelProps {
  readonly id: string;
  readonly label: string;
  readonly isOpen: boolean;
  readonly close: () => void;
  readonly children: ComponentChildren;
}

/** A panel beside the chat on a wide screen. On a narrow one it opens over the chat, takes the focus and returns it. */
export function Panel({ id, label, isOpen, close, children }: PanelProps) {
  const words = useWords();
  const closer = useRef<HTMLButtonElement>(null);
  const closing = useRef(close);
  closing.current = close;
  // Before the next frame, when the browser takes the focus from elements that the open panel makes inert.
  useLayoutEffect(() => {
    if (!isOpen) return undefined;
    const opener = document.activeElement;
    closer.current?.focus();
    // On the document, because a click on empty space moves the focus out of the panel.
    const onKeyDown = ({ key }: KeyboardEvent) => {
      if (key === 'Escape') closing.current();
    };
    document.addEventListener('keydown', onKeyDown);
    return () => {
      document.removeEventListener('keydown', onKeyDown);
      if (opener instanceof HTMLElement) opener.focus();
    };
  }, [isOpen]);
  return (
    <aside class="side" id={id} data-open={isOpen} aria-label={label}>
      <button
        type="button"
        class="mini side-close"
        ref={closer}
        title={words.close}
        aria-label={words.close}
        onClick={close}
      >
        <Icon name="close" />
      </button>
      <Guard>{children}</Guard>
    </aside>
  );
}
