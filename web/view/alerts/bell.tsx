// Which messages of the room alert the person: the bell in the header with its menu, and on a narrow screen the same in the menu
// of the room.

import { useState } from 'preact/hooks';
import { ALERT_LEVELS, type AlertLevel } from '../../state/alerts.ts';
import { ALERT_WORDS } from '../../words/alert-words.ts';
import { useLanguage } from '../language.ts';
import { Live } from '../live.tsx';
import { Menu } from '../menu.tsx';

export interface LevelChoice {
  readonly level: AlertLevel;
  readonly choose: (level: AlertLevel) => void;
}

export interface BellProps extends LevelChoice {
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
  const words = ALERT_WORDS[useLanguage().id];
  const [isOpen, setOpen] = useState(false);
  const close = () => setOpen(false);
  return (
    <div class="bell">
      <button
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
        <Menu
          label={words.inThisRoom}
          below={areOff && <OffHint openSettings={openSettings} />}
          close={close}
          testId="bell-menu"
        >
          <Levels
            level={level}
            choose={(one) => {
              close();
              choose(one);
            }}
          />
        </Menu>
      )}
    </div>
  );
}

/** The same choices in the menu of the room. */
export function LevelGroup(props: LevelChoice) {
  const words = ALERT_WORDS[useLanguage().id];
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is no part of a menu
    <div role="group" aria-label={words.inThisRoom}>
      <p class="menu-label" aria-hidden="true">
        {words.inThisRoom}
      </p>
      <Levels {...props} />
    </div>
  );
}

export function OffHint({ openSettings }: Pick<BellProps, 'openSettings'>) {
  const { id, words } = useLanguage();
  return (
    <p class="hint">
      {ALERT_WORDS[id].areOff}{' '}
      <button type="button" class="plain" onClick={openSettings}>
        <Live text={words.profile} />
      </button>
    </p>
  );
}

function Levels({ level, choose }: LevelChoice) {
  const words = ALERT_WORDS[useLanguage().id];
  return (
    <>
      {ALERT_LEVELS.map((one) => (
        <button
          key={one}
          type="button"
          role="menuitemradio"
          aria-checked={one === level}
          tabIndex={-1}
          data-testid={`level-${one}`}
          onClick={() => choose(one)}
        >
          <span class="bell-check" aria-hidden="true">
            {one === level && '✓'}
          </span>
          {words.levels[one]}
        </button>
      ))}
    </>
  );
}
