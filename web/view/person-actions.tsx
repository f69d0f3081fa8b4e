// What can be done with a person: mention, copy the id, and ban for a moderator. A part of its own, loaded on first use.

import { useState } from 'preact/hooks';
import { copyText } from '../device/clipboard.ts';
import type { Named } from '../text/mentions.ts';
import { MODERATION_WORDS } from '../words/moderation-words.ts';
import { useLanguage } from './language.ts';
import { Live } from './live.tsx';
import type { Moderating } from './moderation-form.tsx';

interface PersonActionsProps {
  readonly userId: string;
  readonly name: string;
  /** The id of the one who looks. */
  readonly me: string | undefined;
  readonly mention: (person: Named) => void;
  /** Opens a dialog of moderators. Undefined for everyone else. */
  readonly moderate: ((what: Moderating) => void) | undefined;
}

/** The actions below a person who was chosen. */
export function PersonActions({ userId, name, me, mention, moderate }: PersonActionsProps) {
  const { id, words } = useLanguage();
  const [isCopied, setCopied] = useState(false);
  return (
    <div class="person-actions">
      <code translate={false}>{userId}</code>
      {userId !== me && (
        <button
          type="button"
          class="quiet"
          data-testid="mention"
          onClick={() => mention({ userId, name })}
        >
          {words.mention}
        </button>
      )}
      <button
        type="button"
        class="quiet"
        data-testid="copy-id"
        onClick={() => void copyText(userId).then(setCopied)}
      >
        <Live text={isCopied ? words.copied : words.copyId} />
      </button>
      {moderate && userId !== me && (
        <button
          type="button"
          class="quiet"
          data-testid="ban"
          onClick={() => moderate({ deed: 'ban', userId, name })}
        >
          {MODERATION_WORDS[id].ban}
        </button>
      )}
    </div>
  );
}
