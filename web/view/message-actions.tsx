import type { ChatMessage } from '../../functions/protocol.ts';
import { Icon } from './icons.tsx';
import { useWords } from './language.ts';

interface ActionsProps {
  readonly message: ChatMessage;
  readonly reply: (message: ChatMessage) => void;
  readonly copy: (message: ChatMessage) => void;
}

/** Reply and copy. */
export function Actions({ message, reply, copy }: ActionsProps) {
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
    </>
  );
}
