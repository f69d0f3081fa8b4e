import { useState } from 'preact/hooks';
import { ChatError, MAX_NAME_LENGTH, parseName } from '../../functions/protocol.ts';
import type { Problem } from '../state/connection-state.ts';
import { useWords } from './language.ts';

interface NameFormProps {
  readonly name: string;
  readonly action: string;
  readonly choose: (name: string) => void;
  /** Whether the person wants to type at once. */
  readonly takesFocus?: boolean;
}

/** Calls `choose` with a valid name, or shows why the name is not valid. */
export function NameForm({ name, action, choose, takesFocus }: NameFormProps) {
  const [text, setText] = useState(name);
  const words = useWords();
  const [problem, setProblem] = useState<Problem>();
  return (
    <form
      class="field"
      onSubmit={(event) => {
        event.preventDefault();
        try {
          choose(parseName(text));
        } catch (error) {
          if (!(error instanceof ChatError)) throw error;
          setProblem(error);
        }
      }}
    >
      <label for="name">{words.name}</label>
      <div class="field-row">
        <input
          id="name"
          value={text}
          // Counts UTF-16 units, so twice the limit in characters. parseName checks the exact limit.
          maxLength={2 * MAX_NAME_LENGTH}
          autocomplete="nickname"
          spellcheck={false}
          dir="auto"
          required
          aria-invalid={problem !== undefined}
          data-testid="name-input"
          onInput={(event) => setText(event.currentTarget.value)}
          ref={takesFocus ? focusOnce : null}
        />
        <button type="submit" data-testid="join">
          {action}
        </button>
      </div>
      {problem !== undefined && (
        <p class="complaint" role="alert">
          {words.problem(problem.code, problem.message)}
        </p>
      )}
    </form>
  );
}

const focusOnce = (input: HTMLInputElement | null) => input?.focus();
