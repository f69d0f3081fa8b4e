// The screens before the room: choose a name, sign in, or choose another room.

import type { ComponentChildren } from 'preact';
import { useWords } from './language.ts';
import { Live } from './live.tsx';
import { NameForm } from './name-form.tsx';
import { RoomForm } from './room-form.tsx';

interface JoinScreenProps {
  readonly title: string;
  readonly children: ComponentChildren;
}

function JoinScreen({ title, children }: JoinScreenProps) {
  return (
    <main class="join-screen" data-testid="join-screen">
      <img class="join-screen-mark" src="favicon.svg" alt="" width="56" height="56" />
      <h1>{title}</h1>
      {children}
    </main>
  );
}

interface WelcomeProps {
  readonly room: string;
  /** Number online in the room. Undefined before it is known. */
  readonly online: number | undefined;
  readonly join: (name: string) => void;
  readonly footer: ComponentChildren;
}

/** Asks a guest for a name. */
export function Welcome({ room, online, join, footer }: WelcomeProps) {
  const words = useWords();
  return (
    <JoinScreen title={words.welcome}>
      <p dir="auto">{words.welcomeTo(room)}</p>
      <NameForm name="" action={words.join} choose={join} />
      <p class="hint" data-testid="peek">
        {online !== undefined && online > 0 && <Live text={words.online(online)} />}
      </p>
      {footer}
    </JoinScreen>
  );
}

interface SignInScreenProps {
  readonly reason: string;
  readonly signIn: () => void;
  readonly footer?: ComponentChildren;
}

/** Asks for a sign-in, and says why. */
export function SignInScreen({ reason, signIn, footer }: SignInScreenProps) {
  const words = useWords();
  return (
    <JoinScreen title={words.signIn}>
      <p dir="auto" data-testid="sign-in-reason">
        <Live text={reason} />
      </p>
      <button type="button" data-testid="sign-in" onClick={signIn}>
        {words.signIn}
      </button>
      {footer}
    </JoinScreen>
  );
}

interface NoSuchRoomProps {
  readonly reason: string;
  readonly footer: ComponentChildren;
}

/** Says that the address names no room, and offers a form for another. */
export function NoSuchRoom({ reason, footer }: NoSuchRoomProps) {
  const words = useWords();
  return (
    <JoinScreen title={words.noSuchRoom}>
      <p data-testid="notice" dir="auto">
        {reason}
      </p>
      <RoomForm />
      <p>
        <a href="./">{words.toLobby}</a>
      </p>
      {footer}
    </JoinScreen>
  );
}
