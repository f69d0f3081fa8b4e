// The menu of the room, which its name in the header opens. A part of its own, loaded on first use.

import { useState } from 'preact/hooks';
import type { Alerts } from '../alerts.ts';
import { copyText } from '../device/clipboard.ts';
import { nameOfRoom, readableLink } from '../device/names.ts';
import { MODERATION_WORDS } from '../words/moderation-words.ts';
import { ROOM_MENU_WORDS } from '../words/room-menu-words.ts';
import type { DialogId } from './dialogs.tsx';
import { useLanguage } from './language.ts';
import { Live } from './live.tsx';
import { loadMenuStyle, Menu, MenuItem } from './menu.tsx';
import type { Moderating } from './moderation-form.tsx';

interface RoomMenuProps {
  readonly room: string;
  readonly close: () => void;
  readonly open: (dialog: DialogId) => void;
  /** Opens a dialog of moderators. Undefined for everyone else. */
  readonly moderate: ((what: Moderating) => void) | undefined;
  /** On a screen whose header has no place for the bell. */
  readonly alerts: Alerts | undefined;
  /** Neither notifications nor sounds are on. */
  readonly areOff: boolean;
}

export { loadMenuStyle };

/** What a person can do with the room. */
export function RoomMenu({ room, close, open, moderate, alerts, areOff }: RoomMenuProps) {
  const { id, words } = useLanguage();
  const [isCopied, setCopied] = useState(false);
  const run = (deed: () => void) => () => {
    close();
    deed();
  };
  return (
    <Menu
      label={nameOfRoom(room).name}
      below={alerts && areOff && <alerts.OffHint openSettings={() => open('settings')} />}
      close={close}
      testId="room-menu"
    >
      <MenuItem testId="go-to-date" choose={run(() => open('date'))}>
        {ROOM_MENU_WORDS[id].goToDate}
      </MenuItem>
      <MenuItem
        testId="copy-room-link"
        choose={() => void copyText(readableLink(room, document.baseURI)).then(setCopied)}
      >
        <Live text={isCopied ? words.linkCopied : words.copyLink} />
      </MenuItem>
      {alerts && (
        <alerts.LevelGroup
          level={alerts.levelOf(room)}
          choose={(level) => run(() => alerts.choose(room, level))()}
        />
      )}
      {moderate && (
        <MenuItem testId="close-room" isDangerous choose={run(() => moderate({ deed: 'close' }))}>
          {MODERATION_WORDS[id].closeRoom}
        </MenuItem>
      )}
    </Menu>
  );
}
