import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { Icon } from './icons.tsx';
import { useWords } from './language.ts';

interface PanelProps {
  readonly id: string;
  readonly label: string;
  readonly isOpen: boolean;
  readonly close: () => void;
  readonly children: ComponentChildren;
}

/** Beside the talk where there is room; else over it when opened, and then it takes the focus and gives it back. */
export function Panel({ id, label, isOpen, close, children }: PanelProps) {
  const words = useWords();
  const closer = useRef<HTMLButtonElement>(null);
  const closing = useRef(close);
  closing.current = close;
  // At once: before the next frame the browser takes the focus from what the open panel makes inert.
  useLayoutEffect(() => {
    if (!isOpen) return undefined;
    const opener = document.activeElement;
    closer.current?.focus();
    // On the document: a click on nothing in particular leaves the focus outside the panel.
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
      {children}
    </aside>
  );
}
