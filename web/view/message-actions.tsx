import type { ChatMessage } from '../../functions/protocol.ts';
import { Icon } from './icons.tsx';
import { useWords } from './language.ts';

interface ActionsProps {
  readonly message: ChatMessage;
  readonly reply: (message: ChatMessage) => void;
  readonly copy: (message: ChatMessage) => void;
  /** Opens the menu of all actions. */
  readonly more: (message: ChatMessage, at: { x: number; y: number }) => void;
}

/** Reply, copy, and what the menu has. */
export function Actions({ message, reply, copy, more }: ActionsProps) {
  const words = useWords();
  return (
    <>
      <button
        type="button"
        class="mini"
        title={words.reply}
        aria-label={words.replyTo(message.name)}
        data-testid="reply"
        onClick={() => reply(message)}
      >
        <Icon name="reply" />
      </button>
      <button
        type="button"
        class="mini"
        title={words.copy}
        aria-label={words.copy}
        data-testid="copy"
        onClick={() => copy(message)}
      >
        <Icon name="copy" />
      </button>
      <button
        type="button"
        class="mini"
        title={words.actionsFor(message.name)}
        aria-label={words.actionsFor(message.name)}
        aria-haspopup="menu"
        data-testid="more"
        onClick={({ currentTarget }) => {
          const { left, bottom } = currentTarget.getBoundingClientRect();
          more(message, { x: left, y: bottom });
        }}
      >
        <Icon name="more" />
      </button>
    </>
  );
}
