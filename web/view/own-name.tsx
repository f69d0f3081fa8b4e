import { useState } from 'preact/hooks';
import { Avatar } from './avatar.tsx';
import { useWords } from './language.ts';
import { NameForm } from './name-form.tsx';

interface OwnNameProps {
  readonly userId: string;
  readonly name: string;
  /** Undefined if the name comes from an account. */
  readonly rename: ((name: string) => void) | undefined;
  /** Undefined without sign-in. */
  readonly signOut: (() => void) | undefined;
}

/** Our own name, with a button to change it or to sign out. */
export function OwnName({ userId, name, rename, signOut }: OwnNameProps) {
  const words = useWords();
  const [isEditing, setEditing] = useState(false);
  if (isEditing && rename) {
    const choose = (chosen: string) => {
      setEditing(false);
      if (chosen !== name) rename(chosen);
    };
    const cancel = () => setEditing(false);
    return <NameForm name={name} action={words.save} choose={choose} cancel={cancel} />;
  }
  return (
    <div class="own-name" data-testid="own-name">
      <Avatar userId={userId} name={name} />
      <p>
        <span class="hint">{words.chattingAs}</span> <bdi translate={false}>{name}</bdi>
      </p>
      {rename && (
        <button
          type="button"
          class="plain"
          data-testid="change-name"
          onClick={() => setEditing(true)}
        >
          {words.changeName}
        </button>
      )}
      {signOut && (
        <button type="button" class="plain" data-testid="sign-out" onClick={signOut}>
          {words.signOut}
        </button>
      )}
    </div>
  );
}
