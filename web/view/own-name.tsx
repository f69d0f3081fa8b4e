import { Avatar } from './avatar.tsx';
import { Icon } from './icons.tsx';
import { useWords } from './language.ts';

interface OwnNameProps {
  readonly userId: string;
  readonly name: string;
  readonly openSettings: () => void;
}

/** Our own name. A click opens profile and settings. */
export function OwnName({ userId, name, openSettings }: OwnNameProps) {
  const words = useWords();
  return (
    <button
      type="button"
      class="own-name"
      title={words.profile}
      aria-haspopup="dialog"
      data-testid="own-name"
      onClick={openSettings}
    >
      <Avatar userId={userId} name={name} />
      <span class="own-name-text">
        <span class="hint">{words.chattingAs}</span> <bdi translate={false}>{name}</bdi>
      </span>
      <span class="unseen">{words.profile}</span>
      <Icon name="gear" />
    </button>
  );
}
