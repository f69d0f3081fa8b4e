// A menu: of a message, of the room, of a person, of the bell. It loads with what opens it, together with style/menu.css.

import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { loadStyle } from '../device/style-loader.ts';
import { Icon } from './icons.tsx';

let style: Promise<void> | undefined;

/** Resolves when the style of menus applies. */
export function loadMenuStyle(): Promise<void> {
  style ??= loadStyle('menu.css');
  return style;
}

/** In the window, in CSS pixels. */
export type Point = { readonly x: number; readonly y: number };

interface MenuProps {
  readonly label: string;
  /** Where it opens on a wide screen. Without it, below what opened it. On a narrow screen it is at the bottom. */
  readonly at?: Point | undefined;
  /** Between the label and the items. */
  readonly above?: ComponentChildren;
  readonly below?: ComponentChildren;
  /** The menu goes away. It gives the focus back by itself. */
  readonly close: () => void;
  readonly testId: string;
  /** Items, or groups of items. */
  readonly children: ComponentChildren;
}

/** Least distance from the edges of the window. */
const MARGIN_PX = 8;

/**
 * Arrows, Home and End move, Enter chooses, Escape and Tab leave. It begins at the choice that is checked, or at the first item.
 * The element `dialog`, which could do some of this, is newer than the oldest browsers of the page.
 */
export function Menu(props: MenuProps) {
  const { label, at, above, below, close, testId, children } = props;
  const box = useRef<HTMLDivElement>(null);
  const menu = useRef<HTMLDivElement>(null);
  const opener = useRef(document.activeElement);
  const isPressed = useRef(false);
  const closing = useRef(close);
  closing.current = close;
  const leave = () => {
    giveBack(opener.current);
    closing.current();
  };
  // Before the browser paints: a quick arrow key belongs to the menu.
  useLayoutEffect(() => {
    const { current: element } = menu;
    const [first] = itemsOf(element);
    const isChoice = first?.getAttribute('role') === 'menuitemradio';
    const checked = element?.querySelector<HTMLElement>('[aria-checked=true]');
    ((isChoice && checked) || first)?.focus();
    // On the document, because a press on the menu's ground moves the focus out of it. What lies below stays open.
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key !== 'Escape') return;
      event.stopPropagation();
      leave();
    };
    document.addEventListener('keydown', onKeyDown, true);
    return () => {
      document.removeEventListener('keydown', onKeyDown, true);
      if (box.current?.contains(document.activeElement)) giveBack(opener.current);
    };
  }, []);
  // Again when what stands above the items has come.
  useLayoutEffect(() => {
    if (box.current) placeBox(box.current, at ?? belowOf(opener.current, box.current));
  });
  return (
    <>
      <div
        class="menu-shade"
        aria-hidden="true"
        // The end of the long press that has opened the menu may be a click, too.
        onPointerDown={() => {
          isPressed.current = true;
        }}
        onClick={() => {
          if (isPressed.current) leave();
        }}
      />
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the menu in it has the role */}
      <div
        ref={box}
        class="menu-box"
        onFocusOut={({ relatedTarget, currentTarget }) => {
          // A press on the menu's ground has no target, and leaves it open.
          if (relatedTarget instanceof Node && !currentTarget.contains(relatedTarget)) close();
        }}
        onKeyDown={(event) => moveBetweenItems(event, menu.current)}
        data-testid={testId}
      >
        <p class="menu-label" aria-hidden="true">
          {label}
        </p>
        {above}
        <div ref={menu} role="menu" aria-label={label}>
          {children}
        </div>
        {below}
      </div>
    </>
  );
}

interface MenuItemProps {
  readonly testId: string;
  readonly choose: () => void;
  /** It takes something away from somebody. */
  readonly isDangerous?: boolean;
  readonly children: ComponentChildren;
}

export function MenuItem({ testId, choose, isDangerous = false, children }: MenuItemProps) {
  return (
    <button
      type="button"
      role="menuitem"
      tabIndex={-1}
      data-danger={isDangerous}
      data-testid={testId}
      onClick={choose}
    >
      {isDangerous && <Icon name="alert" />}
      {children}
    </button>
  );
}

const itemsOf = (menu: Element | null): HTMLElement[] => [
  ...(menu?.querySelectorAll<HTMLElement>('[role^=menuitem]') ?? []),
];

function moveBetweenItems(event: KeyboardEvent, menu: Element | null): void {
  const items = itemsOf(menu);
  const index = items.findIndex((item) => item.matches(':focus'));
  const to = { ArrowDown: index + 1, ArrowUp: index - 1, Home: 0, End: -1 }[event.key];
  // A row above the items has such keys of its own.
  if (index < 0 || to === undefined) return;
  event.preventDefault();
  // The log has arrow keys, too.
  event.stopPropagation();
  const row = menu?.parentElement?.querySelectorAll<HTMLElement>('[role=toolbar] button');
  const above = to === -1 && event.key === 'ArrowUp' ? row?.item(row.length - 1) : undefined;
  (above ?? items.at(to === items.length ? 0 : to))?.focus();
}

/** The buttons of a line are there only while the line has the focus. */
function giveBack(opener: Element | null): void {
  if (!(opener instanceof HTMLElement) || !opener.isConnected) return;
  opener.closest<HTMLElement>('.line')?.focus({ preventScroll: true });
  opener.focus({ preventScroll: true });
}

function belowOf(opener: Element | null, box: HTMLElement): Point {
  const { left = 0, right = 0, bottom = 0 } = opener?.getBoundingClientRect() ?? {};
  const isMirrored = getComputedStyle(box).direction === 'rtl';
  return { x: isMirrored ? right - box.offsetWidth : left, y: bottom };
}

function placeBox(box: HTMLElement, { x, y }: Point): void {
  const within = (at: number, size: number, limit: number) =>
    `${Math.max(MARGIN_PX, Math.min(at, limit - size - MARGIN_PX))}px`;
  box.style.setProperty('--x', within(x, box.offsetWidth, innerWidth));
  box.style.setProperty('--y', within(y, box.offsetHeight, innerHeight));
}
