import { useState } from 'preact/hooks';
import { dateOfTime, timeOfDate } from '../text/date-text.ts';
import { ROOM_MENU_WORDS } from '../words/room-menu-words.ts';
import { useLanguage } from './language.ts';

interface DateFormProps {
  /** Epoch ms: the beginning of the date, by the person's own clock. */
  readonly choose: (at: number) => void;
}

/** Asks for a date up to today. */
export function DateForm({ choose }: DateFormProps) {
  const { id, words } = useLanguage();
  const [date, setDate] = useState('');
  return (
    <form
      class="field"
      onSubmit={(event) => {
        event.preventDefault();
        const at = timeOfDate(date);
        if (at !== undefined) choose(at);
      }}
    >
      <label for="go-to-date">{ROOM_MENU_WORDS[id].date}</label>
      <div class="field-row">
        <input
          id="go-to-date"
          type="date"
          required
          data-first
          max={dateOfTime(Date.now())}
          value={date}
          onInput={({ currentTarget }) => setDate(currentTarget.value)}
          data-testid="date"
        />
        <button type="submit">{words.go}</button>
      </div>
    </form>
  );
}
