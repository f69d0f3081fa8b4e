import { useRef, useState } from 'preact/hooks';
import { ChatError } from '../../functions/protocol.ts';
import { WORDS } from '../words.ts';
import { isSendKey } from './send-key.ts';

interface ComposerProps {
  /** Throws `bad_text`. */
  readonly write: (text: string) => void;
  readonly typing: () => void;
}

export function Composer({ write, typing }: ComposerProps) {
  const [text, setText] = useState('');
  const [complaint, setComplaint] = useState<string>();
  const box = useRef<HTMLTextAreaElement>(null);

  const submit = () => {
    if (text.trim() === '') return;
    try {
      // Line breaks at the end are left from Shift+Enter; nobody means to send them.
      write(text.replace(/\n+$/, ''));
      setText('');
      setComplaint(undefined);
    } catch (error) {
      if (!(error instanceof ChatError)) throw error;
      setComplaint(error.message);
    }
    box.current?.focus();
  };

  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <textarea
        ref={box}
        value={text}
        rows={1}
        dir="auto"
        autocomplete="off"
        enterkeyhint="send"
        aria-label={WORDS.write}
        aria-describedby={complaint === undefined ? undefined : 'complaint'}
        aria-invalid={complaint !== undefined}
        placeholder={WORDS.write}
        data-testid="composer"
        onInput={(event) => {
          setText(event.currentTarget.value);
          setComplaint(undefined);
          if (event.currentTarget.value !== '') typing();
        }}
        onKeyDown={(event) => {
          if (!isSendKey(event)) return;
          event.preventDefault();
          submit();
        }}
      />
      <button type="submit" class="send" data-testid="send" disabled={text.trim() === ''}>
        {WORDS.send}
      </button>
      {complaint !== undefined && (
        <p class="complaint" id="complaint" role="alert">
          {complaint}
        </p>
      )}
    </form>
  );
}
