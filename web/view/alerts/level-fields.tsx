import { ALERT_LEVELS, type AlertLevel } from '../../state/alerts.ts';
import { ALERT_WORDS } from '../../words/alert-words.ts';
import { useLanguage } from '../language.ts';

export interface LevelFieldsProps {
  /** Of the room of the page. */
  readonly level: AlertLevel;
  readonly choose: (level: AlertLevel) => void;
  readonly byDefault: AlertLevel;
  readonly chooseDefault: (level: AlertLevel) => void;
}

/** In the settings: which messages alert in this room, and in rooms without a choice of their own. */
export function LevelFields({ level, choose, byDefault, chooseDefault }: LevelFieldsProps) {
  const words = ALERT_WORDS[useLanguage().id];
  return (
    <>
      <LevelField label={words.inThisRoom} name="room-level" value={level} choose={choose} />
      <LevelField
        label={words.inNewRooms}
        name="default-level"
        value={byDefault}
        choose={chooseDefault}
      />
    </>
  );
}

interface LevelFieldProps {
  readonly label: string;
  readonly name: string;
  readonly value: AlertLevel;
  readonly choose: (level: AlertLevel) => void;
}

function LevelField({ label, name, value, choose }: LevelFieldProps) {
  const words = ALERT_WORDS[useLanguage().id];
  return (
    <label class="level-field">
      <span>{label}</span>
      <select
        value={value}
        data-testid={name}
        onChange={({ currentTarget }) => {
          const level = ALERT_LEVELS.find((one) => one === currentTarget.value);
          if (level) choose(level);
        }}
      >
        {ALERT_LEVELS.map((one) => (
          <option key={one} value={one}>
            {words.levels[one]}
          </option>
        ))}
      </select>
    </label>
  );
}
