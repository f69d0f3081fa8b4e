// A menu below the header. It loads with what opens it, together with style/header-menu.css.

import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { loadStyle } from '../device/style-loader.ts';

let style: Promise<void> | undefined;

/** Resolves when the style of these menus applies. */
export function loadMenuStyle(): Promise<void> {
  style ??= loadStyle('header-menu.css');
  return style;
}

interface HeaderMenuProps {
  readonly label: string;
  /** At the end of the header unless it belongs to what is at the start. */
  readonly isAtStart?: boolean;
  /** What stands below the items. */
  readonly hint?: ComponentChildren;
  /** Gives the focus back. */
  readonly close: () => void;
  /** The focus is elsewhere already. */
  readonly leave: () => void;
  readonly testId: string;
  /** Buttons whose role is an item of a menu. */
  readonly children: ComponentChildren;
}

/** Arrows, Home and End move, Enter chooses, Escape and Tab leave. It begins at what is checked, or at the first item. */
export function HeaderMenu(props: HeaderMenuProps) {
  const { label, isAtStart = false, hint, close, leave, testId, children } = props;
  const menu = useRef<HTMLDivElement>(null);
  // Before the browser paints: a quick arrow key belongs to the menu.
  useLayoutEffect(() => {
    const items = menu.current;
    const first = items?.querySelector('[aria-checked=true]') ?? items?.querySelector('button');
    if (first instanceof HTMLElement) first.focus();
  }, []);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the menu in it has the role
    <div
      class="header-menu"
      data-at={isAtStart ? 'start' : 'end'}
      onFocusOut={({ relatedTarget, currentTarget }) => {
        // A click on the menu's ground has no target, and leaves it open.
        if (relatedTarget instanceof Node && !currentTarget.contains(relatedTarget)) leave();
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        close();
      }}
    >
      <div class="header-menu-shade" aria-hidden="true" onPointerDown={leave} />
      <div class="header-menu-box">
        <p aria-hidden="true">{label}</p>
        <div
          ref={menu}
          role="menu"
          aria-label={label}
          data-testid={testId}
          onKeyDown={moveBetweenItems}
        >
          {children}
        </div>
        {hint}
      </div>
    </div>
  );
}

function moveBetweenItems(event: KeyboardEvent): void {
  const { key, currentTarget } = event;
  if (!(currentTarget instanceof HTMLElement)) return;
  const items: (Element | null)[] = [...currentTarget.querySelectorAll('button')];
  const at = items.indexOf(document.activeElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[key];
  if (to === undefined) return;
  event.preventDefault();
  const next = items.at(to === items.length ? 0 : to);
  if (next instanceof HTMLElement) next.focus();
}
