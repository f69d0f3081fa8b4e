// What can be done with a person: mention, copy the id, and ban for a moderator. A part of its own, loaded on first use.

import { useState } from 'preact/hooks';
import { copyText } from '../device/clipboard.ts';
import type { Named } from '../text/mentions.ts';
import { MODERATION_WORDS } from '../words/moderation-words.ts';
import { useLanguage } from './language.ts';
import { Live } from './live.tsx';
import { loadMenuStyle, Menu, MenuItem } from './menu.tsx';
import type { Moderating } from './moderation-form.tsx';

interface PersonMenuProps extends Named {
  /** The id of the one who looks. */
  readonly me: string | undefined;
  readonly mention: (person: Named) => void;
  /** Opens a dialog of moderators. Undefined for everyone else. */
  readonly moderate: ((what: Moderating) => void) | undefined;
  readonly close: () => void;
}

export { loadMenuStyle };

/** The menu below a person who was chosen. */
export function PersonMenu({ userId, name, me, mention, moderate, close }: PersonMenuProps) {
  const { id, words } = useLanguage();
  const [isCopied, setCopied] = useState(false);
  const isOther = userId !== me;
  return (
    <Menu
      label={name}
      above={
        <p class="menu-id">
          <code translate={false}>{userId}</code>
        </p>
      }
      close={close}
      testId="person-menu"
    >
      {isOther && (
        <MenuItem
          testId="mention"
          choose={() => {
            close();
            mention({ userId, name });
          }}
        >
          {words.mention}
        </MenuItem>
      )}
      <MenuItem testId="copy-id" choose={() => void copyText(userId).then(setCopied)}>
        <Live text={isCopied ? words.copied : words.copyId} />
      </MenuItem>
      {moderate && isOther && (
        <MenuItem
          testId="ban"
          isDangerous
          choose={() => {
            close();
            moderate({ deed: 'ban', userId, name });
          }}
        >
          {MODERATION_WORDS[id].ban}
        </MenuItem>
      )}
    </Menu>
  );
}
