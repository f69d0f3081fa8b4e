import { useState } from 'preact/hooks';
import { ChatError, MAX_ROOM_LENGTH, parseRoom } from '../../functions/protocol.ts';
import { pathOf } from '../device/names.ts';
import type { Problem } from '../state/connection-state.ts';
import { useWords } from './language.ts';

/** A form for another room. A page has one room for its whole life, so it loads a new page. */
export function RoomForm() {
  const words = useWords();
  const [problem, setProblem] = useState<Problem>();
  const go = (form: HTMLFormElement) => {
    try {
      location.assign(pathOf(parseRoom(new FormData(form).get('room'))));
    } catch (error) {
      if (!(error instanceof ChatError)) throw error;
      setProblem(error);
    }
  };
  return (
    <form
      class="field"
      onSubmit={(event) => {
        event.preventDefault();
        go(event.currentTarget);
      }}
    >
      <label for="room">{words.otherRoom}</label>
      <div class="field-row">
        <input
          id="room"
          name="room"
          // Counts UTF-16 units, so twice the limit in characters. parseRoom checks the exact limit.
          maxLength={2 * MAX_ROOM_LENGTH}
          autocomplete="off"
          autocapitalize="none"
          spellcheck={false}
          dir="auto"
          required
          aria-invalid={problem !== undefined}
          data-testid="room-input"
        />
        <button type="submit" data-testid="go">
          {words.go}
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
