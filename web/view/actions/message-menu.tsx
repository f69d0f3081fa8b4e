// What a person can do with a message: the list of actions, and their menu. It loads when the first one opens.

import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { type ChatMessage, PUBLISHER } from '../../../functions/protocol.ts';
import { MODERATION_WORDS, type ModerationWords } from '../../words/moderation-words.ts';
import type { Words } from '../../words/words.ts';
import { useLanguage } from '../language.ts';
import { Live } from '../live.tsx';
import { loadMenuStyle, Menu, MenuItem, type Point } from '../menu.tsx';
import type { Moderating } from '../moderation-form.tsx';

export { loadMenuStyle };

/** What the page does for the actions. */
interface Deeds {
  readonly reply: (message: ChatMessage) => void;
  readonly copy: (message: ChatMessage) => void;
  readonly copyLink: (message: ChatMessage) => void;
  readonly edit: (message: ChatMessage) => void;
  readonly remove: (message: ChatMessage) => void;
  /** Whether the message is the person's own, and new enough to change. */
  readonly mayChange: (message: ChatMessage) => boolean;
  readonly me: string | undefined;
  /** Opens a dialog of moderators. Undefined for everyone else. */
  readonly moderate: ((what: Moderating) => void) | undefined;
}

interface Action {
  readonly id: string;
  readonly label: (words: Words, own: ModerationWords, message: ChatMessage) => string;
  /** The label after a first press, of an action that cannot be undone. */
  readonly labelIfSure?: (words: Words) => string;
  /** It takes something away from somebody else. A dialog asks once more. */
  readonly isModeration?: true;
  readonly isOffered: (message: ChatMessage, deeds: Deeds) => boolean;
  readonly run: (message: ChatMessage, deeds: Deeds) => void;
}

/** In the order of the menu. */
const ACTIONS: readonly Action[] = [
  {
    id: 'reply',
    label: (words) => words.reply,
    isOffered: () => true,
    run: (message, { reply }) => reply(message),
  },
  {
    id: 'copy',
    label: (words) => words.copy,
    isOffered: () => true,
    run: (message, { copy }) => copy(message),
  },
  {
    id: 'link',
    label: (words) => words.copyMessageLink,
    isOffered: () => true,
    run: (message, { copyLink }) => copyLink(message),
  },
  {
    id: 'edit',
    label: (words) => words.edit,
    isOffered: (message, { mayChange }) => mayChange(message),
    run: (message, { edit }) => edit(message),
  },
  {
    id: 'remove',
    label: (words) => words.remove,
    labelIfSure: (words) => words.removeForAll,
    isOffered: (message, { mayChange }) => mayChange(message),
    run: (message, { remove }) => remove(message),
  },
  {
    id: 'remove-any',
    isModeration: true,
    label: (_, own) => own.removeAny,
    isOffered: (message, { moderate, mayChange }) => moderate !== undefined && !mayChange(message),
    run: (message, { moderate }) => moderate?.({ deed: 'remove', message }),
  },
  {
    id: 'ban',
    isModeration: true,
    label: (_, own, { name }) => own.banName(name),
    isOffered: ({ userId }, { moderate, me }) =>
      moderate !== undefined && userId !== me && userId !== PUBLISHER,
    run: ({ userId, name }, { moderate }) => moderate?.({ deed: 'ban', userId, name }),
  },
];

interface MessageMenuProps {
  readonly message: ChatMessage;
  readonly at: Point;
  readonly deeds: Deeds;
  readonly close: () => void;
  /** Above the actions. */
  readonly children?: ComponentChildren;
}

/** The actions that the person may do now. */
export function MessageMenu({ message, at, deeds, close, children }: MessageMenuProps) {
  const { id, words } = useLanguage();
  const own = MODERATION_WORDS[id];
  const [asked, setAsked] = useState<string>();
  const offered = ACTIONS.filter(({ isOffered }) => isOffered(message, deeds));
  const choose = (action: Action) => {
    if (action.labelIfSure && asked !== action.id) {
      setAsked(action.id);
      return;
    }
    close();
    action.run(message, deeds);
  };
  return (
    <Menu
      label={words.actionsFor(message.name)}
      at={at}
      above={children}
      close={close}
      testId="message-menu"
    >
      {offered.map((action) => (
        <MenuItem
          key={action.id}
          testId={`action-${action.id}`}
          isDangerous={action.labelIfSure !== undefined || action.isModeration === true}
          choose={() => choose(action)}
        >
          <Live
            text={
              (asked === action.id && action.labelIfSure?.(words)) ||
              action.label(words, own, message)
            }
          />
        </MenuItem>
      ))}
    </Menu>
  );
}
