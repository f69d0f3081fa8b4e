// The menu of the room, which its name in the header opens. A part of its own, loaded on first use.

import { useState } from 'preact/hooks';
import { copyText } from '../device/clipboard.ts';
import { nameOfRoom, readableLink } from '../device/names.ts';
import { MODERATION_WORDS } from '../words/moderation-words.ts';
import { ROOM_MENU_WORDS } from '../words/room-menu-words.ts';
import type { DialogId } from './dialogs.tsx';
import { HeaderMenu, loadMenuStyle } from './header-menu.tsx';
import { useLanguage } from './language.ts';
import { Live } from './live.tsx';
import type { Moderating } from './moderation-form.tsx';

interface RoomMenuProps {
  readonly room: string;
  /** Closes the menu. */
  readonly leave: () => void;
  readonly open: (dialog: DialogId) => void;
  /** Opens a dialog of moderators. Undefined for everyone else. */
  readonly moderate: ((what: Moderating) => void) | undefined;
}

export { loadMenuStyle };

/** What a person can do with the room. */
export function RoomMenu({ room, leave, open, moderate }: RoomMenuProps) {
  const { id, words } = useLanguage();
  const [isCopied, setCopied] = useState(false);
  const close = () => {
    leave();
    document.querySelector<HTMLElement>('.room button')?.focus();
  };
  /** The focus goes back first: a dialog gives it back to what has it when it opens. */
  const run = (deed: () => void) => () => {
    close();
    deed();
  };
  return (
    <HeaderMenu
      label={nameOfRoom(room).name}
      isAtStart
      close={close}
      leave={leave}
      testId="room-menu"
    >
      <button
        type="button"
        role="menuitem"
        tabIndex={-1}
        data-testid="go-to-date"
        onClick={run(() => open('date'))}
      >
        {ROOM_MENU_WORDS[id].goToDate}
      </button>
      <button
        type="button"
        role="menuitem"
        tabIndex={-1}
        data-testid="copy-room-link"
        onClick={() => void copyText(readableLink(room, document.baseURI)).then(setCopied)}
      >
        <Live text={isCopied ? words.linkCopied : words.copyLink} />
      </button>
      {moderate && (
        <button
          type="button"
          role="menuitem"
          tabIndex={-1}
          data-danger
          data-testid="close-room"
          onClick={run(() => moderate({ deed: 'close' }))}
        >
          {MODERATION_WORDS[id].closeRoom}
        </button>
      )}
    </HeaderMenu>
  );
}
