// What a person can do with a message: the list of actions, and the menu that shows them. It loads when a menu first opens,
// together with style/actions.css.

import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { type ChatMessage, PUBLISHER } from '../../../functions/protocol.ts';
import { MODERATION_WORDS, type ModerationWords } from '../../words/moderation-words.ts';
import type { Words } from '../../words/words.ts';
import { useLanguage } from '../language.ts';
import { Live } from '../live.tsx';
import type { Moderating } from '../moderation-form.tsx';

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
  /** Where the menu opens on a wide screen. On a narrow one it is at the bottom. */
  readonly at: { readonly x: number; readonly y: number };
  readonly deeds: Deeds;
  readonly close: () => void;
  /** Above the actions. */
  readonly children?: ComponentChildren;
}

/** A modal dialog, so the browser keeps the focus in it, closes it with Escape, and gives the focus back. */
export function MessageMenu({ message, at, deeds, close, children }: MessageMenuProps) {
  const { id, words } = useLanguage();
  const own = MODERATION_WORDS[id];
  const dialog = useRef<HTMLDialogElement>(null);
  const list = useRef<HTMLUListElement>(null);
  const opener = useRef(document.activeElement);
  const [asked, setAsked] = useState<string>();
  const offered = ACTIONS.filter(({ isOffered }) => isOffered(message, deeds));
  useLayoutEffect(() => {
    dialog.current?.showModal();
    // What stands above the actions may be there already, or come later.
    list.current?.querySelector('button')?.focus();
  }, []);
  // Again when the row above the actions has come.
  useLayoutEffect(() => {
    const menu = dialog.current;
    if (!menu) return;
    const { offsetWidth, offsetHeight } = menu;
    menu.style.setProperty('--x', `${Math.max(8, Math.min(at.x, innerWidth - offsetWidth - 8))}px`);
    menu.style.setProperty(
      '--y',
      `${Math.max(8, Math.min(at.y, innerHeight - offsetHeight - 8))}px`,
    );
  });
  const choose = (action: Action) => {
    if (action.labelIfSure && asked !== action.id) {
      setAsked(action.id);
      return;
    }
    dialog.current?.close();
    giveBack();
    action.run(message, deeds);
  };
  /** The browser gives no focus back to a button that is hidden meanwhile. It shows when its line has the focus. */
  const giveBack = () => {
    const has = document.activeElement;
    if (has !== document.body && !dialog.current?.contains(has)) return;
    const button = opener.current;
    if (!(button instanceof HTMLElement)) return;
    button.closest<HTMLElement>('.line')?.focus({ preventScroll: true });
    button.focus({ preventScroll: true });
  };
  return (
    <dialog
      ref={dialog}
      class="message-menu"
      aria-label={words.actionsFor(message.name)}
      data-testid="message-menu"
      onClose={() => {
        giveBack();
        close();
      }}
      // The backdrop belongs to the dialog itself. Not on a click: the end of a long press may be one.
      onPointerDown={({ target }) => {
        if (target === dialog.current) dialog.current?.close();
      }}
      onKeyDown={moveBetweenActions}
    >
      {children}
      <ul ref={list}>
        {offered.map((action) => (
          <li key={action.id}>
            <button
              type="button"
              data-testid={`action-${action.id}`}
              data-danger={action.labelIfSure !== undefined || action.isModeration}
              onClick={() => choose(action)}
            >
              <Live
                text={
                  (asked === action.id && action.labelIfSure?.(words)) ||
                  action.label(words, own, message)
                }
              />
            </button>
          </li>
        ))}
      </ul>
    </dialog>
  );
}

function moveBetweenActions(event: KeyboardEvent): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step === undefined || !(event.currentTarget instanceof HTMLElement)) return;
  event.preventDefault();
  // The log has arrow keys, too.
  event.stopPropagation();
  const buttons: (Element | null)[] = [...event.currentTarget.querySelectorAll('button')];
  const index = buttons.indexOf(document.activeElement);
  const next = buttons.at((index + step + buttons.length) % buttons.length);
  if (next instanceof HTMLElement) next.focus();
}
