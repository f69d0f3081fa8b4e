// What stands before the room: a name is asked for, or the address names no room.

import { WORDS } from '../words.ts';
import { NameForm } from './name-form.tsx';
import { RoomForm } from './room-form.tsx';

interface WelcomeProps {
  readonly room: string;
  readonly join: (name: string) => void;
}

export function Welcome({ room, join }: WelcomeProps) {
  return (
    <main class="door">
      <h1>{WORDS.welcome}</h1>
      <p dir="auto">{WORDS.welcomeTo(room)}</p>
      <NameForm name="" action={WORDS.join} choose={join} />
    </main>
  );
}

export function NoSuchRoom({ reason }: { readonly reason: string }) {
  return (
    <main class="door">
      <h1>{WORDS.noSuchRoom}</h1>
      <p data-testid="notice" dir="auto">
        {reason}
      </p>
      <RoomForm />
      <p>
        <a href="/">{WORDS.toLobby}</a>
      </p>
    </main>
  );
}
