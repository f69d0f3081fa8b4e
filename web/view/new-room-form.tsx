import { pathOf, privateRoom } from '../device/names.ts';
import { Icon } from './icons.tsx';
import { useWords } from './language.ts';

/** Makes a private room: a name, and what private means. */
export function NewRoomForm() {
  const words = useWords();
  return (
    <form
      class="field"
      onSubmit={(event) => {
        event.preventDefault();
        const called = new FormData(event.currentTarget).get('called');
        const fill = (bytes: Uint8Array<ArrayBuffer>) => crypto.getRandomValues(bytes);
        location.assign(pathOf(privateRoom(fill, typeof called === 'string' ? called : '')));
      }}
    >
      <h3>
        <Icon name="lock" /> {words.newRoom}
      </h3>
      <p class="hint" id="private-means">
        {words.privateMeans}
      </p>
      <label for="called">{words.roomName}</label>
      <div class="field-row">
        <input
          id="called"
          name="called"
          maxLength={44}
          autocomplete="off"
          dir="auto"
          aria-describedby="private-means"
          data-first
          data-testid="private-name"
        />
        <button type="submit" data-testid="new-room">
          {words.create}
        </button>
      </div>
    </form>
  );
}
