// The bell in the header: which messages of the room alert the person, and a menu that changes it.

import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { ALERT_LEVELS, type AlertLevel } from '../../state/alerts.ts';
import { ALERT_WORDS } from '../../words/alert-words.ts';
import { useLanguage } from '../language.ts';
import { Live } from '../live.tsx';

export interface BellProps {
  readonly level: AlertLevel;
  readonly choose: (level: AlertLevel) => void;
  /** Neither notifications nor sounds are on, so no level alerts. */
  readonly areOff: boolean;
  readonly openSettings: () => void;
}

const BELL = 'M6 17V11a6 6 0 0 1 12 0v6l1.5 1.5h-15zM10 21.2h4';
/** What stands beside the bell. */
const SIGNS: Readonly<Record<AlertLevel, string>> = {
  all: '',
  mentions: 'M12 13.500a1.500 1.500 0 1 0 0-3 1.500 1.500 0 0 0 0 3z',
  none: 'M4 4l16 16',
};

/** A menu button: arrows, Home and End move, Enter chooses, Escape and Tab leave. */
export function Bell({ level, choose, areOff, openSettings }: BellProps) {
  const { id, words: page } = useLanguage();
  const words = ALERT_WORDS[id];
  const [isOpen, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const menu = useRef<HTMLDivElement>(null);
  // Before the browser paints: a quick arrow key belongs to the menu.
  useLayoutEffect(() => {
    if (isOpen) menu.current?.querySelector<HTMLElement>('[aria-checked=true]')?.focus();
  }, [isOpen]);
  const close = () => {
    setOpen(false);
    button.current?.focus();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the button and the menu in it have the roles
    <div
      class="bell"
      onFocusOut={({ relatedTarget, currentTarget }) => {
        // A click on the menu's ground has no target, and leaves it open.
        if (relatedTarget instanceof Node && !currentTarget.contains(relatedTarget)) setOpen(false);
      }}
      onKeyDown={(event) => {
        if (!isOpen || event.key !== 'Escape') return;
        event.stopPropagation();
        close();
      }}
    >
      <button
        ref={button}
        type="button"
        class="mini"
        title={words.bell(level)}
        aria-label={words.bell(level)}
        aria-haspopup="menu"
        aria-expanded={isOpen}
        data-testid="bell"
        data-level={level}
        onClick={() => setOpen(!isOpen)}
      >
        <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
          <path d={`${BELL}${SIGNS[level]}`} />
        </svg>
      </button>
      {isOpen && (
        <>
          <div class="bell-shade" aria-hidden="true" onPointerDown={() => setOpen(false)} />
          <div class="bell-box">
            <p aria-hidden="true">{words.inThisRoom}</p>
            <div
              ref={menu}
              role="menu"
              aria-label={words.inThisRoom}
              data-testid="bell-menu"
              onKeyDown={moveBetweenItems}
            >
              {ALERT_LEVELS.map((one) => (
                <button
                  key={one}
                  type="button"
                  role="menuitemradio"
                  aria-checked={one === level}
                  tabIndex={one === level ? 0 : -1}
                  data-testid={`level-${one}`}
                  onClick={() => {
                    choose(one);
                    close();
                  }}
                >
                  <span class="bell-check" aria-hidden="true">
                    {one === level && '✓'}
                  </span>
                  {words.levels[one]}
                </button>
              ))}
            </div>
            {areOff && (
              <p class="hint">
                {words.areOff}{' '}
                <button type="button" class="plain" onClick={openSettings}>
                  <Live text={page.profile} />
                </button>
              </p>
            )}
          </div>
        </>
      )}
    </div>
  );
}

function moveBetweenItems(event: KeyboardEvent): void {
  const { key, currentTarget } = event;
  if (!(currentTarget instanceof HTMLElement)) return;
  const items: (Element | null)[] = [...currentTarget.querySelectorAll('[role=menuitemradio]')];
  const at = items.indexOf(document.activeElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[key];
  if (to === undefined) return;
  event.preventDefault();
  const next = items.at(to === items.length ? 0 : to);
  if (next instanceof HTMLElement) next.focus();
}
