// The screens before the room: choose a name, sign in, or choose another room.

import type { ComponentChildren } from 'preact';
import { nameOfRoom } from '../device/names.ts';
import type { RosterUser } from '../state/roster.ts';
import { Avatar } from './avatar.tsx';
import { useWords } from './language.ts';
import { Live } from './live.tsx';
import { NameForm } from './name-form.tsx';
import { RoomForm } from './room-form.tsx';
import { RoomName } from './room-name.tsx';

interface JoinScreenProps {
  readonly title: ComponentChildren;
  readonly children: ComponentChildren;
}

function JoinScreen({ title, children }: JoinScreenProps) {
  return (
    <main class="join-screen" data-testid="join-screen">
      <p class="product">
        <img src="favicon.svg" alt="" width="40" height="40" />
        <Product />
      </p>
      <h1>{title}</h1>
      {children}
    </main>
  );
}

function Product() {
  return <span>{useWords().product}</span>;
}

interface WelcomeProps {
  readonly room: string;
  /** Undefined before it is known. */
  readonly here: Here | undefined;
  readonly join: (name: string) => void;
  readonly footer: ComponentChildren;
}

/** So many people are shown by name. */
const NAMED = 5;

/** Asks a guest for a name. Shows at a glance where the guest is, and who is there. */
export function Welcome({ room, here, join, footer }: WelcomeProps) {
  const words = useWords();
  const { name, isPrivate } = nameOfRoom(room);
  return (
    <JoinScreen title={<RoomName room={room} />}>
      {isPrivate && <p class="hint">{words.privateMeans}</p>}
      <div class="here" data-testid="peek">
        {here && <WhoIsHere {...here} />}
      </div>
      <NameForm name="" action={words.join} choose={join} takesFocus />
      <p class="hint" dir="auto">
        {words.welcomeTo(name)}
      </p>
      {footer}
    </JoinScreen>
  );
}

export interface Here {
  readonly online: number;
  readonly people: readonly RosterUser[];
}

function WhoIsHere({ online, people }: Here) {
  const words = useWords();
  if (online === 0) return <p class="hint">{words.nobodyHere}</p>;
  const named = people.slice(0, NAMED);
  return (
    <>
      <span class="faces" aria-hidden="true">
        {named.map(({ userId, name }) => (
          <Avatar key={userId} userId={userId} name={name} />
        ))}
      </span>
      <p>
        <strong>
          <Live text={words.online(online)} />
        </strong>{' '}
        <bdi translate={false}>
          {named.map(({ name }) => name).join(', ')}
          {people.length > NAMED && ' …'}
        </bdi>
      </p>
    </>
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
