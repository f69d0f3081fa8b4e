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
  const own = ROOM_MENU_WORDS[id];
  const [date, setDate] = useState('');
  const [problem, setProblem] = useState('');
  return (
    <form
      class="field"
      // The browser's own complaint is in the language of the browser.
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        const at = timeOfDate(date);
        if (at === undefined) setProblem(own.noDate);
        else if (at > Date.now()) setProblem(own.future);
        else choose(at);
      }}
    >
      <label for="go-to-date">{own.date}</label>
      <div class="field-row">
        <input
          id="go-to-date"
          type="date"
          required
          aria-invalid={problem !== ''}
          aria-describedby="date-problem"
          data-first
          max={dateOfTime(Date.now())}
          value={date}
          onInput={({ currentTarget }) => {
            setDate(currentTarget.value);
            setProblem('');
          }}
          data-testid="date"
        />
        <button type="submit">{words.go}</button>
      </div>
      <p class="complaint" role="alert" id="date-problem">
        {problem}
      </p>
    </form>
  );
}
