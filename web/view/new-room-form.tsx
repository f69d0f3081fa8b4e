import { pathOf, privateRoom } from '../device/names.ts';
import { DIALOG_WORDS } from '../words/dialog-words.ts';
import { Icon } from './icons.tsx';
import { useLanguage } from './language.ts';

/** Makes a private room: a name, and what private means. */
export function NewRoomForm() {
  const { id, words } = useLanguage();
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
        <Icon name="lock" /> {DIALOG_WORDS[id].newRoom}
      </h3>
      <p class="hint" id="private-means">
        {words.privateMeans}
      </p>
      <label for="called">{DIALOG_WORDS[id].roomName}</label>
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
          {DIALOG_WORDS[id].create}
        </button>
      </div>
    </form>
  );
}
