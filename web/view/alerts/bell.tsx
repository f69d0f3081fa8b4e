// The bell in the header: which messages of the room alert the person, and a menu that changes it.

import { useRef, useState } from 'preact/hooks';
import { ALERT_LEVELS, type AlertLevel } from '../../state/alerts.ts';
import { ALERT_WORDS } from '../../words/alert-words.ts';
import { HeaderMenu } from '../header-menu.tsx';
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

/** A menu button. */
export function Bell({ level, choose, areOff, openSettings }: BellProps) {
  const { id, words: page } = useLanguage();
  const words = ALERT_WORDS[id];
  const [isOpen, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const close = () => {
    setOpen(false);
    button.current?.focus();
  };
  return (
    <div class="bell">
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
        <HeaderMenu
          label={words.inThisRoom}
          close={close}
          leave={() => setOpen(false)}
          testId="bell-menu"
          hint={
            areOff && (
              <p class="hint">
                {words.areOff}{' '}
                <button type="button" class="plain" onClick={openSettings}>
                  <Live text={page.profile} />
                </button>
              </p>
            )
          }
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
        </HeaderMenu>
      )}
    </div>
  );
}
