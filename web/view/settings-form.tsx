import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { ifPossible } from '../device/if-possible.ts';
import { askForNotifications } from '../device/notify.ts';
import type { Preferences } from '../device/preferences.ts';
import { DIALOG_WORDS } from '../words/dialog-words.ts';
import { Icon } from './icons.tsx';
import { useLanguage } from './language.ts';
import { LanguageSelect } from './language-select.tsx';

interface SettingsFormProps {
  readonly settings: Preferences;
  readonly change: (change: Partial<Preferences>) => void;
  /** Where the person chooses what alerts in which room. Undefined until something can. */
  readonly levels: ComponentChildren;
  /** Undefined for an account. */
  readonly forgetMe: (() => void) | undefined;
}

/** Language, notifications, sound, and for a guest a way to be forgotten. */
export function SettingsForm({ settings, change, levels, forgetMe }: SettingsFormProps) {
  const { id } = useLanguage();
  const [isDenied, setDenied] = useState(false);
  const notify = async (isWanted: boolean) => {
    // The page asks for permission only when the person wants notifications.
    const answer = isWanted ? await askForNotifications() : 'granted';
    setDenied(answer === 'denied');
    change({ notifies: isWanted && answer === 'granted' });
  };
  return (
    <section class="settings">
      <LanguageSelect choose={(language) => change({ language })} />
      {ifPossible(() => Notification) && (
        <label>
          <input
            type="checkbox"
            checked={settings.notifies}
            data-testid="notifications"
            onChange={(event) => void notify(event.currentTarget.checked)}
          />
          {DIALOG_WORDS[id].notifications}
        </label>
      )}
      {isDenied && (
        <p class="complaint" role="alert">
          {DIALOG_WORDS[id].notificationsDenied}
        </p>
      )}
      <label>
        <input
          type="checkbox"
          checked={settings.sounds}
          data-testid="sound"
          onChange={(event) => change({ sounds: event.currentTarget.checked })}
        />
        {DIALOG_WORDS[id].sound}
      </label>
      {levels}
      {forgetMe && (
        <details>
          <summary data-testid="forget-me">{DIALOG_WORDS[id].forgetMe}</summary>
          <p class="hint">{DIALOG_WORDS[id].forgetMeHint}</p>
          <button type="button" class="danger" data-testid="forget-me-now" onClick={forgetMe}>
            <Icon name="alert" />
            {DIALOG_WORDS[id].forgetMeNow}
          </button>
        </details>
      )}
    </section>
  );
}
