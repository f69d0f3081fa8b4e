import { useState } from 'preact/hooks';
import { ChatError, parseRoom } from '../../functions/protocol.ts';
import { pathOf } from '../names.ts';
import { WORDS } from '../words.ts';

/** Goes to another room. A page is one room for its whole life, so this loads the page of the other one. */
export function RoomForm() {
  const [complaint, setComplaint] = useState<string>();
  const go = (form: HTMLFormElement) => {
    try {
      location.assign(pathOf(parseRoom(new FormData(form).get('room'))));
    } catch (error) {
      if (!(error instanceof ChatError)) throw error;
      setComplaint(error.message);
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
      <label for="room">{WORDS.otherRoom}</label>
      <div class="field-row">
        <input
          id="room"
          name="room"
          autocomplete="off"
          autocapitalize="none"
          spellcheck={false}
          dir="auto"
          required
          aria-invalid={complaint !== undefined}
          data-testid="room-input"
        />
        <button type="submit" data-testid="go">
          {WORDS.go}
        </button>
      </div>
      {complaint !== undefined && (
        <p class="complaint" role="alert">
          {complaint}
        </p>
      )}
    </form>
  );
}
