import { LANGUAGE_IDS, LANGUAGE_NAMES } from '../words/language.ts';
import { useLanguage } from './language.ts';

interface LanguageSelectProps {
  readonly choose: (language: (typeof LANGUAGE_IDS)[number]) => void;
}

/** The page's languages, each with its own name. */
export function LanguageSelect({ choose }: LanguageSelectProps) {
  const { id, words } = useLanguage();
  return (
    <label class="language">
      {words.languageLabel}
      <select
        value={id}
        data-testid="language"
        onChange={(event) => {
          const chosen = LANGUAGE_IDS.find((known) => known === event.currentTarget.value);
          if (chosen) choose(chosen);
        }}
      >
        {LANGUAGE_IDS.map((known) => (
          <option key={known} value={known}>
            {LANGUAGE_NAMES[known]}
          </option>
        ))}
      </select>
    </label>
  );
}
