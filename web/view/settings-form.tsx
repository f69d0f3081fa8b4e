import { useState } from 'preact/hooks';
import type { Preferences } from '../device/preferences.ts';
import { LANGUAGE_IDS, LANGUAGES } from '../words/language.ts';
import { useLanguage } from './language.ts';

interface SettingsFormProps {
  readonly settings: Preferences;
  readonly change: (settings: Preferences) => void;
}

/** Language, notifications and sound. */
export function SettingsForm({ settings, change }: SettingsFormProps) {
  const { words } = useLanguage();
  const [isDenied, setDenied] = useState(false);
  const notify = async (isWanted: boolean) => {
    // The page asks for permission only when the person wants notifications.
    const answer = isWanted ? await Notification.requestPermission() : 'granted';
    setDenied(answer === 'denied');
    change({ ...settings, notifies: isWanted && answer === 'granted' });
  };
  return (
    <section class="settings">
      <h2>{words.settings}</h2>
      <LanguageSelect choose={(language) => change({ ...settings, language })} />
      {'Notification' in window && (
        <label>
          <input
            type="checkbox"
            checked={settings.notifies}
            data-testid="notifications"
            onChange={(event) => void notify(event.currentTarget.checked)}
          />
          {words.notifications}
        </label>
      )}
      {isDenied && (
        <p class="complaint" role="alert">
          {words.notificationsDenied}
        </p>
      )}
      <label>
        <input
          type="checkbox"
          checked={settings.sounds}
          data-testid="sound"
          onChange={(event) => change({ ...settings, sounds: event.currentTarget.checked })}
        />
        {words.sound}
      </label>
    </section>
  );
}

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
            {LANGUAGES[known].language}
          </option>
        ))}
      </select>
    </label>
  );
}
