// The states of the page: opening, a screen before the room, or the room.

import type { Preferences } from '../device/preferences.ts';
import type { Problem, SignIn } from '../state/connection-state.ts';
import type { Visit } from '../visit.ts';
import type { Language } from '../words/language.ts';
import { App } from './app.tsx';
import { NoSuchRoom, SignInScreen, Welcome } from './join-screens.tsx';
import { LanguageProvider } from './language.ts';
import { LanguageSelect } from './settings-form.tsx';

export type Step =
  /** The page looks up who the person is. */
  | { readonly kind: 'opening' }
  | { readonly kind: 'no-room'; readonly problem: Problem }
  | { readonly kind: 'name'; readonly room: string; readonly online: number | undefined }
  | { readonly kind: 'sign-in'; readonly signIn: SignIn; readonly hasFailed: boolean }
  | { readonly kind: 'room'; readonly visit: Visit };

interface PageProps {
  readonly step: Step;
  readonly language: Language;
  readonly settings: Preferences;
  readonly changeSettings: (settings: Preferences) => void;
  readonly join: (name: string) => void;
  readonly signIn: (to: SignIn) => void;
}

/** Chooses the screen. */
export function Page(props: PageProps) {
  return (
    <LanguageProvider value={props.language}>
      <StepOf {...props} />
    </LanguageProvider>
  );
}

function StepOf({ step, language, settings, changeSettings, join, signIn }: PageProps) {
  const { words } = language;
  const footer = (
    <LanguageSelect choose={(chosen) => changeSettings({ ...settings, language: chosen })} />
  );
  switch (step.kind) {
    case 'opening':
      return <p class="mark">{words.loading}</p>;
    case 'no-room':
      return (
        <NoSuchRoom
          reason={words.problem(step.problem.code, step.problem.message)}
          footer={footer}
        />
      );
    case 'name':
      return <Welcome room={step.room} online={step.online} join={join} footer={footer} />;
    case 'sign-in':
      return (
        <SignInScreen
          reason={step.hasFailed ? words.signInFailed : words.signInHere}
          signIn={() => signIn(step.signIn)}
          footer={footer}
        />
      );
    case 'room':
      return (
        <App
          visit={step.visit}
          settings={settings}
          changeSettings={changeSettings}
          signIn={signIn}
        />
      );
  }
}
